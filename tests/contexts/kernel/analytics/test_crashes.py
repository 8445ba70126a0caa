"""Whoever writes the store may be killed at any moment: nothing is lost or doubled, and readers see no half."""

import hashlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from clientela.kernel.analytics.apart import ApartError
from clientela.kernel.analytics.contracts import Column, Table
from clientela.kernel.analytics.keeping import Kept, keep_up
from clientela.kernel.analytics.manifest import only_writer, read_manifest
from clientela.kernel.analytics.parquet import write_batches
from clientela.kernel.models import FollowerCursor
from tests.contexts.kernel.analytics.stores import LEGS, catch_up, differences, in_store
from tests.contexts.kernel.conftest import OtherProcess
from tests.contexts.kernel.conftest import other_process as other_process  # noqa: PLC0414 - the fixture
from tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_writer_killed_at_every_step_loses_nothing_and_doubles_nothing(
    shop: Shop, tmp_path: Path, other_process: OtherProcess
) -> None:
    folder = tmp_path / "store"
    opened = shop.ask_repair()
    asked = shop.ask_workshop(opened.id)
    catch_up(folder, at=shop.after(1))
    # From here on the legs are far ahead, so that every fact may be read.
    FollowerCursor.objects.filter(name=LEGS.name).update(xid=2**62)
    told = other_process(
        "-m", "tests.contexts.kernel.analytics.killed", str(folder), str(asked.id), shop.after(2).isoformat()
    )
    assert told.stdout is not None
    killed = []
    languages = set()
    for line in told.stdout:
        what, _, before = line.strip().partition(" ")
        if what == "through":
            assert before == f"{len(killed)} 0"
            break
        killed.append(before)
        # Whoever reads now sees the store of before, whole, or that of after, whole.
        rows = {row["request_id"]: row["language"] for row in in_store(folder, "requests")}
        assert set(rows) == {opened.id, asked.id}
        languages.add(rows[asked.id])
    assert told.wait(60) == 0
    assert {what.partition(" ")[0] for what in killed} >= {"subprocess.Popen", "open", "os.rename"}
    assert "os.rename .manifest.json" in killed
    # Killed right after the manifest was replaced, it had done its work.
    assert killed[killed.index("os.rename .manifest.json") + 1 :] == ["open store"]
    assert languages == {"en", f"l{len(killed)}"}
    keep_up(at=shop.after(3), folder=folder)
    assert differences(folder, at=shop.after(3)) == {}


def test_a_killed_child_is_told_and_the_next_run_writes_the_same(shop: Shop, tmp_path: Path) -> None:
    catch_up(tmp_path, at=shop.at)
    shop.ask_repair()
    before = read_manifest(tmp_path)
    with _whoever_starts_is_killed(), pytest.raises(ApartError, match="was ended by SIGKILL"):
        catch_up(tmp_path, at=shop.after(1))
    assert read_manifest(tmp_path) == before
    catch_up(tmp_path, at=shop.after(1))
    assert differences(tmp_path, at=shop.after(1)) == {}


def test_rows_written_twice_are_the_same_bytes_under_the_same_names(tmp_path: Path) -> None:
    columns = (Column("id", "int64"), Column("at", "timestamp"), Column("word", "string", is_nullable=True))
    table = Table("things", columns, ("id",), "at")
    (tmp_path / "rows.csv").write_text('2,1767225600000000,""\n1,1764547200000001,"a,\nb"\n3,1767225600000000,\n')
    batch = (table, str(tmp_path / "rows.csv"), (1).to_bytes(8, "little") + (7).to_bytes(8, "little"))
    found = [write_batches(str(tmp_path / "store"), [batch], "0_0-5_9", 4) for _ in range(2)]
    first = _hashes(tmp_path / "store")
    assert found[0] == found[1]
    write_batches(str(tmp_path / "store"), [batch], "0_0-5_9", 4)
    assert _hashes(tmp_path / "store") == first
    assert [(part.path, part.rows) for part in found[0][0].rows] == [
        ("things/month=2025-12/0_0-5_9.parquet", 1),
        ("things/month=2026-01/0_0-5_9.parquet", 2),
    ]
    assert [(part.path, part.rows) for part in found[0][0].touched] == [("things/touched/0_0-5_9.parquet", 2)]


def test_of_two_writers_the_second_does_nothing(shop: Shop, tmp_path: Path) -> None:
    catch_up(tmp_path, at=shop.at)
    opened = shop.ask_repair()
    before = read_manifest(tmp_path)
    with only_writer(tmp_path) as is_mine:
        assert is_mine
        assert catch_up(tmp_path, at=shop.after(1)) == Kept(is_other_writing=True)
    assert read_manifest(tmp_path) == before
    catch_up(tmp_path, at=shop.after(1))
    assert [row["request_id"] for row in in_store(tmp_path, "requests")] == [opened.id]


def test_what_a_writer_left_behind_is_nobodys_and_goes(shop: Shop, tmp_path: Path) -> None:
    shop.ask_repair()
    catch_up(tmp_path, at=shop.after(1))
    before = in_store(tmp_path, "requests")
    ((part,),) = [stored.base for name, stored in read_manifest(tmp_path).tables.items() if name == "requests"]
    left = tmp_path / part.path
    left.with_name("7_7-8_8.parquet").write_bytes(left.read_bytes())
    left.with_name(".7_7-8_8.parquet").write_bytes(b"half of it")
    assert in_store(tmp_path, "requests") == before
    catch_up(tmp_path, at=shop.after(2))
    assert [path.name for path in left.parent.iterdir()] == [left.name]


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@contextmanager
def _whoever_starts_is_killed() -> Iterator[None]:
    """Kill every child of this process as soon as it is there."""
    known = _children()
    is_over = threading.Event()

    def kill() -> None:
        while not is_over.is_set():
            for pid in _children() - known:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.005)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield
    finally:
        is_over.set()
        killer.join()


def _children() -> set[int]:
    return {
        int(pid)
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text(encoding="ascii").split()
    }
