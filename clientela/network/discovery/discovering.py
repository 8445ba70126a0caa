"""A log from its bytes to who hands over to whom. Imported only by processes apart: it brings DuckDB and Arrow."""

import importlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clientela.network.discovery.batches import NotUtf8Error, Told, batches_of
from clientela.network.discovery.contracts import Columns, Discovered, Edge, Note, Sample, Suggested, Wish
from clientela.network.discovery.counting import Reading, Summary
from clientela.network.discovery.encodings import encoding_farther_on
from clientela.network.discovery.gathering import Gathering
from clientela.network.discovery.guessing import NONE, TOLD, guess_columns, texts_of
from clientela.network.discovery.lines import lines_of_rows, lines_too_short
from clientela.network.discovery.moments import (
    MOST_SAMPLES,
    NUMBER,
    SERIAL,
    shape_beside,
    swapped,
    unsure_zone_problem,
    way_of,
)
from clientela.network.discovery.problems import LogProblemError
from clientela.network.discovery.sample import read_sample
from clientela.network.discovery.written import unsure_zone

MEMORY_LIMIT_MB = 1536
OTHERS = "?"  # who is in no suggested team
READ_SHARE = 0.6  # of the whole work, to bring the log in
LOOK_SECONDS = 0.25
FEW_ROWS = 250
MOST_SHORT_SHARE = 0.5  # with more uneven lines than that, the columns were misunderstood

# How much is done, 0 to 1, and how many events have been read.
OnProgress = Callable[[float, int], None]


class LogCancelledError(Exception):
    """It is not wanted any more."""


def discover(
    path: Path,
    wish: Wish,
    *,
    name: str = "",
    folder: Path | None = None,
    on_progress: OnProgress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
    memory_limit_mb: int = MEMORY_LIMIT_MB,
) -> tuple[Discovered, Suggested | None]:
    """Read a log and count who hands over to whom; suggest teams where it names none, only who did the work.

    `name`: how people call the file. `folder`: where the database may lie meanwhile, some forty bytes an event; else
    a temporary one. Raises LogProblemError with a remedy, LogCancelledError.
    """
    began = monotonic()
    called = name or str(path)
    _check(wish)
    sample = _sample(path, called, wish)
    columns = guess_columns(sample, wish.columns, where=called, known_teams=wish.known_teams)
    by = _by(wish, columns, called)
    with Gathering(folder, memory_limit_mb=memory_limit_mb) as gathering:
        work = _Work(path, called, wish, columns, by, gathering, on_progress or _silent, is_cancelled or _never)
        try:
            told = work.take_in(sample)
        except NotUtf8Error:
            sample = replace(sample, encoding=encoding_farther_on(path))
            told = work.take_in(sample)
        told = work.either_way(sample, told)
        with _stopping(gathering, is_cancelled):
            return work.counted(sample, told, began=began)


