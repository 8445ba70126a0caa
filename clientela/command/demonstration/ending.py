"""How the story is cut at its end: to the number wanted, with queues that look like a working day's."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random

from clientela.command.demonstration.cases import Case
from clientela.command.demonstration.hours import DAY
from clientela.command.demonstration.story import (
    AskedDepartment,
    Closed,
    Complained,
    Event,
    Reopened,
    Replied,
    RequestStory,
    Resolved,
    Resumed,
    Waiting,
)
from clientela.command.demonstration.telling import child_mark

FEWEST_OPEN, MOST_OPEN = 9, 14  # in each team at the end of a whole story
WHOLE_STORY = 3000  # requests; a shorter one ends as it happens to end
SETTLED_DAYS = 10  # what is left out for its number alone is older


def cut(rng: Random, cases: Sequence[Case], teams: Iterable[str], *, wanted: int, until: datetime) -> list[Case]:
    """So many of the cases, as they stand at `until`. Raises ValueError if there are fewer."""
    kept = [case for case in cases if case.opened_at < int(until.timestamp())]
    for case in kept:
        _stop(case, until)
    spare = len(kept) - wanted
    if spare < 0:
        raise ValueError(f"There are {len(kept)} requests, and {wanted} are wanted.")
    is_whole = wanted >= WHOLE_STORY
    gone: set[Case] = set()
    if is_whole:
        spare = _leave_out_crowds(rng, kept, gone, spare)
    _leave_out_settled(rng, kept, gone, spare=spare, before=int(until.timestamp()) - SETTLED_DAYS * DAY)
    kept = [case for case in kept if case not in gone]
    if is_whole:
        for team in teams:
            _keep_open(kept, team)
    return kept


def finished(cases: Sequence[Case], others: Sequence[RequestStory]) -> tuple[RequestStory, ...]:
    """The stories in the order in which they were opened, with their keys; `others` have theirs."""
    ordered = sorted(cases, key=lambda case: (case.opened_at, case.number))
    keys = {case: f"r-{number:05d}" for number, case in enumerate(ordered, start=1)}
    by_mark = {child_mark(case): key for case, key in keys.items()}
    for case in ordered:
        case.events = [
            replace(event, child=by_mark[event.child]) if isinstance(event, AskedDepartment) else event
            for event in case.events
        ]
    stories = [*(case.told(keys) for case in ordered), *others]
    return tuple(sorted(stories, key=lambda story: story.events[0].at))


def state_after(events: Iterable[Event]) -> str:
    """How a request stands after these events."""
    state = "open"
    for event in events:
        match event:
            case Waiting():
                state = event.state
            case Resolved():
                state = "resolved"
            case Closed():
                state = "closed"
            case Resumed() | Reopened():
                state = "open"
            case Complained() if state in {"resolved", "closed"}:
                state = "open"
    return state


def _stop(case: Case, until: datetime) -> None:
    case.events = [event for event in case.events if event.at < until]
    case.state = state_after(case.events)
    case.children = [child for child in case.children if child.opened_at < int(until.timestamp())]
    case.last_at = int(case.events[-1].at.timestamp())


def _leave_out_crowds(rng: Random, cases: Sequence[Case], gone: set[Case], spare: int) -> int:
    """Leave out whole chains where a team has too many open at once; return how many more may be left out."""
    count = Counter(case.team.key for case in cases if case.is_open)
    crowd = [case for case in cases if case.is_open and count[case.team.key] > MOST_OPEN]
    rng.shuffle(crowd)
    for case in crowd:
        tree = case.root.tree()
        if count[case.team.key] <= MOST_OPEN or case in gone or len(tree) > spare:
            continue
        gone.update(tree)
        count.subtract(one.team.key for one in tree if one.is_open)
        spare -= len(tree)
    return spare


def _leave_out_settled(rng: Random, cases: Sequence[Case], gone: set[Case], *, spare: int, before: int) -> None:
    """Leave out so many that asked nobody else: such as ended long ago, and others only if that is not enough."""
    alone = [case for case in cases if case.parent is None and not case.children and case not in gone]
    settled = [case for case in alone if not case.is_open and case.resolved_at < before]
    chosen = rng.sample(settled, min(spare, len(settled)))
    others = [case for case in alone if case not in set(chosen)]
    gone.update(chosen, rng.sample(others, spare - len(chosen)))


def _keep_open(cases: Sequence[Case], team: str) -> None:
    """Where a team has too few open, what was resolved last is not resolved yet."""
    own = [case for case in cases if case.team.key == team]
    missing = FEWEST_OPEN + len(team) % (MOST_OPEN - FEWEST_OPEN) - sum(case.is_open for case in own)
    latest = sorted((case for case in own if not case.is_open), key=lambda case: -case.resolved_at)
    # Rather those that were answered before: otherwise a question of last week would look forgotten.
    answered = [case for case in latest if any(isinstance(event, Replied) for event in case.events)]
    for case in (*answered, *latest):
        if missing <= 0:
            return
        if not case.is_open:
            missing -= _unresolved(case)


def _unresolved(case: Case) -> bool:
    """Take the end of a case back, if nothing else hangs on it; tell whether that was possible."""
    parent = case.parent
    resolved = max(place for place, event in enumerate(case.events) if isinstance(event, Resolved))
    if parent is not None:
        last = parent.events[-1]
        if not (isinstance(last, Resumed) and last.at == case.events[resolved].at):
            return False
        parent.events.pop()
        parent.state = state_after(parent.events)
        parent.last_at = int(parent.events[-1].at.timestamp())
    del case.events[resolved:]
    case.state = state_after(case.events)
    case.last_at = int(case.events[-1].at.timestamp())
    return True
