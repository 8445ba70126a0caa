"""The pages an agent lives in cost what they show, not what lies in the archive: they reach it by indexes only."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from clientela.kernel.analytics.contracts import Export
from clientela.kernel.analytics.reading import read
from clientela.requests import actions, queries
from clientela.requests.exports.courses import OF_LEGS, OF_REQUESTS
from clientela.requests.models import Request
from clientela.requests.queries.loads import sides_in_the_end
from clientela.requests.queries.naming import merged_with
from clientela.requests.queries.outside_cases import families_of, outside_cases_above
from tests.plans import count_rows, plan_of
from tests.shop import Shop

pytestmark = pytest.mark.django_db

# Tables that grow with every request: none of them may be read whole.
ARCHIVE = frozenset(
    {
        "requests_request",
        "requests_message",
        "requests_dependency",
        "requests_leg",
        "promises_clock",
        "promises_clockevent",
        "kernel_fact",
        "kernel_fact_default",
    }
)
COPIED = 6000
# What other departments have open, and what has ended, many times over: requests with a message, a leg, a dependency, a
# fact, and a clock with its events each.
COPY = (
    """
    CREATE TEMPORARY TABLE buyer ON COMMIT DROP AS
    SELECT nextval(pg_get_serial_sequence('directory_party', 'id')) AS id, number FROM generate_series(0, 499) AS number
    """,
    """
    INSERT INTO directory_party (id, kind, name, name_key, language, zone, place, created_at)
    SELECT id, 'organisation', 'Buyer ' || number, 'buyer ' || number, 'en', 'Europe/Madrid', '', now() FROM buyer
    """,
    """
    CREATE TEMPORARY TABLE copied ON COMMIT DROP AS
    SELECT nextval(pg_get_serial_sequence('requests_request', 'id')) AS id, number FROM generate_series(1, %(copied)s)
        AS number
    """,
    """
    INSERT INTO requests_request (id, reference, service_version_id, provider_id, customer_id, asker_id, side, channel,
        title, language, answers, state, is_complaint, opened_at, resolved_at, closed_at, last_message_at,
        holder_id)
    SELECT copied.id, 'C' || copied.number, service_version_id, provider_id, buyer.id, asker_id, side, channel, title,
        language, answers, 'closed', false, opened_at - copied.number * interval '1 hour', opened_at, opened_at,
        last_message_at - copied.number * interval '1 hour',
        CASE WHEN copied.number %% 2 = 0 THEN holder_id END
    FROM copied JOIN buyer ON buyer.number = copied.number %% 500, requests_request AS model WHERE model.id = %(model)s
    """,
    """
    INSERT INTO requests_request (reference, service_version_id, provider_id, customer_id, asker_id, side, channel,
        title, language, answers, state, is_complaint, opened_at, last_message_at, urgency, holder_id)
    SELECT 'L' || number, service_version_id, CASE number %% 3 WHEN 2 THEN provider_id ELSE %(elsewhere)s END,
        customer_id, asker_id, side, channel,
        title, language, answers, 'open', false, opened_at, last_message_at, -number,
        CASE number %% 3 WHEN 1 THEN %(holder)s WHEN 2 THEN %(colleague)s END
    FROM generate_series(1, %(copied)s / 3) AS number, requests_request AS model WHERE model.id = %(model)s
    """,
    """
    UPDATE requests_request SET also_department_ids = ARRAY[%(also)s]::bigint[]
    WHERE reference LIKE 'C%%5' OR reference LIKE 'L%%00'
    """,
    """
    INSERT INTO requests_message (request_id, kind, author_id, channel, language, text, quoted, html, message_id, at)
    SELECT copied.id, kind, author_id, channel, language, text || ' ' || number, '', '', '', at
    FROM copied, requests_message WHERE request_id = %(model)s
    """,
    """
    INSERT INTO promises_clock (kind, subject, provider_id, customer_id, words, terms_version_id, calendar_version_id,
        target_seconds, started_at, is_open)
    SELECT kind, 'request:' || copied.id, provider_id, customer_id, words, terms_version_id, calendar_version_id,
        target_seconds, started_at, false
    FROM copied, promises_clock WHERE subject = 'request:' || %(model)s
    """,
    """
    INSERT INTO promises_clockevent (clock_id, at, kind, data)
    SELECT id, started_at, 'start', '{}' FROM promises_clock AS clock
    WHERE NOT EXISTS (SELECT FROM promises_clockevent WHERE clock_id = clock.id)
    """,
    """
    INSERT INTO requests_leg (request_id, position, provider_id, service_id, started_at, ended_at, outcome,
        queue_seconds, work_seconds, customer_seconds, department_seconds, date_seconds)
    SELECT request.id, 0, provider_id, version.service_id, opened_at, resolved_at, 'resolved', 0, 0, 0, 0, 0
    FROM requests_request AS request JOIN catalogue_serviceversion AS version ON version.id = service_version_id
    WHERE reference LIKE 'C%%'
    """,
    """
    INSERT INTO requests_dependency (waiting_id, needed_id, is_blocking, made_at)
    SELECT id, id + 1, true, opened_at FROM requests_request WHERE reference LIKE 'C%%5'
    """,
    """
    INSERT INTO kernel_fact (at, verb, by_party_id, about, data)
    SELECT at, verb, by_party_id, ARRAY['request:' || copied.id, 'party:1'], data
    FROM copied, kernel_fact WHERE about @> ARRAY['request:' || %(model)s]::varchar[]
    """,
)


@pytest.fixture
def archive(shop: Shop) -> Shop:
    """Ana's working day, and six thousand requests of the past."""
    for number in range(3):
        at = shop.at - timedelta(minutes=number)
        mine = shop.ask_repair(at=at, title="A noisy Zefirina", text="Głośna Zefirina.")
        actions.take_request(by=shop.world.ana, at=at, request_id=mine.id)
        actions.promise_to_customer(by=shop.world.ana, at=at, request_id=mine.id, words="call", due_at=shop.after(4))
        shop.ask_workshop(shop.ask_repair(at=at).id, at=at)
        shop.ask_repair(at=at)
    actions.rebuild_legs(at=shop.at)
    actions.rank_everything(at=shop.at)
    ended = shop.ask_repair(by=shop.world.lucia, at=shop.at - timedelta(days=9))
    actions.resolve_request(by=shop.world.ana, at=shop.at - timedelta(days=9), request_id=ended.id)
    with connection.cursor() as cursor:
        for statement in COPY:
            values = {"copied": COPIED, "model": ended.id}
            elsewhere = {
                "elsewhere": shop.world.id_of("maintenance"),
                "holder": shop.world.id_of("tomasz"),
                "colleague": shop.world.id_of("radu"),
                "also": shop.world.id_of("it"),
            }
            cursor.execute(statement, values | elsewhere)
    count_rows()
    return shop


