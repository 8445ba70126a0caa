"""Cases from elsewhere: who brings them, what is refused, what is worked out, and that nothing of them stays."""

import gzip
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from clientela.directory.policies import Viewer
from clientela.impact.actions.case_files import (
    ESTIMATE_CASES_JOB,
    CaseFileRefusedError,
    ask_for_case_estimation,
    bring_case_file,
    bring_case_part,
    cancel_case_estimation,
    delete_case_file,
    give_up_case_files,
    remove_case_part,
    run_case_estimation,
    running,
    sweep_case_files,
)
from clientela.impact.jobs import estimate_cases
from clientela.impact.models import CaseFile, CaseFilePart
from clientela.impact.queries.case_files import CaseFilePage, CaseOptions, case_file, case_files
from clientela.impact.reading.problems import CasesProblemError
from clientela.kernel.analytics.apart import ApartCancelledError, ApartMemoryError
from clientela.kernel.journal import facts_about, thing
from clientela.kernel.own_files import path_of_own_file, receive_file
from clientela.kernel.policies import HiddenError
from tests.case_rows import HEADING, MET, ROLES, as_csv, beside, inside_rows, long_rows, met_on_arrival, yes_and_no
from tests.rules.impact.organisation import SUPPLIERS, organisation
from tests.world import World

CASES, INSIDE = organisation(cases_each=30)
ROWS = long_rows(CASES, INSIDE)
NAMES = HEADING.split(",")
QUEUED, ARRIVALS = met_on_arrival(CASES, INSIDE)
WHOLE = as_csv([*NAMES, "came_back", "left_us", *MET], beside(long_rows(QUEUED, INSIDE), yes_and_no(QUEUED), ARRIVALS))
MET_ROLES = dict(zip(("queue", "served", "urgency"), MET, strict=True))
FEW = as_csv(NAMES, ROWS[:40])


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_FOLDER = tmp_path / "files"
    return tmp_path / "files"


def bring(world: World, content: bytes = FEW, *, by: Viewer | None = None, name: str = "desk.csv") -> int:
    chunks = [content[at : at + 4096] for at in range(0, len(content), 4096)]
    return bring_case_file(by=by or world.ana, at=world.at, name=name, chunks=chunks)


def ask(world: World, number: int, *outcomes: str, by: Viewer | None = None, **given: Any) -> None:
    ask_for_case_estimation(
        by=by or world.ana, at=world.at, number=number, roles=given.get("roles", {"cases": ROLES}),
        outcomes=outcomes or ("score",), options=given.get("options", CaseOptions()),
    )  # fmt: skip


def run(world: World, number: int) -> CaseFilePage:
    run_case_estimation(at=world.at, number=number, now=lambda: world.at + timedelta(minutes=2))
    return case_file(world.ana, number=number)


def refused(world: World, content: bytes, *, name: str = "desk.csv") -> CasesProblemError:
    with pytest.raises(CasesProblemError) as problem:
        bring(world, content, name=name)
    return problem.value


def kept(files: Path) -> list[Path]:
    return sorted(path.relative_to(files) for path in files.rglob("*") if path.is_file())


def verbs(number: int) -> list[str]:
    return [fact.verb for fact in reversed(facts_about(thing("case_file", number)))]


def changed(change: dict[str, object], *, rows: list[list[object]] | None = None) -> bytes:
    places = {NAMES.index(name): value for name, value in change.items()}
    return as_csv(NAMES, [[places.get(at, value) for at, value in enumerate(row)] for row in rows or ROWS])


# --- who may


@pytest.mark.django_db
def test_an_agent_neither_brings_nor_sees_nor_changes(world: World, files: Path) -> None:
    number = bring(world)
    for stranger in (world.radu, world.zofia):
        with pytest.raises(HiddenError):
            bring(world, by=stranger)
        with pytest.raises(HiddenError):
            case_files(stranger)
        with pytest.raises(HiddenError):
            case_file(stranger, number=number)
        with pytest.raises(HiddenError):
            bring_case_part(by=stranger, at=world.at, number=number, part="inside", name="i.csv", chunks=[FEW])
        with pytest.raises(HiddenError):
            remove_case_part(by=stranger, at=world.at, number=number, part="inside")
        with pytest.raises(HiddenError):
            ask(world, number, by=stranger)
        with pytest.raises(HiddenError):
            cancel_case_estimation(by=stranger, at=world.at, number=number)
        with pytest.raises(HiddenError):
            delete_case_file(by=stranger, at=world.at, number=number)
    with pytest.raises(HiddenError):
        case_file(world.ana, number=number + 1)
    assert CaseFile.objects.get().state == "draft"
    assert not ProcrastinateJob.objects.exists()
    assert kept(files) == [Path(f"own/case_files/{CaseFilePart.objects.get().pk}")]


