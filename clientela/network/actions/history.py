"""The history of the house as the simulation reads it: plain rows, read once."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.kernel.journal import hours_of_deeds, thing
from clientela.network.simulation import HistoryRows
from clientela.network.simulation.fitting import DeedRow, DepartmentRow, LegRow, ServiceRow
from clientela.promises import queries as promises
from clientela.requests.exports import legs_between

HISTORY = timedelta(weeks=26)


def history_rows(*, at: datetime) -> HistoryRows:
    """Return the half year before `at`, or as much of it as there is. Its number of statements depends on nothing."""
    since = at - HISTORY
    # Rows of the simulation's own: they travel to a process that knows no Django.
    legs = [
        LegRow(**{column: getattr(leg, column) for column in LegRow.__slots__})
        for leg in legs_between(since, at)
        if leg.started_at >= since
    ]
    if legs:
        since = max(since, legs[0].started_at)
    cards = directory.departments()
    spans = directory.work_spans([card.id for card in cards], since=since, until=at)
    today = at.date()
    members = Counter(
        span.department_id
        for span in spans
        if span.starts_on <= today and (span.ends_on is None or span.ends_on >= today)
    )
    weeks = promises.usual_week_of([card.id for card in cards])
    terms = promises.newest_terms_versions()
    return HistoryRows(
        zone=_zone_of_most(cards),
        since=since,
        until=at,
        departments=[
            DepartmentRow(
                id=card.id,
                members=members[card.id],
                zone=weeks[card.id][0] if card.id in weeks else card.zone,
                windows=weeks[card.id][1] if card.id in weeks else None,
            )
            for card in cards
        ],
        services=[
            ServiceRow(
                id=service.service_id,
                resolution_seconds=None if minutes is None else minutes * 60,
                pauses_while=terms[service.terms_id].pauses_while,
            )
            for service in catalogue.services_in_brief(language="en")
            for minutes in [terms[service.terms_id].resolution_minutes]
        ],
        legs=legs,
        deeds=_deeds(spans, since=since, at=at),
    )


def _zone_of_most(cards: list[directory.DepartmentCard]) -> str:
    """Return the zone in which most departments are; of equals, the first by name."""
    zones = Counter(card.zone for card in sorted(cards, key=lambda card: card.zone))
    return zones.most_common(1)[0][0] if zones else ZoneInfo("UTC").key


def _deeds(spans: list[directory.WorkSpan], *, since: datetime, at: datetime) -> list[DeedRow]:
    """Return who did something for the department where they worked, an hour at a time."""
    works_in = {(span.department_id, span.person_id) for span in spans}
    number_of = {thing("party", number): number for number, _person in works_in}
    people = {person for _department, person in works_in}
    return [
        DeedRow(department_id=number_of[what], person_id=person_id, at=moment)
        for what, person_id, moment in hours_of_deeds(number_of, people=people, since=since, until=at)
        if (number_of[what], person_id) in works_in
    ]
