"""Vectors: files of worked examples of business time, and whether our counting agrees with them.

A file holds `cases`, each with `id`, `schedule` (`zone`, `hours`, `holidays`, `breaks` and `shifts` by date), `pauses`,
`op`, `input` and `expected`:

    add            at, seconds or days     due (null when the schedule never opens), or error when it must be refused
    within         from, to                seconds
    is_open        at                      open
    period_after   at, count or until      periods
    period_before  at, count or until      periods, the latest first

Other ops are skipped and counted. The other form of file holds `vectors`, each with `hours` (one window a weekday),
`from`, `to` and `business_seconds`, in `tz` or else UTC.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from clientela.promises.rules.calendars import CalendarProblemError, WorkingCalendar
from clientela.promises.rules.moments import NaiveMomentError
from clientela.promises.rules.stored_calendars import calendar_from_json
from clientela.promises.rules.working_time import (
    CalendarWithoutWorkingTime,
    OpenPeriod,
    add_working_days,
    add_working_seconds,
    is_open,
    open_periods_after,
    open_periods_before,
    working_seconds_between,
)

SCHEDULE_FIELDS: Final = ("zone", "hours", "holidays", "breaks", "shifts")
PAIR: Final = 2
NEVER: Final = "never"
BETWEEN_CASES: Final = re.compile(r"\s*,\s*")


@dataclass(frozen=True)
class Difference:
    """A case on which we do not agree: `number` from 1, its `line` in the file (0 when not known)."""

    number: int
    line: int
    id: str
    op: str
    expected: object
    got: object


@dataclass(frozen=True)
class VectorReport:
    """How many cases there were, how many were counted, which ops were skipped how often, and where we differ."""

    cases: int
    checked: int
    skipped: tuple[tuple[str, int], ...]
    differences: tuple[Difference, ...]


class VectorProblemError(ValueError):
    """A file that does not hold vectors: in which line (0: not known) and field, what is wrong and what to do."""

    def __init__(self, *, line: int, field: str, problem: str, remedy: str) -> None:
        self.line = line
        self.field = field
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"line {line}, {field}: {problem} {remedy}" if line else f"{field}: {problem} {remedy}")


class _CaseProblemError(Exception):
    """Something is wrong within one case; its caller knows which case and in which line."""

    def __init__(self, field: str, problem: str, remedy: str) -> None:
        self.field = field
        self.problem = problem
        self.remedy = remedy
        super().__init__(problem)


def check_vectors_in(text: str) -> VectorReport:
    """Count every case of a vector file given as its text. Raises VectorProblemError, with the line."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        problem = f"this is not JSON ({error.msg}, column {error.colno})."
        raise VectorProblemError(line=error.lineno, field="file", problem=problem, remedy="Mend the JSON.") from None
    except RecursionError:
        problem = "this is nested too deeply."
        raise VectorProblemError(line=0, field="file", problem=problem, remedy="Give a vector file.") from None
    return check_vectors(data, _lines_of_cases(text))


def check_vectors(data: object, lines: tuple[int, ...] = ()) -> VectorReport:
    """Count every case of a parsed vector file; `lines` are those of its cases. Raises VectorProblemError."""
    kind, cases = _cases_of(data)
    skipped: Counter[str] = Counter()
    differences: list[Difference] = []
    for number, case in enumerate(cases, start=1):
        line = lines[number - 1] if len(lines) == len(cases) else 0
        try:
            case_id, op, expected, got = _outcome(_as_object("case", case), short=kind == "vectors")
        except _CaseProblemError as error:
            field = f"{kind}[{number - 1}].{error.field}"
            raise VectorProblemError(line=line, field=field, problem=error.problem, remedy=error.remedy) from None
        if op not in OPS:
            skipped[op] += 1
        elif got != expected:
            differences.append(Difference(number, line, case_id, op, expected, got))
    checked = len(cases) - skipped.total()
    return VectorReport(len(cases), checked, tuple(sorted(skipped.items())), tuple(differences))


