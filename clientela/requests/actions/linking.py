"""Letting a request wait on one that is there already, and no longer: two customers wait for the same mended lift."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.constraints import violated_constraint, violation_detail
from clientela.kernel.identifiers import normal_reference
from clientela.kernel.policies import HiddenError
from clientela.requests.actions.facts import subject_of, tell
from clientela.requests.actions.locks import Chain, hold_request, links_around
from clientela.requests.actions.refusals import LinkError
from clientela.requests.actions.travelling import waits_still
from clientela.requests.actions.turns import end_waiting, save, start_waiting, take_if_free
from clientela.requests.models import LIVE_STATES, Dependency, Request
from clientela.requests.policies import require_sight
from clientela.requests.rules import State, Verb

MOST_NAMED = 8  # of a longer circle the middle is left out


@transaction.atomic
def link_requests(
    *,
    by: Viewer,
    at: datetime,
    request_id: int,
    needed_reference: str = "",
    needed_id: int | None = None,
    is_blocking: bool = True,
    then: str = "stay",
) -> None:
    """Let a request wait on one that exists already, named by its reference or its id.

    Only who serves the waiting one may do it, and only where they may read the needed one: through a link the whole
    department reads what was said there in public. Blocking, and `then`: as in ask_department. Raises HiddenError
    (also for a reference that there is not), NotAllowedError, StateError, LinkError that names the circle.
    """
    needed = _needed(by, needed_reference, needed_id)
    held = hold_request(Verb.ASK_DEPARTMENT, by=by, at=at, request_id=request_id, also={needed.pk})
    waiting, needed = held.request, held.chain.rows[needed.pk]
    require_sight(by, needed)  # as it stands now
    if needed.pk == waiting.pk:
        raise LinkError(_("A request cannot wait on itself. Write the reference of the other one."))
    if needed.state not in LIVE_STATES:
        raise LinkError(_("%(reference)s has ended already; there is nothing to wait for.") % _named(needed))
    take_if_free(waiting, by=by, at=at)
    also = (subject_of(needed.pk),)
    told = {"request": needed.pk, "reference": needed.reference, "department": needed.provider_id}
    tell("requests_linked", waiting, by=by, at=at, also=also, **told, is_blocking=is_blocking)
    if is_blocking or then == "wait":
        start_waiting(waiting, State.WAITING_DEPARTMENT, by=by, at=at)
    save(waiting)
    # Last, because links stand in a line from here until the transaction ends.
    try:
        with transaction.atomic():
            Dependency.objects.create(
                waiting=waiting, needed=needed, is_blocking=is_blocking, was_opened_for_it=False, made_at=at
            )
    except IntegrityError as refusal:
        raise _refused(refusal, waiting, needed) from refusal


@transaction.atomic
def unlink_requests(*, by: Viewer, at: datetime, request_id: int, needed_id: int) -> None:
    """Let a request wait on that one no longer; it goes on if nothing else holds it. The other one goes on as it is.

    Raises HiddenError, NotAllowedError, StateError, and LinkError for a part of what was asked together.
    """
    held = hold_request(Verb.ASK_DEPARTMENT, by=by, at=at, request_id=request_id, also={needed_id})
    waiting = held.request
    link = Dependency.objects.filter(waiting=waiting, needed=needed_id).first()
    if link is None:
        raise HiddenError(f"Request {request_id} does not wait on {needed_id}.")
    needed = held.chain.rows[needed_id]
    if link.together_id is not None:
        raise LinkError(
            _("%(reference)s was asked together with others. Cancel it, or drop what is left of them.") % _named(needed)
        )
    around = [other for other in links_around(waiting.pk) if other.waiting_id == waiting.pk]
    rows = Request.objects.in_bulk([other.needed_id for other in around])
    is_held_still = waits_still(Chain({**rows, waiting.pk: waiting}, around), link)
    link.delete()
    told = {"request": needed_id, "reference": needed.reference, "department": needed.provider_id}
    tell("requests_unlinked", waiting, by=by, at=at, also=(subject_of(needed_id),), **told)
    if waiting.state == State.WAITING_DEPARTMENT and not is_held_still:
        end_waiting(waiting, by=by, at=at, because="unlinked")
        save(waiting)


def _needed(by: Viewer, reference: str, needed_id: int | None) -> Request:
    """The request to wait on. One that there is not and one that may not be seen look alike."""
    found = Request.objects.filter(
        **({"reference": normal_reference(reference) or ""} if needed_id is None else {"pk": needed_id})
    ).first()
    if found is None:
        raise HiddenError(f"There is no request {reference or needed_id}.")
    require_sight(by, found)
    return found


def _refused(refusal: IntegrityError, waiting: Request, needed: Request) -> Exception:
    match violated_constraint(refusal):
        case "no_circles":
            return LinkError(_circle_in_words(violation_detail(refusal), waiting, needed))
        case "dependency_once":
            return LinkError(
                _("%(waiting)s waits on %(needed)s already.")
                % {"waiting": waiting.reference, "needed": needed.reference}
            )
        case _:
            return refusal


def _circle_in_words(detail: str, waiting: Request, needed: Request) -> str:
    """`R-AAA waits on R-BBB, which waits on R-AAA already.` The detail names the ids of the circle in their order."""
    ids = [int(number) for number in detail.split(",")]
    ids = ids[ids.index(waiting.pk) :] + ids[: ids.index(waiting.pk)]
    rows = Request.objects.in_bulk(ids)
    names = [rows[number].reference for number in ids]
    if len(names) > MOST_NAMED:
        names = [*names[: MOST_NAMED - 2], "…", names[-1]]
    words = _("%(waiting)s waits on %(needed)s") % {"waiting": waiting.reference, "needed": needed.reference}
    for name in names[2:]:
        words = _("%(so_far)s, which waits on %(needed)s") % {"so_far": words, "needed": name}
    return _("%(so_far)s, which waits on %(waiting)s already. So neither could ever be done.") % {
        "so_far": words,
        "waiting": waiting.reference,
    }


def _named(request: Request) -> dict[str, str]:
    return {"reference": request.reference}
