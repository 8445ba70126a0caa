"""Files of worked examples: our own, counted again by walking, and the shared ones."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from clientela.promises.rules import NaiveMomentError, VectorProblemError, check_vectors, check_vectors_in
from tests.rules.promises.walk import Walker
from tests.shared_data import needs_shared_data, shared_data

Case = dict[str, Any]
OWN_FILE = Path(__file__).with_name("vectors.json")
OWN_CASES = json.loads(OWN_FILE.read_text(encoding="utf-8"))["cases"]
GROUND = {
    "24:00",
    "around the clock",
    "boundary",
    "breaks",
    "due at the end stays",
    "due at the start of a pause stays",
    "gap",
    "half hour",
    "holiday",
    "kolkata",
    "never open",
    "overnight",
    "pauses",
    "repeated hour",
    "shifts",
}


def moments_in(value: Any) -> list[datetime]:
    if isinstance(value, str):
        return [datetime.fromisoformat(value)]
    return [moment for part in value for moment in moments_in(part)]


def counted_by_walking(case: Case) -> Any:
    inputs = {key: datetime.fromisoformat(text) for key, text in case["input"].items() if isinstance(text, str)}
    pauses = [tuple(moments_in(pair)) for pair in case.get("pauses", [])]
    moments = [*inputs.values(), *(moment for pause in pauses for moment in pause)]
    seconds = case["input"].get("seconds", 0)
    walker = Walker(case["schedule"], pauses, 1 if seconds % 60 or any(m.second for m in moments) else 60)
    match case["op"]:
        case "add":
            return walker.add(inputs["at"], seconds)
        case "within":
            return walker.within(inputs["from"], inputs["to"])
        case "is_open":
            return walker.is_open(inputs["at"])
        case "period_after":
            spans = [tuple(moments_in(pair)) for pair in case["expected"]["periods"]]
            return walker.periods(inputs["at"], inputs.get("until", spans[-1][1])), spans
        case "period_before":
            spans = [tuple(moments_in(pair)) for pair in case["expected"]["periods"]]
            return walker.periods(inputs.get("until", spans[-1][0]), inputs["at"])[::-1], spans
    raise AssertionError(case["op"])


@pytest.mark.parametrize(
    "case", [case for case in OWN_CASES if "never open" not in case["tags"]], ids=lambda c: c["id"]
)
def test_what_our_own_vectors_expect_is_what_a_walk_counts(case: Case) -> None:
    counted = counted_by_walking(case)
    match case["op"]:
        case "add":
            assert counted == datetime.fromisoformat(case["expected"]["due"])
        case "within":
            assert counted == case["expected"]["seconds"]
        case "is_open":
            assert counted is case["expected"]["open"]
        case _:
            assert counted[0] == counted[1]
            assert len(counted[1]) == case["input"].get("count", len(counted[1]))


def test_our_counting_agrees_with_all_our_own_vectors() -> None:
    report = check_vectors_in(OWN_FILE.read_text(encoding="utf-8"))
    assert report.differences == ()
    assert report.skipped == ()
    assert (report.cases, report.checked) == (len(OWN_CASES), len(OWN_CASES))


def test_our_own_vectors_cover_the_ground() -> None:
    assert set() == GROUND - {tag for case in OWN_CASES for tag in case["tags"]}
    assert {case["op"] for case in OWN_CASES} == {"add", "within", "is_open", "period_after", "period_before"}
    assert {"Australia/Lord_Howe", "Asia/Kolkata"} <= {case["schedule"]["zone"] for case in OWN_CASES}


@needs_shared_data
@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("business_time_vectors.json", 278),
        ("business_time_vectors_biz.json", 45),
        ("bokmann_business_time_vectors.json", 5),
    ],
)
def test_our_counting_agrees_with_the_shared_vectors(name: str, cases: int) -> None:
    report = check_vectors_in(shared_data("calendars", name).read_text(encoding="utf-8"))
    assert report.differences == ()
    assert report.skipped == ()
    assert (report.cases, report.checked) == (cases, cases)


SCHEDULE = {"zone": "Etc/UTC", "hours": {"mon": [["09:00", "17:00"]]}, "holidays": [], "breaks": {}}


def a_case(**changes: Any) -> Case:
    return {
        "id": "one",
        "schedule": SCHEDULE,
        "op": "within",
        "input": {"from": "2026-01-05T08:00:00Z", "to": "2026-01-05T10:00:00Z"},
        "expected": {"seconds": 3600},
    } | changes


def test_a_wrong_expectation_is_reported_with_what_we_count() -> None:
    report = check_vectors({"cases": [a_case(), a_case(id="two", expected={"seconds": 3599})]}, (3, 9))
    (difference,) = report.differences
    assert (difference.number, difference.line, difference.id, difference.op) == (2, 9, "two", "within")
    assert (difference.expected, difference.got) == (3599, 3600)
    assert (report.cases, report.checked) == (2, 2)


@pytest.mark.parametrize(
    ("op", "inputs", "wrong", "got"),
    [
        ("add", {"at": "2026-01-05T08:00:00Z", "seconds": 60}, {"due": None}, "2026-01-05T09:01:00Z"),
        ("add", {"at": "2026-01-05T08:00:00Z", "days": 1}, {"due": "2026-01-06T09:00:00Z"}, "2026-01-12T09:00:00Z"),
        ("is_open", {"at": "2026-01-05T09:00:00Z"}, {"open": False}, True),
        (
            "period_after",
            {"at": "2026-01-05T08:00:00Z", "count": 1},
            {"periods": []},
            [["2026-01-05T09:00:00Z", "2026-01-05T17:00:00Z"]],
        ),
        (
            "period_before",
            {"at": "2026-01-05T08:00:00Z", "until": "2026-01-05T00:00:00Z"},
            {"periods": [["2026-01-05T09:00:00Z", "2026-01-05T17:00:00Z"]]},
            [],
        ),
        ("add", {"at": "2026-01-05T08:00:00Z", "seconds": 60}, {"error": "no"}, {"refused": False}),
    ],
)
def test_each_op_can_differ(op: str, inputs: dict[str, object], wrong: dict[str, object], got: object) -> None:
    (difference,) = check_vectors({"cases": [a_case(op=op, input=inputs, expected=wrong)]}).differences
    assert difference.got == got


def test_a_moment_may_be_written_in_any_zone() -> None:
    case = a_case(
        op="add", input={"at": "2026-01-05T08:00:00Z", "seconds": 60}, expected={"due": "2026-01-05T11:01+02:00"}
    )
    assert check_vectors({"cases": [case]}).differences == ()


def test_a_refusal_can_be_expected() -> None:
    case = a_case(op="add", input={"at": "2026-01-05T08:00:00Z", "seconds": -1}, expected={"error": "negative"})
    assert check_vectors({"cases": [case]}).differences == ()


def test_a_week_without_work_is_never_due_and_has_no_periods() -> None:
    never = SCHEDULE | {"hours": {}}
    due = a_case(schedule=never, op="add", input={"at": "2026-01-05T08:00:00Z", "seconds": 0}, expected={"due": None})
    periods = a_case(
        schedule=never, op="period_after", input={"at": "2026-01-05T08:00:00Z", "count": 2}, expected={"periods": []}
    )
    assert check_vectors({"cases": [due, periods]}).differences == ()


def test_other_ops_are_skipped_and_counted() -> None:
    report = check_vectors({"cases": [a_case(), a_case(op="on_break"), a_case(op="subtract"), a_case(op="on_break")]})
    assert report.skipped == (("on_break", 2), ("subtract", 1))
    assert (report.cases, report.checked) == (4, 1)


def test_the_short_form_reads_naive_moments_in_its_zone_or_utc() -> None:
    vector = {"hours": {"mon": ["09:00", "17:00"]}, "from": "2026-01-05T09:00", "to": "2026-01-05T10:00"}
    in_utc = vector | {"business_seconds": 3600}
    in_warsaw = vector | {"business_seconds": 7200, "tz": "Europe/Warsaw", "to": "2026-01-05T10:00Z"}
    assert check_vectors({"vectors": [in_utc, in_warsaw]}).differences == ()


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"op": None}, "op", "the op is missing."),
        ({"input": []}, "input", "this is not an object."),
        ({"expected": {}}, "expected.seconds", "the expected result is missing."),
        ({"schedule": SCHEDULE | {"zone": "Europe"}}, "schedule.zone", "there is no time zone “Europe”."),
        ({"schedule": SCHEDULE | {"holiday": []}}, "schedule.holiday", "there is no such field."),
        (
            {"schedule": SCHEDULE | {"hours": {"mon": [["9", "17:00"]]}}},
            "schedule.hours.mon[0].from",
            "'9' is not a time of day.",
        ),
        ({"input": {"from": "noon", "to": "2026-01-05T10:00:00Z"}}, "input.from", "'noon' is not a moment."),
        ({"pauses": [["2026-01-05T10:00:00Z"]]}, "pauses[0]", "['2026-01-05T10:00:00Z'] is not a span."),
        ({"pauses": 3}, "pauses", "this is not a list of spans."),
        (
            {"op": "add", "input": {"at": "2026-01-05T08:00:00Z", "seconds": 1.5}, "expected": {"due": None}},
            "input.seconds",
            "1.5 is not a whole number.",
        ),
        (
            {"op": "add", "input": {"at": "2026-01-05T08:00:00Z", "seconds": -1}, "expected": {"due": None}},
            "input",
            "Working time is added, not taken away: -1 seconds is less than none.",
        ),
        (
            {"input": {"from": "2026-01-05T08:00:00", "to": "2026-01-05T10:00:00Z"}},
            "input",
            str(NaiveMomentError(datetime(2026, 1, 5, 8), "from")),  # noqa: DTZ001 - the refusal is what is tested
        ),
    ],
)
def test_a_bad_case_is_named_with_its_line_and_field(change: dict[str, Any], field: str, problem: str) -> None:
    with pytest.raises(VectorProblemError) as caught:
        check_vectors({"cases": [a_case(), a_case(**change)]}, (2, 5))
    assert (caught.value.line, caught.value.field, caught.value.problem) == (5, f"cases[1].{field}", problem)
    assert caught.value.remedy


def test_the_line_of_a_bad_case_is_found_in_the_text() -> None:
    bad = json.dumps(a_case(schedule=SCHEDULE | {"zone": "Mars"}))
    text = '{"header": {"cases": 2},\n "cases": [\n  ' + json.dumps(a_case(), indent=1) + ",\n\n  " + bad + "]}"
    with pytest.raises(VectorProblemError) as caught:
        check_vectors_in(text)
    assert caught.value.line == text[: text.index("Mars")].count("\n") + 1
    assert caught.value.field == "cases[1].schedule.zone"


@pytest.mark.parametrize(("header", "line"), [('write "cases": [here', 2), ({"cases": []}, 0), ({"cases": [1, 2]}, 0)])
def test_a_header_that_speaks_of_cases_gives_no_wrong_line(header: object, line: int) -> None:
    text = json.dumps({"header": header, "cases": "HERE"}).replace('"HERE"', "[\n" + json.dumps(a_case(op=3)) + "]")
    with pytest.raises(VectorProblemError) as caught:
        check_vectors_in(text)
    assert (caught.value.line, caught.value.field) == (line, "cases[0].op")


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [('{"cases": [\n  {]}', 2, "file"), ("[" * 100_000, 0, "file"), ("[]", 1, "cases"), ('{"cases": 3}', 1, "cases")],
)
def test_a_file_without_vectors_is_refused(text: str, line: int, field: str) -> None:
    with pytest.raises(VectorProblemError) as caught:
        check_vectors_in(text)
    assert (caught.value.line, caught.value.field) == (line, field)
