"""How much of a request somebody sees who stands anywhere in its chain."""

from dataclasses import dataclass

from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError, require
from clientela.requests.models import Request
from clientela.requests.policies import Access, access_to, may_serve, require_sight, sees_everything
from clientela.requests.queries.chains import Chain


def access_in_chain(viewer: Viewer, chain: Chain, request: Request) -> Access:
    """How much the viewer sees of the request. Raises HiddenError when it does not exist for the viewer."""
    access = access_to(viewer, request, parent_provider_ids=chain.parent_provider_ids)
    if access is None and is_in_chain(viewer, chain):
        return Access.CHAIN
    if access is None:
        raise HiddenError(f"There is no request {request.reference} for this viewer.")
    return access


def is_in_chain(viewer: Viewer, chain: Chain) -> bool:
    """Whether the viewer works in one of the departments of the chain."""
    return sees_everything(viewer) or not viewer.department_ids.isdisjoint(chain.provider_ids)


@dataclass(frozen=True)
class ServedRequest:
    """A request as one who serves it knows it: enough to decide what belongs to it."""

    id: int
    reference: str
    provider_id: int
    language: str


def request_to_serve(viewer: Viewer, request_id: int) -> ServedRequest:
    """The request, for who serves it. Raises HiddenError if it does not exist for the viewer, and NotAllowedError."""
    row = Request.objects.filter(pk=request_id).first()
    if row is None:
        raise HiddenError(f"There is no request {request_id}.")
    require_sight(viewer, row)
    require(may_serve(viewer, row))
    return ServedRequest(row.pk, row.reference, row.provider_id, row.language)
