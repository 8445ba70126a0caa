"""A mail server's record from its bytes to who asks whom. Imported only by processes apart: it brings DuckDB."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from clientela.network.discovery.batches import NotUtf8Error, Told, batches_of
from clientela.network.discovery.contracts import Columns, Note, Sample
from clientela.network.discovery.encodings import encoding_farther_on
from clientela.network.discovery.lines import lines_of_rows, lines_too_short
from clientela.network.discovery.mail.asking import Asking, pairs_of
from clientela.network.discovery.mail.columns import guess_mail_columns
from clientela.network.discovery.mail.contracts import Addresses, MailColumns, MailFound, MailWish
from clientela.network.discovery.mail.gathering import MailGathering
from clientela.network.discovery.mail.joining import Deliveries
from clientela.network.discovery.mail.logs import (
    TABLE,
    LogFile,
    LogTold,
    check_read,
    in_order,
    kind_of,
    last_day_of,
    read_logs,
    with_lines,
)
from clientela.network.discovery.mail.sorting import (
    between_departments,
    weeks_of,
    whole_mails,
    working_seconds_of,
)
from clientela.network.discovery.moments import ISO, NUMBER, check_zones, way_of
from clientela.network.discovery.naming import plain
from clientela.network.discovery.problems import LogProblemError
from clientela.network.discovery.sample import read_sample

MEMORY_LIMIT_MB = 1024
READ_SHARE = 0.7  # of the whole work, to bring the record in
MOST_SHORT_SHARE = 0.5
# What reads a file knows the columns of event logs; these lend theirs.
LENT = {"sender": "team", "recipients": "resource", "moment": "moment", "status": "transition", "message": "case"}
TEXTS = ("sender", "recipients", "moment", "status", "message")

# How much is done, 0 to 1, and how many rows have been read.
OnProgress = Callable[[float, int], None]


def count_mail(
    path: Path,
    wish: MailWish,
    addresses: Addresses,
    *,
    name: str = "",
    more: Sequence[LogFile] = (),
    folder: Path | None = None,
    on_progress: OnProgress | None = None,
    memory_limit_mb: int = MEMORY_LIMIT_MB,
) -> MailFound:
    """Read a mail server's record and count who asks whom, week by week.

    A record is a table (CSV), or the log of a Postfix or an Exim; `more`: further files of such a log, as it was
    rotated. `name`: how people call the file. `folder`: where the database lies meanwhile, some thirty bytes a mail; it
    is gone in the end. Raises LogProblemError with a remedy.
    """
    began = monotonic()
    called = name or str(path)
    _check(wish)
    files = with_lines((LogFile(path, called), *more))
    kind = kind_of(files[0].path, called=files[0].name)
    if kind != TABLE:
        with (
            tempfile.TemporaryDirectory(dir=folder, prefix="mails-") as place,
            MailGathering(Path(place), memory_limit_mb=memory_limit_mb) as gathering,
        ):
            nothing = MailColumns({}, {})
            work = _Work(path, called, wish, nothing, addresses, gathering, on_progress or _silent, kind=kind)
            read = work.take_in_log(files)
            return work.counted(read.rows, work.log_notes(read), began=began)
    if more:
        raise LogProblemError(
            f"{called}: this is a table, and of tables one is counted at a time. Only the files of a Postfix or an "
            "Exim go together.",
            "one_table", name=called,
        )  # fmt: skip
    sample = read_sample(path, name=called, delimiter=wish.delimiter, encoding=wish.encoding)
    if sample.kind != "csv":
        raise LogProblemError(f"{called}: this is XML. Export the record as CSV.", "foreign")
    columns = guess_mail_columns(sample, wish.columns, where=called)
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix="mails-") as place,
        MailGathering(Path(place), memory_limit_mb=memory_limit_mb) as gathering,
    ):
        work = _Work(path, called, wish, columns, addresses, gathering, on_progress or _silent)
        try:
            told = work.take_in(sample)
        except NotUtf8Error:
            sample = replace(sample, encoding=encoding_farther_on(path))
            told = work.take_in(sample)
        work.check_usable(sample, told)
        return work.counted(told.rows, work.notes(sample, told), began=began)


@dataclass
class _Work:
    """One record on its way."""

    path: Path
    called: str
    wish: MailWish
    columns: MailColumns
    addresses: Addresses
    gathering: MailGathering
    tell: OnProgress
    kind: str = TABLE
    bytes_read: int = 0
    is_either: bool = False

    @property
    def zone(self) -> str:
        return self.wish.zone or "UTC"

    @property
    def is_in_utc(self) -> bool:
        """Whether the column's own name says that its clocks are UTC's."""
        return "utc" in plain(self.columns.named["moment"])

    def take_in(self, sample: Sample) -> Told:
        """Gather the mails, without their addresses."""
        place = sample.names.index(self.columns.named["moment"])
        texts = [text for row in sample.rows if (text := row[place].strip())]
        way, self.is_either = way_of(texts)
        has_zone = bool(self.wish.zone) or self.is_in_utc or way == NUMBER
        clocks = "UTC" if self.is_in_utc else self.zone
        check_zones(way, texts, told=clocks, called=self.called)
        self.gathering.begin(self.addresses, way=way, zone=clocks, has_zone=has_zone)
        told, size = Told(), max(1, self.path.stat().st_size)
        lent = Columns({LENT[role]: name for role, name in self.columns.named.items()}, {})
        for batch in batches_of(self.path, sample, lent, called=self.called, told=told, on_bytes=self._note_bytes):
            self.gathering.take(_given_back(batch))
            self.tell(READ_SHARE * min(1.0, self.bytes_read / size), told.rows)
        return told

    def take_in_log(self, files: Sequence[LogFile]) -> LogTold:
        """Gather what a server's log says was delivered; a year earlier, where it named none and went too far."""
        latest_on = date.fromisoformat(self.wish.latest_on) if self.wish.latest_on else last_day_of(self.path)
        known = frozenset(address for address, _who, _place in self.addresses.known)
        size = max(1, sum(file.path.stat().st_size for file in files))
        rows = 0

        def take(some: Deliveries) -> None:
            nonlocal rows
            if len(some):
                rows += len(some)
                self.gathering.take(_batch_of(some))
            self.tell(READ_SHARE * min(1.0, self.bytes_read / size), rows)

        ordered = in_order(files, latest_on=latest_on)
        told, years_back = None, 0
        while told is None:
            rows = 0
            self.gathering.begin(self.addresses, way=ISO, zone=self.zone, has_zone=bool(self.wish.zone))
            told = read_logs(
                ordered, self.kind, known=known, latest_on=latest_on, years_back=years_back, take=take,
                on_bytes=self._note_bytes,
            )  # fmt: skip
            years_back += 1
        check_read(told, called=self.called, kind=self.kind)
        return told

    def log_notes(self, told: LogTold) -> Iterator[Note]:
        """Say what of a server's log could not be used."""
        if told.has_no_year:
            yield Note("log_year", what=str(told.last_year))
        if self.gathering.seen.local_moments:
            yield Note("no_zone", self.gathering.seen.local_moments)
        for (problem, name), (number, lines) in sorted(told.bad.items()):
            yield Note(problem, number, lines, what=name)
        if self.gathering.seen.lost:
            yield Note("log_lost", self.gathering.seen.lost)

    def counted(self, rows: int, notes: Iterator[Note], *, began: float) -> MailFound:
        """Count, and say what was left out."""
        deliveries, first, last = self.gathering.span()
        if not deliveries:
            raise LogProblemError(
                f"{self.called}: there is not one mail with a recipient and a moment in it that arrived. Check with "
                "--columns that each is taken from the right column.",
                "no_mail",
            )  # fmt: skip
        noted = tuple(notes)
        left_out: Counter[str] = Counter()
        asking = Asking(self.addresses.mailboxes, began=self._working(first))
        done = 0
        for mails in whole_mails(self.gathering.in_order()):
            done += len(mails)
            kept = between_departments(mails, most_recipients=self.wish.most_recipients, left_out=left_out)
            working = working_seconds_of(kept.moment, self.zone)
            columns = (weeks_of(kept.moment), working, kept.writer, kept.writers, kept.reader, kept.readers)
            asking.take(zip(*(column.tolist() for column in columns), strict=True))
            self.tell(READ_SHARE + (1 - READ_SHARE) * min(1.0, done / deliveries), rows)
        weeks = asking.end(ended=self._working(last))
        self.tell(1.0, rows)
        seen = asking.counted
        again = [Note("again", deliveries - done)] if self.gathering.seen.has_numbers and deliveries > done else []
        return MailFound(
            kind=self.kind, columns=self.columns, rows=rows, deliveries=done,
            first_at=_moment(first), last_at=_moment(last),
            asks=seen.asks, answers=seen.answers, follow_ups=seen.follow_ups, weeks=weeks, pairs=pairs_of(weeks),
            left_out=dict(left_out),
            not_kept={why: count for why, count in seen.not_kept.items() if count},
            notes=(*noted, *again, *_last_notes(has_asks=bool(seen.asks), is_kept=bool(weeks))),
            seconds=round(monotonic() - began, 3),
        )  # fmt: skip

    def _working(self, moment: int) -> int:
        return int(working_seconds_of(pa.array([moment], pa.int64()).to_numpy(), self.zone)[0])

    def _note_bytes(self, count: int) -> None:
        self.bytes_read = count

    def check_usable(self, sample: Sample, told: Told) -> None:
        """Refuse a table most of whose lines, or all of whose moments, cannot be read."""
        uneven = told.short_lines / max(1, told.rows + told.short_lines)
        if uneven > MOST_SHORT_SHARE:
            line = (lines_too_short(self.path, sample) or (2,))[0]
            raise LogProblemError(
                f"{self.called}, line {line}: {told.short_lines:,} of {told.rows + told.short_lines:,} lines have "
                f"another number of columns than the heading ({len(sample.names)}). Check the sign between the "
                "columns (--delimiter) and the quotes.",
                "uneven", line=line, found=told.short_lines, expected=len(sample.names),
            )  # fmt: skip
        seen = self.gathering.seen
        if seen.rows == seen.no_moment:
            row = seen.no_moment_rows[0]
            line = lines_of_rows(self.path, sample, [row])[row]
            raise LogProblemError(
                f"{self.called}, line {line}, column “{self.columns.named['moment']}”: not one moment can be read. "
                "Write them like 2024-03-04 09:30:00, or name another column: --columns moment=….",
                "no_moments", line=line, name=self.columns.named["moment"],
            )  # fmt: skip

    def notes(self, sample: Sample, told: Told) -> Iterator[Note]:
        """Say what of a table could not be used."""
        seen, named = self.gathering.seen, self.columns.named
        if sample.encoding not in {"", "utf-8", "utf-8-sig", "utf-16"} and not self.wish.encoding:
            yield Note("encoding", what=sample.encoding)
        if self.is_either:
            yield Note("day_or_month")
        if seen.local_moments:
            yield Note("no_zone", seen.local_moments)
        if told.short_lines:
            yield Note("short_line", told.short_lines, lines_too_short(self.path, sample))
        line_of = lines_of_rows(self.path, sample, {*seen.no_moment_rows, *seen.no_reader_rows})
        for code, count, rows, role in (
            ("no_moment", seen.no_moment, seen.no_moment_rows, "moment"),
            ("no_reader", seen.no_reader, seen.no_reader_rows, "recipients"),
        ):
            if count:
                yield Note(code, count, tuple(line_of[row] for row in rows), named[role])
        if seen.lost:
            yield Note("lost", seen.lost, what=named.get("status", named["recipients"]))
        if seen.steps:
            yield Note("steps", seen.steps, what=named["status"])


