"""Files of cases are worked out: each outcome by itself, side files, and data that cannot tell."""

import gzip
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from clientela.impact.actions.case_files import (
    CaseFileRefusedError,
    bring_case_part,
    delete_case_file,
    remove_case_part,
    run_case_estimation,
    running,
)
from clientela.impact.models import CaseFile
from clientela.impact.queries.case_files import CaseFilePage, CaseOptions, case_file, case_files
from clientela.kernel.analytics.apart import ApartCancelledError
from clientela.kernel.own_files import path_of_own_file
from tests.case_rows import ROLES, as_csv, inside_rows
from tests.contexts.impact.brought import (
    CASES,
    FEW,
    INSIDE,
    MET_ROLES,
    NAMES,
    ROWS,
    WHOLE,
    ask,
    bring,
    changed,
    run,
    verbs,
)
from tests.rules.impact.organisation import SUPPLIERS
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


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


def test_codes_for_no_answer_are_refused_until_somebody_says_that_they_are_meant(world: World) -> None:
    rows = [[row[0], 99 if row[0] == ROWS[0][0] else row[1], *row[2:]] for row in ROWS]
    number = bring(world, as_csv(NAMES, rows))
    ask(world, number)
    page = run(world, number)
    assert page.problem is not None
    assert (page.line.state, page.problem.code) == ("failed", "strange_figures")
    assert {name: page.problem.figures[name] for name in ("line", "column", "values")} == {
        "line": 2, "column": "score", "values": "99",
    }  # fmt: skip
    roles = {part.part: part.chosen for part in page.parts}
    ask(world, number, roles=roles, options=CaseOptions(takes_codes=True))
    page = run(world, number)
    assert (page.line.state, page.problem, page.options.takes_codes) == ("done", None, True)


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
