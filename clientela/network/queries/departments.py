"""A department now and next week, for its head and its people."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.network import rules
from clientela.network.queries.loads import DepartmentLoad, branch, department_load
from clientela.network.queries.what_ifs import headed_by
from clientela.network.rules.suggesting import Standing, Suggestion, suggestion
from clientela.promises import queries as promises
from clientela.requests.queries import department_now as requests
from clientela.requests.queries.department_now import LongStay, OpenWork, PromiseInDanger, WaitOn
from clientela.requests.queries.glimpses import RequestGlimpse

WEEKS_SEEN = 12
A_WEEK = timedelta(weeks=1)
LATELY = timedelta(weeks=4)


@dataclass(frozen=True)
class Waiting:
    """How much waits between two departments, and how long the longest has waited, in working seconds of the waiter."""

    other: DepartmentCard
    count: int
    longest_seconds: int


@dataclass(frozen=True)
class DepartmentNow:
    """Everything the page of a department shows. Counts are for all who see its load; requests only as one may read."""

    department: DepartmentCard
    load: DepartmentLoad
    work: OpenWork
    people_hours: float  # of its people in the next seven days, by its calendar
    is_closed: bool  # nobody works in the next seven days
    came_by_week: tuple[int, ...]  # the weeks before, the last one first
    expected: int  # to come in the next seven days, and its usual range
    expected_low: int
    expected_high: int
    done_a_week: float
    in_danger: tuple[PromiseInDanger, ...]
    longest: tuple[LongStay, ...]
    waits_on_us: tuple[Waiting, ...]
    we_wait_on: tuple[Waiting, ...]
    short: tuple[rules.HalfDay, ...]
    start_with_waiting: int
    suggestion: Suggestion
    start_with: RequestGlimpse | None
    may_ask_what_if: bool


def department_now(viewer: Viewer, key: str, *, at: datetime) -> DepartmentNow:
    """Return how a department and its teams stand. Raises HiddenError. The number of statements depends on nothing."""
    load = department_load(viewer, key, at=at, weeks=WEEKS_SEEN)
    cards = {card.id: card for card in directory.departments()}
    ids = [card.id for card in branch(load.department.id, list(cards.values()))]
    work = requests.open_work_of(ids, at=at)
    parts = rules.half_days(load.hours)
    seen_weeks = max(1, min(WEEKS_SEEN, int(load.weeks)))
    came = requests.came_by_week(ids, weeks=seen_weeks, since=at - seen_weeks * A_WEEK, until=at)
    expected, low, high = rules.expected_a_week(came)
    times = promises.open_time_of(ids, since=at, until=at + A_WEEK)
    open_seconds = sum((end - start).total_seconds() for one in times.values() for start, end in one.periods) / max(
        len(times), 1
    )
    waits = requests.waits_between(ids)
    ours = [wait for wait in waits if wait.needed_provider_id in ids]
    most = requests.most_waited_for(ours, viewer)
    done = load.durations.cases / load.weeks if load.durations else 0.0
    return DepartmentNow(
        department=load.department,
        load=load,
        work=work,
        people_hours=load.members * open_seconds / 3600,
        is_closed=open_seconds == 0,
        came_by_week=tuple(came),
        expected=expected,
        expected_low=low,
        expected_high=high,
        done_a_week=done,
        in_danger=tuple(requests.promises_in_danger(viewer, ids, at=at)),
        longest=tuple(requests.longest_stays(viewer, ids, since=at - LATELY, until=at)),
        waits_on_us=_waiting(ours, by_waiting=True, cards=cards, at=at),
        we_wait_on=_waiting(
            [wait for wait in waits if wait.needed_provider_id not in ids], by_waiting=False, cards=cards, at=at
        ),
        short=tuple(rules.short_half_days(parts)),
        start_with_waiting=most[1] if most else 0,
        suggestion=suggestion(
            parts,
            Standing(
                weeks=load.weeks,
                members=load.members,
                open_count=work.count,
                late_count=work.late_count,
                done_a_week=done,
                most_waited_for=most[1] if most else 0,
            ),
        ),
        start_with=most[0] if most else None,
        may_ask_what_if=viewer.is_owner or load.department.id in headed_by(viewer),
    )


def _waiting(
    waits: Sequence[WaitOn], *, by_waiting: bool, cards: dict[int, DepartmentCard], at: datetime
) -> tuple[Waiting, ...]:
    """Sum up by the other department; the most first."""
    seconds = promises.working_seconds_of([(wait.waiting_provider_id, wait.since, at) for wait in waits])
    found: dict[int, list[int]] = defaultdict(list)
    for wait, waited in zip(waits, seconds, strict=True):
        found[wait.waiting_provider_id if by_waiting else wait.needed_provider_id].append(waited)
    rows = [Waiting(cards[number], len(all_of_it), max(all_of_it)) for number, all_of_it in found.items()]
    return tuple(sorted(rows, key=lambda row: (-row.count, -row.longest_seconds, row.other.key)))