# --- what is brought


@pytest.mark.django_db
def test_what_is_no_file_of_cases_is_refused_with_its_own_code_and_nothing_is_kept(
    world: World, files: Path, settings: Any
) -> None:
    assert (refused(world, b"").code, refused(world, b"").figures) == ("empty", {"file": "desk.csv"})
    assert str(refused(world, b"")) == "desk.csv: the file is empty. It needs a heading and a line for each case."
    assert refused(world, b"\n1,2\n").code == "no_heading"
    assert refused(world, b"o1,4.5,2024-01,North\no2,3.5,2024-02,South\n").code == "no_heading"
    assert refused(world, b"case,score,case\n1,2,3\n").figures == {"file": "desk.csv", "name": "case"}
    assert refused(world, b"case,score\n").code == "no_lines"
    assert refused(world, b"just a line\nand another\n").code == "no_table"
    assert refused(world, b"PK\x03\x04case,score\n1,2\n").code == "foreign"
    assert refused(world, b"case,score\n\x00,2\n").code == "foreign"
    packed = gzip.compress(FEW)
    assert refused(world, packed[: len(packed) // 2], name="desk.csv.gz").code == "packed"
    broken = packed[:30] + bytes(20) + packed[50:]
    assert refused(world, broken, name="desk.csv.gz").code == "packed"
    settings.CASE_FILE_LIMIT_BYTES = 4096
    large = refused(world, WHOLE)
    assert (large.code, large.figures) == ("too_large", {"file": "desk.csv", "limit_bytes": 4096})
    assert not CaseFile.objects.exists()
    assert kept(files) == []


@pytest.mark.django_db
def test_a_file_is_kept_byte_for_byte_and_its_columns_are_guessed(world: World) -> None:
    content = as_csv(
        ["Case ID", "Score", "Month", "Department", "Quality", "", "Churned"], [[1, 4, "2024-01", "IT", 3, "x", 0]]
    )
    number = bring(world, content, name="  cases from the old desk.csv ")
    part = CaseFilePart.objects.get()
    lying = path_of_own_file(room="case_files", number=part.pk).read_bytes()
    assert (lying, sha256(content).hexdigest()) == (content, part.sha256)
    page = case_file(world.ana, number=number)
    assert (page.line.title, page.line.file_name) == ("cases from the old desk.csv", "cases from the old desk.csv")
    assert (page.line.state, page.line.brought_by, page.line.size_bytes) == ("draft", "Ana Ionescu", len(content))
    assert [one.part for one in page.parts] == ["cases"]
    assert page.parts[0].columns == ("Case ID", "Score", "Month", "Department", "Quality", "", "Churned")
    assert page.parts[0].rows == (("1", "4", "2024-01", "IT", "3", "x", "0"),)
    assert {role: column for role, column in page.parts[0].chosen.items() if column} == {
        "case": "Case ID", "period": "Month", "supplier": "Department", "quality": "Quality",
    }  # fmt: skip
    assert "outcome" not in page.parts[0].roles
    assert page.outcomes == ("Score", "Churned")
    assert (page.options, page.problem, page.measures, page.notes) == (CaseOptions(), None, (), ())
    assert page.may_change
    assert verbs(number) == ["case_file.brought"]


@pytest.mark.django_db
def test_what_cannot_be_chosen_is_refused_with_its_own_code(world: World) -> None:
    number = bring(world)

    def code(*outcomes: str, **given: Any) -> str:
        with pytest.raises(CasesProblemError) as problem:
            ask(world, number, *outcomes, **given)
        return problem.value.code

    assert code("stars") == "no_column"
    assert code(roles={"cases": ROLES | {"load": "hours"}}) == "no_column"
    assert code(roles={"cases": ROLES | {"quality": ""}}) == "no_role"
    assert code(roles={"cases": ROLES | {"shoe": "shop"}}) == "wrong_option"
    assert code("score", "score") == "used_twice"
    assert code("busy") == "used_twice"
    assert code(*NAMES[:7]) == "too_many_outcomes"
    assert code(options=CaseOptions(period_by="day")) == "wrong_option"
    assert code(options=CaseOptions(worse=("shop",))) == "wrong_option"
    assert code(options=CaseOptions(lag=13)) == "wrong_option"
    assert code(options=CaseOptions(worthwhile=math.nan)) == "wrong_option"
    with pytest.raises(CasesProblemError) as problem:
        ask_for_case_estimation(by=world.ana, at=world.at, number=number, roles={}, outcomes=(), options=CaseOptions())
    assert problem.value.code == "no_outcome"
    walk = as_csv(["unit", "supplier", "weight"], [["shop 0", "dept 0", 1]])
    bring_case_part(by=world.ana, at=world.at, number=number, part="crosswalk", name="walk.csv", chunks=[walk])
    assert code() == "two_ways"
    assert code(roles={"cases": ROLES | {"supplier": ""}}) == "no_inside"
    assert CaseFile.objects.get().state == "draft"
    assert not ProcrastinateJob.objects.exists()


# --- working it out


@pytest.mark.django_db
def test_three_outcomes_of_one_file_are_answered_each_by_itself(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    number = bring(world, gzip.compress(WHOLE), name="desk.csv.gz")
    ask(
        world, number, "score", "came_back", "left_us", roles={"cases": ROLES | MET_ROLES},
        options=CaseOptions(worse=("left_us",)),
    )  # fmt: skip
    page = run(world, number)
    assert (page.line.state, page.problem) == ("done", None)
    assert (page.line.progress, page.line.rows_read) == (1.0, len(ROWS))
    assert page.line.answers == {"score": "supported", "came_back": "supported", "left_us": "supported"}
    score, came_back, left_us = page.measures
    assert [one.code for one in page.measures] == ["score", "came_back", "left_us"]
    assert (score.cases, score.answered, score.period, score.period_weeks) == (1890, 1890, "month", 4)
    assert score.per_unit is not None
    assert score.per_unit.value == pytest.approx(0.5, abs=0.1)
    assert (score.is_share, score.satisfied) == (False, None)
    assert {one.name: one.held for one in score.checks} == dict.fromkeys(
        (
            "leads", "reverse", "untouched", "unaffected", "shuffled", "one_left_out", "load", "confounder",
            "drawn_anew", "congestion",
        ),
        True,
    )  # fmt: skip
    assert [one.is_gate for one in score.checks if one.name == "congestion"] == [False]
    assert sorted(one.name for one in score.suppliers) == [f"dept {number}" for number in range(SUPPLIERS)]
    assert all(one.own is not None and one.without is not None for one in score.suppliers)
    assert {one.detail["furthest"] for one in score.checks if one.name == "one_left_out"} <= {
        f"dept {number}" for number in range(SUPPLIERS)
    }
    # Yes and no: the change of the share. Who stayed is better, whichever way the file asks.
    for one in (came_back, left_us):
        assert one.is_share
        assert one.satisfied is not None
        assert 0.0 < one.satisfied.low < one.satisfied.value < one.satisfied.high < 0.3
        assert one.satisfied == one.points
    assert (came_back.is_turned, left_us.is_turned) == (False, True)
    assert came_back.suppliers[0].worth is not None
    assert verbs(number) == ["case_file.brought", "case_file.asked", "case_file.estimated"]
    with django_assert_num_queries(3):
        case_file(world.ana, number=number)
    bring(world, by=world.carmen)
    with django_assert_num_queries(3):
        assert [line.answers.get("score") for line in case_files(world.ana)] == [None, "supported"]


@pytest.mark.django_db
def test_a_worker_killed_in_the_middle_is_followed_by_one_that_finds_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = bring(world, as_csv(NAMES, ROWS))
    ask(world, number)
    first = run(world, number).measures
    stored = CaseFile.objects.get().result
    ask(world, number)

    def killed(*_: object, **__: object) -> None:
        CaseFile.objects.filter(state="running").update(progress=0.7, rows_read=999)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(running, "run_apart", killed)
        with pytest.raises(KeyboardInterrupt):
            run_case_estimation(at=world.at, number=number, now=lambda: world.at)
    assert CaseFile.objects.get().state == "running"
    with pytest.raises(CaseFileRefusedError):  # a second wish while one runs
        ask(world, number)
    with pytest.raises(CaseFileRefusedError):
        delete_case_file(by=world.ana, at=world.at, number=number)
    with pytest.raises(CaseFileRefusedError):
        bring_case_part(by=world.ana, at=world.at, number=number, part="inside", name="i.csv", chunks=[FEW])

    def overtaken(*_: object, **__: object) -> None:
        CaseFile.objects.update(started_at=world.at + timedelta(minutes=1))  # by another worker
        raise ApartCancelledError("It was cancelled.")

    with monkeypatch.context() as patched:
        patched.setattr(running, "run_apart", overtaken)
        assert run(world, number).line.state == "running"
    assert run(world, number).measures == first
    assert CaseFile.objects.get().result == stored
    # Started once more by mistake, it changes nothing.
    run_case_estimation(at=world.at, number=number, now=lambda: world.at)
    assert verbs(number).count("case_file.estimated") == 2


@pytest.mark.django_db
def test_side_files_are_read_as_the_command_reads_them(world: World) -> None:
    units = CASES.unit * 3 + CASES.case_type
    plain = [[CASES.outcome[at], f"2024-0{CASES.period[at] + 1}", f"u{units[at]}"] for at in range(CASES.count)]
    number = bring(world, as_csv(["score", "month", "unit"], plain))
    inside = as_csv(["dept", "month", "q1", "q2", "busy", "n"], inside_rows(INSIDE))
    bring_case_part(by=world.ana, at=world.at, number=number, part="inside", name="inside.csv", chunks=[inside])

    def walked(rows: list[list[object]], **options: Any) -> CaseFilePage:
        walk = as_csv(["unit", "supplier", "weight"], rows)
        bring_case_part(by=world.ana, at=world.at, number=number, part="crosswalk", name="walk.csv", chunks=[walk])
        page = case_file(world.ana, number=number)
        assert (page.line.state, page.measures) == ("draft", ())
        roles = {part.part: part.chosen for part in page.parts}
        ask(world, number, roles=roles, options=CaseOptions(**options))
        return run(world, number)

    both = [
        [f"u{unit}", f"dept {(unit + step) % SUPPLIERS}", share]
        for unit in range(12)
        for step, share in ((0, 0.7), (2, 0.3))
    ]
    page = walked(both)
    assert [part.part for part in page.parts] == ["cases", "inside", "crosswalk"]
    assert page.parts[1].chosen == {
        "supplier": "dept", "period": "month", "quality": "q1", "quality2": "q2", "load": "busy", "answers": "n",
    }  # fmt: skip
    assert page.measures[0].refusal == ""
    assert page.measures[0].effect is not None
    # Not all units, and weights that are no shares: no number, and no failure either.
    unknown = walked(both[2:])
    assert (unknown.line.answers, unknown.measures[0].refusal) == ({"score": "not_enough_data"}, "unknown_units")
    assert unknown.measures[0].refusal_figures["example"] == "u0"
    assert walked([[*row[:2], 0.2] for row in both]).measures[0].refusal == "weights_do_not_sum_to_one"
    assert walked([[*row[:2], 0.2] for row in both], is_incomplete=True).measures[0].refusal == ""
    remove_case_part(by=world.ana, at=world.at, number=number, part="crosswalk")
    assert [part.part for part in case_file(world.ana, number=number).parts] == ["cases", "inside"]
    with pytest.raises(CaseFileRefusedError):
        remove_case_part(by=world.ana, at=world.at, number=number, part="cases")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"dept": "IT"}, "one_supplier"),
        ({"w": 0.7}, "weights_above_one"),
        ({"score": 4}, "scores_all_equal"),
        ({"month": "2024-03"}, "one_period"),
        ({"q1": 3, "q2": 3}, "quality_all_equal"),
        ({"n": 3}, "too_few_people"),
    ],
)
def test_data_that_cannot_tell_get_a_plain_answer_and_no_number(
    world: World, change: dict[str, object], refusal: str
) -> None:
    number = bring(world, changed(change))
    ask(world, number)
    page = run(world, number)
    (measure,) = page.measures
    assert (page.line.state, page.line.answers, measure.refusal) == ("done", {"score": "not_enough_data"}, refusal)
    assert (measure.effect, measure.points, measure.smallest_visible, measure.checks) == (None, None, None, ())


