"""The encoder's process may die, stall or hunger: every text but the guilty one has its vector; nothing is left."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clientela.voice.meaning.encoder import (
    Encoder,
    EncoderDamagedError,
    EncoderMissingError,
    EncoderStoppedError,
    is_available,
)
from tests.encoding import needs_encoder

pytestmark = needs_encoder
PROJECT = Path(__file__).resolve().parents[5]
WORKERS = "tests.rules.voice.meaning.encoder.workers"
GOOD = ["The parcel came late.", "Merge foarte bine."]
HOSTILE = [
    "\ufdfa" * 5_000,
    "\0" * 5_000,
    "\ud800",
    "x" * 1_000_000,
    "a" + "\u0301\u0316" * 50_000,
    "\U000f0000" * 9_000,
]


def is_gone(pid: int) -> bool:
    """Whether no process of that number is left, not even one that waits to be buried."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def in_time(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether it comes true within the time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def test_it_is_available() -> None:
    assert is_available()


def test_a_missing_package_is_told_by_the_process_too() -> None:
    with Encoder(module=f"{WORKERS}.missing") as encoder:
        with pytest.raises(EncoderMissingError, match="extra “meaning”"):
            encoder.encode(GOOD)
        assert encoder.pid is None


def test_a_damaged_file_is_told_by_the_process_too() -> None:
    with Encoder(module=f"{WORKERS}.damaged") as encoder:
        with pytest.raises(EncoderDamagedError, match="instead of 71,622,400"):
            encoder.encode(GOOD)
        assert encoder.pid is None


def test_a_worker_that_cannot_even_start_is_told_and_leaves_nothing() -> None:
    with Encoder(module=f"{WORKERS}.there_is_none") as encoder:
        with pytest.raises(EncoderStoppedError):
            encoder.encode(GOOD)
        assert encoder.pid is None


def test_the_process_starts_with_the_first_text_and_is_gone_when_closed() -> None:
    encoder = Encoder()
    assert encoder.pid is None
    assert encoder.encode(GOOD).is_known.all()
    pid = encoder.pid
    assert pid is not None
    encoder.encode(GOOD)
    assert encoder.pid == pid
    encoder.close()
    encoder.close()
    assert encoder.pid is None
    assert is_gone(pid)


def test_hostile_texts_neither_crash_nor_stall_it_nor_make_it_fat() -> None:
    with Encoder() as encoder:
        first = encoder.encode(GOOD)
        pid = encoder.pid
        before = time.monotonic()
        found = encoder.encode([*HOSTILE, *GOOD])
        assert time.monotonic() - before < 60
        assert encoder.pid == pid, "the process died or was killed"
        assert found.is_known.tolist() == [True, False, False, True, True, True, True, True]
        assert np.allclose(found.vectors[-2:], first.vectors, atol=1e-5)
        if sys.platform == "linux":
            status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
            assert int(status["VmHWM"].split()[0]) < 320_000, "kilobytes at its peak"
            assert int(status["Threads"]) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_the_process_knows_no_secrets_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIENTELA_SECRET_KEY", "very secret")
    with Encoder() as encoder:
        encoder.encode(GOOD)
        names = {
            entry.split(b"=")[0].decode() for entry in Path(f"/proc/{encoder.pid}/environ").read_bytes().split(b"\0")
        }
    assert {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"} <= names
    assert not [name for name in names if name.startswith(("CLIENTELA", "DATABASE"))]


def test_a_process_that_is_killed_between_two_batches_is_started_anew() -> None:
    with Encoder() as encoder:
        first = encoder.encode(GOOD)
        killed = encoder.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        again = encoder.encode(GOOD)
        assert encoder.pid != killed
        assert is_gone(killed)
        assert np.array_equal(first.vectors, again.vectors)


def test_a_process_that_is_killed_in_the_middle_of_a_batch_loses_no_text() -> None:
    long = [f"{number} " + "o poveste lungă despre un colet " * 300 for number in range(8)]
    with Encoder() as encoder:
        encoder.encode(GOOD)
        killed = encoder.pid
        assert killed is not None
        killer = threading.Timer(0.4, os.kill, (killed, signal.SIGKILL))
        killer.start()
        found = encoder.encode([*long, *GOOD])
        killer.join()
        assert found.is_known.all()
        assert is_gone(killed)
        assert encoder.pid not in (None, killed)


def test_a_process_that_stands_still_is_killed_after_its_time() -> None:
    with Encoder(seconds_a_batch=3) as encoder:
        encoder.encode(GOOD)
        stopped = encoder.pid
        assert stopped is not None
        os.kill(stopped, signal.SIGSTOP)
        found = encoder.encode(GOOD)
        assert found.is_known.all()
        assert is_gone(stopped)


@pytest.mark.parametrize(
    ("worker", "poison"),
    [("stalling", "this text stalls"), ("crashing", "this text crashes"), ("hungry", "this text is hungry")],
)
def test_only_the_guilty_text_gets_no_vector(worker: str, poison: str) -> None:
    with Encoder() as encoder:
        expected = encoder.encode(GOOD)
    with Encoder(seconds_a_batch=4, module=f"{WORKERS}.{worker}") as encoder:
        found = encoder.encode([GOOD[0], poison, GOOD[1]])
        pid = encoder.pid
        assert found.is_known.tolist() == [True, False, True]
        assert np.isnan(found.vectors[1]).all()
        assert np.allclose(found.vectors[[0, 2]], expected.vectors, atol=1e-5)
    assert pid is not None
    assert is_gone(pid)


def test_when_it_answers_to_nothing_that_is_said_and_no_text_is_blamed() -> None:
    with Encoder(seconds_a_batch=1, module=f"{WORKERS}.dead") as encoder:
        with pytest.raises(EncoderStoppedError, match="not even to a text that it always could read"):
            encoder.encode(GOOD[:1])
        assert encoder.pid is None


def test_an_answer_nobody_waited_for_is_never_taken_for_the_next_one() -> None:
    class Enough(Exception):  # noqa: N818 - what a job's own time limit raises is not ours to name
        pass

    def enough(*_: object) -> None:
        raise Enough

    with Encoder() as encoder:
        expected = encoder.encode(GOOD)
        before = signal.signal(signal.SIGALRM, enough)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            with pytest.raises(Enough):
                encoder.encode(["o poveste lungă despre un colet " * 300] * 8)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        assert encoder.pid is None
        assert np.array_equal(encoder.encode(GOOD).vectors, expected.vectors)


def test_threads_take_turns() -> None:
    texts = [[f"{word} {number}" for number in range(20)] for word in ("coletul", "paczka", "factura", "parcel")]
    with Encoder() as encoder:
        expected = [encoder.encode(some).vectors for some in texts]
        found: dict[int, object] = {}
        threads = [
            threading.Thread(target=lambda place=place: found.update({place: encoder.encode(texts[place]).vectors}))
            for place in range(len(texts))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for place, vectors in enumerate(expected):
        assert np.array_equal(found[place], vectors)


@pytest.mark.parametrize("ending", ["os._exit(0)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_no_process_is_left_when_the_one_who_started_it_dies(ending: str) -> None:
    story = f"""
import os, signal
from clientela.voice.meaning.encoder import Encoder
encoder = Encoder()
encoder.encode(["Merge."])
print(encoder.pid, flush=True)
{ending}
"""
    said = subprocess.run([sys.executable, "-c", story], stdout=subprocess.PIPE, text=True, cwd=PROJECT, check=False)
    pid = int(said.stdout)
    assert in_time(lambda: is_gone(pid))
