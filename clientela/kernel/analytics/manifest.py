"""What the store holds: one small file that lists every other, replaced in one step, so that readers see one moment.

A file that the manifest does not name is not part of the store: left over from a process that died, or replaced and
kept a while for those who began to read before. The place in the journal stands in the manifest too, so what was
written and how far it was read can never part.

    <folder>/manifest.json
    <folder>/<table>/month=2026-11/<from>-<to>.parquet     rows whose moment lies in that month
    <folder>/<table>/whole/<from>-<to>.parquet             rows of a table that is not split
    <folder>/<table>/touched/<from>-<to>.parquet           the ids that were read anew in that step

`<from>` and `<to>` are places in the journal: the transaction and the fact, after the one and up to the other. Files
of the first filling, and files that were put together, begin with `all`.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from clientela.kernel.analytics.contracts import Column, Table

FORMAT: Final = 1
_NAME: Final = "manifest.json"
_LOCK: Final = ".lock"


class StoreUnreadableError(Exception):
    """There is no store, or none that this version can read. The sentence says what helps."""


@dataclass(frozen=True, order=True)
class Place:
    """A place in the journal, in the order in which it is followed: up to this fact of this transaction."""

    xid: int = 0
    fact_id: int = 0

    def __str__(self) -> str:
        return f"{self.xid}_{self.fact_id}"


@dataclass(frozen=True)
class Part:
    """One file: its path from the store's folder on, and how many rows it has."""

    path: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class Written:
    """The files that the rows of some ids became, and the one that says which ids they were."""

    rows: tuple[Part, ...]
    touched: tuple[Part, ...]


@dataclass(frozen=True)
class Stored:
    """The files of one table. `base` has each row once; `newer` has later versions, `touched` says of which ids."""

    table: Table
    base: tuple[Part, ...] = ()
    newer: tuple[Part, ...] = ()
    touched: tuple[Part, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """All of them."""
        return (*self.base, *self.newer, *self.touched)


@dataclass(frozen=True)
class Retired:
    """A file that was replaced, and since when: readers who began before may still read it."""

    path: str
    since: str  # a moment, ISO 8601


@dataclass(frozen=True)
class Manifest:
    """Everything that the store holds. `house` names the database it was written from; `step` counts its changes."""

    house: str
    place: Place = field(default_factory=Place)
    step: int = 0
    written_at: str = ""  # ISO 8601
    week_on: str = ""  # the Monday of the last week of which rows were made, ISO 8601
    tables: Mapping[str, Stored] = field(default_factory=dict)
    retired: tuple[Retired, ...] = ()

    def files_of(self, names: Iterable[str]) -> list[str] | None:
        """Name all files of these tables: while they are the same, so are the rows. None: not all tables are there."""
        wanted = list(names)
        if any(name not in self.tables for name in wanted):
            return None
        return [part.path for name in wanted for part in self.tables[name].parts]

    def with_table(self, stored: Stored, *, at: datetime) -> "Manifest":
        """Return the manifest with these files of a table; those it no longer names are retired."""
        before = self.tables.get(stored.table.name)
        kept = {part.path for part in stored.parts}
        gone = [] if before is None else [part.path for part in before.parts if part.path not in kept]
        return replace(
            self,
            tables={**self.tables, stored.table.name: stored},
            retired=(*self.retired, *(Retired(path, at.isoformat()) for path in gone)),
        )


def read_manifest(folder: Path) -> Manifest:
    """Read what the store holds. Raises StoreUnreadableError when there is none, or one of another version."""
    try:
        told = json.loads((folder / _NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreUnreadableError(f"There is no analytics store in {folder} yet; the worker makes it.") from None
    except (OSError, ValueError) as problem:
        message = f"The analytics store in {folder} cannot be read ({problem}). `clientela analytics rebuild` helps."
        raise StoreUnreadableError(message) from problem
    if told.get("format") != FORMAT:
        raise StoreUnreadableError(f"The analytics store in {folder} was written by another version of Clientela.")
    return Manifest(
        house=told["house"],
        place=Place(**told["place"]),
        step=told["step"],
        written_at=told["written_at"],
        week_on=told["week_on"],
        tables={name: _stored(one) for name, one in told["tables"].items()},
        retired=tuple(Retired(**one) for one in told["retired"]),
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put the manifest in the place of the one before, in one step; when this returns it is on the disk."""
    told = {"format": FORMAT, **asdict(manifest)}
    draft = folder / f".{_NAME}"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(told, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / _NAME)
    make_names_last(folder)


def make_names_last(folder: Path) -> None:
    """Bring the names in a folder to the disk: a file that was put there is there after a power cut too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def only_writer(folder: Path) -> Iterator[bool]:
    """Give True to the one process that may write here now, False to others. A process that dies gives it up."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / _LOCK).open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def sweep(folder: Path, manifest: Manifest, *, retired_before: datetime) -> Manifest:
    """Delete what the manifest neither names nor keeps for readers; return it without those that are past that.

    Only for the one who may write: what a running writer makes is not named yet.
    """
    still = tuple(one for one in manifest.retired if datetime.fromisoformat(one.since) >= retired_before)
    named = {part.path for stored in manifest.tables.values() for part in stored.parts}
    kept = named | {one.path for one in still}
    for path in sorted(folder.glob("*/*/*")):
        if str(path.relative_to(folder)) not in kept:
            path.unlink(missing_ok=True)
    return replace(manifest, retired=tuple(one for one in still if one.path not in named))


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return date.fromordinal(day.toordinal() - day.weekday())


def _stored(told: Mapping[str, Any]) -> Stored:
    table = told["table"]
    columns = tuple(Column(**column) for column in table["columns"])
    return Stored(
        table=Table(table["name"], columns, tuple(table["key"]), table["month_of"]),
        base=_parts(told["base"]),
        newer=_parts(told["newer"]),
        touched=_parts(told["touched"]),
    )


def _parts(told: list[dict[str, Any]]) -> tuple[Part, ...]:
    return tuple(Part(**one) for one in told)