@pytest.mark.django_db
def test_suppliers_that_move_together_and_answers_missing_for_a_reason_give_no_number(world: World) -> None:
    by_period = {month: index for index, month in enumerate(sorted({str(row[2]) for row in ROWS}))}
    together = [[*row[:7], by_period[str(row[2])], by_period[str(row[2])], *row[9:]] for row in ROWS]
    number = bring(world, as_csv(NAMES, together))
    ask(world, number)
    assert run(world, number).measures[0].refusal == "collinear_suppliers"
    badly = INSIDE.quality.mean(axis=0)[CASES.period[CASES.rows], CASES.suppliers] < 3.0
    silent = set(CASES.rows[badly & (CASES.weights > 0.5)].tolist()) - set(range(0, CASES.count, 5))
    said = [
        [row[0], "" if at in silent else row[1], *row[2:]] for row, at in zip(ROWS, CASES.rows.tolist(), strict=True)
    ]
    number = bring(world, as_csv(NAMES, said))
    ask(world, number)
    assert run(world, number).measures[0].refusal == "missing_not_at_random"


@pytest.mark.django_db
def test_what_only_shows_while_reading_fails_with_its_line_and_its_code(world: World) -> None:
    def problem(content: bytes, name: str = "desk.csv") -> tuple[str, Any]:
        number = bring(world, content, name=name)
        ask(world, number)
        page = run(world, number)
        assert (page.line.state, page.measures) == ("failed", ())
        assert page.problem is not None
        assert name in page.problem.words
        assert str(path_of_own_file(room="case_files", number=1).parent) not in page.problem.words
        return page.problem.code, page.problem.figures

    bad = [*ROWS[:7], [*ROWS[7][:1], "good", *ROWS[7][2:]]]
    assert problem(as_csv(NAMES, bad)) == (
        "no_number", {"file": "desk.csv", "line": 9, "role": "outcome", "column": "score", "value": "good"},
    )  # fmt: skip
    packed = gzip.compress(as_csv(NAMES, ROWS * 4), compresslevel=1)
    assert problem(packed[:-100], "desk.csv.gz") == ("packed", {"file": "desk.csv.gz"})
    assert verbs(CaseFile.objects.latest("pk").pk)[-1] == "case_file.failed"


