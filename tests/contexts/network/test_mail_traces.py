"""The mail server's own record in the house: allowed or not, counted apart, its file gone, and nothing of a person."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from clientela.directory import queries as directory
from clientela.directory.models import ContactPoint, Department
from clientela.directory.policies import Viewer
from clientela.kernel.analytics.apart import ApartCancelledError, ApartError
from clientela.kernel.analytics.watching import Asker
from clientela.kernel.journal import facts_about, thing
from clientela.kernel.own_files import path_of_own_file, receive_file
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.network import actions, jobs
from clientela.network.actions import mail_traces as counting
from clientela.network.discovery import LogProblemError
from clientela.network.discovery.mail.contracts import TOO_SMALL
from clientela.network.models import MailAllowance, MailTrace, MailWeek
from clientela.network.queries import (
    TracedLine,
    mail_counting,
    mail_lines,
    mail_page,
    mail_preview,
    mail_trace_page,
)
from clientela.network.queries.mail_addresses import house_addresses
from clientela.network.rules.waits import bucket_of
from tests.contexts.network.people import hire
from tests.world import DOMAIN, LONG_AGO, World

COLUMNS = {"sender": "sender_address", "recipients": "recipient_status", "moment": "origin_timestamp_utc"}
FIRST = datetime(2026, 10, 5, tzinfo=UTC)  # a Monday


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_FOLDER = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def house(world: World) -> dict[str, list[str]]:
    """Six more colleagues in Care and in IT, whose addresses are at our domain; their addresses."""
    found = {}
    for key in ("care", "it"):
        people = hire(world, key, 6)
        found[key] = [f"{key}.{number}@{DOMAIN}" for number in range(6)]
        for person_id, address in zip(people, found[key], strict=True):
            ContactPoint.objects.filter(party_id=person_id).update(value=address)
    return found


def text_of(house: dict[str, list[str]], *, week: int = 1) -> str:
    """Six of Care ask six of IT in the week so many after the first, and are answered after an hour."""
    lines = [(FIRST + timedelta(weeks=week - 1), "a@else.test", "b@else.test")]
    for number, (one, other) in enumerate(zip(house["care"], house["it"], strict=True)):
        at = FIRST + timedelta(weeks=week, hours=9, minutes=number)
        lines += [(at, one, other), (at + timedelta(hours=1), other, one)]
    lines.append((FIRST + timedelta(weeks=week, days=6), "a@else.test", "b@else.test"))
    return "origin_timestamp_utc,sender_address,recipient_status,message_subject\n" + "".join(
        f"{at.isoformat()},{sender},{reader},Private matters\n" for at, sender, reader in lines
    )


def bring(world: World, by: Viewer, text: str, name: str = "mails.csv") -> int:
    received = receive_file([text.encode()])
    return actions.bring_mail_trace(by=by, at=world.at, file_name=name, received=received)


def count(world: World, number: int, *, columns: dict[str, str] | None = None) -> None:
    actions.count_mail_trace(
        by=world.carmen, at=world.at, trace_id=number, columns=columns or COLUMNS, zone="Europe/Bucharest"
    )
    actions.run_mail_trace(at=world.at, trace_id=number, now=lambda: world.at)


def allow(world: World) -> None:
    actions.allow_mail_counting(by=world.carmen, at=world.at)


def kept(files: Path) -> list[Path]:
    return sorted(path.relative_to(files) for path in files.rglob("*") if path.is_file())


def state(number: int) -> str:
    return MailTrace.objects.get(pk=number).state


# --- who may


def test_only_the_owner_and_administrators_allow_it_and_end_it(world: World) -> None:
    for stranger in (world.ana, world.radu, world.zofia):
        with pytest.raises(NotAllowedError):
            actions.allow_mail_counting(by=stranger, at=world.at)
    assert not MailAllowance.objects.exists()
    allow(world)
    allow(world)  # allowed already: nothing changes
    for stranger in (world.ana, world.radu, world.zofia):
        with pytest.raises(NotAllowedError):
            actions.end_mail_counting(by=stranger, at=world.at)
    row = MailAllowance.objects.get()
    assert (row.allowed_by_id, row.ended_at) == (world.carmen.person_id, None)
    facts = facts_about(thing("mail_allowance", row.pk))
    assert [(fact.verb, fact.by) for fact in facts] == [("mail_counting.allowed", world.carmen.person_id)]


def test_for_others_there_are_no_records(world: World, house: dict[str, list[str]]) -> None:
    allow(world)
    number = bring(world, world.carmen, text_of(house))
    for stranger in (world.ana, world.radu, world.zofia):
        with pytest.raises(HiddenError):
            bring(world, stranger, text_of(house))
        with pytest.raises(HiddenError):
            mail_trace_page(stranger, number)
        with pytest.raises(HiddenError):
            mail_preview(stranger, number)
        for action in (actions.cancel_mail_trace, actions.delete_mail_trace):
            with pytest.raises(HiddenError):
                action(by=stranger, at=world.at, trace_id=number)
        with pytest.raises(HiddenError):
            actions.count_mail_trace(by=stranger, at=world.at, trace_id=number, columns=COLUMNS, zone="UTC")
    with pytest.raises(HiddenError):
        mail_page(world.zofia)
    assert mail_page(world.ana).traces == ()
    assert MailTrace.objects.get().state == "draft"
    assert not ProcrastinateJob.objects.exists()


# --- off is off


def test_while_it_is_off_nothing_is_read_and_nothing_is_kept(
    world: World, house: dict[str, list[str]], files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "read_sample", None)  # reading would fail
    with pytest.raises(actions.MailRefusedError):
        bring(world, world.carmen, text_of(house))
    assert (MailTrace.objects.count(), kept(files), mail_counting().is_on, mail_lines()) == (0, [], False, ())


def test_switching_it_off_deletes_everything_that_was_counted_and_every_file(
    world: World,
    house: dict[str, list[str]],
    files: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    allow(world)
    count(world, bring(world, world.carmen, text_of(house)))
    bring(world, world.carmen, text_of(house, week=5))
    assert (len(mail_lines()), mail_counting().is_on) == (1, True)
    with django_capture_on_commit_callbacks(execute=True):
        actions.end_mail_counting(by=world.carmen, at=world.at)
    assert (MailTrace.objects.count(), MailWeek.objects.count(), kept(files)) == (0, 0, [])
    assert (mail_counting().is_on, mail_lines()) == (False, ())
    row = MailAllowance.objects.get()
    assert (row.ended_at, row.ended_by_id) == (world.at, world.carmen.person_id)
    verbs = [fact.verb for fact in facts_about(thing("mail_allowance", row.pk))]
    assert sorted(verbs) == ["mail_counting.allowed", "mail_counting.ended"]
    actions.end_mail_counting(by=world.carmen, at=world.at)  # off already: nothing changes
    assert MailAllowance.objects.count() == 1


def test_a_draft_is_not_counted_any_more_when_it_is_off(world: World, house: dict[str, list[str]]) -> None:
    allow(world)
    number = bring(world, world.carmen, text_of(house))
    MailAllowance.objects.update(ended_at=world.at)
    with pytest.raises(actions.MailRefusedError):
        actions.count_mail_trace(by=world.carmen, at=world.at, trace_id=number, columns=COLUMNS, zone="UTC")
    assert state(number) == "draft"


# --- bringing and counting


def test_what_is_no_record_is_refused_and_nothing_is_kept_of_it(world: World, files: Path) -> None:
    allow(world)
    headless = "2026-10-05,ana@else.test,b@else.test\n" * 2  # its addresses would be shown as names of columns
    for text in ("just a line\n", "<log></log>", "a,b,a\n1,2,3\n", headless):
        with pytest.raises(LogProblemError):
            bring(world, world.carmen, text)
    assert (MailTrace.objects.count(), kept(files)) == (0, [])


def test_columns_that_cannot_be_are_refused_before_anything_waits(world: World, house: dict[str, list[str]]) -> None:
    allow(world)
    number = bring(world, world.carmen, text_of(house))
    with pytest.raises(LogProblemError):
        actions.count_mail_trace(
            by=world.carmen, at=world.at, trace_id=number, columns={**COLUMNS, "sender": "sendr"}, zone="UTC"
        )
    assert (state(number), ProcrastinateJob.objects.count()) == ("draft", 0)


def test_counting_waits_for_its_turn_in_one_job(world: World, house: dict[str, list[str]]) -> None:
    allow(world)
    number = bring(world, world.carmen, text_of(house))
    preview = mail_preview(world.carmen, number)
    assert preview.columns is not None
    assert preview.columns.named == COLUMNS
    actions.count_mail_trace(by=world.carmen, at=world.at, trace_id=number, columns=COLUMNS, zone="UTC")
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.lock, job.queue_name, job.args) == (
        counting.COUNT_MAIL_JOB, "network.log", "logs", {"trace_id": number},
    )  # fmt: skip
    assert jobs.count_one_mail_trace.name == counting.COUNT_MAIL_JOB
    with pytest.raises(actions.MailRefusedError):
        actions.count_mail_trace(by=world.carmen, at=world.at, trace_id=number, columns=COLUMNS, zone="UTC")


def test_a_record_is_counted_by_department_and_week_and_its_file_is_gone(
    world: World,
    house: dict[str, list[str]],
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
    assert mail_lines() == (
        TracedLine(
            provider_id=world.id_of("it"),
            customer_id=world.care.id,
            asked=6,
            back=0,
            first_on=date(2026, 10, 12),
            last_on=date(2026, 10, 18),
            waits=((bucket_of(3600), 6),),
            file_id=number,
            file_name="mails.csv",
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


def test_weeks_and_records_add_up_on_the_page_and_people_outside_are_no_line_of_the_map(world: World) -> None:
    allow(world)
    trace = MailTrace.objects.create(file_name="x", size_bytes=1, brought_at=world.at)
    for number, customer in enumerate([None, None, world.id_of("it")]):
        MailWeek.objects.create(
            trace=trace,
            week_on=date(2026, 10, 5) + timedelta(weeks=number),
            provider_id=world.care.id,
            customer_id=customer,
            asked=5 + number,
            answered=5,
            wait_buckets=[bucket_of(60), bucket_of(7200)],
            wait_counts=[2 + number, 3 - number],
        )
    page = mail_page(world.ana)
    assert [(pair.customer and pair.customer.key, pair.asked, pair.answered) for pair in page.pairs] == [
        (None, 11, 10),
        ("it", 7, 5),
    ]
    assert [pair.median_wait_seconds for pair in page.pairs] == [3691, 62]
    assert [(line.customer_id, line.asked) for line in mail_lines()] == [(world.id_of("it"), 7)]


def test_no_address_and_no_subject_is_anywhere_in_the_database(world: World, house: dict[str, list[str]]) -> None:
    allow(world)
    count(world, bring(world, world.carmen, text_of(house)))
    with connection.cursor() as cursor:
        for table in ("network_mailtrace", "network_mailweek", "kernel_fact"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} AS t")  # noqa: S608 - our own tables
            said = str(cursor.fetchone())
            assert "@" not in said
            assert "Private" not in said


def test_the_same_days_do_not_count_twice(
    world: World,
    house: dict[str, list[str]],
    files: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    allow(world)
    count(world, bring(world, world.carmen, text_of(house)))
    again, later = (bring(world, world.carmen, text_of(house, week=week), f"{week}.csv") for week in (1, 4))
    with django_capture_on_commit_callbacks(execute=True):
        count(world, again)
        count(world, later)
    row = MailTrace.objects.get(pk=again)
    assert (row.state, row.error) == (
        "failed",
        {"code": "overlaps", "figures": {"name": "mails.csv"}, "words": "1.csv: its days are in mails.csv already."},
    )
    assert (state(later), len(mail_lines())) == ("done", 2)
    assert not path_of_own_file(room="mail-traces", number=again).exists()


@pytest.mark.parametrize("end", ["cancelled", "failed", "crashed", "cancelled early"])
def test_however_it_ends_the_file_is_gone(
    world: World,
    house: dict[str, list[str]],
    files: Path,
    *,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    end: str,
) -> None:
    allow(world)
    text = text_of(house)
    number = bring(world, world.carmen, text.replace("2026", "soon") if end == "failed" else text)

    def apart(*_given: Any, **_named: Any) -> None:
        if end == "crashed":
            raise ApartError("It was ended by a signal.", details="ana@casa-lavora.test")
        MailTrace.objects.update(is_cancel_wished=True)
        raise ApartCancelledError("It was cancelled.")

    if end in {"crashed", "cancelled"}:
        monkeypatch.setattr(counting, "run_apart", apart)
    with django_capture_on_commit_callbacks(execute=True):
        if end == "cancelled early":
            actions.count_mail_trace(by=world.carmen, at=world.at, trace_id=number, columns=COLUMNS, zone="UTC")
            actions.cancel_mail_trace(by=world.carmen, at=world.at, trace_id=number)
        else:
            count(world, number)
    row = MailTrace.objects.get()
    assert row.state == {"crashed": "failed", "cancelled early": "cancelled"}.get(end, end)
    assert (kept(files), MailWeek.objects.count()) == ([], 0)
    assert "@" not in str(row.error)
    actions.run_mail_trace(at=world.at, trace_id=number, now=lambda: world.at)  # what has ended is left alone
    assert MailTrace.objects.get().state == row.state


def test_who_counts_stops_within_a_second_when_nobody_wishes_it_any_more(
    world: World, house: dict[str, list[str]]
) -> None:
    allow(world)
    number = bring(world, world.carmen, text_of(house))
    asker = Asker(MailTrace.objects.filter(pk=number))
    assert asker() is False
    actions.end_mail_counting(by=world.carmen, at=world.at)
    assert Asker(MailTrace.objects.filter(pk=number))() is True


def test_a_record_whose_worker_is_lost_is_given_up_and_its_file_deleted(
    world: World,
    house: dict[str, list[str]],
    files: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    allow(world)
    number = bring(world, world.carmen, text_of(house))
    actions.count_mail_trace(by=world.carmen, at=world.at, trace_id=number, columns=COLUMNS, zone="UTC")
    later = world.at + timedelta(minutes=2)
    assert actions.give_up_mail_traces(at=later) == 0  # its job waits
    ProcrastinateJob.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.give_up_mail_traces(at=later) == 1
    assert (MailTrace.objects.get().error, kept(files)) == ({"code": "lost", "figures": {}, "words": ""}, [])


def test_a_draft_that_nobody_confirms_goes_after_a_day_and_so_does_what_a_crash_left(
    world: World,
    house: dict[str, list[str]],
    files: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    allow(world)
    first, second = (bring(world, world.carmen, text_of(house)) for _ in range(2))
    actions.count_mail_trace(by=world.carmen, at=world.at, trace_id=second, columns=COLUMNS, zone="UTC")
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.sweep_mail_files(at=world.at + timedelta(hours=23)) == 0
        assert actions.sweep_mail_files(at=world.at + timedelta(hours=24)) == 1
    assert kept(files) == [Path(f"own/mail-traces/{second}")]
    assert not MailTrace.objects.filter(pk=first).exists()
    MailTrace.objects.filter(pk=second).update(state="done", found={}, first_at=FIRST, last_at=FIRST)
    written = datetime.fromtimestamp(files.stat().st_ctime, tz=UTC)
    assert actions.sweep_mail_files(at=written + timedelta(hours=25)) == 1
    assert kept(files) == []


def test_deleting_a_record_takes_away_what_was_counted_in_it(world: World, house: dict[str, list[str]]) -> None:
    allow(world)
    number = bring(world, world.carmen, text_of(house))
    count(world, number)
    actions.delete_mail_trace(by=world.carmen, at=world.at, trace_id=number)
    assert (MailTrace.objects.count(), MailWeek.objects.count(), mail_lines()) == (0, 0, ())
    with pytest.raises(HiddenError):
        actions.delete_mail_trace(by=world.carmen, at=world.at, trace_id=number)


# --- whose an address is


def test_addresses_are_of_the_main_department_and_small_departments_count_above(
    world: World, house: dict[str, list[str]], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hire(world, "workshop", 4)
    with django_assert_num_queries(7):
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


def test_a_domain_where_customers_write_from_too_is_not_ours(world: World, house: dict[str, list[str]]) -> None:
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
        lambda: MailWeek.objects.create(**{**week, "answered": 2}, week_on=date(2026, 10, 12), asked=1),
        lambda: MailWeek.objects.create(**{**week, "customer_id": world.care.id}, week_on=date(2026, 10, 12), asked=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
