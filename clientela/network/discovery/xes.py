"""Events of an XES, or by `mxml` of the format before it, some thousands at a time: nothing of the tree is kept.

Expat tells of each tag. A document type is refused: entities that grow or that reach for other files live there, and
no log needs one. What stands in an attribute of an attribute belongs to no event; what a file gives as default stands
in where an event says nothing, unless it is a word for "nothing known".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from pathlib import Path
from xml.parsers import expat

from clientela.network.discovery.contracts import Sample
from clientela.network.discovery.events import DEEPEST, MOST_ATTRIBUTES, MOST_WAITING, EventsReading, Heading, Some
from clientela.network.discovery.mxml import MxmlReading, is_mxml
from clientela.network.discovery.naming import plain
from clientela.network.discovery.packed import CHUNK, PACKED_ERRORS, OnProgress, opened, packed_problem
from clientela.network.discovery.problems import LogProblemError

TRACE = "case:"  # an attribute of the case, as tables made of XES write it
CLASSIFIER = "classifier:"
STANDARD = {
    "case": "case:concept:name",
    "activity": "concept:name",
    "moment": "time:timestamp",
    "team": "org:group",
    "resource": "org:resource",
    "transition": "lifecycle:transition",
}
VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})
# What files give as default when they mean that nothing is known.
UNKNOWN = frozenset({"", "unknown", "__invalid__", "invalid", "undefined", "unset", "none", "null", "empty", "n/a"})
LONGEST_TAG_BYTES = 16 * CHUNK
NOWHERE = -1_000
FARTHEST_NAMES = 50_000  # events that are looked at for the names of their attributes
KEY_AND_VALUE = 4  # as expat lists them


@dataclass(frozen=True)
class Events:
    """The events to come, and the heading, filled by the time the first of them comes."""

    heading: Heading
    coming: Iterator[Some]


def read_xes(path: Path, *, name: str = "", on_bytes: OnProgress) -> Events:
    """Read an XES as a stream of some events each. Raises LogProblemError, also while the events come."""
    heading = Heading()
    return Events(heading, _coming(path, name or str(path), heading, on_bytes))


def _coming(path: Path, called: str, heading: Heading, on_bytes: OnProgress) -> Iterator[Some]:
    stream, inner = opened(path, on_bytes, name=called)
    parser = expat.ParserCreate(namespace_separator=None)
    parser.ordered_attributes = True
    parser.StartDoctypeDeclHandler = partial(_refuse, called)
    parser.XmlDeclHandler = partial(_check_encoding, called)
    reading: EventsReading = _NoLog()

    def first(tag: str, given: list[str]) -> None:
        nonlocal reading
        if is_mxml(tag):
            older = MxmlReading(called)
            reading, start, heading.kind = older, older.listen(parser), "mxml"
        else:
            newer = _Reading(called, heading)
            reading, start = newer, newer.handler()
            parser.EndElementHandler = newer.closed.append
        parser.StartElementHandler = start
        start(tag, given)

    parser.StartElementHandler = first
    fed = 0
    try:
        while chunk := stream.read(CHUNK):
            fed += len(chunk)
            parser.Parse(chunk, False)
            if fed - parser.CurrentByteIndex > LONGEST_TAG_BYTES:
                raise LogProblemError(
                    f"{called}, line {parser.CurrentLineNumber}: a single tag is longer than 16 MB. "
                    "Export the log again.", "xml", line=parser.CurrentLineNumber,
                )  # fmt: skip
            reading.look(parser.CurrentLineNumber)
            if reading.done.own:
                yield reading.taken()
        parser.Parse(b"", True)
        reading.end()
        yield reading.taken()
    except PACKED_ERRORS as error:
        raise packed_problem(called, error, reading.count) from error
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise LogProblemError(
            f"{called}, line {error.lineno}: the XML is broken ({reason}), after {reading.count:,} events. "
            "Export the log again.", "xml", line=error.lineno, events=reading.count,
        ) from error  # fmt: skip
    finally:
        inner.close()
    if not reading.saw_log:
        raise LogProblemError(
            f"{called}: this XML is no log; an XES begins with <log>, an MXML with <WorkflowLog>.", "foreign"
        )


def _refuse(called: str, *_: object) -> None:
    """A document type stands in it."""
    raise LogProblemError(
        f"{called}: the file declares a document type, which can hide entities that grow without end or read "
        "other files. No log needs one: remove the line that begins with <!DOCTYPE.", "doctype",
    )  # fmt: skip


def _check_encoding(called: str, _version: str, encoding: str | None, _standalone: int) -> None:
    """Refuse what the parser would fall over: it reads UTF-8, UTF-16 and encodings of one byte a letter."""
    if not encoding or encoding.lower() in {"utf-8", "utf-16", "utf-16le", "utf-16be"}:
        return
    try:
        letters = len(bytes(range(256)).decode(encoding, "replace"))
    except LookupError:
        letters = 0
    if letters != 256:  # noqa: PLR2004 -- each byte is one
        raise LogProblemError(
            f"{called}, line 1: the XML says that its encoding is “{encoding}”, which cannot be read here. Export the "
            "log as UTF-8.", "xml_encoding", name=encoding,
        )  # fmt: skip


class _NoLog:
    """Before the first tag there is nothing."""

    saw_log = False
    count = 0

    def __init__(self) -> None:
        self.done = Some([], [], [])

    def look(self, line: int) -> None:
        """There is nothing to see."""

    def end(self) -> None:
        """Nothing has begun."""

    def taken(self) -> Some:
        """Nothing is done."""
        return self.done


class _Reading:
    """Where in the document we are, and what of it belongs to the event at hand.

    Half of all calls would be for tags that close. So these are only collected, and how deep a tag lies is told by how
    many have opened and closed before it; that an event or a trace has ended is noticed at the next tag that opens.
    """

    def __init__(self, called: str, heading: Heading) -> None:
        self.called = called
        self.heading = heading
        self.saw_log = False
        self.closed: list[str] = []
        self.opened = 0  # tags, less those that closed in chunks before
        self.attribute_depth = NOWHERE  # of what stands directly in the event at hand
        self.trace_depth = self.global_depth = 0  # of the one at hand; 0: there is none
        self.globals: dict[str, str] = {}
        self.own: dict[str, str] = {}  # what the event at hand says
        self.trace: dict[str, str] = {}
        self.traces = 0
        self.waiting: list[dict[str, str]] = []  # events of the trace at hand, whose attributes may still come
        self.done = Some([], [], [])
        self.finished = 0  # events that were handed out or wait to be

    def handler(self) -> Callable[[str, list[str]], None]:
        """Give what is called for each tag that opens, with its attributes as expat lists them: key, value, key, …."""
        closed, waiting, values, start_rare = self.closed, self.waiting, VALUES, self._start_rare
        own: dict[str, str] = {}

        def start(tag: str, given: list[str]) -> None:
            # Nearly all tags are plain attributes of an event, or the next event: they go the short way.
            nonlocal own
            self.opened = opened = self.opened + 1
            ahead = opened - len(closed) - self.attribute_depth
            if not ahead and tag in values and len(given) == KEY_AND_VALUE and given[0] == "key":
                own[given[1]] = given[3]
            elif ahead == -1 and tag == "event" and self.trace_depth and len(waiting) < MOST_WAITING:
                self.own = own = {}
                waiting.append(own)
            else:
                start_rare(tag, given, opened - len(closed))
                own = self.own

        return start

    def _start_rare(self, tag: str, listed: list[str], depth: int) -> None:
        self._end_before(depth)
        given = dict(zip(listed[::2], listed[1::2], strict=True))
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag in VALUES:
            self._value(given, depth)
        elif tag == "event":
            self.attribute_depth, self.own = depth + 1, {}
            self.waiting.append(self.own)
        elif tag == "trace":
            self._settle()
            self.trace_depth, self.trace = depth, {}
            self.traces += 1
        else:
            self._start_of_heading(tag, given, depth)
        if depth > DEEPEST:
            raise LogProblemError(
                f"{self.called}: the XML is more than {DEEPEST} tags deep. No log is; export it again.", "xml", line=0
            )

    def _end_before(self, depth: int) -> None:
        """See what has ended before a tag that opens at this depth."""
        if depth < self.attribute_depth != NOWHERE:
            self.attribute_depth = NOWHERE
            if not self.trace_depth or len(self.waiting) >= MOST_WAITING:
                self._settle()
        if depth <= self.trace_depth:
            self._settle()
            self.trace_depth = 0
        if depth <= self.global_depth:
            self.global_depth = 0

    def _settle(self) -> None:
        """What waited for the attributes of its trace waits no more."""
        some, size = self.done, len(self.waiting)
        some.own += self.waiting
        some.trace += [self.trace if self.trace_depth else {}] * size
        some.trace_number += [self.traces if self.trace_depth else 0] * size
        self.finished += size
        self.waiting.clear()

    def _value(self, given: dict[str, str], depth: int) -> None:
        """Only what stands directly in the event or the trace: an attribute may have attributes of its own."""
        if "key" not in given:
            return
        if self.attribute_depth != NOWHERE:
            at, kept = self.attribute_depth, self.own
        elif self.trace_depth:
            at, kept = self.trace_depth + 1, self.trace
        else:
            at, kept = self.global_depth + 1, self.globals
        if depth == at > 1:
            kept[given["key"]] = given.get("value", "")

    def look(self, line: int) -> None:
        """Between two chunks: see what has ended, forget closed tags, and refuse what has no end of attributes."""
        self._end_before(self.opened - len(self.closed) + 1)
        self.opened -= len(self.closed)
        self.closed.clear()
        if max(len(self.own), len(self.trace), len(self.globals)) > MOST_ATTRIBUTES:
            raise LogProblemError(
                f"{self.called}, line {line}: a single event or trace has more than {MOST_ATTRIBUTES:,} attributes. "
                "Export the log again.", "xml", line=line,
            )  # fmt: skip

    def end(self) -> None:
        """Nothing more comes."""
        self._end_before(1)
        self._settle()

    def taken(self) -> Some:
        """Hand out what is done."""
        done, self.done = self.done, Some([], [], [])
        return done

    @property
    def count(self) -> int:
        """How many events have ended."""
        is_one_open = self.opened - len(self.closed) >= self.attribute_depth - 1 > 0
        return self.finished + len(self.waiting) - is_one_open

    def _start_of_heading(self, tag: str, given: Mapping[str, str], depth: int) -> None:
        if tag == "log":
            self.saw_log = True
        elif tag == "global" and not self.trace_depth:
            self.global_depth = depth
            is_trace = given.get("scope") == "trace"
            self.globals = self.heading.trace_defaults if is_trace else self.heading.event_defaults
        elif tag == "classifier" and given.get("name") and given.get("scope", "event") == "event":
            self.heading.classifiers[given["name"]] = _keys(given.get("keys", ""))


def _keys(words: str) -> tuple[str, ...]:
    """Read the keys of a classifier: parted by blanks, those with a blank of their own in quotes."""
    keys = [part.split() if place % 2 == 0 else [part] for place, part in enumerate(words.split("'"))]
    return tuple(key for some in keys for key in some)


def defaults_of(heading: Heading) -> dict[str, str]:
    """Give what stands in for an attribute, by its name as a sample lists it."""
    return known_defaults(heading.event_defaults) | {
        TRACE + key: value for key, value in known_defaults(heading.trace_defaults).items()
    }


def known_defaults(defaults: Mapping[str, str]) -> dict[str, str]:
    """Leave out the defaults that only say that nothing is known."""
    return {
        key: value
        for key, value in defaults.items()
        if value.strip().casefold() not in UNKNOWN and not value.startswith(("1970-01-01", "0001-01-01"))
    }


def column_of(some: Some, name: str, defaults: Mapping[str, str]) -> tuple[list[str], int]:
    """Give what each event says under a name as a sample lists it, and how often the file's own default stands in."""
    said, key = some.own, name
    if name.startswith(TRACE) and not any(name in own for own in some.own):
        said, key = some.trace, name.removeprefix(TRACE)
    try:
        return list(map(itemgetter(key), said)), 0  # nearly always all of them say it
    except KeyError:
        pass
    texts = [one.get(key) for one in said]
    if name.startswith(TRACE) and key == name:
        key = name.removeprefix(TRACE)
        texts = [trace.get(key) if text is None else text for text, trace in zip(texts, some.trace, strict=True)]
    default = defaults.get(name, "")
    defaulted = sum(text is None for text in texts) if default else 0
    return [default if text is None else text for text in texts], defaulted


