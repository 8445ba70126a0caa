"""The side of `map_query` that fills the database and asks it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from django.core.management import call_command
from django.db import connection

from clientela.directory.policies import HOUSE
from clientela.network.models import EdgeWeek, MapDrawing
from clientela.network.queries import service_map
from clientela.network.rules import LAST_BUCKET
from tests.bench.filling import tidy
from tests.bench.map_query import ASKED, STORED_WEEKS
from tests.maps.made import large_departments, large_lines
from tests.maps.stored import SEGMENTS, declare, departments_for, monday_of

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WAITS_A_WEEK = 12  # requests of each line, which waited for as many different times


def fill() -> int:
    """Write every line of three hundred teams in each of many weeks; return how many rows there are."""
    call_command("migrate", interactive=False, verbosity=0)
    ids = departments_for(large_departments(), at=AT)
    lines = large_lines()
    rows = []
    for place, (provider, customer, asked) in enumerate(lines):
        for week in range(STORED_WEEKS):
            waits = sorted({(place * 7 + week * 13 + step * 17) % (LAST_BUCKET // 2) for step in range(WAITS_A_WEEK)})
            n = asked + len(waits)
            rows.append(
                EdgeWeek(
                    week_on=monday_of(AT) - timedelta(weeks=week),
                    provider_id=ids[provider],
                    customer_id=None if customer in SEGMENTS else ids[customer],
                    segment=customer if customer in SEGMENTS else "",
                    asked=n,
                    decided=n,
                    late=(place + week) % 5,
                    done=n,
                    reworked=n // 9,
                    scored=n // 3,
                    satisfied=n // 3 - n // 12,
                    wait_buckets=waits,
                    wait_counts=[1] * len(waits),
                )
            )
    EdgeWeek.objects.bulk_create(rows, batch_size=2_000)
    MapDrawing.objects.update_or_create(pk=1, defaults={"drawn_at": AT})
    declare([(one, other) for place, (one, other, _asked) in enumerate(lines) if place % 40], ids, at=AT)
    tidy()
    return len(rows)


def measured(name: str, times: int = 7) -> dict[str, float]:
    """Return the seconds of the middle run, the seconds of processor of both sides, and how many lines there are."""
    opened, weeks = ASKED[name]
    took = []
    for _time in range(times + 1):
        begun, own, theirs = perf_counter(), process_time(), _server_seconds()
        found = service_map(HOUSE, at=AT, since=AT - timedelta(weeks=weeks - 1), opened=opened)
        took.append((perf_counter() - begun, process_time() - own, _server_seconds() - theirs))
    seconds, own_seconds, server_seconds = (median(some) for some in zip(*took[1:], strict=True))
    return {"seconds": seconds, "own": own_seconds, "server": server_seconds, "edges": len(found.edges)}


def _server_seconds() -> float:
    """How much of a processor the server has spent on this connection; 0 where the server runs elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    try:
        return int(Path(f"/proc/{number}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    except OSError:
        return 0.0
