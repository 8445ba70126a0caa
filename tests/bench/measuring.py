"""Medians, spreads and ratios, and how they are shown."""

from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True)
class Times:
    """Seconds that the same question took, again and again."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.seconds)

    def __str__(self) -> str:
        lower, _, upper = quantiles(self.seconds, n=4, method="inclusive")
        return f"{_short(self.median)} ({_short(lower)} to {_short(upper)})"


@dataclass(frozen=True)
class Row:
    """One question, asked of a small and of a large house. `yardstick`: the ratio it should stay below."""

    name: str
    statements: tuple[int, int] | None
    small: Times
    large: Times
    yardstick: float | None

    @property
    def ratio(self) -> float:
        """Large over small, by their medians."""
        return self.large.median / self.small.median


def table(rows: list[Row], small: str, large: str) -> str:
    """Return the rows as a Markdown table; times in milliseconds, half of all runs between the two in brackets."""
    lines = [
        f"| | statements | {small}, ms | {large}, ms | ratio | at most |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        counts = "" if row.statements is None else " and ".join(str(count) for count in sorted(set(row.statements)))
        most = "" if row.yardstick is None else f"{row.yardstick:g}"
        lines.append(f"| {row.name} | {counts} | {row.small} | {row.large} | {row.ratio:.2f} | {most} |")
    return "\n".join(lines)


def _short(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"
