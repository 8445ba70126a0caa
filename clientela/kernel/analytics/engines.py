"""What computes over the store: DuckDB in this process, or a Spark cluster, by one setting and with the same code.

Only ever imported apart: it needs ibis and the engine.

    engine = connect()
    requests = table(engine, "requests")
    rows = requests.filter(requests.side == "inside").to_pyarrow()
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, Final
from weakref import finalize

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from clientela.kernel.analytics.contracts import Measure, Table
from clientela.kernel.analytics.manifest import Manifest, Part, Stored, StoreUnreadableError, read_manifest
from clientela.kernel.analytics.parquet import TYPES, VERSION
from clientela.kernel.environment import DUCKDB, AnalyticsEnvironment, read_analytics

# Of what the process may take, the engine's share; the rest is for Python and for what comes out.
_ENGINES_SHARE: Final = 0.7
_IBIS_TYPES: Final = {
    "int64": "int64",
    "string": "string",
    "float64": "float64",
    "bool": "boolean",
    "timestamp": "timestamp('UTC')",
    "date": "date",
}


@dataclass(frozen=True)
class _Opened:
    """What an engine was opened on, and how it reads files as one table."""

    home: Path
    manifest: Manifest
    read: Callable[[list[str]], ir.Table]


# By the id of the engine, as long as it lives: to Ibis itself two engines in memory are the same one.
_OPENED: Final[dict[int, _Opened]] = {}


def connect(folder: str | None = None, *, settings: AnalyticsEnvironment | None = None) -> BaseBackend:
    """Open the store, as it is at this moment, with the engine of the settings.

    `folder`: another store than that of the settings. All tables read through one engine are of the same moment.
    Raises StoreUnreadableError.
    """
    given = settings or read_analytics()
    home = Path(folder) if folder is not None else given.folder
    manifest = read_manifest(home)
    engine, read = _duckdb(given) if given.engine == DUCKDB else _spark(given)
    _OPENED[id(engine)] = _Opened(home, manifest, read)
    finalize(engine, _OPENED.pop, id(engine), None)
    return engine


def table(engine: BaseBackend, name: str | Table) -> ir.Table:
    """Return a table of the store, the newest version of each row, as an Ibis expression.

    Given a Table, the store must have exactly its columns: one written for an earlier version of Clientela is refused
    until the worker has written it anew. Raises StoreUnreadableError.
    """
    opened = _OPENED[id(engine)]
    wanted = name if isinstance(name, str) else name.name
    stored = opened.manifest.tables.get(wanted)
    if stored is None:
        raise StoreUnreadableError(f"The analytics store has no table {wanted} yet; the worker makes it.")
    if isinstance(name, Table) and stored.table != name:
        raise StoreUnreadableError(f"The table {wanted} is of an earlier version; the worker writes it anew.")
    return _newest(opened, stored)


def tables(engine: BaseBackend, names: Sequence[str]) -> dict[str, ir.Table]:
    """Return several tables of the store by their names."""
    return {name: table(engine, name) for name in names}


def measured(engine: BaseBackend, measure: Measure, arguments: Mapping[str, Any] | None = None) -> pa.Table:
    """Compute a measure on the engine and return its rows. `arguments` default to the measure's sample."""
    given = measure.arguments if arguments is None else arguments
    expression = measure.expression(tables(engine, measure.tables), **given)
    return expression.to_pyarrow()


def _newest(opened: _Opened, stored: Stored) -> ir.Table:
    names = [column.name for column in stored.table.columns]
    group = stored.table.group
    base = _files(opened, stored.base)
    newer = _files(opened, stored.newer)
    touched = _files(opened, stored.touched)
    if touched is None:
        return _empty(stored.table) if base is None else base.select(names)
    latest = touched.group_by(group).aggregate(touched[VERSION].max().name(VERSION))
    parts = []
    if base is not None:
        parts.append(base.anti_join(latest, group).select(names))
    if newer is not None:
        parts.append(newer.semi_join(latest, [group, VERSION]).select(names))
    if not parts:
        return _empty(stored.table)
    return parts[0] if len(parts) == 1 else ibis.union(*parts, distinct=False)


def _files(opened: _Opened, parts: Sequence[Part]) -> ir.Table | None:
    return opened.read([str(opened.home / part.path) for part in parts]) if parts else None


def _empty(contract: Table) -> ir.Table:
    arrays = {column.name: pa.array([], TYPES[column.type]) for column in contract.columns}
    schema = ibis.schema({column.name: _IBIS_TYPES[column.type] for column in contract.columns})
    return ibis.memtable(pa.table(arrays), schema=schema)


def _duckdb(given: AnalyticsEnvironment) -> tuple[BaseBackend, Callable[[list[str]], ir.Table]]:
    engine = ibis.duckdb.connect(
        memory_limit=f"{int(given.memory_mb * _ENGINES_SHARE)}MB",
        threads=given.threads,
        # What does not fit into memory goes here, not beside the store.
        temp_directory=tempfile.gettempdir(),
        autoinstall_known_extensions=False,  # it would fetch them from elsewhere
        autoload_known_extensions=False,
    )
    engine.raw_sql("SET TimeZone = 'UTC'")
    return engine, engine.read_parquet


def _spark(given: AnalyticsEnvironment) -> tuple[BaseBackend, Callable[[list[str]], ir.Table]]:
    # The only engine that is not part of the product, so it is looked for when it is asked for: see the manual.
    session = (
        import_module("pyspark.sql")
        .SparkSession.builder.master(given.engine)
        .appName("clientela")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.memory", f"{int(given.memory_mb * _ENGINES_SHARE)}m")
        .config("spark.cores.max", str(given.threads))
        .getOrCreate()
    )
    engine = ibis.pyspark.connect(session)
    numbers = count()

    def read(paths: list[str]) -> ir.Table:
        # Ibis takes one path; Spark itself takes many.
        name = f"clientela_{next(numbers)}"
        session.read.parquet(*paths).createOrReplaceTempView(name)
        return engine.table(name)

    return engine, read
