"""The whole story of the demonstration, made up anew from a seed: the same seed tells the same story."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from clientela.command.demonstration.arrivals import Arrival, Rhythm
from clientela.command.demonstration.askers import Askers
from clientela.command.demonstration.cases import Case
from clientela.command.demonstration.cast import cast_requests
from clientela.command.demonstration.content import House, house
from clientela.command.demonstration.customers import make_customers
from clientela.command.demonstration.cycles import without_looking_for_cycles
from clientela.command.demonstration.desks import make_desks, staff_desks
from clientela.command.demonstration.ending import cut, finished
from clientela.command.demonstration.expecting import children_of, touches_by_team
from clientela.command.demonstration.hours import DAY, OpenHours, all_hours
from clientela.command.demonstration.living import Living
from clientela.command.demonstration.office import Office
from clientela.command.demonstration.story import DemonstrationPlan
from clientela.command.demonstration.telling import Opening
from clientela.command.demonstration.voices import Voices
from clientela.command.demonstration.working import Working

DAYS_BEFORE, DAYS_AFTER = 30, 120  # for which hours are counted around the story: promises reach beyond its end
MARGINS = (1.05, 1.12, 1.3)  # more is told than wanted, so that the end can be chosen
FEWEST_REQUESTS, FEWEST_DAYS = 60, 14  # the cast alone needs two weeks and two dozen requests


@without_looking_for_cycles()
def demonstration_plan(*, until: datetime, days: int = 90, requests: int = 5000, seed: int = 1) -> DemonstrationPlan:
    """The organisation, its customers and `requests` requests of the `days` days before `until`.

    `until` is aware. All requests count, those of the cast and those that departments asked each other too. The same
    arguments give the same plan. Raises ValueError for a naive moment, and for fewer than 60 requests or 14 days.
    """
    if until.utcoffset() is None:
        raise ValueError("The story ends at a moment with its zone.")
    if requests < FEWEST_REQUESTS or days < FEWEST_DAYS:
        raise ValueError("The story needs at least 60 requests and 14 days.")
    until = until.astimezone(UTC).replace(microsecond=0)
    starts_at = until - timedelta(days=days)
    place = house()
    since, end = int(starts_at.timestamp()), int(until.timestamp())
    hours = all_hours(place.calendars, since=since - DAYS_BEFORE * DAY, until=end + DAYS_AFTER * DAY)
    customers = make_customers(Random(seed), place, today=until.date())  # noqa: S311 - a story, not a secret
    cast = cast_requests(place, hours, until=end)
    askers = Askers(place, customers, hours)
    for margin in MARGINS:
        rng = Random(seed)  # noqa: S311 - a story, not a secret
        rhythm = Rhythm(rng, place, askers, since=starts_at, until=until)
        arrivals = _enough(rhythm, round((requests - len(cast)) * margin))
        cases = _told(rng, place, askers, hours, arrivals, since=since, until=end)
        if sum(case.opened_at < end for case in cases) >= requests - len(cast):
            break
    kept = cut(rng, cases, place.teams, wanted=requests - len(cast), until=until)
    return DemonstrationPlan(
        name=place.name,
        about=place.about,
        starts_at=starts_at,
        until=until,
        branches=tuple(place.branches.values()),
        calendars=tuple(place.calendars.values()),
        departments=tuple(place.departments.values()),
        dependencies=place.dependencies,
        colleagues=tuple(place.colleagues.values()),
        customers=customers.stories,
        services=tuple(place.services.values()),
        requests=finished(kept, cast),
    )


def _enough(rhythm: Rhythm, wanted: int) -> list[Arrival]:
    """So many arrivals that, with what departments will ask each other, about `wanted` requests come of it."""
    drawn = rhythm.draw(wanted)
    counted = 0.0
    enough = 0
    for arrival in drawn[:: max(1, len(drawn) // 500)]:
        counted += 1 + children_of(arrival.scenario.key)
        enough += 1
    share = enough / counted
    return [arrival for place, arrival in enumerate(drawn) if int((place + 1) * share) > int(place * share)]


def _told(
    rng: Random,
    place: House,
    askers: Askers,
    hours: dict[str, OpenHours],
    arrivals: list[Arrival],
    *,
    since: int,
    until: int,
) -> list[Case]:
    """Let it all happen."""
    desks = make_desks(rng, place, hours, since=since, until=until)
    staff_desks(desks, touches_by_team(place, arrivals), since=since, until=until)
    office = Office(rng, place, desks, until=until)
    voices = Voices(rng, place, askers, desks)
    opening = Opening(rng, place, desks, askers=askers, voices=voices)
    working = Working(rng, place, office, opening=opening, voices=voices)
    working.reactions = Living(rng, office, working=working, voices=voices)
    office.touch = working.touch
    for arrival in arrivals:
        office.later(arrival.at, _coming_in(opening, working, arrival))
    office.run()
    return opening.cases


def _coming_in(opening: Opening, working: Working, arrival: Arrival) -> Callable[[int], None]:
    return lambda _: working.begin(opening.open_root(arrival))
