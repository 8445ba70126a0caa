"""Every measure on one engine: `python -m tests.spark.computing ENGINE FOLDER OUT`, `OUT` gets a Parquet file for each.

A process of its own, with PySpark on its path where the engine is a cluster: nothing of it comes near the others.
"""

import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from clientela.kernel.analytics.contracts import Measure
from clientela.kernel.analytics.engines import connect, measured
from clientela.kernel.environment import AnalyticsEnvironment

PACKAGES: Final = ("clientela.network.measures", "clientela.impact.measures")


def measures() -> tuple[Measure, ...]:
    """Return every measure that there is."""
    return tuple(measure for name in PACKAGES for measure in import_module(name).MEASURES)


def main() -> None:
    """Compute all of them, one after the other."""
    engine_address, folder, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    settings = AnalyticsEnvironment(engine=engine_address, folder=folder, memory_mb=1024, threads=2)
    engine = connect(str(folder), settings=settings)
    for measure in measures():
        begun = time.monotonic()
        rows = measured(engine, measure)
        pq.write_table(rows, out / f"{measure.name}.parquet")
        print(f"{measure.name}: {rows.num_rows} rows, {time.monotonic() - begun:.2f} s", flush=True)


if __name__ == "__main__":
    main()
