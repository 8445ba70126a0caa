"""What runs apart: its result, its progress, its limits, and that nothing of it is left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clientela.kernel.analytics.apart import (
    ApartCancelledError,
    ApartError,
    ApartMemoryError,
    ApartTooLongError,
    run_apart,
)
from clientela.kernel.analytics.telling import tell_progress

ROOT = Path(__file__).resolve().parents[4]
HERE = "tests.contexts.kernel.analytics.test_apart"


# --- what the processes do


def doubled(number: int) -> dict[str, int]:
    tell_progress(1, 2)
    print("what is printed is no answer")
    tell_progress(2, 2)
    return {"doubled": 2 * number}


def fails(words: str) -> None:
    raise ValueError(words)


def kills_itself() -> None:
    print("the last words", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


def sleeps(told: str) -> None:
    """Start a process of its own as well, write both numbers down, and sleep."""
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(told).write_text(f"{os.getpid()} {other.pid}", encoding="ascii")
    time.sleep(600)


def is_greedy() -> int:
    return len(b"x" * 600_000_000)


def told_environment() -> dict[str, str]:
    return dict(os.environ)


# --- what comes of it


def test_it_returns_what_the_function_returns_and_tells_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    found = run_apart(f"{HERE}:doubled", {"number": 21}, on_progress=lambda done, total: told.append((done, total)))
    assert found == {"doubled": 42}
    assert told == [(1, 2), (2, 2)]


def test_an_error_is_told_in_its_own_words() -> None:
    with pytest.raises(ApartError, match=r"^ValueError: the log has one team$") as refused:
        run_apart(f"{HERE}:fails", {"words": "the log has one team"})
    assert refused.value.kind == "ValueError"
    assert "raise ValueError(words)" in refused.value.details


def test_what_is_not_there_is_told() -> None:
    with pytest.raises(ApartError, match=r"^ModuleNotFoundError: No module named 'clientela.nothing'$"):
        run_apart("clientela.nothing:here", {})


def test_a_killed_process_is_told_with_its_last_words() -> None:
    with pytest.raises(ApartError, match="was ended by SIGKILL") as refused:
        run_apart(f"{HERE}:kills_itself", {})
    assert refused.value.details == "the last words"


def test_one_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with pytest.raises(ApartTooLongError):
        run_apart(f"{HERE}:sleeps", {"told": str(told)}, seconds=5)
    _all_gone(told)


def test_one_that_is_cancelled_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with pytest.raises(ApartCancelledError):
        run_apart(f"{HERE}:sleeps", {"told": str(told)}, is_cancelled=told.exists, seconds=60)
    _all_gone(told)


def test_one_that_needs_too_much_memory_says_so() -> None:
    words = "is_greedy needs more memory than the 300 MB that it may have"
    with pytest.raises(ApartMemoryError, match=words):
        run_apart(f"{HERE}:is_greedy", {}, memory_limit_mb=300)


def test_it_ends_with_who_started_it(tmp_path: Path) -> None:
    told = tmp_path / "told"
    code = f"from clientela.kernel.analytics.apart import run_apart; run_apart('{HERE}:sleeps', {{'told': '{told}'}})"
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    until = time.monotonic() + 60
    while not told.exists() or not told.read_text():
        assert time.monotonic() < until
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    child, other = map(int, told.read_text().split())
    os.kill(other, signal.SIGKILL)  # of its own children nobody is told when a process is killed
    while _is_alive(child):
        assert time.monotonic() < until, "the process apart lives on"
        time.sleep(0.05)


def test_it_knows_no_passwords_unless_it_needs_django(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIENTELA_SECRET_KEY", "nobody's business")
    monkeypatch.setenv("CLIENTELA_ANALYTICS_THREADS", "3")
    told = run_apart(f"{HERE}:told_environment", {})
    assert "CLIENTELA_SECRET_KEY" not in told
    assert "DATABASE_URL" not in told
    assert told["CLIENTELA_ANALYTICS_THREADS"] == "3"


def _all_gone(told: Path) -> None:
    until = time.monotonic() + 20
    for pid in map(int, told.read_text().split()):
        while _is_alive(pid):
            assert time.monotonic() < until, f"{pid} lives on"
            time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
