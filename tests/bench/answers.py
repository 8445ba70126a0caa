"""How many people are asked, and how many answers are taken, a second: named ones, and those of a sealed box.

`python -m tests.bench answers`. The machine's own pace is measured in the same run: plain rows with as many words, each
in a transaction of its own, by as many threads.
"""

from collections.abc import Iterator
from pathlib import Path

from tests.bench.sides import Side


def measured_answers(url: str, home: Path, *, people: int) -> Iterator[str]:
    """Yield what asking and answering took, as lines of Markdown."""
    side = Side(url, "answers", home=home)
    side.make()
    try:
        with side.asked_by("tests.bench.answers_side"):
            made = side.ask("fill", 2 * people)
            few = people // 10
            small, small_count = side.ask("invite_seconds", made["named"], made["first"], few)
            large, large_count = side.ask("invite_seconds", made["named"], made["first"] + few, people - few)
            side.ask("invite_seconds", made["anonymous"], made["first"] + people, people)
            yield "| asking | people | seconds | a person, ms | statements |"
            yield "|---|---|---|---|---|"
            for name, count, seconds, statements in (
                ("some", few, small, small_count),
                ("many", people - few, large, large_count),
            ):
                yield f"| {name} | {count:,} | {seconds:.1f} | {seconds / count * 1000:.2f} | {statements} |"
            yield ""
            rates: dict[str, list[float]] = {"plain rows, the yardstick": [], "named": [], "anonymous": []}
            step = people // 4
            for _turn in range(4):  # in turns, so whatever else the machine does falls on all
                rates["plain rows, the yardstick"].append(side.ask("rows_a_second", step))
                rates["named"].append(side.ask("named_a_second", made["named"], step))
                rates["anonymous"].append(side.ask("anonymous_a_second", made["anonymous"], step))
            yield "| answers, eight at a time | first quarter, a second | last quarter, a second | of the yardstick |"
            yield "|---|---|---|---|"
            floor = sum(rates["plain rows, the yardstick"])
            for name, found in rates.items():
                yield f"| {name} | {found[0]:,.0f} | {found[-1]:,.0f} | {sum(found) / floor:.2f} |"
            yield f"\nThe sealed boxes of {people:,} answers were opened, shuffled, written as rows and heard in "
            yield f"{side.ask('release_seconds', made['anonymous']):.1f} s.\n"
    finally:
        side.drop()
