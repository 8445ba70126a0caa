"""Events from an XES file, one at a time: expat tells of each tag, and nothing of the tree is kept.

A document type is refused: entities that grow or that reach for other files live there, and no log needs one.
"""

from pathlib import Path
from xml.parsers import expat

from clientela.command.logs.building import Building
from clientela.command.logs.columns import found_columns
from clientela.network.discovery.packed import CHUNK, PACKED_ERRORS, OnProgress, opened, packed_problem
from clientela.network.discovery.problems import LogProblemError

LOOKED_AT = 200  # attributes are known when so many events have come
VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})
TRACE = "case:"  # an attribute of the case, as tables made of XES write it
STANDARD = {
    "case": "case:concept:name",
    "activity": "concept:name",
    "moment": "time:timestamp",
    "team": "org:group",
    "resource": "org:resource",
    "transition": "lifecycle:transition",
}


def read_xes(
    path: Path, told: dict[str, str], on_progress: OnProgress
) -> tuple[Building, dict[str, str], tuple[str, ...]]:
    """Read an XES. Gives the events, which attribute held what, and the roles that were found and not told."""
    stream, inner = opened(path, on_progress)
    reading = _Reading(path, told)
    parser = expat.ParserCreate(namespace_separator=None)
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.StartDoctypeDeclHandler = reading.refuse
    try:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except PACKED_ERRORS as error:
        raise packed_problem(path, error, len(reading.building.line)) from error
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise LogProblemError(
            f"{path}, line {error.lineno}: the XML is broken ({reason}), after {reading.count:,} events. "
            "Export the log again."
        ) from error
    finally:
        inner.close()
    reading.settle()
    if not len(reading.building.line):
        raise LogProblemError(f"{path}: there is no event in this XES.")
    return reading.building, reading.columns, reading.found


class _Reading:
    """Where in the document we are, and what of it belongs to the event at hand."""

    def __init__(self, path: Path, told: dict[str, str]) -> None:
        self.path = path
        self.told = told
        self.building = Building(str(path))
        self.columns: dict[str, str] = {}
        self.found: tuple[str, ...] = ()
        self.ways: dict[str, tuple[str, bool]] = {}
        self.depth = 0
        self.trace_depth = self.event_depth = 0
        self.trace: dict[str, str] = {}
        self.event: dict[str, str] = {}
        self.waiting: list[tuple[int, dict[str, str], dict[str, str]]] = []
        self.count = 0
        self.traces = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        self.depth += 1
        tag = tag.rpartition(":")[2]
        if tag == "trace":
            self.trace_depth, self.trace = self.depth, {}
            self.traces += 1
        elif tag == "event":
            self.event_depth, self.event = self.depth, {}
        elif tag in VALUES and "key" in attributes:
            # Only what stands directly in the event or the trace: an attribute may have attributes of its own.
            if self.event_depth and self.depth == self.event_depth + 1:
                self.event[attributes["key"]] = attributes.get("value", "")
            elif self.trace_depth and not self.event_depth and self.depth == self.trace_depth + 1:
                self.trace[attributes["key"]] = attributes.get("value", "")

    def end(self, tag: str) -> None:
        """A tag closes."""
        tag = tag.rpartition(":")[2]
        if tag == "event" and self.depth == self.event_depth:
            self.count += 1
            self._take(self.count, self.event)
            self.event_depth = 0
        elif tag == "trace" and self.depth == self.trace_depth:
            self.trace_depth = 0
        self.depth -= 1

    def refuse(self, *_: object) -> None:
        """A document type stands in it."""
        raise LogProblemError(
            f"{self.path}: the file declares a document type, which can hide entities that grow without end or read "
            "other files. No log needs one: remove the line that begins with <!DOCTYPE."
        )

    def settle(self) -> None:
        """Decide which attribute holds what, and take in the events that waited for it."""
        if self.ways or not self.waiting:
            return
        own = dict.fromkeys(key for _, event, _ in self.waiting for key in event)
        of_trace = dict.fromkeys(key for _, _, trace in self.waiting for key in trace)
        names = [*own, *(TRACE + key for key in of_trace)]
        # What is told without `case:` may be meant of the case: always for the case itself, else where no event has it.
        told = {
            role: TRACE + name if name in of_trace and (role == "case" or name not in own) else name
            for role, name in self.told.items()
        }
        self.columns, self.found = found_columns(told, names, where=str(self.path), sure=STANDARD)
        self.ways = {
            role: (name if name in own else name.removeprefix(TRACE), name not in own)
            for role, name in self.columns.items()
        }
        for line, event, trace in self.waiting:
            self._add(line, event, trace)
        self.waiting.clear()

    def _take(self, line: int, event: dict[str, str]) -> None:
        if self.ways:
            self._add(line, event, self.trace)
            return
        # The trace's own attributes stand before its events, so they are all there.
        self.waiting.append((line, event, self.trace))
        if len(self.waiting) >= LOOKED_AT:
            self.settle()

    def _add(self, line: int, event: dict[str, str], trace: dict[str, str]) -> None:
        self.building.add(
            line,
            {role: (trace if is_of_trace else event).get(key, "") for role, (key, is_of_trace) in self.ways.items()},
        )