@dataclass
class _Work:
    """One log on its way."""

    path: Path
    called: str
    wish: Wish
    columns: Columns
    by: str
    gathering: Gathering
    tell: OnProgress
    is_cancelled: Callable[[], bool]
    bytes_read: int = 0
    way: str = ""  # of writing moments
    is_either: bool = False  # the file does not say whether the day or the month stands first

    def take_in(self, sample: Sample, *, way: str = "") -> Told:
        """Gather the events. `way`: of writing moments, if it is known."""
        if way:
            self.way, self.is_either = way, False
        else:
            texts = texts_of(sample, self.columns.named["moment"])
            self.way, self.is_either = way_of([text for text in texts if text])
            self._check_zones(sample, texts)
        reading = Reading(
            way=self.way, zone=self.wish.zone or "UTC", has_zone=bool(self.wish.zone) or self.way == NUMBER,
            by="team" if self.by == "team" else "resource", transition=self.wish.transition.strip().lower(),
        )  # fmt: skip
        self.gathering.begin(reading, is_large=bool(self.wish.beta))  # each event beside many others is too much
        told, size = Told(), max(1, self.path.stat().st_size)
        batches = batches_of(
            self.path, sample, self.columns, called=self.called, told=told, on_bytes=self._note_bytes
        )  # fmt: skip
        for batch in batches:
            self.gathering.take(batch)
            self.tell(READ_SHARE * min(1.0, self.bytes_read / size), told.rows)
            if self.is_cancelled():
                raise LogCancelledError
        return told

    def either_way(self, sample: Sample, told: Told) -> Told:
        """Gather anew with day and month the other way round, where more can be read so.

        A log is often in the order of time: then its first rows are all of a few days, and the 13th of a month, which
        would tell, comes later.
        """
        if not self.is_either:
            return told
        unread, way = self.gathering.counter().summary().unreadable_moments, self.way
        if not unread:
            return told
        again = self.take_in(sample, way=swapped(way))
        if self.gathering.counter().summary().unreadable_moments < unread:
            return again
        return self.take_in(sample, way=way)

    def counted(self, sample: Sample, told: Told, *, began: float) -> tuple[Discovered, Suggested | None]:
        """Count, and say what was left out."""
        counting = self.gathering.counter()
        summary = counting.summary()
        self._check_usable(sample, told, summary)
        self.tell(READ_SHARE + 0.05, told.rows)
        counting.line_up()
        self.tell(READ_SHARE + 0.25, told.rows)
        events, cases, activities, first_at, last_at = counting.overview()
        suggested = None
        if self.by == "suggested" or (self.by == "resource" and not self.wish.by):
            between_people = counting.edges(with_own=False, beta=0.0)
            suggested = _suggested(counting.doings(), between_people)
            self.tell(READ_SHARE + 0.3, told.rows)
        if self.by == "suggested" and suggested is not None:
            team_of = suggested.team_of(fewest_members=self.wish.fewest_members)
            counting.regroup(team_of, others=OTHERS)
        nodes = counting.nodes()
        self.tell(READ_SHARE + 0.35, told.rows)
        edges = counting.edges(with_own=self.wish.with_own, beta=self.wish.beta)
        self.tell(1.0, told.rows)
        given = sum(node.gives for node in nodes)
        notes = self._notes(sample, told, summary, nodes=len(nodes), handovers=given)
        found = Discovered(
            kind=sample.kind, by=self.by, columns=self.columns, events=events, rows=told.rows, cases=cases,
            activities=activities, first_at=first_at, last_at=last_at, nodes=nodes, edges=edges,
            notes=tuple(notes), seconds=round(monotonic() - began, 3),
        )  # fmt: skip
        return found, suggested

    def _note_bytes(self, count: int) -> None:
        self.bytes_read = count

    def _check_zones(self, sample: Sample, texts: Sequence[str]) -> None:
        """Refuse at once what the first rows tell; of the others it is known when all moments are read."""
        if wanted := self.wish.transition.strip().lower():
            given = texts_of(sample, self.columns.named.get("transition", ""))
            texts = [text if is_one.lower() == wanted else "" for text, is_one in zip(texts, given, strict=False)]
        place, zone = unsure_zone(texts, shape_beside(self.way), told=self.wish.zone)
        if zone:
            raise unsure_zone_problem(zone, self._where(sample, place + 1, "moment"))

    def _where(self, sample: Sample, row: int, role: str) -> str:
        """Name the file, the line or the event, and the column, as people find them."""
        place = f"line {lines_of_rows(self.path, sample, [row])[row]}" if sample.kind == "csv" else f"event {row:,}"
        return f"{self.called}, {place}, column “{self.columns.named[role]}”"

    def _check_usable(self, sample: Sample, told: Told, summary: Summary) -> None:
        uneven = told.short_lines / max(1, told.rows + told.short_lines)
        if uneven > MOST_SHORT_SHARE:
            line = (lines_too_short(self.path, sample) or (2,))[0]
            raise LogProblemError(
                f"{self.called}, line {line}: {told.short_lines:,} of {told.rows + told.short_lines:,} lines have "
                f"another number of columns than the heading ({len(sample.names)}). Check the sign between the "
                "columns (--delimiter) and the quotes.",
                "uneven", line=line, found=told.short_lines, expected=len(sample.names),
            )  # fmt: skip
        if summary.unsure_zone:
            raise unsure_zone_problem(summary.unsure_zone, self._where(sample, summary.unsure_row, "moment"))
        usable = summary.rows - summary.no_case - summary.blank_moments - summary.unreadable_moments - summary.no_team
        if usable > 0:
            return
        if summary.unreadable_moments:
            row = summary.no_moment_rows[0]
            line = lines_of_rows(self.path, sample, [row])[row]
            raise LogProblemError(
                f"{self._where(sample, row, 'moment')}: not one moment can be read. "
                "Write them like 2024-03-04 09:30:00, or name another column: --columns moment=….",
                "no_moments", line=line, name=self.columns.named["moment"],
            )  # fmt: skip
        raise LogProblemError(
            f"{self.called}: there is not one event with a case, a {self.by} and a moment that can be read"
            f"{f' and the transition “{self.wish.transition}”' if self.wish.transition else ''}. "
            "Check with --columns that each is taken from the right column.",
            "no_event",
        )

    def _notes_of_reading(self, sample: Sample, told: Told, summary: Summary) -> Iterator[Note]:
        if sample.encoding not in {"", "utf-8", "utf-8-sig"} and not self.wish.encoding:
            yield Note("encoding", what=sample.encoding)
        if self.is_either:
            yield Note("day_or_month")
        if self.way == SERIAL:
            yield Note("serial", what=self.columns.named["moment"])
        if summary.local_moments:
            yield Note("no_zone", summary.local_moments)
        if told.short_lines:
            yield Note("short_line", told.short_lines, lines_too_short(self.path, sample))

    def _notes(self, sample: Sample, told: Told, summary: Summary, *, nodes: int, handovers: int) -> list[Note]:
        notes = [*self._notes_of_reading(sample, told, summary)]
        rows = {*summary.no_case_rows, *summary.no_moment_rows, *summary.no_team_rows}
        line_of = lines_of_rows(self.path, sample, rows)
        for code, count, some in (
            ("no_case", summary.no_case, summary.no_case_rows),
            ("no_moment", summary.blank_moments + summary.unreadable_moments, summary.no_moment_rows),
            ("no_team", summary.no_team, summary.no_team_rows),
        ):
            if count:
                role = ("team" if self.by == "team" else "resource") if code == "no_team" else code.removeprefix("no_")
                what = self.columns.named[role]
                notes.append(Note(code, count, tuple(line_of[row] for row in some), what))
        notes += [Note("defaults", count, what=self.columns.named[role]) for role, count in told.defaults.items()]
        if nodes == 1:
            notes.append(Note("one_team"))
        elif not handovers:
            notes.append(Note("no_handover"))
        if told.nameless_cases:
            notes.append(Note("nameless_cases", told.nameless_cases))
        return notes


