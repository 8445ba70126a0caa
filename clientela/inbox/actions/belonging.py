"""Writing down where mails belong: hints for agents, who may go on besides, and which departments see it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from clientela.inbox.actions.todos import Todo
from clientela.inbox.rules.deciding import Verb
from clientela.requests import actions as requests
from clientela.requests.actions import NewParticipant


def write_down_belonging(todos: Sequence[Todo], *, at: datetime) -> None:
    """Keep what was decided besides, for mails that have been acted on. Rows of the mails are saved by the caller."""
    participants: list[NewParticipant] = []
    addressed: dict[int, set[int]] = defaultdict(set)
    for todo in todos:
        raw, decision = todo.stored.raw, todo.decision
        raw.perhaps_of_id = None if decision.perhaps is None else decision.perhaps.id
        raw.details = {**raw.details, **_details(todo)}
        request_id = raw.request_id
        if request_id is None:
            continue
        for one in decision.copied:
            because = "answered" if one.is_author else "copied"
            participants.append(NewParticipant(request_id, one.address, one.name, because))
        served_by = decision.thread.provider_id if decision.thread is not None else _opened_at(todo)
        others = set(decision.department_ids) - {served_by}
        if others:
            addressed[request_id] |= others
        if decision.follows is not None and decision.verb is Verb.OPEN:
            requests.take_up(at=at, request_id=request_id, earlier_id=decision.follows.id)
    if participants:
        requests.let_go_on(at=at, participants=participants)
    if addressed:
        requests.address_departments(at=at, addressed=addressed)


def _opened_at(todo: Todo) -> int | None:
    place = todo.known.place
    return place.department_id if place is not None and todo.decision.verb is Verb.OPEN else None


def _details(todo: Todo) -> dict[str, object]:
    found: dict[str, object] = {}
    looks_like = todo.known.look_alike
    if looks_like is not None:
        found["looks_like"] = {"of": looks_like.of, "why": str(looks_like.why), "address": todo.mail.address}
    if len(todo.known.department_ids) > 1:
        found["also_to"] = list(todo.known.department_ids)
    if todo.decision.follows is not None:
        found["takes_up"] = {"request": todo.decision.follows.id, "reference": todo.decision.follows.reference}
    return found
