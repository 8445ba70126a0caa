"""The embedded PostgreSQL as people meet it: started, shared, stopped, killed, misplaced."""

import os
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest

from clientela.kernel.postgres import Cluster, ClusterError
from clientela.kernel.postgres import place as place_module
from clientela.kernel.postgres.errors import DiskFullError
from clientela.kernel.postgres.locks import is_held
from clientela.kernel.postgres.processes import processes_of

from .conftest import IS_ROOT, ask, borrower, first_word, is_alive, is_running, quick, tell, until

needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root lends PostgreSQL another user, or mounts a small disk")


def test_what_was_written_is_there_at_the_next_start_and_nothing_runs_in_between(home: Path) -> None:
    cluster = quick(home)
    with cluster.borrowed() as url:
        tell(url, "CREATE TABLE note (word text)")
        tell(url, "INSERT INTO note VALUES ('ș')")
    assert not is_running(cluster)
    assert processes_of(cluster.place.data, cluster.place.name) == []
    until(lambda: not is_held(home / "postgres" / "guard.lock"))
    with quick(home).borrowed() as url:
        assert ask(url, "SELECT upper(word) FROM note") == "Ș"


def test_the_product_is_no_superuser_but_gets_the_extensions_it_needs(standing: tuple[Cluster, str]) -> None:
    _, url = standing
    assert ask(url, "SELECT current_setting('is_superuser')") == "off"
    for extension in ("pg_trgm", "unaccent", "btree_gist", "citext"):
        tell(url, f"CREATE EXTENSION {extension}")
    assert ask(url, "SELECT count(*) FROM pg_extension WHERE extname <> 'plpgsql'") == 4


def test_without_the_password_nobody_gets_in_and_nothing_listens_on_tcp(standing: tuple[Cluster, str]) -> None:
    cluster, url = standing
    password = (cluster.folder / "password").read_text(encoding="ascii")
    assert f":{password}@" in url
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.replace(password, "guessed"))
    assert ask(url, "SELECT current_setting('listen_addresses')") == ""
    assert "trust" not in (cluster.folder / "hba.conf").read_text(encoding="utf-8")


def test_the_superuser_is_whoever_owns_the_data_and_nobody_else(standing: tuple[Cluster, str]) -> None:
    cluster, url = standing
    server = cluster.running_server()
    assert server is not None
    psql = [str(cluster._binaries.program("psql")), "-h", str(server.socket_folder), "-U", "postgres", "-Atc"]
    told = cluster.place.account.run([*psql, "SELECT current_setting('is_superuser')", "postgres"])
    assert told.stdout == "on\n"
    stranger = "postgres" if IS_ROOT else "somebody"
    with pytest.raises(psycopg.OperationalError, match=r"authentication failed for user|no pg_hba\.conf entry"):
        psycopg.connect(url, user=stranger)


