"""Keeping the store up with the journal: what changed is read again and written down, a month's files at a time.

A step reads facts from the place where the last one ended, asks every export which ids they touched, reads the rows of
those ids as they are now, and lets a process apart write them as Parquet. Then the manifest is replaced, which moves
the place and makes the files count, both at once. Whoever dies before has written files that nobody reads; whoever
comes after does the same again. The rows are read after the facts, so they are at least as new as these.

The first step of all reads everything there is. So does a table whose columns changed.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.conf import settings

from clientela.kernel.analytics.apart import run_apart
from clientela.kernel.analytics.contracts import Export
from clientela.kernel.analytics.manifest import (
    Manifest,
    Part,
    Place,
    Stored,
    StoreUnreadableError,
    Written,
    monday_of,
    only_writer,
    read_manifest,
    sweep,
    write_manifest,
)
from clientela.kernel.analytics.reading import all_ids, copy_rows, end_of_unread, house_now, place_now, told_between
from clientela.kernel.passing_folders import passing_folder

logger = logging.getLogger(__name__)

FACTS_A_STEP: Final = 50_000
IDS_AT_ONCE: Final = 100_000
# So many files of later versions are read quickly; beyond, or when they hold so large a part, they are put together.
MOST_NEWER: Final = 24
NEWER_SHARE: Final = 0.25
FEWEST_NEWER_ROWS: Final = 50_000
KEEP_RETIRED: Final = timedelta(hours=2)  # longer than anything that reads may take
_PARQUET: Final = "clientela.kernel.analytics.parquet"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Kept:
    """What a run did: facts passed, ids read again, tables filled from nothing; `is_other_writing`: it did nothing."""

    facts: int = 0
    ids: int = 0
    filled: tuple[str, ...] = ()
    is_other_writing: bool = False


def exports() -> tuple[Export, ...]:
    """Return every context's exports, in the order of the setting."""
    return tuple(export for name in settings.ANALYTICS_EXPORTS for export in import_module(name).TABLES)


def store_folder() -> Path:
    """Where the store lies."""
    return Path(settings.ANALYTICS_FOLDER)


def is_begun(folder: Path | None = None) -> bool:
    """Whether there is a store at all. Asks the disk and nothing else."""
    try:
        read_manifest(folder or store_folder())
    except StoreUnreadableError:
        return False
    return True


def keep_up(*, at: datetime, folder: Path | None = None, on_progress: Progress | None = None) -> Kept:
    """Bring the store up to the journal as it is now; make it if there is none. Safe to run twice and to kill.

    `on_progress` hears the table and how far it is. Costs a few statements and no process when nothing is new.
    """
    where = folder or store_folder()
    with only_writer(where) as is_mine:
        if not is_mine:
            return Kept(is_other_writing=True)
        return _Writer(where, at, on_progress).run()


def rebuild(*, at: datetime, folder: Path | None = None, on_progress: Progress | None = None) -> Kept:
    """Write the whole store anew from the database; readers go on with the old one until it is done."""
    where = folder or store_folder()
    with only_writer(where) as is_mine:
        if not is_mine:
            return Kept(is_other_writing=True)
        return _Writer(where, at, on_progress).run(is_anew=True)


@dataclass(frozen=True)
class TableSeen:
    """A table of the store: rows as they are now, files, and their bytes; `is_current`: it has today's columns."""

    name: str
    rows: int
    files: int
    bytes: int
    is_current: bool


@dataclass(frozen=True)
class StoreSeen:
    """The store as it stands. `unread`: facts that it does not know yet, counted up to FACTS_A_STEP."""

    folder: Path
    written_at: datetime
    unread: int
    tables: tuple[TableSeen, ...]


