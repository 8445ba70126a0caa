"""Asking several departments in one go: side by side or in order, all of them or enough of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError
from clientela.requests.actions.asking import (
    PartToAsk,
    accepted_part,
    open_part,
    require_asker,
    service_for,
    tell_asked,
)
from clientela.requests.actions.facts import tell
from clientela.requests.actions.locks import Chain, hold_request
from clientela.requests.actions.messages import require_words
from clientela.requests.actions.opening import OpenedRequest
from clientela.requests.actions.refusals import AskError
from clientela.requests.actions.travelling import ask_planned, let_rest_go, parts_of, states_of
from clientela.requests.actions.turns import end_waiting, save, start_waiting, take_if_free
from clientela.requests.models import AskedTogether, PlannedAsk, Request
from clientela.requests.rules import Manner, PartState, State, Verb, storable, title_of

FEWEST_PARTS = 2
MOST_PARTS = 20


@dataclass(frozen=True)
class OpenedTogether:
    """What was asked together. `opened` are the requests asked at once; in order, that is the first one."""

    id: int
    opened: tuple[OpenedRequest, ...]


@transaction.atomic
def ask_departments_together(
    *,
    by: Viewer,
    at: datetime,
    request_id: int,
    parts: Sequence[PartToAsk],
    manner: str,
    enough: int | None = None,
) -> OpenedTogether:
    """Ask several departments for their parts, on all of which this request waits.

    `manner`: side_by_side (all at once) or in_order (the next when the one before is done). `enough`: so many done are
    enough, the others are then not needed any more; None is all. Raises what ask_department raises; AskError also says
    which part is at fault.
    """
    _require_parts(parts, manner=manner, enough=enough)
    parent = hold_request(Verb.ASK_DEPARTMENT, by=by, at=at, request_id=request_id).request
    asker_id = require_asker(by)
    checked = [(service_for(parent, part, asker_id=asker_id), accepted_part(part)) for part in parts]
    together = AskedTogether.objects.create(
        request=parent, manner=manner, enough=len(parts) if enough is None else enough, made_at=at
    )
    take_if_free(parent, by=by, at=at)
    told: dict[str, Any] = {"manner": manner, "all": len(parts), "enough": together.enough}
    tell("departments_asked_together", parent, by=by, at=at, together=together.pk, **told)
    planned = []
    opened = []
    for position, (service, part) in enumerate(checked):
        row = _planned(together, position, part, asker_id=asker_id)
        if manner == Manner.SIDE_BY_SIDE or position == 0:
            asked, _link = open_part(parent, part, service, by=by, at=at, asker_id=asker_id, together=together)
            place = {"together": together.pk, "position": position}
            tell_asked(parent, asked, service.owner_id, by=by, at=at, is_blocking=True, **place)
            row.asked_id = asked.id
            opened.append(asked)
        planned.append(row)
    PlannedAsk.objects.bulk_create(planned)
    start_waiting(parent, State.WAITING_DEPARTMENT, by=by, at=at)
    save(parent)
    return OpenedTogether(together.pk, tuple(opened))


@transaction.atomic
def ask_next_part(*, by: Viewer, at: datetime, request_id: int, together_id: int) -> OpenedRequest:
    """Go on without the part that was cancelled: ask the next one. So many parts as are left are enough from now on.

    Raises HiddenError, NotAllowedError, StateError, and AskError when there is no next one, or one is in work.
    """
    held = hold_request(Verb.ASK_DEPARTMENT, by=by, at=at, request_id=request_id, with_chain=True)
    parent, parts = held.request, _parts_of(together_id, held.request)
    states = states_of(parts, held.chain)
    if PartState.PLANNED not in states:
        raise AskError(_("All of them were asked already."))
    if PartState.LIVE in states:
        raise AskError(_("The one before is still in work. The next is asked when it is done."))
    together = parts[0].together
    possible = sum(state in {PartState.RESOLVED, PartState.PLANNED} for state in states)
    if possible < together.enough:
        together.enough = possible
        together.save(update_fields=["enough"])
    opened = ask_planned(held.chain, parent, parts[states.index(PartState.PLANNED)], by=by, at=at)
    if opened is None:
        raise AskError(_("This can no longer be asked as it was planned. Drop the rest, and ask anew."))
    take_if_free(parent, by=by, at=at)
    start_waiting(parent, State.WAITING_DEPARTMENT, by=by, at=at)
    save(parent)
    return opened


@transaction.atomic
def drop_parts(*, by: Viewer, at: datetime, request_id: int, together_id: int) -> None:
    """The rest is not needed: parts not asked yet are dropped, untaken ones cancelled, those in work not waited for.

    The request goes on if nothing else blocks it. Raises HiddenError, NotAllowedError, StateError, AskError.
    """
    held = hold_request(Verb.ASK_DEPARTMENT, by=by, at=at, request_id=request_id, with_chain=True)
    parent, parts = held.request, _parts_of(together_id, held.request)
    states = states_of(parts, held.chain)
    count = states.count(PartState.PLANNED) + states.count(PartState.LIVE)
    if not count:
        raise AskError(_("There is nothing left to drop."))
    tell("parts_dropped", parent, by=by, at=at, together=together_id, because="agent", count=count)
    let_rest_go(held.chain, parent, parts, at=at)
    _go_on_if_free(held.chain, parent, by=by, at=at)


def _go_on_if_free(chain: Chain, parent: Request, *, by: Viewer, at: datetime) -> None:
    if parent.state == State.WAITING_DEPARTMENT and not chain.open_blockers(parent.pk):
        end_waiting(parent, by=by, at=at, because="agent")
        save(parent)


def _require_parts(parts: Sequence[PartToAsk], *, manner: str, enough: int | None) -> None:
    if manner not in set(Manner):
        raise ValueError(f"manner is {manner!r}; it is one of {sorted(Manner)}.")
    if not FEWEST_PARTS <= len(parts) <= MOST_PARTS:
        raise AskError(
            _("Between %(fewest)s and %(most)s departments are asked in one go.")
            % {"fewest": FEWEST_PARTS, "most": MOST_PARTS}
        )
    if enough is not None and not 1 <= enough <= len(parts):
        raise AskError(_("Of %(count)s parts, between 1 and %(count)s can be enough.") % {"count": len(parts)})
    for part in parts:
        require_words(part.text or part.title, ())


def _planned(together: AskedTogether, position: int, part: PartToAsk, *, asker_id: int) -> PlannedAsk:
    return PlannedAsk(
        together=together,
        position=position,
        service_version_id=part.service_version_id,
        title=title_of(part.title, part.text),
        text=storable(part.text),
        language=part.language[:8],
        answers=dict(part.answers),
        asker_id=asker_id,
    )


def _parts_of(together_id: int, parent: Request) -> list[PlannedAsk]:
    parts = parts_of(together_id)
    if not parts or parts[0].together.request_id != parent.pk:
        raise HiddenError(f"Nothing was asked together as {together_id} on request {parent.pk}.")
    return parts