def test_secrets_and_data_are_closed_to_others_and_the_state_folder_is_as_it_was(standing: tuple[Cluster, str]) -> None:
    cluster, _ = standing
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (cluster.home, cluster.folder, cluster.place.data)}
    assert modes == {cluster.home: 0o711, cluster.folder: 0o711, cluster.place.data: 0o700}
    assert stat.S_IMODE((cluster.folder / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE((cluster.folder / "log").stat().st_mode) == 0o600


def test_two_who_need_it_share_one_server_and_the_last_stops_it(home: Path) -> None:
    cluster = quick(home)
    with cluster.borrowed() as first:
        server = cluster.running_server()
        with quick(home).borrowed() as second:
            assert second == first
            assert cluster.running_server() == server
        assert ask(first, "SELECT 1") == 1
    assert not is_running(cluster)


def test_four_who_start_at_the_same_moment_on_an_empty_folder_get_one_database(home: Path) -> None:
    others = [borrower(home, "sys.stdin.read()") for _ in range(4)]
    said = [first_word(other) for other in others]
    assert [words[0] for words in said] == ["ready"] * 4
    assert len({words[1] for words in said}) == 1
    for other in others:
        assert other.wait(20) == 0
    assert not is_running(quick(home))


def test_when_its_last_user_is_killed_the_server_stops_by_itself(home: Path) -> None:
    other = borrower(home)
    assert first_word(other)[0] == "ready"
    cluster = quick(home)
    assert is_running(cluster)
    os.killpg(other.pid, signal.SIGKILL)
    other.wait(10)
    until(lambda: not is_running(cluster))
    until(lambda: not is_held(home / "postgres" / "guard.lock"))


def test_a_killed_server_is_started_again_with_what_was_committed(home: Path) -> None:
    cluster = Cluster(home)
    with cluster.borrowed() as url:
        tell(url, "CREATE TABLE note AS SELECT 7 AS number")
        server = cluster.running_server()
        assert server is not None
        assert cluster.repair() is False
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: not is_alive(server.pid))
        assert cluster.repair() is True
        assert ask(url, "SELECT number FROM note") == 7


def test_a_server_whose_guard_was_killed_goes_on_and_the_next_user_brings_a_new_guard(home: Path) -> None:
    cluster = quick(home)
    with cluster.borrowed():
        server = cluster.running_server()
        os.kill(guard_of(cluster), signal.SIGKILL)
        until(lambda: not is_held(home / "postgres" / "guard.lock"))
        other = borrower(home)
        assert first_word(other)[0] == "ready"
        assert cluster.running_server() == server
        until(lambda: is_held(home / "postgres" / "guard.lock"))
    assert is_running(cluster)
    os.killpg(other.pid, signal.SIGKILL)
    other.wait(10)
    until(lambda: not is_running(cluster))


def test_when_everything_was_killed_at_once_the_next_start_recovers(home: Path) -> None:
    other = borrower(home, disposable=False)
    words = first_word(other)
    tell(words[1], "CREATE TABLE note AS SELECT 7 AS number")
    cluster = Cluster(home)
    server = cluster.running_server()
    assert server is not None
    for pid in (guard_of(cluster), other.pid, server.pid):
        os.kill(pid, signal.SIGKILL)
    other.wait(10)
    until(lambda: not is_alive(server.pid))
    with cluster.borrowed() as url:
        assert ask(url, "SELECT number FROM note") == 7


def test_a_mark_left_by_a_crash_whose_number_now_belongs_to_somebody_else_does_not_stop_the_start(home: Path) -> None:
    cluster = quick(home)
    with cluster.borrowed():
        pass
    mark = cluster.place.data / "postmaster.pid"
    mark.write_text(f"{os.getpid()}\n{cluster.place.data}\n1\n5432\n/tmp\n\n0 0\nready\n", encoding="utf-8")
    shutil.chown(mark, cluster.place.account.uid, cluster.place.account.gid)
    with cluster.borrowed() as url:
        assert ask(url, "SELECT 1") == 1


def test_a_start_killed_while_it_makes_the_data_is_done_again(home: Path) -> None:
    other = borrower(home)
    until((home / "postgres" / "data.making" / "PG_VERSION").exists)
    os.killpg(other.pid, signal.SIGKILL)
    other.wait(10)
    assert not (home / "postgres" / "data").exists()
    with quick(home).borrowed() as url:
        assert ask(url, "SELECT current_database()") == "clientela"
    assert not (home / "postgres" / "data.making").exists()


def test_a_lost_password_file_is_made_anew_and_the_old_password_ends(home: Path) -> None:
    cluster = quick(home)
    with cluster.borrowed() as old:
        pass
    (home / "postgres" / "password").unlink()
    with cluster.borrowed() as url:
        assert ask(url, "SELECT 1") == 1
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(old)


def test_data_of_another_postgresql_is_refused_with_both_versions_and_left_alone(home: Path) -> None:
    cluster = Cluster(home)
    with cluster.borrowed():
        pass
    (cluster.place.data / "PG_VERSION").write_text("15\n", encoding="ascii")
    with pytest.raises(ClusterError) as refusal, cluster.borrowed():
        pass
    assert str(refusal.value) == (
        f"The data in {cluster.place.data} was written by PostgreSQL 15, and this Clientela carries PostgreSQL 18. "
        f"Dump it with pg_dumpall of PostgreSQL 15, move the folder away and load the dump into the new one, "
        f"or set DATABASE_URL to a PostgreSQL 15 that serves it."
    )
    (cluster.place.data / "PG_VERSION").write_text("18\n", encoding="ascii")
    with cluster.borrowed() as url:
        assert ask(url, "SELECT 1") == 1


def test_a_damaged_data_folder_is_refused_but_a_disposable_one_is_made_anew(home: Path) -> None:
    with Cluster(home).borrowed():
        pass
    data = Cluster(home).place.data
    (data / "global" / "pg_control").unlink()
    with pytest.raises(ClusterError, match=f"PostgreSQL did not start in {data.parent}: .*pg_control"):
        Cluster(home).borrowed().__enter__()
    (data / "PG_VERSION").unlink()
    with pytest.raises(ClusterError, match="is not a whole PostgreSQL data folder: PG_VERSION is missing"):
        Cluster(home).borrowed().__enter__()
    with Cluster(home, disposable=True).borrowed() as url:
        assert ask(url, "SELECT current_setting('fsync')") == "off"


@pytest.mark.parametrize("name", ["with spaces and 'quotes'", "comma, and ș", "x" * 120])
def test_the_folder_may_have_spaces_commas_or_a_path_too_long_for_a_socket(home: Path, name: str) -> None:
    (home / name).mkdir()
    (home / name).chmod(0o711)
    cluster = quick(home / name)
    with cluster.borrowed() as url:
        assert ask(url, "SELECT 1") == 1
        server = cluster.running_server()
        assert server is not None
        socket_folder = server.socket_folder
        is_beside_data = socket_folder.parent == cluster.place.folder
        assert is_beside_data is (name == "with spaces and 'quotes'")
        found = socket_folder.stat()
        assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (cluster.place.account.uid, 0o700)
    assert socket_folder.exists() is is_beside_data


def test_a_folder_that_is_not_ours_is_refused_with_its_owner(home: Path) -> None:
    (home / "file").write_text("", encoding="ascii")
    with pytest.raises(ClusterError) as refusal, Cluster(home / "file").borrowed():
        pass
    assert str(refusal.value) == (
        f"The database in {home / 'file'} cannot be used: Not a directory ({home / 'file' / 'postgres'})."
    )


@needs_root
def test_root_lends_postgresql_another_user_and_no_process_of_it_is_roots(standing: tuple[Cluster, str]) -> None:
    cluster, _ = standing
    pids = processes_of(cluster.place.data, cluster.place.name)
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in pids} == {cluster.place.account.uid}
    assert cluster.place.account.uid != 0
    assert cluster.place.notice == ""