def store_now(folder: Path | None = None) -> StoreSeen:
    """Return what the store holds. Raises StoreUnreadableError when there is none."""
    where = folder or store_folder()
    manifest = read_manifest(where)
    current = {export.table.name: export for export in exports()}
    stored = [manifest.tables[name] for name in current if name in manifest.tables]
    arguments = {"folder": str(where), "tables": stored}
    rows = run_apart(f"{_PARQUET}:count_rows", arguments, memory_limit_mb=settings.ANALYTICS_MEMORY_MB)
    unread = end_of_unread(manifest.place, tuple(current.values()), limit=FACTS_A_STEP)
    return StoreSeen(
        folder=where,
        written_at=datetime.fromisoformat(manifest.written_at),
        unread=0 if unread is None else unread[1],
        tables=tuple(
            TableSeen(
                name=one.table.name,
                rows=rows[one.table.name],
                files=len(one.parts),
                bytes=sum(part.bytes for part in one.parts),
                is_current=one.table == current[one.table.name].table,
            )
            for one in stored
        ),
    )


class _Writer:
    def __init__(self, folder: Path, at: datetime, on_progress: Progress | None) -> None:
        self._folder = folder
        self._at = at
        self._tell = on_progress or (lambda _table, _done, _total: None)
        self._exports = exports()

    def run(self, *, is_anew: bool = False) -> Kept:
        house = house_now()
        manifest = self._swept(self._usable(house))
        if manifest is None or is_anew:
            manifest, filled = self._filled_anew(house, manifest)
        else:
            manifest, filled = self._with_changed_tables(manifest)
        facts = 0
        manifest, ids = self._with_new_week(manifest)
        while (step := end_of_unread(manifest.place, self._exports, limit=FACTS_A_STEP)) is not None:
            until, count = step
            told = told_between(manifest.place, until)
            touched = [(export, sorted(export.touched_by(told))) for export in self._exports]
            name = f"{manifest.place}-{until}"
            manifest = self._written(manifest, [(export, some) for export, some in touched if some], name, until)
            facts, ids = facts + count, ids + sum(len(some) for _, some in touched)
            self._tell("", facts, facts)
        return Kept(facts, ids, tuple(filled))

    def _usable(self, house: str) -> Manifest | None:
        try:
            manifest = read_manifest(self._folder)
        except StoreUnreadableError as problem:
            logger.info("The analytics store is made anew: %s", problem)
            return None
        if manifest.house != house or manifest.place > place_now(()):
            logger.warning("The analytics store was written from another database, and is made anew.")
            return None
        return manifest

    def _swept(self, manifest: Manifest | None) -> Manifest | None:
        if manifest is None:
            return None
        return sweep(self._folder, manifest, retired_before=self._at - KEEP_RETIRED)

    # --- from nothing

    def _filled_anew(self, house: str, before: Manifest | None) -> tuple[Manifest, list[str]]:
        # The place is taken first: what happens while everything is read, is read once more afterwards.
        start = Manifest(house=house, place=place_now(self._exports))
        step = 1 if before is None else before.step + 1
        manifest = replace(
            start, step=step, week_on=self._monday(), tables={}, retired=() if before is None else before.retired
        )
        for export in self._exports:
            stored = self._filled(export, manifest)
            known = None if before is None else before.tables.get(export.table.name)
            if known is not None:
                manifest = replace(manifest, tables={**manifest.tables, export.table.name: known})
            manifest = manifest.with_table(stored, at=self._at)
        self._commit(manifest)
        return manifest, [export.table.name for export in self._exports]

    def _with_changed_tables(self, manifest: Manifest) -> tuple[Manifest, list[str]]:
        filled = []
        for export in self._exports:
            known = manifest.tables.get(export.table.name)
            if known is not None and known.table == export.table:
                continue
            manifest = replace(manifest, step=manifest.step + 1)
            manifest = manifest.with_table(self._filled(export, manifest), at=self._at)
            self._commit(manifest)
            filled.append(export.table.name)
        return manifest, filled

    def _filled(self, export: Export, manifest: Manifest) -> Stored:
        ids = all_ids(export)
        base: list[Part] = []
        for number, start in enumerate(range(0, len(ids), IDS_AT_ONCE)):
            some = [int(one) for one in ids[start : start + IDS_AT_ONCE]]
            name = f"all-{manifest.place}.{manifest.step}.{number}"
            (written,) = self._write([(export, some)], name=name, version=manifest.step, is_all=True)
            base += written.rows
            self._tell(export.table.name, min(start + IDS_AT_ONCE, len(ids)), len(ids))
        return Stored(export.table, base=tuple(base))

    # --- step by step

    def _with_new_week(self, manifest: Manifest) -> tuple[Manifest, int]:
        growing = [export for export in self._exports if export.grows_weekly]
        if manifest.week_on == self._monday() or not growing:
            return manifest, 0
        touched = [(export, [int(one) for one in all_ids(export)]) for export in growing]
        manifest = replace(manifest, week_on=self._monday())
        name = f"{manifest.place}-{manifest.place}.{self._monday()}"
        manifest = self._written(manifest, [(export, some) for export, some in touched if some], name, manifest.place)
        return manifest, sum(len(some) for _, some in touched)

    def _written(
        self, manifest: Manifest, touched: Sequence[tuple[Export, Sequence[int]]], name: str, until: Place
    ) -> Manifest:
        step = manifest.step + 1
        files = self._write(touched, name=name, version=step) if touched else []
        manifest = replace(manifest, step=step, place=until)
        for (export, _), written in zip(touched, files, strict=True):
            known = manifest.tables[export.table.name]
            stored = replace(known, newer=(*known.newer, *written.rows), touched=(*known.touched, *written.touched))
            manifest = manifest.with_table(stored, at=self._at)
        self._commit(manifest)
        return self._put_together(manifest, [export for export, _ in touched])

    def _put_together(self, manifest: Manifest, changed: Sequence[Export]) -> Manifest:
        for export in changed:
            stored = manifest.tables[export.table.name]
            if not _is_to_put_together(stored):
                continue
            name = f"all-{manifest.place}.{manifest.step + 1}"
            arguments = {"folder": str(self._folder), "stored": stored, "name": name}
            together: Stored = run_apart(f"{_PARQUET}:put_together", arguments, **self._limits())
            manifest = replace(manifest, step=manifest.step + 1).with_table(together, at=self._at)
            self._commit(manifest)
        return manifest

    def _write(
        self,
        touched: Sequence[tuple[Export, Sequence[int]]],
        *,
        name: str,
        version: int,
        is_all: bool = False,
    ) -> list[Written]:
        # Beside the store, not in it: rows on their way are nobody's file.
        with passing_folder("rows") as given:
            batches = []
            for number, (export, ids) in enumerate(touched):
                path = given / f"{number}.csv"
                copy_rows(export, ids, path, at=self._at)
                batches.append((export.table, str(path), None if is_all else np.array(ids, "<i8").tobytes()))
            arguments = {"folder": str(self._folder), "batches": batches, "name": name, "version": version}
            found: list[Written] = run_apart(f"{_PARQUET}:write_batches", arguments, **self._limits())
            return found

    def _commit(self, manifest: Manifest) -> None:
        write_manifest(self._folder, replace(manifest, written_at=self._at.isoformat()))

    def _monday(self) -> str:
        return monday_of(self._at.astimezone(UTC).date()).isoformat()

    def _limits(self) -> dict[str, Any]:
        return {"memory_limit_mb": settings.ANALYTICS_MEMORY_MB, "seconds": 3600.0}


def _is_to_put_together(stored: Stored) -> bool:
    newer = sum(part.rows for part in stored.newer)
    base = sum(part.rows for part in stored.base)
    return len(stored.touched) > MOST_NEWER or newer > max(FEWEST_NEWER_ROWS, NEWER_SHARE * base)