@pytest.mark.django_db
def test_suppliers_with_few_answers_count_together_and_nobody_stands_alone(world: World) -> None:
    small = {"dept 0", "dept 3"}
    rows = [[*row[:10], 4 if row[5] in small else 12, row[11]] for row in ROWS]
    number = bring(world, as_csv(NAMES, rows))
    ask(world, number)
    page = run(world, number)
    (measure,) = page.measures
    assert sorted(one.name for one in measure.suppliers) == ["", "dept 1", "dept 2", "dept 4", "dept 5", "dept 6"]
    assert [(note.code, note.figures) for note in page.notes] == [("pooled", {"suppliers": 2})]
    assert small.isdisjoint(str(CaseFile.objects.values_list("result", flat=True)[0]).split("'"))


@pytest.mark.django_db
def test_a_panel_is_said_to_be_weaker_and_periods_without_a_calendar_are_counted(world: World) -> None:
    rows = [
        [CASES.outcome[CASES.period == period][place], period, f"dept {place}", *INSIDE.quality[:, period, place], 1.5]
        for period in range(9)
        for place in range(SUPPLIERS)
    ]
    number = bring(world, as_csv(["score", "year", "dept", "q1", "q2", "busy"], rows))
    roles = {"period": "year", "supplier": "dept", "quality": "q1", "quality2": "q2"}
    ask(world, number, roles={"cases": roles}, options=CaseOptions(is_panel=True))
    page = run(world, number)
    (measure,) = page.measures
    # The column of load is not chosen, so nobody takes it for one.
    assert measure.reasons == ("load_not_measured", "not_linked")
    assert (measure.is_linked, measure.period, measure.period_weeks) == (False, "number", 0)
    assert (measure.weeks_more, measure.answers_more, measure.inside_answers) == (None, None, 0)
    assert [note.code for note in page.notes] == ["no_unit", "no_type"]


