"""What is kept of a mail server's record, and what the map makes of it: departments, weeks, customers outside."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from clientela.directory import queries as directory
from clientela.directory.models import ContactPoint, Department, Representation
from clientela.kernel.journal import facts_about, thing
from clientela.network import actions
from clientela.network.discovery.mail.contracts import BUSINESSES, TOO_SMALL
from clientela.network.models import MailAllowance, MailTrace, MailWeek
from clientela.network.queries import (
    TracedLine,
    edge_page,
    mail_lines,
    mail_page,
    mail_preview,
    mail_trace_page,
    service_map,
)
from clientela.network.queries.mail_addresses import house_addresses
from clientela.network.rules.waits import bucket_of
from tests.contexts.network.mails import (
    FIRST,
    HEADING,
    House,
    all_lines,
    allow,
    bring,
    count,
    hire_house,
    households,
    kept,
    postfix_of,
    state,
    text_of,
)
from tests.contexts.network.people import hire
from tests.world import DOMAIN, LONG_AGO, World


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_FOLDER = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def house(world: World) -> House:
    return hire_house(world)


def test_a_record_is_counted_by_department_and_week_and_its_file_is_gone(
    world: World,
    house: House,
    files: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    allow(world)
    number = bring(world, world.carmen, text_of(house))
    assert kept(files) == [Path(f"own/mail-traces/{number}")]
    with django_capture_on_commit_callbacks(execute=True):
        count(world, number)
    assert (state(number), kept(files)) == ("done", [])
    week = MailWeek.objects.get()
    assert (week.provider_id, week.customer_id, week.week_on, week.asked, week.answered, sum(week.wait_counts)) == (
        world.id_of("it"), world.care.id, date(2026, 10, 12), 6, 6, 6,
    )  # fmt: skip
    assert all_lines().lines == (
        TracedLine(
            provider_id=world.id_of("it"),
            customer_id=world.care.id,
            asked=6,
            back=0,
            first_on=date(2026, 10, 12),
            last_on=date(2026, 10, 18),
            waits=((bucket_of(3600), 6),),
            files=((number, "mails.csv"),),
        ),
    )
    with django_assert_max_num_queries(8):
        page = mail_page(world.carmen)
    assert [(pair.provider.key, pair.asked, pair.answered, pair.median_wait_seconds) for pair in page.pairs] == [
        ("it", 6, 6, 3660)  # the middle of the bucket that an hour is in
    ]
    assert page.pairs_count == 1
    assert (page.counting.first_on, page.counting.last_on) == (date(2026, 10, 12), date(2026, 10, 18))
    with django_assert_max_num_queries(3):
        found = mail_trace_page(world.carmen, number).found
    assert found is not None
    assert (found["deliveries"], found["asked"], found["left_out"]["outside_only"]) == (14, 6, 2)
    verbs = [fact.verb for fact in facts_about(thing("mail_trace", number))]
    assert sorted(verbs) == ["mail_trace.brought", "mail_trace.count_wished", "mail_trace.counted"]


def weeks_of_care(world: World, *customers: tuple[int | None, str]) -> None:
    """A record in which these asked Care, one in each week, the n-th so many times more than five."""
    trace = MailTrace.objects.create(
        file_name="x", size_bytes=1, brought_at=world.at, state="done", found={}, first_at=FIRST, last_at=FIRST
    )
    for number, (customer, segment) in enumerate(customers):
        MailWeek.objects.create(
            trace=trace,
            week_on=date(2026, 10, 5) + timedelta(weeks=number),
            provider_id=world.care.id,
            customer_id=customer,
            segment=segment,
            asked=5 + number,
            answered=5,
            wait_buckets=[bucket_of(60), bucket_of(7200)],
            wait_counts=[2 + number, 3 - number],
        )


def test_weeks_and_records_add_up_on_the_page_and_customers_outside_by_segment(world: World) -> None:
    allow(world)
    weeks_of_care(world, (None, ""), (None, ""), (world.id_of("it"), ""), (None, "households"))
    page = mail_page(world.ana)
    assert [(pair.customer and pair.customer.key, pair.segment, pair.asked, pair.answered) for pair in page.pairs] == [
        (None, "", 11, 10),
        (None, "households", 8, 5),
        ("it", "", 7, 5),
    ]
    assert [pair.median_wait_seconds for pair in page.pairs] == [3691, 62, 62]
    lines = sorted((line.customer_id or line.segment, line.asked) for line in all_lines().lines if line.segment)
    assert lines == [("households", 8), ("outside", 11)]
    assert [line.asked for line in all_lines().lines if line.customer_id == world.id_of("it")] == [7]


# --- the map


def test_the_database_adds_up_the_weeks_that_are_looked_at_in_one_statement_and_knows_of_the_others(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    allow(world)
    it = world.id_of("it")
    weeks_of_care(world, (it, ""), (it, ""), (it, ""), (None, ""))
    departments = {card.id: card.id for card in directory.departments()}
    with django_assert_num_queries(1):
        found = mail_lines(departments, first_week=date(2026, 10, 12), last_week=date(2026, 10, 19))
    assert [(line.customer_id, line.asked, line.first_on, line.last_on) for line in found.lines] == [
        (it, 13, date(2026, 10, 12), date(2026, 10, 25))
    ]
    assert found.lines[0].waits == ((bucket_of(60), 7), (bucket_of(7200), 3))
    assert found.ties == {(world.care.id, it), (world.care.id, "outside")}
    assert found.first_on == date(2026, 10, 5)
    folded = {number: world.care.id if number == it else number for number in departments}
    assert mail_lines(folded, first_week=date(2026, 10, 5), last_week=date(2026, 10, 19)).lines == ()
    assert mail_lines({world.care.id: world.care.id}, first_week=FIRST.date(), last_week=date(2026, 12, 28)).ties == {
        (world.care.id, "outside")
    }
    MailAllowance.objects.update(ended_at=world.at)  # off: whatever should still lie there
    off = mail_lines(departments, first_week=date(2026, 10, 12), last_week=date(2026, 10, 19))
    assert (off.lines, off.ties, off.first_on) == ((), frozenset(), None)


def test_customers_by_mail_stand_on_the_map_as_other_customers_do_and_never_which_one(world: World) -> None:
    allow(world)
    weeks_of_care(world, (None, "businesses"), (None, ""))
    found = service_map(world.ana, at=world.at, since=FIRST, until=FIRST + timedelta(weeks=3))
    edges = {(edge.provider, edge.customer): edge for edge in found.edges if edge.trace("mail")}
    assert sorted(edges) == [("care", "businesses"), ("care", "outside")]
    assert [edges["care", key].traced for key in ("businesses", "outside")] == [5, 6]
    assert [(node.key, node.department_id, node.names) for node in found.nodes if node.key == "outside"] == [
        ("outside", None, {})
    ]
    page = edge_page(world.ana, "care", "outside", at=world.at, since=FIRST, until=FIRST + timedelta(weeks=3))
    assert (page.requests, page.hidden_count, page.files) == ((), 0, ())
    actions.end_mail_counting(by=world.carmen, at=world.at)
    gone = service_map(world.ana, at=world.at, since=FIRST, until=FIRST + timedelta(weeks=3))
    assert not [edge for edge in gone.edges if edge.trace("mail")]


def test_customers_whom_the_directory_knows_are_a_segment_where_five_of_them_wrote(
    world: World, house: House, files: Path
) -> None:
    allow(world)
    homes = [f"home{number}@freemail.test" for number in range(6)]
    for number, party_id in enumerate(households(6)):
        ContactPoint.objects.create(
            party_id=party_id, kind="email", value=homes[number], is_main=False, added_at=LONG_AGO
        )
    strangers = [f"stranger{number}@else.test" for number in range(5)]
    lines = [(FIRST, "a@else.test", "b@else.test")]
    for number, customer in enumerate([*homes, *strangers]):
        lines.append((FIRST + timedelta(weeks=1, hours=9, minutes=number), customer, house["care"][number % 6]))
    for number, customer in enumerate(homes[:4]):  # too few to stand alone, and with the others they are five
        lines.append((FIRST + timedelta(weeks=3, hours=9, minutes=number), customer, house["care"][number % 6]))
    lines.append((FIRST + timedelta(weeks=3, hours=10), strangers[0], house["care"][5]))
    lines.append((FIRST + timedelta(weeks=5), "a@else.test", "b@else.test"))
    text = HEADING + "".join(f"{at.isoformat()},{one},{other},x\n" for at, one, other in lines)
    count(world, bring(world, world.carmen, text))
    weeks = MailWeek.objects.order_by("week_on", "segment").values_list("week_on", "segment", "asked")
    assert list(weeks) == [
        (date(2026, 10, 12), "", 5),
        (date(2026, 10, 12), "households", 6),
        (date(2026, 10, 26), "", 5),
    ]
    assert not MailWeek.objects.filter(customer__isnull=False).exists()


def test_who_acts_for_a_business_is_that_business(world: World) -> None:
    addresses = house_addresses(at=world.at)
    acting = Representation.objects.on(world.at.date()).first()
    assert acting is not None
    ContactPoint.objects.filter(party_id=acting.person_id, kind="email").delete()
    ContactPoint.objects.create(
        party_id=acting.person_id, kind="email", value="Buyer@Firm.test", is_main=False, added_at=LONG_AGO
    )
    addresses = house_addresses(at=world.at)
    assert ("buyer@firm.test", acting.organisation_id, BUSINESSES) in addresses.known


def test_the_log_of_a_server_is_counted_with_the_year_of_the_day_that_was_told(
    world: World, house: House, files: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    allow(world)
    number = bring(world, world.carmen, postfix_of(text_of(house)), "mail.log")
    preview = mail_preview(world.carmen, number)
    assert (preview.server, preview.names, preview.problem) == ("Postfix", (), None)
    with django_capture_on_commit_callbacks(execute=True):
        actions.count_mail_trace(
            by=world.carmen, at=world.at, trace_id=number, columns={}, zone="UTC", latest_on=date(2025, 12, 1)
        )
        actions.run_mail_trace(at=world.at, trace_id=number, now=lambda: world.at)
    page = mail_trace_page(world.carmen, number)
    assert page.found is not None
    assert (state(number), kept(files), page.found["kind"], page.found["asked"]) == ("done", [], "postfix", 6)
    assert page.found["notes"][0] == {"code": "log_year", "count": 0, "lines": [], "what": "2025"}
    assert MailWeek.objects.get().week_on == date(2025, 10, 6)  # the days of October 2025 are others of the week


def test_no_address_and_no_subject_is_anywhere_in_the_database(world: World, house: House) -> None:
    allow(world)
    count(world, bring(world, world.carmen, text_of(house)))
    with connection.cursor() as cursor:
        for table in ("network_mailtrace", "network_mailweek", "kernel_fact"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} AS t")  # noqa: S608 - our own tables
            said = str(cursor.fetchone())
            assert "@" not in said
            assert "Private" not in said


# --- whose an address is


def test_addresses_are_of_the_main_department_and_small_departments_count_above(
    world: World, house: House, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hire(world, "workshop", 4)
    with django_assert_num_queries(9):
        addresses = house_addresses(at=world.at)
    place_of = {address: place for address, _who, place in addresses.known}
    assert {place_of[address] for address in house["care"]} == {world.care.id}
    assert place_of[f"care@{settings.MAIL_DOMAIN}"] == world.care.id
    # Piotr works in Workshop Warsaw, alone: he counts with the Workshop above, which has five without him.
    piotr = directory.party_cards([world.id_of("piotr")])[world.id_of("piotr")].email
    assert place_of[piotr.lower()] == world.workshop.id
    # Human Resources has one person, and nobody above.
    assert place_of[f"hr@{settings.MAIL_DOMAIN}"] == TOO_SMALL
    assert addresses.mailboxes == frozenset(Department.objects.values_list("pk", flat=True))


def test_a_domain_where_customers_write_from_too_is_not_ours(world: World, house: House) -> None:
    people = hire(world, "it", 3)
    for number, person_id in enumerate(people):
        ContactPoint.objects.filter(party_id=person_id).update(value=f"our{number}@freemail.test")
    assert "freemail.test" in house_addresses(at=world.at).domains
    ContactPoint.objects.create(
        party_id=world.id_of("zofia"), kind="email", value="Zo@FreeMail.test", is_main=False, added_at=LONG_AGO
    )
    domains = house_addresses(at=world.at).domains
    assert "freemail.test" not in domains
    assert DOMAIN in domains


# --- the database keeps the promise


def test_the_database_refuses_two_allowances_and_counts_that_do_not_fit(world: World) -> None:
    allow(world)
    trace = MailTrace.objects.create(file_name="x", size_bytes=1, brought_at=world.at)
    week = {"trace": trace, "provider_id": world.care.id, "customer_id": world.id_of("it"), "answered": 0}
    for wrong in (
        lambda: MailAllowance.objects.create(allowed_at=world.at),
        lambda: MailWeek.objects.create(**week, week_on=date(2026, 10, 13), asked=1),
        lambda: MailWeek.objects.create(**week, week_on=date(2026, 10, 12), asked=0),
        lambda: MailWeek.objects.create(**week, week_on=date(2026, 10, 12), asked=1, segment="households"),
        lambda: MailWeek.objects.create(**{**week, "answered": 2}, week_on=date(2026, 10, 12), asked=1),
        lambda: MailWeek.objects.create(**{**week, "customer_id": world.care.id}, week_on=date(2026, 10, 12), asked=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