def asked(shop: Shop) -> dict[str, Callable[[], object]]:
    """The questions whose speed is promised."""
    request = queries.my_day(shop.world.ana, at=shop.at).next
    assert request is not None
    reference = request.request.reference
    return {
        "my_day": lambda: queries.my_day(shop.world.ana, at=shop.at),
        "day_of_it": lambda: queries.my_day(shop.world.ioana, at=shop.at),
        "department_queue": lambda: queries.department_queue(shop.world.ana, shop.care_id, at=shop.at),
        "request_page": lambda: queries.request_page(shop.world.ana, reference, at=shop.at),
        "requests_found": lambda: queries.requests_found(shop.world.ana, "Zefirina"),
    }


@pytest.mark.parametrize(
    ("question", "indexes"),
    [
        # A person's open promises: any index that holds open clocks only will do, and the planner takes now one, now
        # another; that the clocks are not read whole is checked for every question.
        ("my_day", {"turns_of_holder", "turns_of_unheld", "one_open_leg"}),
        ("day_of_it", {"also_live_of_department"}),
        ("department_queue", {"turns_of_provider", "one_open_leg"}),
        ("request_page", {"messages_of_request", "kernel_fact_default_about_idx", "clocks_of_subject"}),
        ("requests_found", {"message_search", "request_search"}),
    ],
)
def test_a_page_reaches_the_archive_by_its_indexes(archive: Shop, question: str, indexes: set[str]) -> None:
    ask = asked(archive)[question]
    ask()
    plan = plan_of(ask)
    assert plan.read_whole & ARCHIVE == frozenset()
    assert indexes - plan.indexes == set()


def test_what_a_request_was_merged_with_is_found_without_reading_every_request(archive: Shop) -> None:
    number = Request.objects.get(reference="C1").pk
    assert plan_of(lambda: merged_with(archive.world.ana, number)).most_rows < 10


def test_whom_cases_wait_on_is_looked_up_and_no_table_is_read_whole(archive: Shop) -> None:
    some = list(Request.objects.filter(reference__startswith="C").values_list("pk", flat=True)[:500])
    assert plan_of(lambda: outside_cases_above(some)).read_whole & ARCHIVE == frozenset()
    assert plan_of(lambda: families_of(some[:50])).read_whole & ARCHIVE == frozenset()


def test_who_is_served_in_the_end_is_found_by_what_is_needed_and_never_by_walking_an_index_of_what_waits(
    archive: Shop,
) -> None:
    # As a database that is still young: nothing is known of how many requests wait on one.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE requests_dependency ALTER COLUMN needed_id SET (n_distinct = 50)")
        cursor.execute("ANALYZE requests_dependency")
    since, until = archive.at - timedelta(days=900), archive.at
    plan = plan_of(lambda: sides_in_the_end([archive.care_id], since=since, until=until))
    assert "dependency_once" not in plan.indexes


@pytest.mark.parametrize("export", [OF_REQUESTS, OF_LEGS], ids=["requests", "legs"])
def test_what_the_store_reads_is_found_by_what_is_needed_and_never_by_walking_an_index_of_what_waits(
    archive: Shop, export: Export
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE requests_dependency ALTER COLUMN needed_id SET (n_distinct = 50)")
        cursor.execute("ANALYZE requests_dependency")
    ids = list(Request.objects.order_by("pk").values_list("pk", flat=True)[:500])
    plan = plan_of(lambda: read(export, ids, at=archive.at))
    assert "dependency_once" not in plan.indexes


def test_a_search_finds_what_was_said_among_six_thousand(archive: Shop) -> None:
    found = queries.requests_found(archive.world.ana, "Zefirina")
    assert [row.request.title for row in found.requests] == ["A noisy Zefirina"] * 3
