"""The mail server's own record in the house: allowed or not, counted apart, its file gone, and nothing of a person."""

import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoCaptureOnCommitCallbacks

from clientela.kernel.analytics.apart import ApartCancelledError, ApartError
from clientela.kernel.analytics.watching import Asker
from clientela.kernel.journal import facts_about, thing
from clientela.kernel.own_files import path_of_own_file, receive_file
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.network import actions, jobs
from clientela.network.actions import mail_traces as counting
from clientela.network.discovery import LogProblemError
from clientela.network.models import MAIL_FILES, MailAllowance, MailTrace, MailWeek
from clientela.network.queries import (
    mail_counting,
    mail_page,
    mail_preview,
    mail_trace_page,
)
from tests.contexts.network.mails import (
    COLUMNS,
    FIRST,
    House,
    all_lines,
    allow,
    bring,
    count,
    hire_house,
    kept,
    postfix_of,
    state,
    text_of,
)
from tests.world import World


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_FOLDER = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def house(world: World) -> House:
    return hire_house(world)


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


def test_for_others_there_are_no_records(world: World, house: House) -> None:
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
    world: World, house: House, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "read_sample", None)  # reading would fail
    with pytest.raises(actions.MailRefusedError):
        bring(world, world.carmen, text_of(house))
    assert (MailTrace.objects.count(), kept(files), mail_counting().is_on, all_lines().lines) == (0, [], False, ())


def test_switching_it_off_deletes_everything_that_was_counted_and_every_file(
    world: World,
    house: House,
    files: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    allow(world)
    count(world, bring(world, world.carmen, text_of(house)))
    bring(world, world.carmen, text_of(house, week=5))
    assert (len(all_lines().lines), mail_counting().is_on) == (1, True)
    with django_capture_on_commit_callbacks(execute=True):
        actions.end_mail_counting(by=world.carmen, at=world.at)
    assert (MailTrace.objects.count(), MailWeek.objects.count(), kept(files)) == (0, 0, [])
    assert (mail_counting().is_on, all_lines().lines) == (False, ())
    row = MailAllowance.objects.get()
    assert (row.ended_at, row.ended_by_id) == (world.at, world.carmen.person_id)
    verbs = [fact.verb for fact in facts_about(thing("mail_allowance", row.pk))]
    assert sorted(verbs) == ["mail_counting.allowed", "mail_counting.ended"]
    actions.end_mail_counting(by=world.carmen, at=world.at)  # off already: nothing changes
    assert MailAllowance.objects.count() == 1


def test_a_draft_is_not_counted_any_more_when_it_is_off(world: World, house: House) -> None:
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


def test_columns_that_cannot_be_are_refused_before_anything_waits(world: World, house: House) -> None:
    allow(world)
    number = bring(world, world.carmen, text_of(house))
    with pytest.raises(LogProblemError):
        actions.count_mail_trace(
            by=world.carmen, at=world.at, trace_id=number, columns={**COLUMNS, "sender": "sendr"}, zone="UTC"
        )
    assert (state(number), ProcrastinateJob.objects.count()) == ("draft", 0)


def test_counting_waits_for_its_turn_in_one_job(world: World, house: House) -> None:
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


def test_the_same_days_do_not_count_twice(
    world: World,
    house: House,
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
    assert (state(later), [(line.asked, len(line.files)) for line in all_lines().lines]) == ("done", [(12, 2)])
    assert not path_of_own_file(room="mail-traces", number=again).exists()


@pytest.mark.parametrize("end", ["cancelled", "failed", "crashed", "cancelled early"])
def test_however_it_ends_the_file_is_gone(
    world: World,
    house: House,
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


def test_who_counts_stops_within_a_second_when_nobody_wishes_it_any_more(world: World, house: House) -> None:
    allow(world)
    number = bring(world, world.carmen, text_of(house))
    asker = Asker(MailTrace.objects.filter(pk=number))
    assert asker() is False
    actions.end_mail_counting(by=world.carmen, at=world.at)
    assert Asker(MailTrace.objects.filter(pk=number))() is True


def test_a_record_whose_worker_is_lost_is_given_up_and_its_file_deleted(
    world: World,
    house: House,
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
    house: House,
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


def test_deleting_a_record_takes_away_what_was_counted_in_it(world: World, house: House) -> None:
    allow(world)
    number = bring(world, world.carmen, text_of(house))
    count(world, number)
    actions.delete_mail_trace(by=world.carmen, at=world.at, trace_id=number)
    assert (MailTrace.objects.count(), MailWeek.objects.count(), all_lines().lines) == (0, 0, ())
    with pytest.raises(HiddenError):
        actions.delete_mail_trace(by=world.carmen, at=world.at, trace_id=number)


# --- a rotated log


def test_the_files_of_a_rotated_log_are_one_record_in_the_order_of_what_stands_in_them(
    world: World,
    house: House,
    files: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    allow(world)
    newest, middle, oldest = (
        postfix_of(text_of(house, week=week)).replace("@pc.test", f"@pc-{week}.test") for week in (9, 5, 1)
    )
    # Rotated once more while they were copied: their names tell nothing, one came twice, the newest is blank.
    received = [
        ("mail.log", b""), ("mail.log.1", oldest.encode()), ("mail.log.2.gz", gzip.compress(newest.encode())),
        ("copy.log", oldest.encode()), ("mail.log.3", middle.encode()),
    ]  # fmt: skip
    (name, first), *more = [(name, receive_file([content])) for name, content in received]
    number = actions.bring_mail_trace(by=world.carmen, at=world.at, file_name=name, received=first, more=more)
    row = MailTrace.objects.get()
    assert row.file_name == "mail.log.1, mail.log.2.gz, mail.log.3"
    assert kept(files) == [path_of_own_file(room=MAIL_FILES, number=number).relative_to(files)]
    assert mail_preview(world.carmen, number).server == "Postfix"
    # Only now somebody says of which year they are.
    actions.count_mail_trace(
        by=world.carmen, at=world.at, trace_id=number, columns={}, zone="UTC", latest_on=date(2026, 12, 31)
    )
    with django_capture_on_commit_callbacks(execute=True):
        actions.run_mail_trace(at=world.at, trace_id=number, now=lambda: world.at)
    row.refresh_from_db()
    assert (row.state, row.first_at, row.last_at) == ("done", FIRST, FIRST + timedelta(weeks=9, days=6))
    assert kept(files) == []
    assert MailWeek.objects.order_by("week_on").values_list("week_on", flat=True).distinct().count() == 3


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (b"sent,from,to\n2026-10-05,a@else.test,b@else.test\n", "one_table"),
        (b"2026-10-05 09:00:00 1tABCD-000001-2a <= a@else.test H=pc [192.0.2.1] P=esmtp S=811\n", "other_server"),
    ],
)
def test_what_is_no_part_of_the_same_log_is_refused_and_nothing_is_kept(
    world: World, house: House, files: Path, other: bytes, code: str
) -> None:
    allow(world)
    first, second = receive_file([postfix_of(text_of(house)).encode()]), receive_file([other])
    with pytest.raises(LogProblemError) as refused:
        actions.bring_mail_trace(
            by=world.carmen, at=world.at, file_name="mail.log", received=first, more=[("other.log", second)]
        )
    assert (refused.value.code, refused.value.figures["name"]) == (code, "other.log")
    assert (MailTrace.objects.count(), kept(files)) == (0, [])
