"""How an end, a beginning anew or a cancellation travels along a chain. The rules are in `rules.chains`.

Everything here runs on a held chain (see `locks`), and saves each row as soon as its state has changed: the database
looks at what a request waits on when that is resolved, so the needed one is written first. Walks, never recursion: a
chain may be of any depth.
"""

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from clientela.catalogue import queries as catalogue
from clientela.directory.policies import Viewer
from clientela.kernel.journal import facts_about_any
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.promises import queries as promises
from clientela.promises.actions import NoCalendarError
from clientela.requests.actions import turns
from clientela.requests.actions.asking import PartToAsk, open_part, service_for, tell_asked
from clientela.requests.actions.facts import subject_of, tell
from clientela.requests.actions.locks import Chain
from clientela.requests.actions.opening import OpenedRequest
from clientela.requests.actions.refusals import AskError
from clientela.requests.actions.steps import finish_step_of, undo_step_of
from clientela.requests.actions.turns import end_waiting, save, start_waiting
from clientela.requests.models import Dependency, PlannedAsk, Request, Step
from clientela.requests.rules import (
    Course,
    Fate,
    Finish,
    Owed,
    PartState,
    State,
    Wake,
    course_of,
    fate_when_cancelled,
    fate_when_enough,
    finish_of,
    may_reopen,
    part_state,
    wake_of,
)

# Why a department that stood in the order could not be asked when its turn came: its service changed since.
CANNOT_ASK = (AskError, NotAllowedError, HiddenError, NoCalendarError)


def resolve(chain: Chain, request: Request, *, by: Viewer | None, at: datetime) -> None:
    """Resolve a held request, save it, and let go on or finish what waited on it, as far up as it reaches."""
    turns.resolve(request, by=by, at=at)
    save(request)
    drop_planned_of(request, at=at)
    settle_waiting(chain, request, by=by, at=at)


def cancel(chain: Chain, request: Request, *, by: Viewer | None, at: datetime, reason: str) -> None:
    """Cancel a held request, save it, let go on what waited on it, and cancel what was asked only for it."""
    turns.cancel(request, by=by, at=at, reason=reason)
    save(request)
    drop_planned_of(request, at=at)
    settle_waiting(chain, request, by=by, at=at)
    _cancel_what_it_needed(chain, request, at=at)


def reopen(chain: Chain, request: Request, *, by: Viewer | None, at: datetime, because: str) -> None:
    """Open a held request again, save it, and wake what waits on it, as far up as it reaches."""
    turns.reopen(request, by=by, at=at, because=because)
    save(request)
    opened = deque([request])
    while opened:
        current = opened.popleft()
        for link in chain.waiting_on(current.pk):
            waiting = chain.rows[link.waiting_id]
            wake = wake_of(
                waiting.state,
                is_blocking=link.is_blocking,
                finished_by_itself=waiting.state in {State.RESOLVED, State.CLOSED} and _finished_by_itself(waiting),
                may_reopen=waiting.state == State.RESOLVED or may_reopen(waiting.closed_at, at),
            )
            if wake is Wake.IS_TOLD:
                _tell_of(current, waiting, "part_reopened", at=at)
            if wake is Wake.REOPENS:
                turns.reopen(waiting, by=None, at=at, because="part_reopened", reference=current.reference)
                opened.append(waiting)
            if wake in {Wake.REOPENS, Wake.WAITS_AGAIN}:
                start_waiting(waiting, State.WAITING_DEPARTMENT, by=None, at=at, because="part_reopened")
                save(waiting)
            if chain.is_live(waiting.pk):
                undo_step_of(current, waiting, _parts_of(chain, waiting), at=at)


def settle_waiting(chain: Chain, request: Request, *, by: Viewer | None, at: datetime) -> None:
    """Tell the requests that waited on this one that it has ended; those that wait on nothing else go on or finish.

    A request that finishes by itself lets those above it go on in the same way.
    """
    ended: deque[tuple[Request, Viewer | None]] = deque([(request, by)])
    while ended:
        current, who = ended.popleft()
        for link in chain.waiting_on(current.pk):
            waiting = chain.rows[link.waiting_id]
            _tell_of(current, waiting, "department_answered", by=who, at=at, state=str(current.state))
            if not chain.is_live(waiting.pk):
                continue
            if current.state == State.RESOLVED:
                finish_step_of(current, waiting, _parts_of(chain, waiting), at=at)
            course = Course.GOES_ON
            if link.together_id is not None:
                course = _go_on_together(chain, waiting, link.together_id, by=who, at=at)
            if waiting.state != State.WAITING_DEPARTMENT:
                continue
            if course in {Course.STOPPED, Course.OUT_OF_REACH}:
                end_waiting(waiting, by=who, at=at, because="parts_stopped")
            elif waits_still(chain, link):
                continue
            elif _finish(chain, waiting, at=at) is Finish.BY_ITSELF:
                turns.resolve(waiting, by=None, at=at, because="parts_done")
                ended.append((waiting, None))
            else:
                end_waiting(waiting, by=who, at=at, because="department_answered")
            save(waiting)


