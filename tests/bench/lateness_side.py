"""The side of `lateness` that fills the database, counts it and asks it."""

from statistics import median
from time import perf_counter

from django.db import connection, transaction

from clientela.directory.policies import HOUSE
from clientela.network import actions as network
from clientela.network.actions.lateness import count_cases
from clientela.network.models import CaseWeek, EndedCase, HopWeek, LatenessCount, LatenessWeek, PassageWeek
from clientela.network.queries.lateness import span_counted
from clientela.network.queries.paths import service_paths, services_asked
from clientela.network.queries.travelling import lateness_travelled
from clientela.requests import actions
from tests.bench.filling import fill_archive, tidy
from tests.bench.house import NOW
from tests.bench.stories import Size

WEEKS = 52
AGAIN = 50
_PROMISED_SOONER = """
UPDATE promises_clock SET target_seconds = 14400, broken_at = started_at + interval '4 hours'
WHERE kind = 'resolution' AND kept_at > started_at + interval '24 hours' AND id % 5 = 0
"""


def fill(requests: int, days: int, live: int, customers: int) -> None:
    """Write the archive, and where the requests stayed."""
    fill_archive(Size(requests=requests, days=days, live=live, customers=customers))
    actions.rebuild_legs(at=NOW)
    let_some_be_late()
    tidy()


def let_some_be_late() -> None:
    """Let a fifth of what took longer than a day have been promised within four working hours."""
    with connection.cursor() as cursor:
        cursor.execute(_PROMISED_SOONER)


def counted() -> dict[str, float]:
    """Count every case from nothing, as the jobs would do it; return how many, how many late, and the seconds."""
    for model in (EndedCase, CaseWeek, LatenessWeek, PassageWeek, HopWeek, LatenessCount):
        model.objects.all().delete()
    begun = perf_counter()
    cases = network.count_lateness(at=NOW)
    seconds = perf_counter() - begun
    tidy()
    return {
        "cases": cases,
        "late": EndedCase.objects.filter(is_late=True).count(),
        "seconds": seconds,
        "rows": sum(model.objects.count() for model in (CaseWeek, LatenessWeek, PassageWeek, HopWeek)),
    }


def counted_again() -> dict[str, float]:
    """Count the newest cases again, as if something had happened to them, and add their weeks up."""
    newest = list(EndedCase.objects.order_by("-ended_at").values_list("pk", flat=True)[:AGAIN])
    begun = perf_counter()
    with transaction.atomic():
        count_cases(newest, at=NOW)
    cases_seconds = perf_counter() - begun
    network.count_lateness(at=NOW)
    seconds = perf_counter() - begun
    return {"cases": len(newest), "seconds": seconds, "weeks": seconds - cases_seconds}


def page_seconds(page: str, times: int = 15) -> float:
    """Return the seconds of the middle run of everything that the page asks for."""
    took = []
    for _time in range(times):
        begun = perf_counter()
        if page == "travelling":
            lateness_travelled(HOUSE, at=NOW, weeks=WEEKS)
        else:
            span = span_counted(at=NOW, weeks=WEEKS)
            services = services_asked(HOUSE, span, language="en")
            service_paths(HOUSE, services[0].key, span, language="en")
        took.append(perf_counter() - begun)
    return median(took)


# The tables of which the pages are counted, with what names a row of theirs or of another of them.
_MULTIPLIED = {
    "requests_request": {"id": "{id} + %(step)s", "reference": "left({id}, 4) || %(turn)s || '-' || id"},
    "requests_leg": {"id": "nextval(pg_get_serial_sequence('requests_leg', 'id'))", "request_id": "{id} + %(step)s"},
    "requests_dependency": {
        "id": "nextval(pg_get_serial_sequence('requests_dependency', 'id'))",
        "waiting_id": "{id} + %(step)s",
        "needed_id": "{id} + %(step)s",
    },
    "promises_clock": {
        "id": "{id} + %(clock_step)s",
        "subject": "'request:' || (split_part({id}, ':', 2)::bigint + %(step)s)",
    },
    "promises_clockevent": {
        "id": "nextval(pg_get_serial_sequence('promises_clockevent', 'id'))",
        "clock_id": "{id} + %(clock_step)s",
    },
}
_NUMBERS = {
    "requests_request": "id",
    "requests_leg": "request_id",
    "requests_dependency": "waiting_id",
    "promises_clock": "id",
    "promises_clockevent": "clock_id",
}
_COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position
"""


def multiply(times: int) -> None:
    """Let the same year happen so many times at once: as many cases, and nothing else of the archive."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT max(id) FROM requests_request), (SELECT max(id) FROM promises_clock)")
        requests, clocks = cursor.fetchone()
        # What guards the links looks at each by itself; these are copies of links that passed.
        cursor.execute("ALTER TABLE requests_dependency DISABLE TRIGGER USER")
        for turn in range(1, times):
            spots = {"turn": turn, "step": turn * requests, "clock_step": turn * clocks}
            with transaction.atomic():
                for table, others in _MULTIPLIED.items():
                    cursor.execute(_COLUMNS, [table])
                    columns = [name for (name,) in cursor.fetchall()]
                    told = [others.get(name, "{id}").format(id=f'"{name}"') for name in columns]
                    most = clocks if table.startswith("promises") else requests
                    names = ", ".join(f'"{name}"' for name in columns)
                    statement = f"INSERT INTO {table} ({names}) SELECT {', '.join(told)} FROM {table}"  # noqa: S608 - our own names
                    cursor.execute(f"{statement} WHERE {_NUMBERS[table]} <= {most}", spots)
        cursor.execute("ALTER TABLE requests_dependency ENABLE TRIGGER USER")
    tidy()