def _last_notes(*, has_asks: bool, is_kept: bool) -> Iterator[Note]:
    if not has_asks:
        yield Note("nobody_asks")
    elif not is_kept:
        yield Note("nothing_kept")


def _batch_of(some: Deliveries) -> pa.RecordBatch:
    texts = (some.senders, some.recipients, some.moments, some.statuses, some.messages)
    columns = [pa.array(some.rows, pa.int64()), *(pa.array(text, pa.string()) for text in texts)]
    return pa.RecordBatch.from_arrays(columns, names=["row", *TEXTS])


def _given_back(batch: pa.RecordBatch) -> pa.RecordBatch:
    names = ["row", *TEXTS]
    return pa.RecordBatch.from_arrays([batch.column(LENT.get(name, name)) for name in names], names=names)


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _check(wish: MailWish) -> None:
    if wish.zone:
        try:
            ZoneInfo(wish.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise LogProblemError(
                f"--zone: there is no zone “{wish.zone}”. Write one like Europe/Bucharest.", "no_such_zone",
                name=wish.zone,
            ) from error  # fmt: skip
    if wish.latest_on:
        try:
            date.fromisoformat(wish.latest_on)
        except ValueError as error:
            raise LogProblemError(
                f"--until: “{wish.latest_on}” is no day. Write it like 2026-11-22.", "no_such_day", name=wish.latest_on
            ) from error
    if wish.most_recipients < 1:
        raise LogProblemError("--most-recipients: a number from 1 on, such as 10.", "most_recipients")


def _silent(_share: float, _rows: int) -> None:
    """Tell nobody."""
