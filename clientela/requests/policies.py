"""Who sees which part of a request, and who may do what with it.

Three ways to see a request. The department that answers it sees everything (FULL), and so does one that its customer
wrote to as well. Its customer sees the public parts
(CUSTOMER): for a request among departments that is the asking department. Departments further along a chain see the
header of what waits on what, never a conversation (CHAIN). For everybody else it does not exist. An administrator
sees nothing by being administrator; the owner sees everything and changes nothing.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clientela.directory.policies import Viewer
from clientela.kernel.policies import ALLOWED, HiddenError, Verdict, denied
from clientela.requests.models import Dependency, Request
from clientela.requests.rules import Refusal, State, Verb, refusal_of


class Access(StrEnum):
    """How much of a request somebody sees."""

    FULL = "full"
    CUSTOMER = "customer"
    CHAIN = "chain"


# Why not, as things stand.
_REFUSALS = {
    Refusal.ALREADY_RESOLVED: gettext_lazy("This request is already resolved. Reopen it first."),
    Refusal.ALREADY_CLOSED: gettext_lazy("This request is closed. Reopen it first, or open a new one."),
    Refusal.ALREADY_CANCELLED: gettext_lazy("This request was cancelled. Open a new one."),
    Refusal.NOT_WAITING: gettext_lazy("This request is not waiting for anything."),
    Refusal.NOT_RESOLVED: gettext_lazy("Only a resolved request can be closed. Resolve it first."),
    Refusal.STILL_OPEN: gettext_lazy("This request is still open."),
    Refusal.TOO_LONG_AGO: gettext_lazy("This request was closed more than 30 days ago. Please open a new one."),
    Refusal.MERGED: gettext_lazy("This request was merged into another one, and goes on there."),
    Refusal.WAITS_ON_DEPARTMENTS: gettext_lazy(
        "Another department is still working on a part of this. Wait for its answer, or cancel what was asked."
    ),
}


def refusal_words(refusal: Refusal) -> str:
    """The refusal in a sentence, in the language of the moment."""
    return str(_REFUSALS[refusal])


def parties_of(viewer: Viewer) -> frozenset[int]:
    """Every party for which the viewer may speak as a customer: a department speaks for those below it too."""
    return viewer.party_ids | viewer.department_ids


def sees_everything(viewer: Viewer) -> bool:
    """Whether the viewer sees every request whole."""
    return viewer.is_house or viewer.is_owner


def served_by(viewer: Viewer) -> Q:
    """Requests that the departments of the viewer answer."""
    return Q() if sees_everything(viewer) else Q(provider_id__in=viewer.department_ids)


def read_whole_by(viewer: Viewer) -> Q:
    """Requests that the viewer sees whole: those of their departments, and those addressed to these as well."""
    if sees_everything(viewer) or not viewer.department_ids:
        return served_by(viewer)
    return served_by(viewer) | also_addressed_to(viewer.department_ids)


def also_addressed_to(department_ids: Iterable[int]) -> Q:
    """Requests that one of these departments reads whole because its customer wrote to it as well.

    That the list is not empty follows from it; the database is told, as it does not see so that its index holds them.
    """
    return ~Q(also_department_ids=[]) & Q(also_department_ids__overlap=sorted(department_ids))


def asked_by(viewer: Viewer) -> Q:
    """Requests of which the viewer is the customer, asked for it, or asked on behalf of one of their own."""
    for_ours = Dependency.objects.filter(needed=OuterRef("pk"), waiting__provider__in=viewer.department_ids)
    asked = Q(customer_id__in=parties_of(viewer)) | Q(asker_id=viewer.person_id)
    return asked | Q(Exists(for_ours)) if viewer.department_ids else asked


def readable_by(viewer: Viewer) -> Q:
    """Requests of which the viewer may read at least what was said in public."""
    return Q() if sees_everything(viewer) else read_whole_by(viewer) | asked_by(viewer)


def access_to(viewer: Viewer, request: Request, *, parent_provider_ids: Iterable[int]) -> Access | None:
    """How much of the request the viewer sees. `parent_provider_ids`: the departments on whose behalf it was asked.

    CHAIN is not told here: it takes the whole chain, which only the page of the request loads.
    """
    if sees_everything(viewer) or request.provider_id in viewer.department_ids:
        return Access.FULL
    if not viewer.department_ids.isdisjoint(request.also_department_ids):
        return Access.FULL
    if is_customer(viewer, request) or not viewer.department_ids.isdisjoint(parent_provider_ids):
        return Access.CUSTOMER
    return None


def is_customer(viewer: Viewer, request: Request) -> bool:
    """Whether the viewer speaks as the customer of the request, or asked it in person."""
    return request.customer_id in parties_of(viewer) or (
        viewer.person_id is not None and request.asker_id == viewer.person_id
    )


def may_open_request(viewer: Viewer, *, customer_id: int, asker_id: int, owner_id: int) -> Verdict:
    """One asks for oneself and for those one speaks for; agents write down what customers ask of their department."""
    if viewer.is_house:
        return ALLOWED
    if viewer.person_id == asker_id and customer_id in viewer.party_ids:
        return ALLOWED
    if owner_id in viewer.department_ids:
        return ALLOWED
    return denied(_("You can ask for yourself, for your department, or for an organisation that you act for."))


def may_serve(viewer: Viewer, request: Request) -> Verdict:
    """What agents do is done by the people of the department that answers the request."""
    if viewer.is_house or request.provider_id in viewer.department_ids:
        return ALLOWED
    return denied(_("Only the people of the department that answers this request can do this."))


def may_see_turn(viewer: Viewer, *, provider_id: int) -> Verdict:
    """Its place in the queue names what stands beside it, so it is for the department whose queue it is."""
    if sees_everything(viewer) or provider_id in viewer.department_ids:
        return ALLOWED
    return denied(_("Only the people of the department that answers this request see its queue."))


def may_note(viewer: Viewer, request: Request) -> Verdict:
    """Notes are written by those who serve the request, and by the departments that it was addressed to as well."""
    if not viewer.department_ids.isdisjoint(request.also_department_ids):
        return ALLOWED
    return may_serve(viewer, request)


def may_write(viewer: Viewer, request: Request) -> Verdict:
    """As the customer writes the customer, or a colleague on whose department's behalf it was asked."""
    if viewer.is_house or is_customer(viewer, request):
        return ALLOWED
    if Dependency.objects.filter(needed=request.pk, waiting__provider__in=viewer.department_ids).exists():
        return ALLOWED
    return denied(_("Only the customer of this request can write here."))


