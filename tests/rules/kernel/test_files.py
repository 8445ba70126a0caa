"""The file store: whole or not at all, once, and under nothing but its hash."""

import hashlib
import threading
from pathlib import Path

import pytest

from clientela.kernel.files import FileMissingError, StoredFile, open_file, read_file, store_file

CONTENT = b"a leaking tap\x00\xff" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object) -> Path:
    settings.FILES_FOLDER = tmp_path / "files"
    return tmp_path / "files"


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_file_is_kept_once_under_its_hash_and_only_for_us(folder: Path) -> None:
    assert store_file(CONTENT) == StoredFile(sha256=SHA256, size_bytes=15000)
    assert store_file(CONTENT) == StoredFile(sha256=SHA256, size_bytes=15000)
    (path,) = files_in(folder)
    assert path == folder / SHA256[:2] / SHA256[2:4] / SHA256
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert read_file(SHA256) == CONTENT
    with open_file(SHA256) as file:
        assert file.read(4) == b"a le"


def test_an_empty_file_is_a_file() -> None:
    assert read_file(store_file(b"").sha256) == b""


def test_many_may_store_the_same_file_at_once(folder: Path) -> None:
    threads = [threading.Thread(target=store_file, args=[CONTENT]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(files_in(folder)) == 1
    assert read_file(SHA256) == CONTENT


def test_a_full_disk_leaves_nothing_half_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(OSError, match="No space left"):
        store_file(CONTENT)
    assert files_in(folder) == []
    with pytest.raises(FileMissingError):
        read_file(SHA256)


@pytest.mark.parametrize("name", ["", "../secret_key", SHA256.upper(), SHA256[:-1], f"{SHA256}\n", "0" * 64])
def test_nothing_but_the_hash_of_a_stored_file_opens_anything(folder: Path, name: str) -> None:
    store_file(CONTENT)
    (folder.parent / "secret_key").write_text("key")
    with pytest.raises(FileMissingError):
        read_file(name)
    with pytest.raises(FileMissingError):
        open_file(name)