def _cases_of(data: object) -> tuple[str, list[object]]:
    if isinstance(data, dict):
        for kind in ("cases", "vectors"):
            if isinstance(data.get(kind), list):
                return kind, data[kind]
    problem = "there is no list of cases."
    raise VectorProblemError(line=1, field="cases", problem=problem, remedy='Write {"cases": […]}.')


def _lines_of_cases(text: str) -> tuple[int, ...]:
    """The line on which each case starts, found by reading the list again, one value at a time."""
    lines: list[int] = []
    line, position = 1, 0
    found = re.search(r'"(?:cases|vectors)"\s*:\s*\[\s*', text)
    while found is not None and not text.startswith("]", found.end()):
        line += text.count("\n", position, found.end())
        lines.append(line)
        position = json.JSONDecoder().raw_decode(text, found.end())[1]
        line += text.count("\n", found.end(), position)
        found = BETWEEN_CASES.match(text, position)
    return tuple(lines)


def _outcome(case: Mapping[str, object], *, short: bool) -> tuple[str, str, object, object]:
    """What a case expects and what we count: its id, op, expected, got."""
    if short:
        case = _from_short_form(case)
    op = case.get("op")
    if not isinstance(op, str):
        raise _CaseProblemError("op", "the op is missing.", f"Write one of {', '.join(OPS)}.")
    case_id = str(case.get("id", ""))
    if op not in OPS:
        return case_id, op, None, None
    expected = _as_object("expected", case.get("expected"))
    inputs = _as_object("input", case.get("input"))
    if "error" in expected:
        return case_id, op, {"refused": True}, {"refused": _is_refused(case, op, inputs)}
    key = RESULTS[op]
    if key not in expected:
        raise _CaseProblemError(f"expected.{key}", "the expected result is missing.", f"Give “{key}” for {op}.")
    try:
        got = OPS[op](_calendar(case), inputs, _pauses(case.get("pauses")))
    except CalendarProblemError as error:
        raise _CaseProblemError(f"schedule.{error.field}", error.problem, error.remedy) from None
    except ValueError as error:  # a moment without zone or out of reach, or less than nothing to add
        raise _CaseProblemError("input", str(error), "Mend the input.") from None
    return case_id, op, _normal(op, expected[key]), got


def _is_refused(case: Mapping[str, object], op: str, inputs: Mapping[str, object]) -> bool:
    try:
        OPS[op](_calendar(case), inputs, _pauses(case.get("pauses")))
    except ValueError:
        return True
    return False


def _calendar(case: Mapping[str, object]) -> WorkingCalendar:
    schedule = _as_object("schedule", case.get("schedule"))
    for field in schedule:
        if field not in SCHEDULE_FIELDS:
            remedy = f"Use {', '.join(SCHEDULE_FIELDS)}."
            raise _CaseProblemError(f"schedule.{field}", "there is no such field.", remedy)
    holidays = schedule.get("holidays")
    return calendar_from_json(
        {
            "name": str(case.get("id", "of the case")),
            "zone": schedule.get("zone"),
            "hours": schedule.get("hours"),
            "exceptions": schedule.get("shifts"),
            "breaks": schedule.get("breaks"),
            "holidays": holidays if isinstance(holidays, dict) else {"extra": holidays},
        }
    )


def _from_short_form(case: Mapping[str, object]) -> dict[str, object]:
    zone = case.get("tz", "UTC")
    hours = {day: [window] for day, window in _as_object("hours", case.get("hours")).items()}
    return {
        "op": "within",
        "schedule": {"zone": zone, "hours": hours},
        "input": {"from": case.get("from"), "to": case.get("to"), "zone": zone},
        "expected": {"seconds": case.get("business_seconds")},
    }


def _add(calendar: WorkingCalendar, inputs: Mapping[str, object], pauses: list[tuple[datetime, datetime]]) -> object:
    at = _moment(inputs, "at")
    try:
        if "seconds" not in inputs and "days" in inputs:
            return _instant(add_working_days(calendar, at, _count(inputs, "days")))
        return _instant(add_working_seconds(calendar, at, _count(inputs, "seconds"), pauses))
    except CalendarWithoutWorkingTime:
        return NEVER


