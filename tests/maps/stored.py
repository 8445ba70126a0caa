"""The same made-up maps as rows, as the drawing of the map leaves them: departments, weeks, and what was declared."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from clientela.directory import rules
from clientela.directory.models import Department, Party
from clientela.network.models import DeclaredLine, EdgeWeek, MapDrawing
from clientela.network.queries.service_map import BUSINESSES, HOUSEHOLDS
from clientela.network.rules.waits import bucket_of
from tests.maps.made import DEPARTMENTS, LINES, SILENT, SURPRISES, Made, large_departments, large_lines

SEGMENTS = {HOUSEHOLDS, BUSINESSES}
HOUR_SECONDS = 3600
LINE = tuple[str, str, int, int]  # provider, customer, asked, late


def monday_of(at: datetime) -> date:
    """The Monday of a moment's week."""
    return at.date() - timedelta(days=at.weekday())


def departments_for(made: Iterable[Made], *, at: datetime) -> dict[str, int]:
    """Make the departments that are not there yet; return the ids of all by key."""
    ids = dict(Department.objects.values_list("key", "party_id"))
    missing = [one for one in made if one.key not in ids]
    parties = [
        Party(
            kind="department",
            name=one.name,
            name_key=rules.name_key(one.name),
            language="en",
            zone="Europe/Bucharest",
            place="",
            created_at=at,
        )
        for one in missing
    ]
    Party.objects.bulk_create(parties)
    ids |= {one.key: party.pk for one, party in zip(missing, parties, strict=True)}
    for is_top in (True, False):  # a department must be there before its teams
        Department.objects.bulk_create(
            Department(party_id=ids[one.key], key=one.key, names={}, parent_id=ids.get(one.parent or ""))
            for one in missing
            if (one.parent is None) == is_top
        )
    return ids


def store_lines(lines: Iterable[LINE], ids: dict[str, int], *, at: datetime, weeks: int = 5) -> None:
    """Spread these lines over the last weeks; what was asked is spread as evenly as it goes."""
    rows = []
    for provider, customer, asked, late in lines:
        for week in range(weeks):
            n, broken = (amount // weeks + (week < amount % weeks) for amount in (asked, late))
            if n:
                rows.append(
                    EdgeWeek(
                        week_on=monday_of(at) - timedelta(weeks=week),
                        provider_id=ids[provider],
                        customer_id=None if customer in SEGMENTS else ids[customer],
                        segment=customer if customer in SEGMENTS else "",
                        asked=n,
                        decided=n,
                        late=min(broken, n),
                        done=n,
                        reworked=n // 9,
                        scored=n // 3,
                        satisfied=n // 3 - n // 12,
                        wait_buckets=[bucket_of(HOUR_SECONDS * (1 + len(provider + customer) % 20))],
                        wait_counts=[n],
                    )
                )
    EdgeWeek.objects.bulk_create(rows)
    MapDrawing.objects.update_or_create(pk=1, defaults={"drawn_at": at})


def declare(pairs: Iterable[tuple[str, str]], ids: dict[str, int], *, at: datetime) -> None:
    """Say that these should serve each other."""
    DeclaredLine.objects.bulk_create(
        DeclaredLine(
            provider_id=ids[provider],
            customer_id=None if customer in SEGMENTS else ids[customer],
            segment=customer if customer in SEGMENTS else "",
            what="What it is there for",
            starts_on=date(2020, 1, 1),
            declared_at=at,
        )
        for provider, customer in pairs
    )


def store_small_map(*, at: datetime, weeks: int = 5) -> dict[str, int]:
    """Twelve departments, as `made.small_map` has them; return the ids of all departments by key."""
    ids = departments_for([Made(key, name) for key, name in DEPARTMENTS.items()], at=at)
    store_lines(LINES, ids, at=at, weeks=weeks)
    pairs = [(provider, customer) for provider, customer, _asked, _late in LINES]
    declare([*(pair for pair in pairs if pair not in SURPRISES), *SILENT], ids, at=at)
    return ids


def store_large_map(*, at: datetime) -> dict[str, int]:
    """Three hundred teams in twelve departments; return the ids of all departments by key."""
    ids = departments_for(large_departments(), at=at)
    lines = [(one, other, asked, asked * (place % 5) // 12) for place, (one, other, asked) in enumerate(large_lines())]
    store_lines(lines, ids, at=at)
    declare([(one, other) for place, (one, other, *_rest) in enumerate(lines) if place % 40], ids, at=at)
    return ids
