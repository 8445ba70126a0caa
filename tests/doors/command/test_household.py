"""Processes that are watched over: started again when they die, ended in order, never left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientela.command.children import Household, Part
from clientela.command.ports import choose_port
from clientela.command.preparing import PREPARING, wait_until_prepared
from clientela.kernel.environment import WrongSettingError
from clientela.kernel.postgres.locks import FileLock

from .conftest import CHECKOUT, is_alive, until

# Each process writes its number into a file, and then does what the test wants of it.
NOTE = "import os, pathlib, signal, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); "


class Listener:
    """Keeps what was said, as the terminal would show it."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def say(self, name: str, line: str) -> None:
        self.lines.append((name, line))


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def household(listener: Listener) -> Iterator[Household]:
    household = Household(environment=dict(os.environ), say=listener.say)
    yield household
    household.end()


def part(name: str, folder: Path, script: str) -> Part:
    return Part(name, [sys.executable, "-c", NOTE + script, str(folder / name)])


def number_of(name: str, folder: Path) -> int:
    """The number of the process, once it has written it down."""
    until(lambda: (folder / name).exists() and (folder / name).read_text(encoding="ascii"))
    return int((folder / name).read_text(encoding="ascii"))


def test_every_line_is_shown_with_the_name_of_who_said_it(
    household: Household, listener: Listener, tmp_path: Path
) -> None:
    household.start([part("worker", tmp_path, "print('one\\ntwo', flush=True); time.sleep(60)")])
    until(lambda: household.tend(0.05) or len(listener.lines) == 2)
    assert listener.lines == [("worker", "one"), ("worker", "two")]


def test_one_that_dies_is_started_again_after_a_growing_pause_and_its_last_words_are_kept(
    household: Household, listener: Listener, tmp_path: Path
) -> None:
    household.start([part("web", tmp_path, "sys.stdout.write('last words'); sys.exit(3)")])
    until(lambda: household.tend(0.05) or len(listener.lines) == 4)
    said = [(name, re.sub(r" \(process \d+\)", "", line)) for name, line in listener.lines]
    assert said == [
        ("web", "last words"),
        ("clientela", "web ended with status 3; it is started again in 1 s."),
        ("web", "last words"),
        ("clientela", "web ended with status 3; it is started again in 2 s."),
    ]


def test_what_a_killed_one_left_behind_is_ended_before_it_is_started_again(
    household: Household, listener: Listener, tmp_path: Path
) -> None:
    script = (
        "child = os.fork(); child or time.sleep(60); "
        "pathlib.Path(sys.argv[1] + '-child').write_text(str(child)); time.sleep(60)"
    )
    household.start([part("web", tmp_path, script)])
    parent = number_of("web", tmp_path)
    child = number_of("web-child", tmp_path)
    os.kill(parent, signal.SIGKILL)
    until(lambda: household.tend(0.05) or listener.lines)
    assert listener.lines == [("clientela", f"web (process {parent}) ended by signal 9; it is started again in 1 s.")]
    until(lambda: not is_alive(child))


def test_they_are_ended_in_the_opposite_order_and_one_that_will_not_is_stopped(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clientela.command.children.PATIENCE_SECONDS", 0.5)
    household = Household(environment=dict(os.environ), say=listener.say)
    polite = "signal.signal(15, lambda *_: sys.exit(print(sys.argv[1].rpartition('/')[2], 'ends')));"
    deaf = "signal.signal(15, signal.SIG_IGN);"
    ready = "print('ready', flush=True); time.sleep(60)"
    household.start(
        [
            part("worker", tmp_path, polite + ready),
            part("web", tmp_path, deaf + ready),
            part("receiver", tmp_path, polite + ready),
        ]
    )
    until(lambda: household.tend(0.05) or len(listener.lines) == 3)
    del listener.lines[:]
    household.end()
    assert listener.lines == [
        ("receiver", "receiver ends"),
        ("clientela", "web did not end by itself and is stopped."),
        ("worker", "worker ends"),
    ]
    assert not any(is_alive(number_of(name, tmp_path)) for name in ("worker", "web", "receiver"))


def test_when_the_one_who_watches_is_killed_the_others_end(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from clientela.command.children import Household, Part\n"
        "household = Household(environment=dict(os.environ), say=print)\n"
        "household.start([Part('worker', sys.argv[1:])])\n"
        "while True: household.tend()\n"
    )
    command = part("worker", tmp_path, "time.sleep(60)").command
    watcher = subprocess.Popen([sys.executable, "-c", script, *command], cwd=CHECKOUT)
    worker = number_of("worker", tmp_path)
    watcher.kill()
    watcher.wait(10)
    until(lambda: not is_alive(worker))


def test_a_process_that_ends_by_itself_gives_its_status_and_what_it_said(household: Household, tmp_path: Path) -> None:
    assert household.run_once(part("prepare", tmp_path, "print('a\\nb'); sys.exit(2)")) == (2, "a\nb\n")


def test_what_others_say_meanwhile_is_shown_and_is_not_taken_for_its_words(tmp_path: Path) -> None:
    shown: list[tuple[str, str]] = []
    heard = tmp_path / "heard"

    def show(name: str, line: str) -> None:
        shown.append((name, line))
        heard.touch()

    household = Household(environment=dict(os.environ), say=show)
    try:
        household.start([part("web", tmp_path, "print('loading', flush=True); time.sleep(60)")])
        once_heard = f"[time.sleep(0.02) for _ in iter(lambda: os.path.exists({str(heard)!r}), True)]; print('done')"
        assert household.run_once(part("prepare", tmp_path, once_heard)) == (0, "done\n")
        assert shown == [("web", "loading")]
    finally:
        household.end()


def test_the_pages_wait_while_the_database_is_prepared_and_no_longer(tmp_path: Path) -> None:
    wait_until_prepared(tmp_path)  # nobody prepares anything
    preparing = FileLock(tmp_path / PREPARING)
    preparing.take()
    waiting = threading.Thread(target=wait_until_prepared, args=[tmp_path], daemon=True)
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    preparing.leave()
    waiting.join(10)
    assert not waiting.is_alive()
    wait_until_prepared(tmp_path)


def test_a_port_that_is_taken_gives_way_to_the_next_one_unless_it_was_asked_for() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        chosen = choose_port("127.0.0.1", taken, setting="CLIENTELA_HTTP_PORT", is_fixed=False)
        assert chosen != taken
        with socket.socket() as free:
            free.bind(("127.0.0.1", chosen))
        with pytest.raises(WrongSettingError) as refusal:
            choose_port("127.0.0.1", taken, setting="CLIENTELA_HTTP_PORT", is_fixed=True)
    assert str(refusal.value) == (
        f"CLIENTELA_HTTP_PORT is {taken}, and that port is in use. Give another, or leave it out."
    )


def test_an_address_of_another_machine_is_refused_by_the_name_of_its_setting() -> None:
    with pytest.raises(WrongSettingError) as refusal:
        choose_port("192.0.2.1", 8000, setting="CLIENTELA_HTTP_PORT", is_fixed=False)
    assert str(refusal.value) == "CLIENTELA_LISTEN is «192.0.2.1», which is not an address of this machine."


def test_ending_is_quick_when_everybody_obeys(household: Household, listener: Listener, tmp_path: Path) -> None:
    household.start([part(name, tmp_path, "print('ready', flush=True); time.sleep(60)") for name in ("a", "b", "c")])
    until(lambda: household.tend(0.05) or len(listener.lines) == 3)
    begun_at = time.monotonic()
    household.end()
    assert time.monotonic() - begun_at < 2