# --- stopped, lost, gone


@pytest.mark.django_db
def test_a_worker_takes_it_and_it_can_be_taken_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    number = bring(world)
    with pytest.raises(CaseFileRefusedError):
        cancel_case_estimation(by=world.ana, at=world.at, number=number)
    ask(world, number)
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.queue_name, job.lock, job.args) == (
        ESTIMATE_CASES_JOB, "what_if", "network.what_if", {"case_file_id": number},
    )  # fmt: skip
    assert estimate_cases.name == ESTIMATE_CASES_JOB
    cancel_case_estimation(by=world.carmen, at=world.at, number=number)
    assert run(world, number).line.state == "cancelled"
    ask(world, number)

    def stopped(*_: object, is_cancelled: Any, **__: object) -> None:
        assert is_cancelled() is False
        cancel_case_estimation(by=world.ana, at=world.at, number=number)
        assert case_file(world.ana, number=number).line.state == "running"
        raise ApartCancelledError("It was cancelled.")

    with monkeypatch.context() as patched:
        patched.setattr(running, "run_apart", stopped)
        assert run(world, number).line.state == "cancelled"
    assert verbs(number) == ["case_file.brought", *["case_file.asked", "case_file.cancelled"] * 2]

    def too_much(*_: object, **__: object) -> None:
        raise ApartMemoryError("It needs more memory.")

    ask(world, number)
    monkeypatch.setattr(running, "run_apart", too_much)
    problem = run(world, number).problem
    assert problem is not None
    assert (problem.code, problem.words) == ("no_memory", "It needs more memory.")


