"""How long the map of three hundred teams takes from the database: asked in a side's process."""

from collections.abc import Iterator
from pathlib import Path

from tests.bench.sides import Side

STORED_WEEKS = 52
ASKED = {
    "300 teams, 5 weeks": (frozenset({"*"}), 5),
    "300 teams, 26 weeks": (frozenset({"*"}), 26),
    "12 departments, 26 weeks": (frozenset[str](), 26),
}


def query_lines(url: str, home: Path) -> Iterator[str]:
    """Give the figures as lines."""
    side = Side(url, "map", home=home)
    side.make()
    try:
        with side.asked_by("tests.bench.map_query_side"):
            rows = side.ask("fill")
            yield f"- The query, of {rows:,} stored rows (every line in each of {STORED_WEEKS} weeks):"
            for name in ASKED:
                told = side.ask("measured", name)
                yield (
                    f"  - {name}: {told['seconds'] * 1000:.0f} ms by the clock; {told['own'] * 1000:.0f} ms of a core"
                    f" here, {told['server'] * 1000:.0f} ms in the database; {told['edges']:,} lines."
                )
    finally:
        side.drop()
