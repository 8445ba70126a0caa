"""Events in columns, as they come: numbered names, moments as seconds; never a row as an object."""

from array import array

import numpy as np
from numpy.typing import NDArray

from clientela.network.discovery.moments import NAN, Reader, reader_for
from clientela.network.discovery.problems import LogProblemError
from clientela.requests.rules.replays import NOTHING, Events, Note, from_local

FEW = 5  # so many lines are named of each thing that was left out
SAMPLES = 1000  # the first so many moments show how they are written


class Names:
    """Names and their numbers, in the order in which they came."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """Give the number of a name; nothing for a blank one."""
        if not name:
            return NOTHING
        return self.numbers.setdefault(name, len(self.numbers))

    def listed(self) -> list[str]:
        """Every name at its number."""
        return list(self.numbers)


class Counted:
    """How many there were of something, and where the first few stand."""

    def __init__(self) -> None:
        self.count = 0
        self.lines: list[int] = []

    def add(self, line: int) -> None:
        """One more, on this line."""
        self.count += 1
        if len(self.lines) < FEW:
            self.lines.append(line)

    def told(self) -> str:
        """Say where they stand."""
        more = " and more" if self.count > len(self.lines) else ""
        return ("line " if self.count == 1 else "lines ") + ", ".join(map(str, self.lines)) + more


class _Moments:
    """A column of moments; the way of writing is found when enough have come."""

    def __init__(self) -> None:
        self.seconds = array("d")
        self.is_local = array("b")
        self.waiting: list[str] = []
        self.reader: Reader | None = None
        self.is_either = False
        self.unreadable: list[int] = []

    def add(self, text: str) -> None:
        if self.reader is None:
            self.waiting.append(text)
            if len(self.waiting) >= SAMPLES:
                self.settle()
            return
        self._read(text)

    def settle(self) -> None:
        if self.reader is None:
            self.reader, self.is_either = reader_for([text for text in self.waiting if text])
            for text in self.waiting:
                self._read(text)
            self.waiting.clear()

    def _read(self, text: str) -> None:
        if not text:
            self.seconds.append(NAN)
            self.is_local.append(0)
            return
        try:
            seconds, is_local = self.reader(text)  # type: ignore[misc]
        except (ValueError, OverflowError):
            self.unreadable.append(len(self.seconds))
            seconds, is_local = NAN, False
        self.seconds.append(seconds)
        self.is_local.append(is_local)

    def in_utc(self, zone: str) -> NDArray[np.float64]:
        seconds = np.frombuffer(self.seconds, dtype=np.float64).copy() if self.seconds else np.zeros(0)
        local = np.frombuffer(self.is_local, dtype=np.int8).astype(np.bool_) if self.is_local else np.zeros(0, np.bool_)
        local = local & ~np.isnan(seconds)
        seconds[local] = from_local(seconds[local], zone)
        return seconds


class Building:
    """Takes the events one by one and gives them as columns, with notes on what was left out."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.numbers = {role: array("i") for role in ("case", "activity", "team", "resource", "priority", "transition")}
        self.names = {role: Names() for role in self.numbers}
        self.parent = array("i")
        self.moments = {role: _Moments() for role in ("moment", "end", "due")}
        self.line = array("q")
        self.nameless = Counted()
        self.notes: list[Note] = []

    def add(self, line: int, values: dict[str, str]) -> None:
        """Take in one event: its text by role."""
        case = values.get("case", "").strip()
        if not case:
            self.nameless.add(line)
            return
        for role, numbers in self.numbers.items():
            numbers.append(self.names[role].number(values.get(role, "").strip()))
        self.parent.append(self.names["case"].number(values.get("parent", "").strip()))
        for role, moments in self.moments.items():
            moments.add(values.get(role, "").strip())
        self.line.append(line)

    def events(self, *, zone: str) -> tuple[Events, list[Note]]:
        """Give what has come. `zone` is for clocks that tell none; "" takes UTC and says so."""
        for moments in self.moments.values():
            moments.settle()
        notes = self.notes
        if self.nameless.count:
            notes.append(
                Note("no_case", f"{_events(self.nameless.count)} without a case were left out: {self.nameless.told()}.",
                     self.nameless.count, tuple(self.nameless.lines))
            )  # fmt: skip
        main = self.moments["moment"]
        read = {role: moments.in_utc(zone or "UTC") for role, moments in self.moments.items()}
        line = np.array(self.line, dtype=np.int64)
        left_out = np.isnan(read["moment"])
        self._note_unreadable(line, left_out, read)
        if any(moments.is_either for moments in self.moments.values()):
            notes.append(Note("day_or_month", "Dates like 03/04/2024 were read as day/month/year; nothing in the file "
                                              "says which comes first."))  # fmt: skip
        locals_ = sum(main.is_local)
        if locals_ and not zone:
            notes.append(
                Note("no_zone", f"{_events(locals_)} tell no zone; UTC was assumed. Tell theirs with --zone, "
                                "for example --zone Europe/Bucharest.", locals_)
            )  # fmt: skip
        keep = ~left_out
        if not keep.any():
            raise LogProblemError(f"{self.where}: there is not one event with a case and a moment that can be read.")
        numbers = {role: _ints(column)[keep] for role, column in self.numbers.items()}
        events = Events(
            case=numbers["case"],
            activity=numbers["activity"],
            team=numbers["team"],
            resource=numbers["resource"],
            priority=numbers["priority"],
            transition=numbers["transition"],
            moment=read["moment"][keep],
            end=read["end"][keep],
            due=read["due"][keep],
            parent=_ints(self.parent)[keep],
            line=line[keep],
            cases=self.names["case"].listed(),
            activities=self.names["activity"].listed(),
            teams=self.names["team"].listed(),
            resources=self.names["resource"].listed(),
            priorities=self.names["priority"].listed(),
            transitions=self.names["transition"].listed(),
        )
        return in_order(events, notes), notes

    def _note_unreadable(
        self, line: NDArray[np.int64], left_out: NDArray[np.bool_], read: dict[str, NDArray[np.float64]]
    ) -> None:
        if left_out.any():
            lines = line[left_out][:FEW].tolist()
            count = int(left_out.sum())
            told = Counted()
            told.count, told.lines = count, lines
            self.notes.append(
                Note("unreadable_moment",
                     f"{_events(count)} without a moment that can be read were left out: {told.told()}.",
                     count, tuple(lines))
            )  # fmt: skip
        for role in ("end", "due"):
            unreadable = self.moments[role].unreadable
            if unreadable:
                lines = [int(line[place]) for place in unreadable[:FEW]]
                self.notes.append(
                    Note(f"unreadable_{role}",
                         f"The {role} of {_events(len(unreadable))} cannot be read and was left out: "
                         f"lines {', '.join(map(str, lines))}.", len(unreadable), tuple(lines))
                )  # fmt: skip
        wrong = np.flatnonzero(read["end"] < read["moment"])
        if len(wrong):
            lines = line[wrong[:FEW]].tolist()
            self.notes.append(
                Note("end_before_start",
                     f"{_events(len(wrong))} end before they start; their end was left out: "
                     f"lines {', '.join(map(str, lines))}.", len(wrong), tuple(lines))
            )  # fmt: skip
            read["end"][wrong] = NAN


