"""What it takes to count very many answers, and to open their results once they are counted.

`python -m tests.bench answers --results-of 100000` has this as its second part. Named and anonymous, eleven questions
of every kind and the fifty of the ready-made survey of gaps. Filling is done by another process than counting, whose
memory is told.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.bench.sides import Side

MODULE: Final = "tests.bench.answers_results_side"
ASKED: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("11 questions", "many", {}),
    ("the same, of one side", "many", {"side": "inside"}),
    ("the same, by department", "many", {"cut": "supplier"}),
    ("11 questions, anonymous", "quiet", {"round_number": 1}),
    ("the same, by department", "quiet", {"round_number": 1, "cut": "supplier"}),
    ("50 questions, gaps", "gap", {}),
)


def measured_results(url: str, home: Path, *, answers: int) -> Iterator[str]:
    """Yield what counting and opening took, as lines of Markdown."""
    side = Side(url, "results", home=home)
    side.make()
    try:
        with side.asked_by(MODULE):
            side.ask("fill", answers)
        with side.asked_by(MODULE):
            before = side.ask("grown_mb")
            yield f"| results of {answers:,} answers | opened first, s | counted by the job, s | opened then, s |"
            yield "|---|---|---|---|"
            for name, key, words in ASKED:
                first, _n, _is_all = side.ask("open_seconds", key, words)
                counted = side.ask("count_seconds", key, words)
                took, n, is_all = min(side.ask("open_seconds", key, words) for _turn in range(3))
                if not is_all or not n:
                    raise RuntimeError(f"{name}: not all are counted")
                yield f"| {name} | {first:.2f} | {counted:.1f} | {took:.2f} |"
            yield f"| the list of surveys | {side.ask('list_seconds'):.2f} | | |"
            grown = side.ask("grown_mb")
            yield f"\nThe process had {before:.0f} MB before, and never more than {grown:.0f} MB.\n"
    finally:
        side.drop()