def _parts_of(chain: Chain, waiting: Request) -> list[Request]:
    return [chain.rows[link.needed_id] for link in chain.needed_by(waiting.pk)]


def waits_still(chain: Chain, link: Dependency) -> bool:
    """Whether the waiting end of a link waits on something besides: on what blocks it, or, if this did not, on all."""
    return any(
        other.needed_id != link.needed_id
        and chain.is_live(other.needed_id)
        and (other.is_blocking or not link.is_blocking)
        for other in chain.needed_by(link.waiting_id)
    )


def ask_planned(
    chain: Chain, waiting: Request, part: PlannedAsk, *, by: Viewer | None, at: datetime
) -> OpenedRequest | None:
    """Ask the department whose turn has come; None when it cannot be asked any more as it was planned."""
    try:
        with transaction.atomic():
            asked = PartToAsk(part.service_version_id, part.title, part.text, part.language, part.answers)
            service = service_for(waiting, asked, asker_id=part.asker_id)
            opened, link = open_part(
                waiting, asked, service, by=by, at=at, asker_id=part.asker_id, together=part.together
            )
            part.asked_id = opened.id
            part.save(update_fields=["asked"])
            together = {"together": part.together_id, "position": part.position}
            tell_asked(waiting, opened, service.owner_id, by=by, at=at, is_blocking=True, **together)
    except CANNOT_ASK:
        return None
    chain.add(Request.objects.get(pk=opened.id), link)
    return opened


def let_rest_go(chain: Chain, waiting: Request, parts: Sequence[PlannedAsk], *, at: datetime) -> None:
    """What is left of parts asked together is not needed any more: nobody asks it, and nobody waits for it."""
    planned = [part for part in parts if part.asked_id is None and part.dropped_at is None]
    PlannedAsk.objects.filter(pk__in=[part.pk for part in planned]).update(dropped_at=at)
    links = {link.needed_id: link for link in chain.needed_by(waiting.pk)}
    for part in parts:
        link = links.get(part.asked_id or 0)
        if link is None:
            continue
        needed = chain.rows[link.needed_id]
        fate = fate_when_enough(
            is_live=chain.is_live(needed.pk),
            is_taken=needed.holder_id is not None,
            was_opened_for_it=link.was_opened_for_it,
            others_wait=chain.others_wait(needed.pk, besides=waiting.pk),
        )
        if fate is Fate.CANCELLED:
            turns.cancel(needed, by=None, at=at, reason="", because="enough_done", reference=waiting.reference)
            save(needed)
            drop_planned_of(needed, at=at)
            _cancel_what_it_needed(chain, needed, at=at)
        elif fate is Fate.RELEASED and link.is_blocking:
            link.is_blocking = False
            Dependency.objects.filter(pk=link.pk).update(is_blocking=False)
            _tell_of(waiting, needed, "part_released", at=at)


def parts_of(together_id: int) -> list[PlannedAsk]:
    """The parts of what was asked together, in their order. One statement."""
    rows = PlannedAsk.objects.select_related("together").filter(together=together_id)
    return list(rows.order_by("position"))


def states_of(parts: Sequence[PlannedAsk], chain: Chain) -> list[PartState]:
    """How the parts stand, in their order."""
    return [
        part_state(
            None if part.asked_id is None else chain.rows[part.asked_id].state, is_dropped=part.dropped_at is not None
        )
        for part in parts
    ]


def drop_planned_of(request: Request, *, at: datetime) -> None:
    """Nobody is asked any more on behalf of a request that has ended."""
    planned = PlannedAsk.objects.filter(together__request=request, asked__isnull=True, dropped_at__isnull=True)
    count = planned.update(dropped_at=at)
    if count:
        tell("parts_dropped", request, by=None, at=at, because="request_ended", count=count)


