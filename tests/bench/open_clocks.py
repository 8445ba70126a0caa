"""What a sweep costs when 100 promises are due among many open ones. Runs in a side's process."""

from datetime import timedelta
from time import perf_counter

from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from clientela.promises.actions import PastClock, sweep_promises, write_clock_history
from clientela.promises.models import CalendarVersion, TermsVersion
from tests.bench.filling import tidy
from tests.bench.house import NOW, furnish

DUE = 100
TOLD_APART = 900  # the others, before they are copied
FRIDAY = NOW - timedelta(days=3)
HALF_PAST_NINE_HOURS = int(9.5 * 3600)  # of work: nine on Friday, half an hour on Monday
DAYS = 45 * 3600  # of work: far from due on Monday morning
# Copies of the clocks that are not due and of their starts; each about a request of its own.
COPY_CLOCKS = """
    INSERT INTO promises_clock (
        kind, subject, provider_id, customer_id, words, terms_version_id, calendar_version_id, target_seconds,
        started_at, due_at, next_notice_at, is_open
    )
    SELECT kind, 'request:' || (%(so_far)s + row_number() OVER ()), provider_id, customer_id, words, terms_version_id,
        calendar_version_id, target_seconds, started_at, due_at, next_notice_at, is_open
    FROM (SELECT * FROM promises_clock WHERE next_notice_at > %(now)s ORDER BY id) AS clock,
        generate_series(1, %(copies)s)
"""
COPY_STARTS = """
    INSERT INTO promises_clockevent (clock_id, at, kind, data)
    SELECT id, started_at, 'start', '{}' FROM promises_clock AS clock
    WHERE NOT EXISTS (SELECT FROM promises_clockevent WHERE clock_id = clock.id)
"""


def fill(wanted: int) -> dict[str, int]:
    """Write `wanted` open clocks, of which 100 are due on Monday morning and none has been announced."""
    call_command("migrate", interactive=False, verbosity=0)
    house = furnish(customers=DUE)
    terms = TermsVersion.objects.get()
    calendar = CalendarVersion.objects.get(calendar__key="hours-ro")

    def clock(number: int, *, is_due: bool) -> PastClock:
        return PastClock(
            kind="resolution",
            subject=f"request:{number}",
            provider_id=house.departments["care"],
            customer_id=house.customers[number % DUE][0],
            calendar_version_id=calendar.pk,
            terms_version_id=terms.pk,
            target_seconds=HALF_PAST_NINE_HOURS if is_due else DAYS,
            started_at=FRIDAY - timedelta(hours=1) if is_due else NOW - timedelta(minutes=number % 60),
        )

    with transaction.atomic():
        write_clock_history([clock(number, is_due=True) for number in range(DUE)], at=FRIDAY)
        others = [clock(number, is_due=False) for number in range(DUE, DUE + TOLD_APART)]
        write_clock_history(others, at=NOW)
    copies = (wanted - DUE) // TOLD_APART - 1
    with connection.cursor() as cursor:
        cursor.execute(COPY_CLOCKS, {"so_far": DUE + TOLD_APART, "copies": copies, "now": NOW})
        cursor.execute(COPY_STARTS)
    tidy()
    return {}


def prepare(_note: dict[str, int]) -> dict[str, int]:
    """Say how much is due of how much."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FILTER (WHERE next_notice_at <= %s) FROM promises_clock WHERE is_open", [NOW])
        return {"due": cursor.fetchone()[0], "announced": _swept()[0]}


def names() -> list[str]:
    """What can be asked."""
    return ["A sweep that finds 100 due"]


def seconds(_name: str) -> float:
    """How long a sweep took; what it wrote is taken back."""
    return _swept()[1]


def statements(_name: str) -> int:
    """How many statements it took, without those that open and take back."""
    with CaptureQueriesContext(connection) as captured:
        _swept()
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "ROLLBACK")) for query in captured)


def _swept() -> tuple[int, float]:
    with transaction.atomic():
        begun = perf_counter()
        count = sweep_promises(at=NOW)
        took = perf_counter() - begun
        transaction.set_rollback(True)
    return count, took
