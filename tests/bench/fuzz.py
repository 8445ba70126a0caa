"""`make fuzz`: spoil mails at random and read them, each within two seconds and 500 megabytes, or say which was not.

A child process reads, so that a crash, an endless loop or a lack of memory is seen from outside and told with the mail
that did it. The bombs of the tests come first, at their full size; then whatever the seed gives, until the minutes are
over. Ends with 1 when something was found.
"""

import argparse
import multiprocessing
import re
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from tests.rules.inbox.bombs import BOMBS
from tests.rules.inbox.letters import LETTERS
from tests.rules.inbox.mutations import examined, spoilt
from tests.shared_data import SHARED

LONGEST_SECONDS = 2.0
MOST_MEGABYTES = 500
# Much longer than allowed, so that a loop without end is told from a slow one.
PATIENCE_SECONDS = 30.0
LONGEST_SEED_MAIL = 300_000
TOLD_EVERY_SECONDS = 60


@dataclass
class Figures:
    """What came out so far; seconds of processor time, megabytes at the highest."""

    read: int = 0
    refused: int = 0
    slowest_seconds: float = 0.0
    slowest: str = ""
    most_megabytes: float = 0.0
    largest: str = ""

    def __str__(self) -> str:
        slowest = f"the slowest took {self.slowest_seconds:.2f} s ({self.slowest})"
        largest = f"the most memory was {self.most_megabytes:.0f} MB ({self.largest})"
        return f"{self.read:,} mails read, {self.refused:,} refused as no mail; {slowest}, {largest}"


def main() -> None:
    """Read bombs and spoilt mails until the minutes are over."""
    words = argparse.ArgumentParser(prog="python -m tests.bench.fuzz", description=__doc__)
    words.add_argument("--minutes", type=float, default=10.0, help="how long; default 10")
    words.add_argument("--seed", type=int, help="the same seed gives the same mails")
    words.add_argument("--keep", type=Path, default=Path(".clientela/fuzz"), help="where mails that did harm go")
    given = words.parse_args()
    seed = given.seed if given.seed is not None else int(time.time())
    print(f"Seed {seed}; {given.minutes:g} minutes.", flush=True)
    found = _fuzz(seed, given.minutes * 60, given.keep)
    sys.exit(1 if found else 0)


def _fuzz(seed: int, seconds: float, keep: Path) -> int:
    figures = Figures()
    found = 0
    begun = told = time.monotonic()
    reader = Reader()
    for name, raw in _mails(seed):
        if time.monotonic() - begun > seconds:
            break
        problem = reader.problem(name, raw, figures)
        if problem:
            found += 1
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{name}.eml").write_bytes(raw)
            print(f"FOUND {name}: {problem}; kept in {keep / name}.eml", flush=True)
        if time.monotonic() - told > TOLD_EVERY_SECONDS:
            told = time.monotonic()
            print(figures, flush=True)
    reader.stop()
    print(f"{figures}. {found} findings in {(time.monotonic() - begun) / 60:.1f} minutes.", flush=True)
    return found


def _mails(seed: int) -> Iterator[tuple[str, bytes]]:
    """The bombs, then spoilt mails without end: our own letters and, where they are, the real ones."""
    for name, bomb in BOMBS.items():
        yield name, bomb()
    folders = [LETTERS, *(SHARED / "data" / "mail" / one for one in ("bounces", "hard-mime", "quoted-replies/emails"))]
    paths = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir()) if path.is_file()]
    seeds = [path.read_bytes() for path in paths if path.name != "LICENSE" and path.stat().st_size <= LONGEST_SEED_MAIL]
    number = 0
    while True:
        chance = Random(f"{seed}-{number}")
        yield f"spoilt-{seed}-{number}", spoilt(chance.choice(seeds), seeds, chance)
        number += 1


class Reader:
    """The child process, started again whenever it dies, hangs or has grown."""

    def __init__(self, *, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._longest_seconds = longest_seconds
        self._context = multiprocessing.get_context("spawn")
        self._start()

    def _start(self) -> None:
        self._ours, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_read_all, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def stop(self) -> None:
        """End the child."""
        self._ours.close()
        self._process.kill()
        self._process.join()

    def problem(self, name: str, raw: bytes, figures: Figures) -> str | None:
        """Have a mail read; what was wrong about it, or None."""
        try:
            self._ours.send_bytes(raw)
            if not self._ours.poll(PATIENCE_SECONDS):
                self._again()
                return f"no end after {PATIENCE_SECONDS:g} s"
            error, was_mail, seconds, megabytes = self._ours.recv()
        except (EOFError, OSError):
            code = self._process.exitcode
            self._again()
            return f"the reader died ({code})"
        figures.read += 1
        figures.refused += not was_mail
        if seconds > figures.slowest_seconds:
            figures.slowest_seconds, figures.slowest = seconds, name
        if megabytes > figures.most_megabytes:
            figures.most_megabytes, figures.largest = megabytes, name
        if megabytes > MOST_MEGABYTES:
            self._again()
            return f"{megabytes:.0f} MB"
        if seconds > self._longest_seconds:
            return f"{seconds:.2f} s"
        return str(error) if error else None

    def _again(self) -> None:
        self.stop()
        self._start()


def _read_all(theirs: Connection) -> None:
    """Read mail after mail; answers (error, was it a mail, seconds of processor time, megabytes at the highest)."""
    resource.setrlimit(resource.RLIMIT_AS, (4 * 1024**3, 4 * 1024**3))
    while True:
        try:
            raw = theirs.recv_bytes()
        except EOFError:
            return
        _forget_highest()
        begun = time.process_time()
        error, was_mail = "", True
        try:
            was_mail = examined(raw) is not None
        except Exception as wrong:  # noqa: BLE001 - whatever it is, it is what we look for
            error = f"{type(wrong).__name__}: {wrong}"[:500]
        seconds = time.process_time() - begun
        theirs.send((error, was_mail, seconds, _highest_megabytes()))


def _forget_highest() -> None:
    """Let the highest memory be counted from here on, where the kernel can do that (Linux)."""
    forget = Path("/proc/self/clear_refs")
    if forget.exists():
        forget.write_text("5")


def _highest_megabytes() -> float:
    status = Path("/proc/self/status")
    told = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(told[1]) / 1024 if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
