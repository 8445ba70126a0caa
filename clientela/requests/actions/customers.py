"""Whose request it is: somebody else than who wrote it, as when a colleague passes a customer's mail on."""

from datetime import datetime

from django.db import transaction

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.journal import thing
from clientela.kernel.policies import require
from clientela.promises import actions as promises
from clientela.requests.actions.facts import subject_of, tell
from clientela.requests.actions.locks import hold_request
from clientela.requests.models import Participant, Request
from clientela.requests.rules import Verb


@transaction.atomic
def change_customer(*, by: Viewer, at: datetime, request_id: int, customer_id: int, asker_id: int) -> None:
    """Make a request the one of another customer, asked by `asker_id`; who serves it says so. Nobody gets a letter.

    Who asked it before sees it no more as its customer, and may go on with it by mail. Promises stay due when they
    are, and are owed to the new customer. Raises HiddenError, NotAllowedError (the service is not for them),
    StateError when the request has ended.
    """
    request = hold_request(Verb.WEIGH, by=by, at=at, request_id=request_id).request
    if (request.customer_id, request.asker_id) == (customer_id, asker_id):
        return
    service = catalogue.service_to_ask(request.service_version_id, customer_id=customer_id, asker_id=asker_id)
    side = _side_of(request, customer_id=customer_id, asker_id=asker_id, at=at)
    require(service.may_ask_from_inside if side == Request.Side.INSIDE else service.may_ask_from_outside)
    was = {"was_customer": request.customer_id, "was_asker": request.asker_id}
    Participant.objects.bulk_create(
        [Participant(request=request, person_id=request.asker_id, because=Participant.Because.COPIED, added_at=at)],
        ignore_conflicts=True,
    )
    request.customer_id, request.asker_id, request.side = customer_id, asker_id, side
    request.save(update_fields=["customer", "asker", "side"])
    promises.owe_to(subject=subject_of(request.pk), customer_id=customer_id)
    also = (thing("party", was["was_customer"]),)
    tell("customer_changed", request, by=by, at=at, also=also, to=customer_id, asker=asker_id, **was)


def _side_of(request: Request, *, customer_id: int, asker_id: int, at: datetime) -> str:
    """It stays inside only among ourselves."""
    kind = directory.party_cards([customer_id])[customer_id].kind
    is_ours = kind == "department" or (customer_id == asker_id and directory.is_employee(asker_id, at))
    return request.side if is_ours else Request.Side.OUTSIDE