def in_order(events: Events, notes: list[Note]) -> Events:
    """Sort by case and moment, keeping the order of the file within a moment, and say how many stood out of order."""
    in_file = np.argsort(events.case, kind="stable")
    same = events.case[in_file][1:] == events.case[in_file][:-1]
    wrong = np.flatnonzero(same & (np.diff(events.moment[in_file]) < 0))
    if len(wrong):
        lines = np.sort(events.line[in_file[wrong + 1]])[:FEW].tolist()
        notes.append(
            Note("out_of_order",
                 f"{_events(len(wrong))} stood before an earlier one of their case; they were sorted: "
                 f"lines {', '.join(map(str, lines))}{' and more' if len(wrong) > FEW else ''}.",
                 len(wrong), tuple(lines))
        )  # fmt: skip
    order = np.lexsort((np.arange(len(events)), events.moment, events.case))
    columns = (
        "case",
        "activity",
        "moment",
        "end",
        "team",
        "resource",
        "priority",
        "transition",
        "due",
        "parent",
        "line",
    )
    sorted_ = {name: getattr(events, name)[order] for name in columns}
    names = ("cases", "activities", "teams", "resources", "priorities", "transitions")
    return Events(**sorted_, **{name: getattr(events, name) for name in names})


def _ints(column: "array[int]") -> NDArray[np.int32]:
    return np.array(column, dtype=np.int32)


def _events(count: int) -> str:
    return "1 event" if count == 1 else f"{count:,} events"