def _go_on_together(chain: Chain, waiting: Request, together_id: int, *, by: Viewer | None, at: datetime) -> Course:
    """Let what was asked together go on after one part has ended; where somebody has to decide, say so."""
    parts = parts_of(together_id)
    together = parts[0].together
    states = states_of(parts, chain)
    course = course_of(together.manner, together.enough, states)
    done = states.count(PartState.RESOLVED)
    if course is Course.IS_ENOUGH:
        if PartState.LIVE in states or PartState.PLANNED in states:
            tell("enough_parts_done", waiting, by=None, at=at, together=together_id, done=done, all=len(parts))
            let_rest_go(chain, waiting, parts, at=at)
        return course
    if course is Course.ASKS_NEXT:
        following = parts[states.index(PartState.PLANNED)]
        if ask_planned(chain, waiting, following, by=None, at=at) is not None:
            return Course.GOES_ON
    elif course is Course.GOES_ON:
        return course
    if waiting.state == State.WAITING_DEPARTMENT:
        because = {Course.STOPPED: "part_cancelled", Course.OUT_OF_REACH: "out_of_reach"}.get(course, "could_not_ask")
        told: dict[str, Any] = {"done": done, "enough": together.enough, "left": states.count(PartState.PLANNED)}
        tell("parts_stopped", waiting, by=by, at=at, together=together_id, because=because, **told)
    return Course.STOPPED


def _cancel_what_it_needed(chain: Chain, request: Request, *, at: datetime) -> None:
    """Cancel what was asked only for a cancelled request, and what was asked for that, however deep."""
    cancelled = deque([request])
    while cancelled:
        current = cancelled.popleft()
        for link in chain.needed_by(current.pk):
            needed = chain.rows[link.needed_id]
            fate = fate_when_cancelled(
                is_live=chain.is_live(needed.pk),
                was_opened_for_it=any(other.was_opened_for_it for other in chain.waiting_on(needed.pk)),
                others_wait=chain.others_wait(needed.pk, besides=current.pk),
            )
            if fate is Fate.CANCELLED:
                why = {"because": "not_needed_any_more", "reference": current.reference}
                turns.cancel(needed, by=None, at=at, reason="", **why)
                save(needed)
                drop_planned_of(needed, at=at)
                cancelled.append(needed)


def _finish(chain: Chain, waiting: Request, *, at: datetime) -> Finish:
    """Whether a request on which nothing is open any more ends by itself. Asks no more than it must."""
    if not catalogue.finishes_by_itself(waiting.service_version_id):
        return Finish.GOES_ON
    subject = subject_of(waiting.pk)
    # The request itself is answered by being done; what was written after it is not.
    owed = Owed(
        has_unanswered_words=waiting.unanswered_since is not None and waiting.last_message_at != waiting.opened_at,
        has_own_promises=any(
            clock.kind == "personal" for clock in promises.open_clocks_of([subject], at=at).get(subject, ())
        ),
        has_open_steps=Step.objects.filter(request=waiting, done_at__isnull=True).exists(),
    )
    return finish_of(by_itself=True, needs=_needs_of(chain, waiting), owed=owed)


def _needs_of(chain: Chain, waiting: Request) -> list[PartState]:
    """How everything stands that blocked a request; of parts asked together, where enough are done, only those."""
    links = [link for link in chain.needed_by(waiting.pk) if link.is_blocking]
    needs = [
        part_state(chain.rows[link.needed_id].state, is_dropped=False) for link in links if link.together_id is None
    ]
    for together_id in sorted({link.together_id for link in links if link.together_id is not None}):
        parts = parts_of(together_id)
        states = states_of(parts, chain)
        is_enough = course_of(parts[0].together.manner, parts[0].together.enough, states) is Course.IS_ENOUGH
        needs += [PartState.RESOLVED] if is_enough else states
    return needs


def _finished_by_itself(request: Request) -> bool:
    """Whether no hand resolved it, and none closed it since."""
    facts = facts_about_any([subject_of(request.pk)], verbs={"request_resolved", "request_closed"}, limit=2)
    own = [fact for fact in facts if fact.about[0] == subject_of(request.pk)]
    if request.state == State.CLOSED and (not own or own[0].by is not None):
        return False
    return next((fact.data.get("because") for fact in own if fact.verb == "request_resolved"), "") == "parts_done"


def _tell_of(
    subject: Request, reader: Request, verb: str, *, at: datetime, by: Viewer | None = None, **data: str
) -> None:
    """Write a fact about `reader` that names the other request."""
    tell(
        verb,
        reader,
        by=by,
        at=at,
        also=(subject_of(subject.pk),),
        request=subject.pk,
        reference=subject.reference,
        **data,
        department=subject.provider_id,
    )