def _check(wish: Wish) -> None:
    """Refuse a zone that nobody knows, and steps that would weigh more the farther they are."""
    if wish.zone:
        try:
            ZoneInfo(wish.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise LogProblemError(
                f"--zone: there is no zone “{wish.zone}”. Write one like Europe/Bucharest.", "no_such_zone",
                name=wish.zone,
            ) from error  # fmt: skip
    if not 0 <= wish.beta < 1:
        raise LogProblemError("--beta: a number from 0 to under 1, such as 0.5; 0 counts only the very next.", "beta")


def _sample(path: Path, called: str, wish: Wish) -> Sample:
    """Read as much of the beginning as is needed: where all columns are told, only how moments are written is open."""
    told = {role: name for role, name in wish.columns.items() if name != NONE}
    read = partial(read_sample, path, name=called, delimiter=wish.delimiter, encoding=wish.encoding, told=told)
    if {"case", "moment"} <= wish.columns.keys() and {"team", "resource"} & wish.columns.keys():
        with suppress(LogProblemError):  # what is wrong may lie farther on, or be of these rows alone
            few = read(most_rows=FEW_ROWS)
            if few.kind != "csv" or _tells_way(few, wish.columns["moment"]):
                return few
    return read()


def _tells_way(sample: Sample, name: str) -> bool:
    """Whether there are as many moments as are looked at to find out how they are written."""
    return sum(1 for text in texts_of(sample, name) if text) >= MOST_SAMPLES


def _by(wish: Wish, columns: Columns, called: str) -> str:
    # Who tells the column of the person and none of the team wants to see persons.
    is_person_told = columns.found_by.get("resource") == TOLD and columns.found_by.get("team") != TOLD
    by = wish.by or ("team" if "team" in columns.named and not is_person_told else "resource")
    if ("resource" if by == "suggested" else by) not in columns.named:
        raise LogProblemError(
            f"{called}: no column was found for {by}. Tell it: --columns {by}=….", "no_role", role=by
        )  # fmt: skip
    return by


def _suggested(doings: list[tuple[str, str, int]], edges: tuple[Edge, ...]) -> Suggested:
    # By name: what clusters and draws graphs takes longer to import than most logs take to be counted.
    suggesting = importlib.import_module("clientela.network.discovery.suggesting")
    found: Suggested = suggesting.suggested_teams(doings, edges)
    return found


class _stopping:  # noqa: N801 - used as a word of `with`
    """Look now and then whether it is still wanted, and stop the engine when it is not."""

    def __init__(self, gathering: Gathering, is_cancelled: Callable[[], bool] | None) -> None:
        self._gathering, self._is_cancelled = gathering, is_cancelled
        self._over = threading.Event()
        self._was_cancelled = False
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        if self._is_cancelled is not None:
            self._thread.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        self._over.set()
        if self._is_cancelled is not None:
            self._thread.join()
        if self._was_cancelled:
            raise LogCancelledError from error

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            if self._is_cancelled is not None and self._is_cancelled():
                self._was_cancelled = True
                self._gathering.interrupt()


def _silent(_share: float, _rows: int) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False
