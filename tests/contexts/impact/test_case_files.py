"""Files of cases: who may bring them, what is refused, and how one is stopped, lost or gone."""

import gzip
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoCaptureOnCommitCallbacks

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
    running,
    sweep_case_files,
)
from clientela.impact.jobs import estimate_cases
from clientela.impact.models import CaseFile, CaseFilePart
from clientela.impact.queries.case_files import CaseOptions, case_file, case_files
from clientela.impact.reading.problems import CasesProblemError
from clientela.kernel.analytics.apart import ApartCancelledError, ApartMemoryError
from clientela.kernel.own_files import path_of_own_file, receive_file
from clientela.kernel.policies import HiddenError
from tests.case_rows import ROLES, as_csv
from tests.contexts.impact.brought import (
    FEW,
    NAMES,
    WHOLE,
    ask,
    bring,
    kept,
    refused,
    run,
    verbs,
)
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]

# --- who may


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


# --- stopped, lost, gone


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
        line = case_file(world.ana, number=number).line
        assert (line.state, line.is_stopping) == ("running", True)
        raise ApartCancelledError("It was cancelled.")

    with monkeypatch.context() as patched:
        patched.setattr(running, "run_apart", stopped)
        line = run(world, number).line
    assert (line.state, line.is_stopping) == ("cancelled", False)
    assert verbs(number) == ["case_file.brought", *["case_file.asked", "case_file.cancelled"] * 2]

    def too_much(*_: object, **__: object) -> None:
        raise ApartMemoryError("It needs more memory.")

    ask(world, number)
    monkeypatch.setattr(running, "run_apart", too_much)
    problem = run(world, number).problem
    assert problem is not None
    assert (problem.code, problem.words) == ("no_memory", "It needs more memory.")


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


def test_a_file_that_breaks_off_while_it_comes_leaves_nothing(world: World, files: Path) -> None:
    def parts() -> Iterator[bytes]:
        yield b"case,score\n"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        bring_case_file(by=world.ana, at=world.at, name="desk.csv", chunks=parts())
    assert kept(files) == []
    assert not CaseFile.objects.exists()
