"""Whose lateness travels, and what stands behind a service, over a year of few and of very many ended cases."""

from collections.abc import Iterator
from pathlib import Path

from tests.bench.sides import Side

YEAR = (4_900, 364, 200, 1_000)  # as `stories.Size`: of three requests about two are ended outside cases
TIMES = {"few": 1, "many": 33}  # the same year so many times at once
PAGES = ("travelling", "behind")


def lateness_lines(url: str, home: Path) -> Iterator[str]:
    """Give the figures as lines."""
    took: dict[str, dict[str, float]] = {}
    for name, times in TIMES.items():
        side = Side(url, f"lateness_{name}", home=home)
        if not side.note:
            side.make()
        try:
            with side.asked_by("tests.bench.lateness_side"):
                if not side.note:
                    side.ask("fill", *YEAR)
                    side.ask("multiply", times)
                    side.leave_note("filled")
                told = side.ask("counted")
                yield (
                    f"- {told['cases']:,} ended outside cases, {told['late']:,} of them late: counted from nothing in "
                    f"{told['seconds']:.0f} s ({told['cases'] / told['seconds']:,.0f} a second); "
                    f"{told['rows']:,} rows of weeks."
                )
                again = side.ask("counted_again")
                yield (
                    f"  - {again['cases']} cases that changed, counted again: {again['seconds'] * 1000:.0f} ms, of "
                    f"these {again['weeks'] * 1000:.0f} ms for their weeks."
                )
                took[name] = {page: side.ask("page_seconds", page) for page in PAGES}
        finally:
            side.drop()
    for page in PAGES:
        few, many = took["few"][page], took["many"][page]
        yield (
            f"- The page {page}, 52 weeks: {few * 1000:.0f} ms of few, {many * 1000:.0f} ms of many "
            f"({many / few:.2f} times)."
        )