@pytest.mark.django_db
def test_one_that_nobody_works_on_any_more_is_given_up(world: World) -> None:
    number = bring(world)
    ask(world, number)
    later = world.at + timedelta(minutes=5)
    assert give_up_case_files(at=later) == 0
    ProcrastinateJob.objects.all().delete()
    assert give_up_case_files(at=world.at) == 0
    assert give_up_case_files(at=later) == 1
    problem = case_file(world.ana, number=number).problem
    assert problem is not None
    assert problem.code == "lost"


@pytest.mark.django_db
def test_deleting_takes_the_bytes_of_every_part_away(
    world: World, files: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    number, other = bring(world), bring(world)
    bring_case_part(by=world.ana, at=world.at, number=number, part="inside", name="inside.csv", chunks=[FEW])
    with django_capture_on_commit_callbacks(execute=True):
        bring_case_part(by=world.ana, at=world.at, number=number, part="inside", name="again.csv", chunks=[FEW])
    assert len(kept(files)) == 3
    with django_capture_on_commit_callbacks(execute=False):
        delete_case_file(by=world.ana, at=world.at, number=number)
    assert len(kept(files)) == 3  # not before it is certain
    assert [line.id for line in case_files(world.ana)] == [other]
    # What a crash left goes a day later, and an upload that became nothing; what is there stays.
    receive_file([b"forgotten"])
    written = datetime.fromtimestamp(files.stat().st_ctime, tz=UTC)
    assert sweep_case_files(at=written + timedelta(hours=23)) == 0
    assert sweep_case_files(at=written + timedelta(hours=25)) == 3
    assert kept(files) == [Path(f"own/case_files/{CaseFilePart.objects.get().pk}")]
    with django_capture_on_commit_callbacks(execute=True):
        delete_case_file(by=world.carmen, at=world.at, number=other)
    assert kept(files) == []
    assert verbs(number)[-1] == "case_file.deleted"


@pytest.mark.django_db
def test_a_file_that_breaks_off_while_it_comes_leaves_nothing(world: World, files: Path) -> None:
    def parts() -> Iterator[bytes]:
        yield b"case,score\n"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        bring_case_file(by=world.ana, at=world.at, name="desk.csv", chunks=parts())
    assert kept(files) == []
    assert not CaseFile.objects.exists()
