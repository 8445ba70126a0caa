"""What if? Questions to the simulation, in and out of JSON, and the house as it would then be."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import Any, cast

from clientela.network.simulation.house import (
    SIDES,
    Ask,
    Hours,
    House,
    Service,
    Side,
    Staffing,
    Stream,
    Surge,
    usual_work,
)

MOST_CHANGES = 10
MOST_PEOPLE = 100
MOST_FACTOR = 10.0
MOST_WEEKS = 260
MOST_A_WEEK = 10_000.0
MOST_MINUTES = 10_000.0
MOST_HOURS = 2_000.0
MOST_NAME = 200


class QuestionError(ValueError):
    """A question that cannot be asked: which field, and a code.

    Codes: missing, unknown_kind, not_a_number, not_whole, too_small, too_large, zero, unknown_department,
    unknown_service, unknown_side, ends_before_start, too_many, empty, no_one_left.
    """

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


@dataclass(frozen=True, slots=True)
class PeopleChange:
    """`more` people than today at a department (fewer: below zero), in weeks [from_week, until_week)."""

    department_id: int
    more: int
    from_week: int = 0
    until_week: int | None = None
    kind: str = "people"


@dataclass(frozen=True, slots=True)
class Holiday:
    """So many people of a department are away for `weeks` weeks; usually a fortnight."""

    department_id: int
    away: int
    from_week: int = 0
    weeks: int = 2
    kind: str = "holiday"


@dataclass(frozen=True, slots=True)
class ServiceAdded:
    """A service that does not exist yet.

    So many requests a week, so many minutes of one person's work on each, and what it asks of others (share 0 to 1).
    """

    department_id: int
    name: str
    a_week: float
    work_minutes: float
    side: Side = "outside"
    promise_hours: float | None = None
    asks: tuple[Ask, ...] = ()
    from_week: int = 0
    until_week: int | None = None
    kind: str = "new_service"


@dataclass(frozen=True, slots=True)
class MoreArrivals:
    """`factor` times as much comes in from one side (None: both), for one department or all (None)."""

    factor: float
    side: Side | None = "outside"
    department_id: int | None = None
    from_week: int = 0
    until_week: int | None = None
    kind: str = "arrivals"


Change = PeopleChange | Holiday | ServiceAdded | MoreArrivals


@dataclass(frozen=True, slots=True)
class Question:
    """One or more changes at once. Without changes it asks nothing, and nothing changes."""

    changes: tuple[Change, ...] = ()

    def span(self, weeks: int) -> tuple[int, int]:
        """The weeks [first, last) that the changes touch, within a simulation of so many weeks."""
        if not self.changes:
            return 0, weeks
        first = min(change.from_week for change in self.changes)
        last = max(_until(change) or weeks for change in self.changes)
        first = min(first, weeks - 1)
        return first, max(first + 1, min(last, weeks))


def _until(change: Change) -> int | None:
    return change.from_week + change.weeks if isinstance(change, Holiday) else change.until_week


def question_as_json(question: Question) -> dict[str, Any]:
    """{"changes": [{"kind": "people", …}, …]}, as `question_from_json` reads it."""
    return {"changes": [asdict(change) for change in question.changes]}


def question_from_json(given: Any) -> Question:
    """Read a question. Raises QuestionError with the field ("changes.0.more") and the code of what is wrong.

    {"changes": [
      {"kind": "people", "department_id": 3, "more": 1, "from_week": 0, "until_week": 4 or null},
      {"kind": "holiday", "department_id": 3, "away": 2, "from_week": 4, "weeks": 2},
      {"kind": "new_service", "department_id": 3, "name": "…", "a_week": 12, "work_minutes": 40, "side": "outside",
       "promise_hours": 16 or null, "asks": [{"service": "5:17", "share": 0.5}], "from_week": 0, "until_week": null},
      {"kind": "arrivals", "factor": 2, "side": "outside", "inside" or null, "department_id": 3 or null,
       "from_week": 0, "until_week": null}]}
    """
    if not isinstance(given, Mapping):
        raise QuestionError("question", "missing")
    rows = given.get("changes")
    if not isinstance(rows, list | tuple):
        raise QuestionError("changes", "missing")
    if not rows:
        raise QuestionError("changes", "empty")
    if len(rows) > MOST_CHANGES:
        raise QuestionError("changes", "too_many")
    return Question(tuple(_change(row, f"changes.{place}.") for place, row in enumerate(rows)))


def _change(row: Any, at: str) -> Change:
    if not isinstance(row, Mapping):
        raise QuestionError(at.rstrip("."), "missing")
    read = READERS.get(str(row.get("kind")))
    if read is None:
        raise QuestionError(f"{at}kind", "unknown_kind")
    return read(_Fields(row, at))


class _Fields:
    """The fields of one change, each within its bounds."""

    def __init__(self, row: Mapping[str, Any], at: str) -> None:
        self._row = row
        self.at = at

    def number(self, name: str, low: float, high: float, *, default: float | None = None) -> float:
        value = self._row.get(name, default)
        if value is None:
            raise QuestionError(self.at + name, "missing")
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise QuestionError(self.at + name, "not_a_number")
        if value < low:
            raise QuestionError(self.at + name, "too_small")
        if value > high:
            raise QuestionError(self.at + name, "too_large")
        return float(value)

    def whole(self, name: str, low: int, high: int, *, default: int | None = None) -> int:
        value = self.number(name, low, high, default=default)
        if value != int(value):
            raise QuestionError(self.at + name, "not_whole")
        return int(value)

    def maybe(self, name: str) -> Any:
        """The raw value; None where it is absent."""
        return self._row.get(name)

    def span(self) -> tuple[int, int | None]:
        first = self.whole("from_week", 0, MOST_WEEKS, default=0)
        if self.maybe("until_week") is None:
            return first, None
        last = self.whole("until_week", 0, MOST_WEEKS)
        if last <= first:
            raise QuestionError(f"{self.at}until_week", "ends_before_start")
        return first, last

    def side(self, *, default: Side | None) -> Side | None:
        value = self._row.get("side", default)
        if value is None or value in SIDES:
            return cast("Side | None", value)
        raise QuestionError(f"{self.at}side", "unknown_side")

    def department_id(self) -> int:
        return self.whole("department_id", 1, 2**62)


def _people(fields: _Fields) -> PeopleChange:
    more = fields.whole("more", -MOST_PEOPLE, MOST_PEOPLE)
    if more == 0:
        raise QuestionError(f"{fields.at}more", "zero")
    return PeopleChange(fields.department_id(), more, *fields.span())


def _holiday(fields: _Fields) -> Holiday:
    return Holiday(
        fields.department_id(),
        away=fields.whole("away", 1, MOST_PEOPLE),
        from_week=fields.whole("from_week", 0, MOST_WEEKS, default=0),
        weeks=fields.whole("weeks", 1, MOST_WEEKS, default=2),
    )


def _new_service(fields: _Fields) -> ServiceAdded:
    name = fields.maybe("name")
    if not isinstance(name, str) or not name.strip():
        raise QuestionError(f"{fields.at}name", "missing")
    if len(name) > MOST_NAME:
        raise QuestionError(f"{fields.at}name", "too_large")
    side = fields.side(default="outside")
    if side is None:
        raise QuestionError(f"{fields.at}side", "missing")
    promise = None if fields.maybe("promise_hours") is None else fields.number("promise_hours", 0.1, MOST_HOURS)
    first, last = fields.span()
    return ServiceAdded(
        fields.department_id(),
        name=name.strip(),
        a_week=fields.number("a_week", 0.01, MOST_A_WEEK),
        work_minutes=fields.number("work_minutes", 0.1, MOST_MINUTES),
        side=side,
        promise_hours=promise,
        asks=_asks(fields),
        from_week=first,
        until_week=last,
    )


def _asks(fields: _Fields) -> tuple[Ask, ...]:
    rows = fields.maybe("asks") or []
    if not isinstance(rows, list | tuple):
        raise QuestionError(f"{fields.at}asks", "missing")
    if len(rows) > MOST_CHANGES:
        raise QuestionError(f"{fields.at}asks", "too_many")
    found = []
    for place, row in enumerate(rows):
        at = f"{fields.at}asks.{place}."
        if not isinstance(row, Mapping) or not isinstance(row.get("service"), str):
            raise QuestionError(f"{at}service", "missing")
        found.append(Ask(row["service"], _Fields(row, at).number("share", 0.01, 1.0, default=1.0)))
    return tuple(found)


def _arrivals(fields: _Fields) -> MoreArrivals:
    factor = fields.number("factor", 0.0, MOST_FACTOR)
    if factor == 1:
        raise QuestionError(f"{fields.at}factor", "zero")
    department = None if fields.maybe("department_id") is None else fields.department_id()
    return MoreArrivals(factor, fields.side(default=None), department, *fields.span())


READERS: dict[str, Callable[[_Fields], Change]] = {
    "people": _people,
    "holiday": _holiday,
    "new_service": _new_service,
    "arrivals": _arrivals,
}


def changed_house(house: House, question: Question) -> House:
    """The house as the question would have it. Raises QuestionError for what the house does not have.

    What the question does not touch stays as it is, to the last draw of chance.
    """
    for place, change in enumerate(question.changes):
        at = f"changes.{place}."
        if change.department_id is not None and all(
            department.id != change.department_id for department in house.departments
        ):
            raise QuestionError(f"{at}department_id", "unknown_department")
        if isinstance(change, PeopleChange):
            staffing = Staffing(change.more, change.from_week, change.until_week)
            house = _staffed(house, change.department_id, staffing, f"{at}more")
        elif isinstance(change, Holiday):
            staffing = Staffing(-change.away, change.from_week, change.from_week + change.weeks)
            house = _staffed(house, change.department_id, staffing, f"{at}away")
        elif isinstance(change, ServiceAdded):
            house = _with_service(house, change, at, number=place + 1)
        else:
            house = _with_arrivals(house, change, at)
    return house


def _staffed(house: House, department_id: int, staffing: Staffing, field: str) -> House:
    most = max(house.department(department_id).people)
    if staffing.until_week is None and most + staffing.more <= 0:
        raise QuestionError(field, "no_one_left")
    departments = (
        replace(department, changes=(*department.changes, staffing)) if department.id == department_id else department
        for department in house.departments
    )
    return replace(house, departments=tuple(departments))


def _with_service(house: House, change: ServiceAdded, at: str, *, number: int) -> House:
    known = {service.key for service in house.services}
    for place, ask in enumerate(change.asks):
        if ask.service not in known:
            raise QuestionError(f"{at}asks.{place}.service", "unknown_service")
    service = Service(
        key=f"new:{number}",
        department_id=change.department_id,
        hands=Hours(change.work_minutes / 60, usual_work()),
        name=change.name,
        first_share=0.5 if change.asks else 1.0,
        asks=change.asks,
        promise_hours=change.promise_hours,
    )
    rhythm = _usual_rhythm(house, change.department_id, change.side)
    # A service that begins later, or ends, is a stream that is held back to nothing before (also in the warm-up, which
    # has weeks below zero) and after.
    surges = [Surge(0.0, -MOST_WEEKS, change.from_week)]
    if change.until_week is not None:
        surges.append(Surge(0.0, change.until_week, None))
    stream = Stream(change.side, service.key, change.a_week, rhythm, tuple(surges))
    return replace(house, services=(*house.services, service), streams=(*house.streams, stream))


def _usual_rhythm(house: House, department_id: int, side: Side) -> str:
    """That of the busiest stream of the same side, of the same department if there is one."""
    departments = {service.key: service.department_id for service in house.services}
    ranked = sorted(
        house.streams,
        key=lambda stream: (stream.side == side, departments[stream.service] == department_id, stream.a_week),
        reverse=True,
    )
    return ranked[0].rhythm if ranked else next(iter(house.rhythms))


def _with_arrivals(house: House, change: MoreArrivals, at: str) -> House:
    departments = {service.key: service.department_id for service in house.services}
    surge = Surge(change.factor, change.from_week, change.until_week)

    def is_meant(stream: Stream) -> bool:
        return change.side in {None, stream.side} and change.department_id in {None, departments[stream.service]}

    if not any(is_meant(stream) for stream in house.streams):
        raise QuestionError(f"{at}side", "empty")
    streams = (
        replace(stream, surges=(*stream.surges, surge)) if is_meant(stream) else stream for stream in house.streams
    )
    return replace(house, streams=tuple(streams))
