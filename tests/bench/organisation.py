"""The history of the demonstration organisation as plain rows, straight from its story: no database is needed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from clientela.command.demonstration import story as told
from clientela.command.demonstration.hours import OpenHours, all_hours
from clientela.command.demonstration.plan import DAYS_AFTER, DAYS_BEFORE, demonstration_plan
from clientela.command.demonstration.story import DemonstrationPlan, RequestStory
from clientela.network.simulation import HistoryRows
from clientela.network.simulation.fitting import DeedRow, DepartmentRow, LegRow, ServiceRow
from clientela.promises.rules import WorkingCalendar, calendar_from_json
from clientela.requests.rules.legs import PastChange, Stay, parts_of, stays_of

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MINUTES_A_DAY = 1440
STATES = {"waiting_customer", "waiting_department", "waiting_date"}


def demonstration_rows(*, days: int = 90, requests: int = 5000) -> HistoryRows:
    """What the product would hand to the simulation after so many days of the demonstration."""
    plan = demonstration_plan(until=UNTIL, days=days, requests=requests)
    return rows_of(plan)


def rows_of(plan: DemonstrationPlan) -> HistoryRows:
    """Departments and services get numbers by their place in the plan, from 1."""
    numbers = {department.key: place for place, department in enumerate(plan.departments, 1)}
    services = {service.key: place for place, service in enumerate(plan.services, 1)}
    calendars = {calendar.key: calendar for calendar in plan.calendars}
    since, until = int(plan.starts_at.timestamp()), int(plan.until.timestamp())
    span = {"since": since - DAYS_BEFORE * 86_400, "until": until + DAYS_AFTER * 86_400}
    hours = all_hours(calendars, **span)
    own = {numbers[department.key]: hours[department.calendar] for department in plan.departments}
    people = {person.key: numbers[person.department] for person in plan.colleagues}
    members = Counter(people.values())
    requests = {request.key: request for request in plan.requests if request.opened.at <= plan.until}
    ids = {key: place for place, key in enumerate(requests, 1)}
    return HistoryRows(
        zone="Europe/Bucharest",
        since=plan.starts_at,
        until=plan.until,
        departments=[
            DepartmentRow(
                id=numbers[department.key],
                members=members[numbers[department.key]],
                zone=str(calendars[department.calendar].definition["zone"]),
                windows=_windows(calendar_from_json(calendars[department.calendar].definition)),
            )
            for department in plan.departments
        ],
        services=[
            ServiceRow(services[service.key], service.resolution_minutes * 60, tuple(service.pauses_while))
            for service in plan.services
        ],
        legs=[
            leg
            for key, request in requests.items()
            for leg in _legs(request, ids=ids, numbers=numbers, service_id=services[request.service], hours=own)
        ],
        deeds=sorted(set(_deeds(requests, people)), key=lambda deed: deed.at),
    )


def _windows(calendar: WorkingCalendar) -> tuple[tuple[int, int], ...]:
    return tuple(
        (
            day * MINUTES_A_DAY + one.from_minute,
            day * MINUTES_A_DAY + one.to_minute + (MINUTES_A_DAY if one.to_minute < one.from_minute else 0),
        )
        for day, windows in enumerate(calendar.hours)
        for one in windows
    )


def _legs(
    request: RequestStory,
    *,
    ids: Mapping[str, int],
    numbers: Mapping[str, int],
    service_id: int,
    hours: Mapping[int, OpenHours],
) -> Iterator[LegRow]:
    for stay in stays_of(list(_changes(request, numbers))):
        parts = parts_of(stay, _counted(hours[stay.provider_id]))
        yield LegRow(
            request_id=ids[request.key],
            position=stay.position,
            provider_id=stay.provider_id,
            service_id=service_id,
            side=request.side,
            parent_id=ids.get(request.parent) if request.parent else None,
            started_at=stay.started_at,
            ended_at=stay.ended_at,
            outcome=str(stay.outcome),
            queue_seconds=parts.queue,
            work_seconds=parts.work,
            customer_seconds=parts.customer,
            department_seconds=parts.department,
            date_seconds=parts.date,
        )


def _counted(hours: OpenHours):  # noqa: ANN202 - a function of two moments
    return lambda start, end: hours.between(int(start.timestamp()), int(end.timestamp()))


def _changes(request: RequestStory, numbers: Mapping[str, int]) -> Iterator[PastChange]:
    """The story in the words of the journal, as far as it says who has the request and what it waits for."""
    department = request.department
    for event in request.events:
        match event:
            case told.Opened():
                yield PastChange(event.at, "open", numbers[department], is_held=False)
            case told.Assigned():
                yield PastChange(event.at, is_held=True)
            case told.HandedOver() if event.department != department:
                department = event.department
                yield PastChange(event.at, "open", numbers[department], is_held=False)
            case told.Replied():
                yield PastChange(event.at, "waiting_customer" if event.then == "wait" else None, is_held=True)
            case told.Waiting():
                yield PastChange(event.at, event.state, is_held=True)
            case told.Resumed() | told.Reopened() | told.Complained():
                yield PastChange(event.at, "open")
            case told.Resolved():
                yield PastChange(event.at, "resolved", is_held=True)


def _deeds(requests: Mapping[str, RequestStory], people: Mapping[str, int]) -> Iterator[DeedRow]:
    """Who did something in which hour."""
    numbers = {key: place for place, key in enumerate(people, 1)}
    for request in requests.values():
        for event in request.events:
            by = getattr(event, "by", None)
            if isinstance(event, told.Opened) or by not in people or people[by] is None:
                continue
            at = event.at - timedelta(minutes=event.at.minute, seconds=event.at.second)
            yield DeedRow(people[by], numbers[by], at)


__all__ = ["Stay", "demonstration_rows", "rows_of"]
