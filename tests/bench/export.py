"""How fast the analytics store follows the journal: `python -m tests.bench export`.

The yardstick, in the same run and on the same facts: a follower that does nothing with them. What five minutes of a
thousand facts a second leave to do is written by the job of every five minutes.
"""

from collections.abc import Iterator
from pathlib import Path

from tests.bench.sides import Side

ROUNDS = 3
WANTED = 1_000


def measured_export(url: str, home: Path, *, requests: int, facts: int) -> Iterator[str]:
    """Yield what writing the store took, as lines of Markdown."""
    side = Side(url, "export", home=home)
    side.make()
    try:
        with side.asked_by("tests.bench.export_side"):
            there = side.ask("fill", requests)
            seconds = side.ask("first_seconds")
            size = side.ask("megabytes")
            yield f"- The first filling, {there:,} requests and all of theirs: {seconds:.1f} s, {size:.1f} MB."
            side.ask("happens", 1_000, 0)
            side.ask("yardstick_facts_a_second")
            side.ask("export_facts_a_second")
            yield "\n| facts | ids read again | written, a second | yardstick, a second | ratio | wanted, a second |"
            yield "|---|---|---|---|---|---|"
            for number in range(1, ROUNDS + 1):
                side.ask("happens", facts, number)
                yardstick = side.ask("yardstick_facts_a_second")
                rate, ids = side.ask("export_facts_a_second")
                yield f"| {facts:,} | {ids:,} | {rate:,.0f} | {yardstick:,.0f} | {yardstick / rate:.1f} | {WANTED:,} |"
            yield f"\n- A run with nothing new: {side.ask('idle_seconds') * 1000:.0f} ms, and no process.\n"
    finally:
        side.drop()
