"""The log of a mail server as batches of deliveries: which server wrote it, and its files one after another."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import IO, Final

from clientela.network.discovery.mail.exim import Exim, looks_like_exim
from clientela.network.discovery.mail.heads import Clock
from clientela.network.discovery.mail.joining import NO_MOMENT, Deliveries, Joining
from clientela.network.discovery.mail.postfix import Postfix, looks_like_postfix
from clientela.network.discovery.packed import PACKED_ERRORS, OnProgress, opened, packed_problem
from clientela.network.discovery.problems import LogProblemError

TABLE, POSTFIX, EXIM = "csv", "postfix", "exim"
LOGS: Final = {POSTFIX: "Postfix", EXIM: "Exim"}
START_BYTES = 1 << 20
BLOCK_BYTES = 1 << 20
AT_ONCE = 50_000
FURTHEST_YEARS = 3  # that a log without years may run over
MARK = b"\xef\xbb\xbf"

Take = Callable[[Deliveries], None]


@dataclass(frozen=True)
class LogFile:
    """A file of a log, and how people call it."""

    path: Path
    name: str


@dataclass
class LogTold:
    """What was seen in a log. `bad`: by problem and file, how many lines and the first few."""

    rows: int = 0  # deliveries
    lines: int = 0
    has_no_year: bool = False
    last_year: int = 0
    most_open: int = 0
    bad: dict[tuple[str, str], tuple[int, tuple[int, ...]]] = field(default_factory=dict)


def kind_of(path: Path, *, called: str = "") -> str:
    """Say what a record is: POSTFIX, EXIM or TABLE. Raises LogProblemError for what cannot be opened or unpacked."""
    for line in _first_lines(path, called or str(path)):
        if looks_like_postfix(line):
            return POSTFIX
        if looks_like_exim(line):
            return EXIM
    return TABLE


def last_day_of(path: Path) -> date:
    """Return the day on which a file was written last, in UTC: no line of it is later."""
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()


def with_lines(files: Sequence[LogFile]) -> tuple[LogFile, ...]:
    """Return the files that hold anything; the newest of a log is blank when it was just rotated. All: the first."""
    filled = tuple(file for file in files if not file.path.exists() or file.path.stat().st_size)
    return filled or tuple(files[:1])


def in_order(files: Sequence[LogFile], *, latest_on: date) -> tuple[LogFile, ...]:
    """Return rotated files in the order in which they were written, by the first moment in each."""

    def begins(file: LogFile) -> str:
        for line in _first_lines(file.path, file.name):
            if read := Clock(latest_on).read(line):
                return read[0]
        return ""

    return tuple(files) if len(files) == 1 else tuple(sorted(files, key=begins))


def read_logs(
    files: Sequence[LogFile], kind: str, *, known: Collection[str], latest_on: date, years_back: int, take: Take,
    on_bytes: OnProgress,
) -> LogTold | None:  # fmt: skip
    """Read every file of a log, and give what was delivered, some at a time.

    None: its days came out later than `latest_on`, so they are those of a year before; read it again with
    `years_back` one higher. Raises LogProblemError.
    """
    clock, told, done_bytes = Clock(latest_on, years_back=years_back), LogTold(), 0
    joining = Joining(known)
    reader = Exim(joining, clock) if kind == EXIM else Postfix(joining, clock)
    for file in files:
        joining.bad = {}
        stream, inner = opened(file.path, partial(_add, on_bytes, done_bytes), name=file.name)
        number = 1
        try:
            for block in _blocks(stream):
                number = reader.take(block, number)
                told.most_open = max(told.most_open, joining.open_count)
                if len(joining.found) >= AT_ONCE:
                    told.rows += len(joining.found)
                    take(joining.taken())
        except PACKED_ERRORS as error:
            raise packed_problem(file.name, error, number) from error
        finally:
            inner.close()
        done_bytes += file.path.stat().st_size
        told.lines += number - 1
        told.bad |= {(problem, file.name): (some[0], tuple(some[1:])) for problem, some in joining.bad.items()}
    told.rows += len(joining.found)
    take(joining.taken())
    told.has_no_year, told.last_year = clock.has_no_year, clock.newest_on.year
    if clock.is_beyond and years_back < FURTHEST_YEARS:
        return None
    return told


def check_read(told: LogTold, *, called: str, kind: str) -> None:
    """Refuse a log in which more than half of the lines cannot be read, or nothing was delivered."""
    unread = [(name, some) for (problem, name), some in told.bad.items() if problem == NO_MOMENT]
    count = sum(some[0] for _name, some in unread)
    if 2 * count > told.lines:
        name, (_count, lines) = unread[0]
        raise LogProblemError(
            f"{name}, line {lines[0]}: {count:,} of {told.lines:,} lines begin with no moment that can be read. They "
            "must begin like “Nov 22 10:00:00” or “2026-11-22T10:00:00+01:00”.",
            "log_moments", name=name, line=lines[0], found=count, lines=told.lines,
        )  # fmt: skip
    if not told.rows:
        raise LogProblemError(
            f"{called}: this is a log of {LOGS[kind]}, and in it not one mail was delivered whose sender it names.",
            "log_no_mail",
        )  # fmt: skip


def _first_lines(path: Path, called: str) -> list[bytes]:
    stream, inner = opened(path, _silent, name=called)
    try:
        return stream.read(START_BYTES).removeprefix(MARK).splitlines()
    except PACKED_ERRORS as error:
        raise packed_problem(called, error, 0) from error
    finally:
        inner.close()


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Give the file in pieces of whole lines; a line that is longer than any is cut."""
    rest = b""
    is_first = True
    while piece := stream.read(BLOCK_BYTES):
        if is_first:
            piece, is_first = piece.removeprefix(MARK), False
        whole, sign, after = piece.rpartition(b"\n")
        if sign:
            yield rest + whole + sign
            rest = after
        elif len(rest) < BLOCK_BYTES:
            rest += after
        else:
            yield rest + b"\n"
            rest = after
    if rest:
        yield rest + b"\n"


def _add(on_bytes: OnProgress, before: int, count: int) -> None:
    on_bytes(before + count)


def _silent(_bytes: int) -> None:
    """Tell nobody."""
