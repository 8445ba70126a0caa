"""Every measure gives the same rows on a real Spark cluster as on DuckDB."""

import math
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from clientela.kernel.analytics.contracts import Measure
from tests.spark.cluster import WORKERS, spark_cluster, spark_environment, why_not
from tests.spark.computing import PACKAGES, measures
from tests.spark.sample import write_sample

PACKAGE = Path(__file__).resolve().parents[2] / "clientela"
SECONDS = 900  # on a calm machine it takes about a minute


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders with each engine's rows, a file a measure."""
    if reason := why_not():
        pytest.skip(reason)
    home = tmp_path_factory.mktemp("spark")
    store, found = home / "store", {"duckdb": home / "duckdb", "spark": home / "spark"}
    for folder in (store, *found.values()):
        folder.mkdir()
    write_sample(store)
    _compute("duckdb", store, found["duckdb"])
    with spark_cluster(home) as address:
        _compute(address, store, found["spark"])
    log = (home / "spark.log").read_text(encoding="utf-8", errors="replace")
    assert log.count("Registering worker") == WORKERS, log[-2000:]
    assert log.count("Launching executor") >= WORKERS, log[-2000:]
    return found


@pytest.mark.parametrize("measure", measures(), ids=lambda measure: measure.name)
def test_a_measure_gives_the_same_rows_on_both_engines(measure: Measure, answers: dict[str, Path]) -> None:
    rows = {engine: _rows(folder / f"{measure.name}.parquet", measure.key) for engine, folder in answers.items()}
    assert rows["duckdb"], "the sample says nothing about this measure"
    assert list(rows["spark"]) == list(rows["duckdb"])
    different = {
        key: (row, rows["spark"][key]) for key, row in rows["duckdb"].items() if not _like(row, rows["spark"][key])
    }
    assert different == {}


def test_every_room_of_measures_is_compared() -> None:
    rooms = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in [*PACKAGE.glob("*/measures"), *PACKAGE.glob("*/measures.py")]
    }
    assert rooms == set(PACKAGES)
    assert all(import_module(name).MEASURES for name in PACKAGES)


def _compute(engine: str, store: Path, out: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.spark.computing", engine, str(store), str(out)],
        env=spark_environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stderr[-4000:]


def _rows(path: Path, key: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    rows = pq.read_table(path).to_pylist()
    found = {tuple(row[name] for name in key): row for row in rows}
    assert len(found) == len(rows), "two rows with one key"
    return dict(sorted(found.items(), key=lambda pair: repr(pair[0])))


def _like(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        # Sums in another order differ in the last digits.
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12) or (math.isnan(one) and math.isnan(other))
    return type(one) is type(other) and bool(one == other)