@needs_root
def test_below_a_closed_folder_of_root_the_data_goes_elsewhere_and_the_folder_stays_closed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_module, "ROOTS_OWN_FOLDER", home)
    (home / "closed" / "state").mkdir(parents=True)
    (home / "closed").chmod(0o700)
    cluster = quick(home / "closed" / "state")
    with cluster.borrowed() as url:
        tell(url, "CREATE TABLE note AS SELECT 7 AS number")
    assert cluster.place.folder.parent == home
    assert cluster.place.notice == (
        f"The database is in {cluster.place.folder}, because PostgreSQL runs as the user {cluster.place.account.name}, "
        f"who cannot reach {home / 'closed' / 'state'}."
    )
    assert stat.S_IMODE((home / "closed").stat().st_mode) == 0o700
    # Opened later, the folder still leads to the data that is there.
    (home / "closed").chmod(0o711)
    with quick(home / "closed" / "state").borrowed() as url:
        assert ask(url, "SELECT number FROM note") == 7
    # Removed and made anew, it does not find the old data again, nor is that deleted.
    (home / "closed").chmod(0o700)
    shutil.rmtree(home / "closed" / "state")
    (home / "closed" / "state").mkdir()
    with quick(home / "closed" / "state").borrowed() as url:
        assert ask(url, "SELECT to_regclass('note')") is None
    assert (cluster.place.data / "PG_VERSION").exists()


@needs_root
def test_the_owner_of_the_folders_above_is_the_user_whom_root_lends(home: Path) -> None:
    (home / "theirs" / "state").mkdir(parents=True)
    shutil.chown(home / "theirs", "daemon")
    (home / "theirs").chmod(0o700)
    cluster = quick(home / "theirs" / "state")
    with cluster.borrowed():
        assert cluster.place.account.name == "daemon"
    assert cluster.place.folder == home / "theirs" / "state" / "postgres"


@needs_root
def test_a_path_that_a_shell_would_misread_is_refused(home: Path) -> None:
    (home / 'a"b').mkdir()
    (home / 'a"b').chmod(0o711)
    with pytest.raises(ClusterError, match="no double quote, dollar sign, backquote or backslash"):
        Cluster(home / 'a"b').borrowed().__enter__()


@needs_root
def test_a_full_disk_is_called_by_its_name(home: Path) -> None:
    small = home / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m,mode=711", "none", str(small)], check=False)
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        with pytest.raises(DiskFullError) as refusal:
            Cluster(small).borrowed().__enter__()
        assert str(refusal.value).startswith(f"There is no room left on the disk that holds {small}/postgres (")
        assert str(refusal.value).endswith(
            " MB are free): PostgreSQL cannot write. Make room, or set CLIENTELA_HOME to a folder on another disk."
        )
        # With room, the next start goes on as if nothing had been.
        subprocess.run(["mount", "-o", "remount,size=200m", str(small)], check=True)
        cluster = Cluster(small)
        with cluster.borrowed() as url:
            assert ask(url, "SELECT 1") == 1
        # Full again, between two starts.
        free = os.statvfs(small)
        (small / "filler").write_bytes(b"\0" * (free.f_bavail * free.f_frsize))
        with pytest.raises(DiskFullError):
            cluster.borrowed().__enter__()
    finally:
        subprocess.run(["umount", str(small)], check=True)


def guard_of(cluster: Cluster) -> int:
    """The process number of the guard: the one that names this folder's guard.lock."""
    mark = str(cluster.folder / "guard.lock")
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if mark in words:
                return int(entry.name)
    raise AssertionError("no guard runs")