def sample_of_events(events: Events, *, called: str, most: int, told: Mapping[str, str] | None = None) -> Sample:
    """Take the first events as a sample with a column an attribute. Raises LogProblemError where there is none.

    Where they do not know who did them, or what is told of a role, the next ones are looked at for their names too.
    """
    first, read = Some([], [], []), 0
    names: dict[str, None] = {}
    for some in events.coming:
        read += len(some.own)
        few = max(0, most - len(first.own))
        first.own += some.own[:few]
        first.trace += some.trace[:few]
        first.trace_number += some.trace_number[:few]
        if few:
            names.update(_names_of(first))
        if len(first.own) >= most:
            if read >= FARTHEST_NAMES or not _lacks(names, events.heading, told or {}):
                break
            names.update(_names_of(some))  # a machine may have done all that comes first
    if not first.own:
        raise LogProblemError(f"{called}: there is no event in this XES.", "no_event")
    defaults = defaults_of(events.heading)
    case = [STANDARD["case"]] if any(first.trace_number) else []  # also where no trace has a name
    of_trace = [name for name in names if name.startswith(TRACE)]
    own = [name for name in names if not name.startswith(TRACE)]
    columns = tuple(dict.fromkeys((*own, *of_trace, *case, *defaults)))
    rows = tuple(zip(*(column_of(first, name, defaults)[0] for name in columns), strict=True))
    return Sample(
        events.heading.kind, columns, rows, sure=STANDARD, classifiers=dict(events.heading.classifiers),
        defaults=defaults,
    )  # fmt: skip


def _names_of(some: Some) -> dict[str, None]:
    own = dict.fromkeys(key for one in some.own for key in one)
    return {**own, **dict.fromkeys(TRACE + key for one in some.trace for key in one)}


def _lacks(names: Iterable[str], heading: Heading, told: Mapping[str, str]) -> bool:
    given = (*names, *defaults_of(heading), *heading.classifiers)
    known = {plain(name.removeprefix(TRACE)) for name in given}
    if {"team", "resource"} & told.keys():
        return any(plain(name.removeprefix(TRACE)) not in known for name in told.values())
    return not known & {plain(STANDARD["team"]), plain(STANDARD["resource"])}
