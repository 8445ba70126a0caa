"""Events of an MXML, the format before XES, by the same parser and in the same shape: under the names that XES has.

An event is an AuditTrailEntry, a case a ProcessInstance. What stands in the Data of one is an attribute of it. Tags are
known in small letters and without underscores, as older programs wrote them both ways.
"""

from collections.abc import Callable
from xml.parsers import expat

from clientela.network.discovery.events import DEEPEST, MOST_ATTRIBUTES, MOST_WAITING, Some
from clientela.network.discovery.problems import LogProblemError

ROOTS = frozenset({"workflowlog"})
NAMES = {
    "workflowmodelelement": "concept:name",
    "eventtype": "lifecycle:transition",
    "timestamp": "time:timestamp",
    "originator": "org:resource",
}
UNKNOWN_TYPE = "unknown"  # the attribute `unknowntype` tells what it is
LONGEST_TEXT = 65_536


def is_mxml(tag: str) -> bool:
    """Whether a document that begins with this tag is an MXML."""
    return _plain(tag) in ROOTS


class MxmlReading:
    """Where in the document we are, and what of it belongs to the event at hand."""

    def __init__(self, called: str) -> None:
        self.called = called
        self.saw_log = True
        self.done = Some([], [], [])
        self.count = 0  # events that have ended
        self._depth = self._processes = self._traces = 0
        self._process = ""
        self._own: dict[str, str] | None = None  # what the event at hand says
        self._trace: dict[str, str] | None = None
        self._waiting: list[dict[str, str]] = []
        self._key = ""  # under which the text that comes is kept
        self._text: list[str] = []
        self._length = 0

    def listen(self, parser: expat.XMLParserType) -> Callable[[str, list[str]], None]:
        """Hear what the parser tells of the document; give what is called for each tag that opens."""
        parser.buffer_text = True
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._hear
        return self._start

    def look(self, line: int) -> None:
        """Between two chunks there is nothing to see: what has no end is refused when it comes."""

    def end(self) -> None:
        """Nothing more comes."""
        self._settle()

    def taken(self) -> Some:
        """Hand out what is done."""
        done, self.done = self.done, Some([], [], [])
        return done

    def _start(self, tag: str, listed: list[str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise LogProblemError(
                f"{self.called}: the XML is more than {DEEPEST} tags deep. No log is; export it again.", "xml", line=0
            )
        plain, given = _plain(tag), dict(zip(listed[::2], listed[1::2], strict=True))
        if plain == "process":
            self._processes += 1
            self._process = given.get("id", "")
        elif plain == "processinstance":
            self._settle()
            self._traces += 1
            # Two processes may number their cases alike.
            before = f"{self._process or self._processes}: " if self._processes > 1 else ""
            self._trace = {"concept:name": before + given["id"]} if given.get("id") else {}
        elif plain == "audittrailentry":
            self._own = {}
        elif plain == "attribute":
            self._listen_for(given.get("name", ""))
        elif plain in NAMES and self._own is not None:
            self._listen_for(NAMES[plain])
            if plain == "eventtype" and given.get("unknowntype"):
                self._own[UNKNOWN_TYPE] = given["unknowntype"]

    def _end(self, tag: str) -> None:
        self._depth -= 1
        plain = _plain(tag)
        if self._key and (plain in NAMES or plain == "attribute"):
            self._keep(is_attribute=plain == "attribute")
        elif plain == "audittrailentry" and self._own is not None:
            self._finish(self._own)
            self._own = None
        elif plain == "processinstance":
            self._settle()
            self._trace = None

    def _finish(self, own: dict[str, str]) -> None:
        unknown = own.pop(UNKNOWN_TYPE, "")
        if unknown and own.get(NAMES["eventtype"], "").lower() in {"", UNKNOWN_TYPE}:
            own[NAMES["eventtype"]] = unknown
        self._waiting.append(own)
        self.count += 1
        if self._trace is None or len(self._waiting) >= MOST_WAITING:
            self._settle()

    def _listen_for(self, key: str) -> None:
        self._key, self._text, self._length = key, [], 0

    def _hear(self, text: str) -> None:
        if not self._key:
            return
        self._text.append(text)
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise LogProblemError(
                f"{self.called}: “{self._key}” of one event is longer than {LONGEST_TEXT:,} letters. Export the log "
                "again.", "xml", line=0,
            )  # fmt: skip

    def _keep(self, *, is_attribute: bool) -> None:
        kept = self._own if self._own is not None else self._trace
        key, self._key = self._key, ""
        # What the format says itself goes before what somebody added under the same name.
        if kept is not None and not (is_attribute and (key in kept or key == UNKNOWN_TYPE)):
            kept[key] = "".join(self._text).strip()
            if len(kept) > MOST_ATTRIBUTES:
                raise LogProblemError(
                    f"{self.called}: a single event or case has more than {MOST_ATTRIBUTES:,} attributes. Export the "
                    "log again.", "xml", line=0,
                )  # fmt: skip

    def _settle(self) -> None:
        some, size = self.done, len(self._waiting)
        some.own += self._waiting
        some.trace += [self._trace if self._trace is not None else {}] * size
        some.trace_number += [self._traces if self._trace is not None else 0] * size
        self._waiting.clear()


def _plain(tag: str) -> str:
    return tag.rpartition(":")[2].replace("_", "").lower()
