"""What the store holds, read as whoever measures reads it; and what the database holds, for comparison."""

from datetime import datetime
from pathlib import Path
from typing import Any

from clientela.kernel.analytics.engines import connect, table
from clientela.kernel.analytics.keeping import Kept, exports, keep_up
from clientela.kernel.analytics.reading import all_ids, read
from clientela.kernel.environment import read_analytics
from clientela.kernel.journal import follow_journal
from clientela.requests.jobs import FOLLOWERS
from tests.following import let_older_transactions_end

(LEGS,) = (follower for follower in FOLLOWERS if follower.name == "requests.legs")


def catch_up(folder: Path, *, at: datetime) -> Kept:
    """Let the legs follow, and then the store."""
    let_older_transactions_end()
    while follow_journal(LEGS):
        pass
    return keep_up(at=at, folder=folder)


def in_store(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a table of the store, in the order of its key."""
    settings = read_analytics({"CLIENTELA_HOME": str(folder), "CLIENTELA_ANALYTICS_MEMORY_MB": "512"})
    engine = connect(str(folder), settings=settings)
    (contract,) = [export.table for export in exports() if export.table.name == name]
    found = table(engine, contract).order_by(list(contract.key)).to_pyarrow().to_pylist()
    engine.disconnect()
    return found


def in_database(name: str, *, at: datetime) -> list[dict[str, Any]]:
    """The same rows as the database has them."""
    (export,) = [one for one in exports() if one.table.name == name]
    return read(export, [int(one) for one in all_ids(export)], at=at)


def differences(folder: Path, *, at: datetime) -> dict[str, Any]:
    """The tables whose rows differ between the store and the database, with both; nothing if all is well."""
    both = {export.table.name: export.table.name for export in exports()}
    pairs = {name: (in_store(folder, name), in_database(name, at=at)) for name in both}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
