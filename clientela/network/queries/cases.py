"""What ended cases of customers outside contribute, read from their chains and promises as they are now.

Departments count as `rules.travelling.groups_of` says: teams with the top of their branch, small branches together.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clientela.directory import queries as directory
from clientela.kernel.journal import thing
from clientela.network.queries.service_map import BUSINESSES, HOUSEHOLDS
from clientela.network.rules.travelling import (
    CasePassed,
    Family,
    Hop,
    LateCase,
    Part,
    Passage,
    Stay,
    groups_of,
    hops_of,
    parts_of_lateness,
    passages_of,
)
from clientela.promises.queries.resolutions import (
    Resolution,
    late_seconds_of,
    resolutions_of,
    working_seconds_by,
)
from clientela.requests.queries.outside_cases import CaseFamilies, CaseStay, EndedCase, families_of


@dataclass(frozen=True)
class CaseTold:
    """What one case contributes. `parts` of the departments make `late_seconds` exactly."""

    case: EndedCase
    segment: str  # of the customers outside to whom it belongs, as on the map
    is_decided: bool
    is_late: bool
    late_seconds: int
    parts: Mapping[int, Part]
    passages: tuple[Passage, ...]
    hops: tuple[Hop, ...]


def groups_now(*, at: datetime) -> dict[int, int]:
    """Return with which department each one counts today. Two statements."""
    parents = {card.id: card.parent_id for card in directory.departments()}
    return groups_of(parents, directory.people_by_department(at=at))


def cases_told(ended: Sequence[EndedCase], groups: Mapping[int, int], *, at: datetime) -> list[CaseTold]:
    """Return what each of these cases contributes, as far as was decided by `at`, or by the end of the last of them.

    Five statements for any number of cases, and one for a calendar not seen before.
    """
    if not ended:
        return []
    at = max(at, *(case.ended_at for case in ended))  # some may have ended after whoever counts looked at the clock
    found = families_of([case.request_id for case in ended])
    numbers = {thing("request", request_id): request_id for request_id in found.stays}
    promises = {numbers[subject]: own for subject, own in resolutions_of(numbers).items()}
    until = round(at.timestamp())
    stays = {
        request_id: tuple(_stay(stay, groups, open_until=until) for stay in own)
        for request_id, own in found.stays.items()
    }
    last = {case.request_id: promises[case.request_id][-1] for case in ended if case.request_id in promises}
    late = late_seconds_of([one.id for one in last.values() if one.is_broken(at=at)], at=at)
    calendars: dict[int, Callable[[int, int], int]] = {}
    told = []
    for case in ended:
        family = _family(case.request_id, found, stays)
        own = {number: promises[number] for number in family.stays if number in promises}
        promise = last.get(case.request_id)
        is_decided = promise is not None and promise.is_decided(at=at)
        seconds = late.get(promise.id, 0) if promise is not None and is_decided else 0
        parts: Mapping[int, Part] = {}
        if promise is not None and seconds:
            if promise.calendar_version_id not in calendars:
                calendars[promise.calendar_version_id] = working_seconds_by(promise.calendar_version_id)
            late_case = LateCase(
                family=family,
                promiser_id=groups[promise.provider_id],
                started_at=_second(promise.started_at),
                ended_at=_second(promise.kept_at or at),
                late_seconds=seconds,
                past_own=_past_own(own, groups),
            )
            parts = parts_of_lateness(late_case, calendars[promise.calendar_version_id])
        told.append(
            CaseTold(
                case=case,
                segment=BUSINESSES if case.customer_kind == "organisation" else HOUSEHOLDS,
                is_decided=is_decided,
                is_late=is_decided and promise is not None and promise.is_broken(at=at),
                late_seconds=seconds,
                parts=parts,
                passages=passages_of(_passed(family)),
                hops=hops_of(family, _ends(own, groups, at=at)),
            )
        )
    return told


def _passed(family: Family) -> CasePassed:
    own = family.stays.get(family.root_id, ())
    return CasePassed(
        fronts=frozenset(stay.provider_id for stay in own),
        done=frozenset((stay.service_id, stay.provider_id) for stays in family.stays.values() for stay in stays),
        last=own[-1].provider_id if own else None,
    )


def _past_own(promises: Mapping[int, Sequence[Resolution]], groups: Mapping[int, int]) -> dict[tuple[int, int], int]:
    """Return when each department first broke its own promise about each request of a case."""
    found: dict[tuple[int, int], int] = {}
    for number, own in promises.items():
        for one in own:
            if one.broken_at is not None:
                key, broken_at = (number, groups[one.provider_id]), _second(one.broken_at)
                found[key] = min(found.get(key, broken_at), broken_at)
    return found


def _ends(
    promises: Mapping[int, Sequence[Resolution]], groups: Mapping[int, int], *, at: datetime
) -> dict[tuple[int, int], bool]:
    """Return of each request and department whether a promise of its end was broken, where one was decided."""
    found: dict[tuple[int, int], bool] = {}
    for number, own in promises.items():
        for one in own:
            if one.is_decided(at=at):
                key = (number, groups[one.provider_id])
                found[key] = found.get(key, False) or one.is_broken(at=at)
    return found


def _family(case_id: int, found: CaseFamilies, stays: Mapping[int, tuple[Stay, ...]]) -> Family:
    asked: dict[int, list[int]] = defaultdict(list)
    for waiting_id, needed_id in found.needs.get(case_id, ()):
        asked[waiting_id].append(needed_id)
    members = {case_id, *(needed_id for own in asked.values() for needed_id in own)}
    return Family(case_id, {number: stays[number] for number in sorted(members) if number in stays}, asked)


def _stay(stay: CaseStay, groups: Mapping[int, int], *, open_until: int) -> Stay:
    return Stay(
        provider_id=groups[stay.provider_id],
        service_id=stay.service_id,
        started_at=stay.started_at,
        ended_at=max(open_until, stay.started_at) if stay.ended_at is None else stay.ended_at,
        is_cancelled=stay.outcome == "cancelled",
        has_waited=stay.department_seconds > 0,
        moving_seconds=stay.queue_seconds + stay.work_seconds,
        still_seconds=stay.customer_seconds + stay.date_seconds,
        waiting_seconds=stay.department_seconds,
    )


def _second(moment: datetime) -> int:
    return int(moment.timestamp() // 1)
