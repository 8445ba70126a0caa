"""Event logs in the house: who brings them, counted apart, matched to departments, and what the map is told."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from clientela.directory.policies import Viewer
from clientela.kernel.analytics.apart import ApartCancelledError
from clientela.kernel.journal import facts_about, thing
from clientela.kernel.own_files import path_of_own_file, receive_file
from clientela.kernel.policies import HiddenError
from clientela.network import actions, jobs
from clientela.network.actions import logs as counting
from clientela.network.discovery import LogProblemError
from clientela.network.models import EventLog, LogEdge, LogTeam
from clientela.network.queries import TracedLine, log_edges, log_page, log_preview, logs_seen
from tests.rules.network.discovery.logs import HELP
from tests.rules.network.discovery.test_suggesting_teams import log_of_two_teams
from tests.world import World

FIRST_ON, LAST_ON = date(2024, 3, 4), date(2024, 3, 9)
COLUMNS = {"case": "case", "activity": "activity", "team": "team", "moment": "moment"}


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_FOLDER = tmp_path / "files"
    return tmp_path / "files"


def text_of(world: World) -> str:
    """The small log, by teams of the cast: Desk is Customer Care, Repair the Workshop, Billing somebody outside."""
    return HELP.replace("Desk", "customer  CARE").replace("Repair", "Workshop")


def bring(world: World, by: Viewer, text: str = "") -> int:
    received = receive_file(part.encode() for part in (text or text_of(world)).splitlines(keepends=True))
    return actions.bring_log(by=by, at=world.at, file_name="help.csv", received=received)


def kept(files: Path) -> list[Path]:
    return sorted(path.relative_to(files) for path in files.rglob("*") if path.is_file())


def count(world: World, number: int, *, reading: str = "asks", columns: dict[str, str] | None = None) -> None:
    actions.count_log(
        by=world.carmen, at=world.at, log_id=number, columns=columns or COLUMNS, zone="Europe/Madrid", reading=reading
    )
    actions.run_log(at=world.at, log_id=number, now=lambda: world.at)


def team_ids(number: int) -> dict[str, int]:
    return dict(LogTeam.objects.filter(log_id=number).values_list("name", "pk"))


def match(world: World, number: int) -> None:
    ids = team_ids(number)
    named = {ids["customer  CARE"]: world.care.id, ids["Workshop"]: world.workshop.id, ids["Billing"]: None}
    actions.match_log_teams(by=world.carmen, at=world.at, log_id=number, department_of=named)


# --- who may


def test_only_administrators_and_the_owner_bring_logs_and_see_them(world: World) -> None:
    number = bring(world, world.carmen)
    for stranger in (world.ana, world.radu, world.zofia):
        with pytest.raises(HiddenError):
            bring(world, stranger)
        with pytest.raises(HiddenError):
            logs_seen(stranger)
        with pytest.raises(HiddenError):
            log_page(stranger, number)
        with pytest.raises(HiddenError):
            log_preview(stranger, number)
        with pytest.raises(HiddenError):
            actions.count_log(by=stranger, at=world.at, log_id=number, columns=COLUMNS, zone="UTC", reading="asks")
        with pytest.raises(HiddenError):
            actions.cancel_log(by=stranger, at=world.at, log_id=number)
        with pytest.raises(HiddenError):
            actions.match_log_teams(by=stranger, at=world.at, log_id=number, department_of={})
        with pytest.raises(HiddenError):
            actions.delete_log(by=stranger, at=world.at, log_id=number)
    assert EventLog.objects.get().state == "draft"
    assert not ProcrastinateJob.objects.exists()


# --- bringing it in


def test_what_is_no_log_is_refused_and_nothing_is_kept_of_it(world: World, files: Path) -> None:
    with pytest.raises(LogProblemError):
        bring(world, world.carmen, "just a line\n")
    with pytest.raises(HiddenError):
        bring(world, world.ana)
    assert not EventLog.objects.exists()
    assert kept(files) == []


def test_a_log_is_kept_byte_for_byte_and_waits_for_its_columns(world: World) -> None:
    number = bring(world, world.carmen)
    row = EventLog.objects.get(pk=number)
    content = path_of_own_file(room="logs", number=number).read_bytes()
    assert (content.decode(), sha256(content).hexdigest()) == (text_of(world), row.sha256)
    assert (row.state, row.file_name, row.size_bytes) == ("draft", "help.csv", len(text_of(world)))
    assert [fact.verb for fact in facts_about(thing("log", number))] == ["log.brought"]
    preview = log_preview(world.carmen, number)
    assert preview.columns is not None
    assert preview.columns.named == {**COLUMNS}
    assert preview.rows[0] == ("1", "open", "customer  CARE", "2024-03-04T09:00:00")


def test_columns_that_cannot_be_are_refused_before_anything_waits(world: World) -> None:
    number = bring(world, world.carmen)
    with pytest.raises(LogProblemError):
        actions.count_log(
            by=world.carmen, at=world.at, log_id=number, columns={**COLUMNS, "team": "taem"}, zone="UTC", reading="asks"
        )
    assert EventLog.objects.get().state == "draft"
    assert not ProcrastinateJob.objects.exists()


# --- counting


def test_counting_waits_for_its_turn_in_one_job(world: World) -> None:
    number = bring(world, world.carmen)
    actions.count_log(by=world.carmen, at=world.at, log_id=number, columns=COLUMNS, zone="UTC", reading="asks")
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.lock, job.queue_name, job.args) == (
        counting.COUNT_JOB, "network.log", "logs", {"log_id": number},
    )  # fmt: skip
    assert jobs.count_one_log.name == counting.COUNT_JOB
    with pytest.raises(actions.LogRefusedError):
        actions.count_log(by=world.carmen, at=world.at, log_id=number, columns=COLUMNS, zone="UTC", reading="asks")


def test_a_log_is_counted_in_a_process_of_its_own_and_kept_whole(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    number = bring(world, world.carmen)
    count(world, number)
    with django_assert_max_num_queries(7):
        page = log_page(world.carmen, number)
    assert (page.line.state, page.line.progress, page.line.rows_read, page.line.events) == ("done", 1.0, 16, 16)
    assert page.found is not None
    assert page.decided is not None
    assert (page.found["cases"], page.found["handovers"], page.found["notes"]) == (5, 9, [])
    assert page.found["first_at"] == "2024-03-04T08:00:00Z"  # nine in Madrid
    assert [(edge.giver, edge.taker, edge.handovers, edge.back) for edge in page.edges][:2] == [
        ("customer  CARE", "Workshop", 3, 1),
        ("customer  CARE", "Billing", 2, 0),
    ]
    assert (page.decided.teams, page.decided.decided, page.decided.handovers, page.decided.drawable) == (3, 0, 9, 0)
    verbs = [fact.verb for fact in facts_about(thing("log", number))]
    assert sorted(verbs) == ["log.brought", "log.count_wished", "log.counted"]


def test_what_has_ended_is_left_alone(world: World) -> None:
    number = bring(world, world.carmen)
    count(world, number)
    before = list(LogEdge.objects.values_list("pk", flat=True))
    actions.run_log(at=world.at, log_id=number, now=lambda: world.at)
    assert list(LogEdge.objects.values_list("pk", flat=True)) == before


def test_what_a_lost_worker_began_is_counted_from_the_beginning(world: World) -> None:
    number = bring(world, world.carmen)
    actions.count_log(by=world.carmen, at=world.at, log_id=number, columns=COLUMNS, zone="UTC", reading="asks")
    EventLog.objects.update(state="running", progress=0.4, rows_read=7, started_at=world.at)
    actions.run_log(at=world.at, log_id=number, now=lambda: world.at)
    assert (EventLog.objects.get().state, LogTeam.objects.count()) == ("done", 3)


def test_a_log_that_cannot_be_counted_says_why(world: World) -> None:
    number = bring(world, world.carmen)
    count(world, number, columns={**COLUMNS, "moment": "activity"})
    row = EventLog.objects.get()
    assert row.error is not None
    assert (row.state, row.error["code"], row.error["figures"]) == (
        "failed",
        "no_moments",
        {"line": 2, "name": "activity"},
    )


def test_a_waiting_log_is_cancelled_at_once_and_a_running_one_when_it_is_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = bring(world, world.carmen)
    actions.count_log(by=world.carmen, at=world.at, log_id=number, columns=COLUMNS, zone="UTC", reading="asks")
    actions.cancel_log(by=world.carmen, at=world.at, log_id=number)
    assert EventLog.objects.get().state == "cancelled"
    with pytest.raises(actions.LogRefusedError):
        actions.cancel_log(by=world.carmen, at=world.at, log_id=number)
    actions.count_log(by=world.carmen, at=world.at, log_id=number, columns=COLUMNS, zone="UTC", reading="asks")
    # Cancelled right after it began: the process apart is asked before it can end.
    begun = counting._begun

    def begun_and_cancelled(log_id: int, *, at: object) -> EventLog | None:
        row = begun(log_id, at=at)  # type: ignore[arg-type]
        actions.cancel_log(by=world.carmen, at=world.at, log_id=log_id)
        return row

    monkeypatch.setattr(counting, "_begun", begun_and_cancelled)
    actions.run_log(at=world.at, log_id=number, now=lambda: world.at)
    assert EventLog.objects.get().state == "cancelled"
    assert not LogTeam.objects.exists()
    assert issubclass(ApartCancelledError, Exception)


def test_a_log_that_nobody_counts_any_more_is_given_up(world: World) -> None:
    number = bring(world, world.carmen)
    actions.count_log(by=world.carmen, at=world.at, log_id=number, columns=COLUMNS, zone="UTC", reading="asks")
    later = world.at + timedelta(minutes=5)
    assert actions.give_up_logs(at=later) == 0  # its job waits
    ProcrastinateJob.objects.all().update(status="failed")
    assert actions.give_up_logs(at=later) == 1
    row = EventLog.objects.get()
    assert (row.state, row.error) == ("failed", {"code": "lost", "figures": {}, "words": ""})


def test_where_a_log_names_only_persons_groups_are_counted_and_no_person(world: World) -> None:
    number = bring(world, world.carmen, log_of_two_teams())
    count(world, number, columns={"case": "case", "resource": "user", "moment": "moment", "activity": "activity"})
    # Three people are too few to be a group of its own.
    assert list(LogTeam.objects.values_list("name", "events", "members")) == [("?", 182, [])]
    assert not LogEdge.objects.exists()


# --- matching, and what the map is told


def test_nothing_is_on_the_map_before_somebody_says_which_team_is_which(world: World) -> None:
    number = bring(world, world.carmen)
    count(world, number)
    assert log_edges() == ()


def test_matched_teams_are_lines_of_the_map_and_what_went_back_is_not_asked_anew(world: World) -> None:
    number = bring(world, world.carmen)
    count(world, number)
    match(world, number)
    # Care handed three cases to the Workshop, one of them for the second time; the Workshop one back, never anew.
    assert log_edges() == (
        TracedLine(
            world.workshop.id, world.care.id, 2, 1, 0.0, FIRST_ON, LAST_ON, file_id=number, file_name="help.csv"
        ),
    )
    (fact,) = [fact for fact in facts_about(thing("log", number)) if fact.verb == "log.matched"]
    assert (fact.data["teams"], fact.data["matched"], fact.data["outside"]) == (3, 2, 1)


def test_a_log_of_deliveries_is_read_the_other_way_round(world: World) -> None:
    number = bring(world, world.carmen)
    count(world, number, reading="delivers")
    match(world, number)
    assert [(line.provider_id, line.customer_id) for line in log_edges()] == [(world.care.id, world.workshop.id)]


def test_teams_of_one_department_make_no_line(world: World) -> None:
    number = bring(world, world.carmen)
    count(world, number)
    named = dict.fromkeys(team_ids(number).values(), world.care.id)
    actions.match_log_teams(by=world.carmen, at=world.at, log_id=number, department_of=named)
    assert log_edges() == ()


def test_a_team_or_department_that_is_not_there_is_refused(world: World) -> None:
    number = bring(world, world.carmen)
    count(world, number)
    ids = team_ids(number)
    for wrong in ({0: world.care.id}, {ids["Workshop"]: world.radu.person_id}):
        with pytest.raises(actions.LogRefusedError):
            actions.match_log_teams(by=world.carmen, at=world.at, log_id=number, department_of=wrong)
    assert EventLog.objects.get().matched_at is None


def test_counting_anew_keeps_what_was_said_of_the_teams(world: World) -> None:
    number = bring(world, world.carmen)
    count(world, number)
    match(world, number)
    count(world, number, reading="delivers")
    assert [(line.provider_id, line.customer_id) for line in log_edges()] == [(world.care.id, world.workshop.id)]
    assert dict(LogTeam.objects.values_list("name", "is_outside"))["Billing"]


def test_a_deleted_log_is_forgotten_by_the_map(world: World) -> None:
    number = bring(world, world.carmen)
    count(world, number)
    match(world, number)
    EventLog.objects.update(state="running")
    with pytest.raises(actions.LogRefusedError):
        actions.delete_log(by=world.carmen, at=world.at, log_id=number)
    EventLog.objects.update(state="done")
    actions.delete_log(by=world.carmen, at=world.at, log_id=number)
    assert (log_edges(), LogEdge.objects.count(), LogTeam.objects.count()) == ((), 0, 0)
    assert "log.deleted" in [fact.verb for fact in facts_about(thing("log", number))]


def test_the_bytes_of_a_deleted_log_are_gone_and_those_of_the_same_file_brought_again_are_not(
    world: World, files: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    first, second = bring(world, world.carmen), bring(world, world.vera)
    assert kept(files) == [Path(f"own/logs/{first}"), Path(f"own/logs/{second}")]
    with django_capture_on_commit_callbacks(execute=False):
        actions.delete_log(by=world.carmen, at=world.at, log_id=first)
    # Not before it is certain: taken back, the log would be there without its bytes.
    assert len(kept(files)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_log(by=world.carmen, at=world.at, log_id=second)
    assert kept(files) == [Path(f"own/logs/{first}")]
    # What a crash after the commit left behind goes a day later, with uploads that became no log.
    third = bring(world, world.carmen)
    receive_file([b"forgotten"])
    written = datetime.fromtimestamp(files.stat().st_ctime, tz=UTC)
    assert actions.sweep_log_files(at=written + timedelta(hours=23)) == 0
    assert len(kept(files)) == 3
    assert actions.sweep_log_files(at=written + timedelta(hours=25)) == 2
    assert kept(files) == [Path(f"own/logs/{third}")]


def test_a_file_that_breaks_off_while_it_comes_leaves_nothing(files: Path) -> None:
    def parts() -> Iterator[bytes]:
        yield b"case,"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        receive_file(parts())
    assert kept(files) == []
