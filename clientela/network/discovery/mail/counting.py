"""A mail server's record from its bytes to who asks whom. Imported only by processes apart: it brings DuckDB."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
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
from clientela.network.discovery.mail.sorting import (
    between_departments,
    weeks_of,
    whole_mails,
    working_seconds_of,
)
from clientela.network.discovery.moments import NUMBER, way_of
from clientela.network.discovery.naming import plain
from clientela.network.discovery.problems import LogProblemError
from clientela.network.discovery.sample import read_sample

MEMORY_LIMIT_MB = 1024
READ_SHARE = 0.7  # of the whole work, to bring the record in
MOST_SHORT_SHARE = 0.5
# What reads a file knows the columns of event logs; these lend theirs.
LENT = {"sender": "team", "recipients": "resource", "moment": "moment", "status": "transition"}

# How much is done, 0 to 1, and how many rows have been read.
OnProgress = Callable[[float, int], None]


def count_mail(
    path: Path,
    wish: MailWish,
    addresses: Addresses,
    *,
    name: str = "",
    folder: Path | None = None,
    on_progress: OnProgress | None = None,
    memory_limit_mb: int = MEMORY_LIMIT_MB,
) -> MailFound:
    """Read a mail server's record and count who asks whom, week by week.

    `name`: how people call the file. `folder`: where the database lies meanwhile, some twenty bytes a mail; it is gone
    in the end. Raises LogProblemError with a remedy.
    """
    began = monotonic()
    called = name or str(path)
    _check(wish)
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
        return work.counted(sample, told, began=began)


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
        way, self.is_either = way_of([text for row in sample.rows if (text := row[place].strip())])
        has_zone = bool(self.wish.zone) or self.is_in_utc or way == NUMBER
        clocks = "UTC" if self.is_in_utc else self.zone
        self.gathering.begin(self.addresses, way=way, zone=clocks, has_zone=has_zone)
        told, size = Told(), max(1, self.path.stat().st_size)
        lent = Columns({LENT[role]: name for role, name in self.columns.named.items()}, {})
        for batch in batches_of(self.path, sample, lent, called=self.called, told=told, on_bytes=self._note_bytes):
            self.gathering.take(_given_back(batch))
            self.tell(READ_SHARE * min(1.0, self.bytes_read / size), told.rows)
        return told

    def counted(self, sample: Sample, told: Told, *, began: float) -> MailFound:
        """Count, and say what was left out."""
        self._check_usable(sample, told)
        deliveries, first, last = self.gathering.span()
        if not deliveries:
            raise LogProblemError(
                f"{self.called}: there is not one mail with a recipient and a moment in it that arrived. Check with "
                "--columns that each is taken from the right column.",
                "no_mail",
            )  # fmt: skip
        left_out: Counter[str] = Counter()
        asking = Asking(self.addresses.mailboxes, began=self._working(first))
        done = 0
        for mails in whole_mails(self.gathering.in_order()):
            done += len(mails)
            kept = between_departments(mails, most_recipients=self.wish.most_recipients, left_out=left_out)
            working = working_seconds_of(kept.moment, self.zone)
            columns = (weeks_of(kept.moment), working, kept.writer, kept.writers, kept.reader, kept.readers)
            asking.take(zip(*(column.tolist() for column in columns), strict=True))
            self.tell(READ_SHARE + (1 - READ_SHARE) * min(1.0, done / deliveries), told.rows)
        weeks = asking.end(ended=self._working(last))
        self.tell(1.0, told.rows)
        seen = asking.counted
        return MailFound(
            columns=self.columns, rows=told.rows, deliveries=done, first_at=_moment(first), last_at=_moment(last),
            asks=seen.asks, answers=seen.answers, follow_ups=seen.follow_ups, weeks=weeks, pairs=pairs_of(weeks),
            left_out=dict(left_out),
            not_kept={why: count for why, count in seen.not_kept.items() if count},
            notes=tuple(self._notes(sample, told, has_asks=bool(seen.asks), is_kept=bool(weeks))),
            seconds=round(monotonic() - began, 3),
        )  # fmt: skip

    def _working(self, moment: int) -> int:
        return int(working_seconds_of(pa.array([moment], pa.int64()).to_numpy(), self.zone)[0])

    def _note_bytes(self, count: int) -> None:
        self.bytes_read = count

    def _check_usable(self, sample: Sample, told: Told) -> None:
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
                f"{self.called}, line {line}, column «{self.columns.named['moment']}»: not one moment can be read. "
                "Write them like 2024-03-04 09:30:00, or name another column: --columns moment=….",
                "no_moments", line=line, name=self.columns.named["moment"],
            )  # fmt: skip

    def _notes(self, sample: Sample, told: Told, *, has_asks: bool, is_kept: bool) -> Iterator[Note]:
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
            yield Note("lost", seen.lost, what=named["status"])
        if not has_asks:
            yield Note("nobody_asks")
        elif not is_kept:
            yield Note("nothing_kept")


def _given_back(batch: pa.RecordBatch) -> pa.RecordBatch:
    names = ["row", *LENT]
    return pa.RecordBatch.from_arrays([batch.column(LENT.get(name, name)) for name in names], names=names)


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _check(wish: MailWish) -> None:
    if wish.zone:
        try:
            ZoneInfo(wish.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise LogProblemError(
                f"--zone: there is no zone «{wish.zone}». Write one like Europe/Bucharest.", "no_such_zone",
                name=wish.zone,
            ) from error  # fmt: skip
    if wish.most_recipients < 1:
        raise LogProblemError("--most-recipients: a number from 1 on, such as 10.", "most_recipients")


def _silent(_share: float, _rows: int) -> None:
    """Tell nobody."""