def _within(calendar: WorkingCalendar, inputs: Mapping[str, object], pauses: list[tuple[datetime, datetime]]) -> object:
    return working_seconds_between(calendar, _moment(inputs, "from"), _moment(inputs, "to"), pauses)


def _is_open(calendar: WorkingCalendar, inputs: Mapping[str, object], _: object) -> object:
    return is_open(calendar, _moment(inputs, "at"))


def _period_after(calendar: WorkingCalendar, inputs: Mapping[str, object], _: object) -> object:
    return _periods(open_periods_after, calendar, inputs)


def _period_before(calendar: WorkingCalendar, inputs: Mapping[str, object], _: object) -> object:
    return _periods(open_periods_before, calendar, inputs)


def _periods(
    counted: Callable[..., list[OpenPeriod]], calendar: WorkingCalendar, inputs: Mapping[str, object]
) -> object:
    at = _moment(inputs, "at")
    limit = {"until": _moment(inputs, "until")} if "until" in inputs else {"count": _count(inputs, "count")}
    try:
        return [[_instant(start), _instant(end)] for start, end in counted(calendar, at, **limit)]
    except CalendarWithoutWorkingTime:
        return []


OPS: Final[Mapping[str, Callable[[WorkingCalendar, Mapping[str, object], list[tuple[datetime, datetime]]], object]]] = {
    "add": _add,
    "within": _within,
    "is_open": _is_open,
    "period_after": _period_after,
    "period_before": _period_before,
}
RESULTS: Final = {
    "add": "due",
    "within": "seconds",
    "is_open": "open",
    "period_after": "periods",
    "period_before": "periods",
}


def _normal(op: str, expected: object) -> object:
    """An expected result as we write ours, whatever way the file writes its moments."""
    if op == "add":
        return NEVER if expected is None else _instant(_moment({"due": expected}, "due", "expected"))
    if RESULTS[op] == "periods":
        return [[_instant(start), _instant(end)] for start, end in _spans("expected.periods", expected)]
    return expected


def _pauses(given: object) -> list[tuple[datetime, datetime]]:
    return [] if given is None else _spans("pauses", given)


def _spans(field: str, given: object) -> list[tuple[datetime, datetime]]:
    if not isinstance(given, list):
        raise _CaseProblemError(field, "this is not a list of spans.", "Write [[from, to], …].")
    spans = []
    for number, pair in enumerate(given):
        if not (isinstance(pair, list) and len(pair) == PAIR):
            raise _CaseProblemError(f"{field}[{number}]", f"{pair!r} is not a span.", "Write [from, to].")
        ends = {"from": pair[0], "to": pair[1]}
        place = f"{field}[{number}]"
        spans.append((_moment(ends, "from", place), _moment(ends, "to", place)))
    return spans


def _moment(given: Mapping[str, object], key: str, place: str = "input") -> datetime:
    text = given.get(key)
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None:
        raise _CaseProblemError(f"{place}.{key}", f"{text!r} is not a moment.", "Write it as 2026-03-02T09:00:00Z.")
    if moment.tzinfo is None and "zone" in given:
        return moment.replace(tzinfo=ZoneInfo(str(given["zone"])))
    if moment.tzinfo is None:
        raise NaiveMomentError(moment, key)
    return moment


def _count(given: Mapping[str, object], key: str) -> int:
    number = given.get(key)
    if not isinstance(number, int) or isinstance(number, bool):
        raise _CaseProblemError(f"input.{key}", f"{number!r} is not a whole number.", "Write it as a number.")
    return number


def _as_object(field: str, given: object) -> Mapping[str, object]:
    if not isinstance(given, dict):
        raise _CaseProblemError(field, "this is not an object.", f"Give “{field}” as {{…}}.")
    return given


def _instant(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("UTC")).isoformat().replace("+00:00", "Z")