def may_serve_or_write(viewer: Viewer, request: Request) -> Verdict:
    """Both sides may cancel, close and complain: agents do it on the customer's word."""
    return may_serve(viewer, request) or may_write(viewer, request)


_MAY: dict[Verb, Callable[[Viewer, Request], Verdict]] = {
    Verb.REPLY: may_serve,
    Verb.NOTE: may_note,
    Verb.TAKE: may_serve,
    Verb.ASSIGN: may_serve,
    Verb.HAND_OVER: may_serve,
    Verb.WAIT: may_serve,
    Verb.RESUME: may_serve,
    Verb.ASK_DEPARTMENT: may_serve,
    Verb.PROMISE: may_serve,
    Verb.FINISH_STEP: may_serve,
    Verb.RESOLVE: may_serve,
    Verb.REOPEN: may_serve,
    Verb.LOOK: may_note,
    Verb.WEIGH: may_serve,
    Verb.CHOOSE: may_serve,
    Verb.MERGE: may_serve,
    Verb.CLOSE: may_serve_or_write,
    Verb.CANCEL: may_serve_or_write,
    Verb.COMPLAIN: may_serve_or_write,
    Verb.WRITE: may_write,
}


def may_do(viewer: Viewer, verb: Verb, request: Request) -> Verdict:
    """Whether the viewer may do `verb` with the request at all, however it stands. See `verdict_now` for buttons."""
    return _MAY[verb](viewer, request)


def verdict_now(viewer: Viewer, verb: Verb, request: Request, *, at: datetime, open_blockers: int) -> Verdict:
    """Whether the viewer may do `verb` with the request as it stands at `at`, or why not."""
    verdict = may_do(viewer, verb, request)
    if not verdict:
        return verdict
    refusal = refusal_of(
        verb,
        State(request.state),
        now=at,
        closed_at=request.closed_at,
        open_blockers=open_blockers,
        is_merged=request.merged_into_id is not None,
    )
    return denied(refusal_words(refusal)) if refusal else ALLOWED


def may_see_stake_policy(viewer: Viewer) -> Verdict:
    """Whose need goes first is written down for those who answer for it: owner, heads of department, administrators."""
    if viewer.is_house or viewer.is_owner or viewer.is_administrator or viewer.headed_department_ids:
        return ALLOWED
    return denied(_("The policy of whose need goes first is for the owner, heads of department and administrators."))


def may_change_stake_policy(viewer: Viewer) -> Verdict:
    """Whose need goes first is decided by the owner."""
    if viewer.is_house or viewer.is_owner:
        return ALLOWED
    return denied(_("Only the owner decides whose need goes first. You can try out other figures here."))


def may_know_whose_it_is(viewer: Viewer, *, provider_id: int, customer_id: int, is_private: bool) -> Verdict:
    """Whether somebody whose work a request waits on may know for whom it is.

    They see its header, as everybody in a chain does (CHAIN). What a colleague asked in person stays private: that
    is known to who answers it, to the colleague, and to the owner.
    """
    if not is_private or sees_everything(viewer):
        return ALLOWED
    if provider_id in viewer.department_ids or customer_id in parties_of(viewer):
        return ALLOWED
    return denied(_("This is a colleague’s private matter."))


def require_sight(viewer: Viewer, request: Request) -> None:
    """Raise HiddenError if nothing of the request's conversation exists for the viewer."""
    parents = () if sees_everything(viewer) else _parent_providers(request)
    if access_to(viewer, request, parent_provider_ids=parents) is None:
        raise HiddenError(f"There is no request {request.pk} for this viewer.")


def _parent_providers(request: Request) -> list[int]:
    return list(Dependency.objects.filter(needed=request.pk).values_list("waiting__provider_id", flat=True))
