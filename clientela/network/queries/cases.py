"""The outside cases of a span as the pages about paths and lateness read them: with their chains, by department.

Teams count with the department at the top of their branch, as on the map. A busy house has more cases in half a year
than a page can read: then the span begins later, so that from its beginning on none is missing. What is shown is exact
for the span that is named.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from clientela.directory import queries as directory
from clientela.directory.queries import DepartmentCard
from clientela.kernel.journal import thing
from clientela.network.queries.service_map import BUSINESSES, HOUSEHOLDS
from clientela.network.rules.travelling import CasePassed, Family, Stay
from clientela.promises.queries.resolutions import Resolution, resolutions_of
from clientela.requests.queries.outside_cases import CaseStay, EndedCase, EndedCases, ended_outside_cases

WEEKS = 26
MOST_CASES = 3000  # read and shared out in some 0.4 s of computing when a fifth of them is late


@dataclass(frozen=True)
class Cases:
    """The outside cases that ended in a span, the newest first. Stays name the departments at the top."""

    since: datetime
    until: datetime
    is_shortened: bool  # there were too many to read: `since` is later than was asked for
    ended: tuple[EndedCase, ...]
    families: Mapping[int, Family]  # by case
    promises: Mapping[int, tuple[Resolution, ...]]  # by request, of its resolution, the earliest first
    departments: Mapping[int, DepartmentCard]
    tops: Mapping[int, int]

    @cached_property
    def passed(self) -> tuple[CasePassed, ...]:
        """Which department did what in each case."""
        return tuple(_passed(family) for family in self.families.values())

    def decided(self, request_id: int, provider_id: int) -> bool | None:
        """Whether a department broke its promise about a request; None if it gave none or it was not decided."""
        own = [
            one
            for one in self.promises.get(request_id, ())
            if self.tops[one.provider_id] == provider_id and one.is_decided(at=self.until)
        ]
        return any(one.is_broken(at=self.until) for one in own) if own else None


def read_cases(*, at: datetime, weeks: int = WEEKS, service_id: int | None = None) -> Cases:
    """Read the outside cases that ended in the weeks before `at`, of one service or of all. Five statements."""
    found = ended_outside_cases(since=at - timedelta(weeks=weeks), until=at, most=MOST_CASES, service_id=service_id)
    departments = {card.id: card for card in directory.departments()}
    tops = _tops({number: card.parent_id for number, card in departments.items()})
    numbers = {thing("request", request_id): request_id for request_id in found.stays}
    stays = {
        request_id: tuple(_stay(stay, tops, open_until=round(at.timestamp())) for stay in own)
        for request_id, own in found.stays.items()
    }
    return Cases(
        since=found.since,
        until=at,
        is_shortened=found.is_shortened,
        ended=found.cases,
        families={case.request_id: _family(case.request_id, found, stays) for case in found.cases},
        promises={numbers[subject]: own for subject, own in resolutions_of(numbers).items()},
        departments=departments,
        tops=tops,
    )


def segment_of(case: EndedCase) -> str:
    """Return the key of the customers outside to whom a case belongs, as on the map."""
    return BUSINESSES if case.customer_kind == "organisation" else HOUSEHOLDS


def who_asked(family: Family) -> list[tuple[int, int, int, int]]:
    """Return (the department that asked, the one asked, waiting request, needed request) of everything in a case.

    Who asked is who had the waiting request when the other came; several were asked when it was handed on. What a
    department asks of itself is left out.
    """
    found = []
    for waiting_id, needed in family.asked.items():
        for needed_id in needed:
            asked = family.stays.get(needed_id, ())
            if not asked or not family.stays.get(waiting_id):
                continue
            asker = _holder_at(family.stays[waiting_id], asked[0].started_at)
            found += [
                (asker, provider_id, waiting_id, needed_id)
                for provider_id in dict.fromkeys(stay.provider_id for stay in asked)
                if provider_id != asker
            ]
    return found


def _holder_at(stays: Sequence[Stay], moment: int) -> int:
    return next((stay.provider_id for stay in reversed(stays) if stay.started_at <= moment), stays[0].provider_id)


def _passed(family: Family) -> CasePassed:
    return CasePassed(
        fronts=frozenset(stay.provider_id for stay in family.stays.get(family.root_id, ())),
        done=frozenset((stay.service_id, stay.provider_id) for own in family.stays.values() for stay in own),
    )


def _family(case_id: int, found: EndedCases, stays: Mapping[int, tuple[Stay, ...]]) -> Family:
    asked: dict[int, list[int]] = defaultdict(list)
    for waiting_id, needed_id in found.needs.get(case_id, ()):
        asked[waiting_id].append(needed_id)
    members = {case_id, *(needed_id for own in asked.values() for needed_id in own)}
    return Family(case_id, {number: stays[number] for number in members if number in stays}, asked)


def _stay(stay: CaseStay, tops: Mapping[int, int], *, open_until: int) -> Stay:
    return Stay(
        provider_id=tops[stay.provider_id],
        service_id=stay.service_id,
        started_at=stay.started_at,
        ended_at=max(open_until, stay.started_at) if stay.ended_at is None else stay.ended_at,
        is_cancelled=stay.outcome == "cancelled",
        has_waited=stay.department_seconds > 0,
        moving_seconds=stay.queue_seconds + stay.work_seconds,
        still_seconds=stay.customer_seconds + stay.date_seconds,
        waiting_seconds=stay.department_seconds,
    )


def _tops(parents: Mapping[int, int | None]) -> dict[int, int]:
    """Return for each department the one at the top of its branch."""

    def top(department_id: int) -> int:
        parent = parents[department_id]
        return department_id if parent is None else top(parent)

    return {department_id: top(department_id) for department_id in parents}
