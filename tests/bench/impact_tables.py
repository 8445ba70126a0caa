"""The tables of the study of Impact: shares of worlds, with their Monte Carlo standard error in brackets."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import sqrt
from statistics import median

from tests.worlds.recipes import EFFECTS
from tests.worlds.trying import Told, Trial

Cell = tuple[int, int, float]
# Where nothing hides the truth, so intervals must hold it.
HONEST = ("unconfounded", "load measured", "persistent errors", "reliable pulses", "unreliable pulses", "moving mix")
NOTHING_TO_CONCLUDE = "load not measured"
LEVEL = 0.05
MARGIN = 0.05


class Answers:
    """What was told of all worlds, found again by cell, situation and effect."""

    def __init__(self, told: Mapping[Trial, Told], cells: Sequence[Cell]) -> None:
        self.cells = tuple(cells)
        self._by_place: dict[tuple[Cell, str, float], list[tuple[bool, Told]]] = {}
        for trial, answer in sorted(told.items(), key=lambda one: one[0].seed):
            place = (trial.cell, trial.situation, trial.effect)
            self._by_place.setdefault(place, []).append((trial.is_fully_checked, answer))
        self.situations = tuple(dict.fromkeys(situation for _, situation, _ in self._by_place))

    def of(
        self,
        cell: Cell | None,
        situations: Iterable[str] | None = None,
        effect: float | None = None,
        *,
        is_fully_checked: bool = False,
    ) -> list[Told]:
        """None stands for all. Fully checked: only the worlds whose checks were made whatever came out."""
        among = None if situations is None else set(situations)
        return [
            answer
            for (its_cell, situation, its_effect), answers in self._by_place.items()
            if cell in (None, its_cell) and (among is None or situation in among) and effect in (None, its_effect)
            for is_full, answer in answers
            if is_full or not is_fully_checked
        ]

    def table(self, rows: Iterable[tuple[str, Callable[[Cell | None], str]]]) -> Iterator[str]:
        """A row for each name, a column for each cell and one for all together; empty rows are left out."""
        names = [f"{suppliers}×{periods}×{cases:g}" for suppliers, periods, cases in self.cells]
        yield f"| | {' | '.join(names)} | together |"
        yield f"|---|{'---|' * (len(names) + 1)}"
        for name, shown in rows:
            texts = [shown(cell) for cell in (*self.cells, None)]
            if any(texts):
                yield f"| {name} | {' | '.join(texts)} |"


def tables(told: Mapping[Trial, Told], cells: Sequence[Cell]) -> Iterator[str]:
    """All tables, in Markdown."""
    answers = Answers(told, cells)
    for title, rows in (
        ("Intervals that hold the truth, % of estimates", _coverage(answers)),
        ("A true zero comes out supported, %", _supported(answers, [0.0])),
        ("A true effect comes out supported, %", _supported(answers, EFFECTS[1:])),
        ("Answered with not enough data, or no number at all, %", _silence(answers)),
        ("What others say of a true zero: an effect that differs from it, %", _yardsticks(answers)),
        ("The interval alone at a true zero, before any check, %", _intervals(answers)),
        ("Checks that fail at a true zero, % of those that could be made", _failing(answers)),
        ("The estimator", _estimator(answers)),
    ):
        yield f"\n### {title}\n"
        yield from answers.table(rows)


def _coverage(answers: Answers) -> Iterator[tuple[str, Callable[[Cell | None], str]]]:
    honest = [name for name in HONEST if name in answers.situations]
    for situation in answers.situations:
        if situation != NOTHING_TO_CONCLUDE:
            yield situation, lambda cell, name=situation: _held(answers.of(cell, [name]))
    for effect in EFFECTS:
        yield f"nothing hidden, effect {effect:g}", lambda cell, true=effect: _held(answers.of(cell, honest, true))
    yield "**nothing hidden, together**", lambda cell: _held(answers.of(cell, honest))


def _held(told: Sequence[Told]) -> str:
    return _percent(one.holds_truth for one in told if one.interval is not None)


def _supported(answers: Answers, effects: Sequence[float]) -> Iterator[tuple[str, Callable[[Cell | None], str]]]:
    for situation in answers.situations:
        for effect in effects:
            name = situation if len(effects) == 1 else f"{situation}, {effect:g}"
            yield (
                name,
                lambda cell, where=situation, true=effect: _percent(
                    one.answer == "supported" for one in answers.of(cell, [where], true)
                ),
            )


def _silence(answers: Answers) -> Iterator[tuple[str, Callable[[Cell | None], str]]]:
    for situation in answers.situations:
        for effect in EFFECTS:
            yield (
                f"{situation}, {effect:g}",
                lambda cell, where=situation, true=effect: _percent(
                    one.answer not in {"supported", "not_supported"} for one in answers.of(cell, [where], true)
                ),
            )


def _yardsticks(answers: Answers) -> Iterator[tuple[str, Callable[[Cell | None], str]]]:
    for situation in answers.situations:
        yield (
            f"{situation}: correlation of department means",
            lambda cell, name=situation: _percent(one.correlation < LEVEL for one in answers.of(cell, [name], 0.0)),
        )
        yield (
            f"{situation}: panel of departments and periods",
            lambda cell, name=situation: _percent(one.panel < LEVEL for one in answers.of(cell, [name], 0.0)),
        )


def _intervals(answers: Answers) -> Iterator[tuple[str, Callable[[Cell | None], str]]]:
    for situation in answers.situations:
        yield (
            f"{situation}: above zero",
            lambda cell, name=situation: _percent(
                one.interval[0] > 0 for one in answers.of(cell, [name], 0.0) if one.interval
            ),
        )
    for situation in answers.situations:
        yield (
            f"{situation}: above {MARGIN:g}",
            lambda cell, name=situation: _percent(
                one.interval[0] > MARGIN for one in answers.of(cell, [name], 0.0) if one.interval
            ),
        )


def _failing(answers: Answers) -> Iterator[tuple[str, Callable[[Cell | None], str]]]:
    names = list(dict.fromkeys(name for one in answers.of(None) for name in one.checks))
    for situation in answers.situations:
        for check in names:
            yield (
                f"{situation}: {check}",
                lambda cell, where=situation, what=check: _percent(
                    one.checks[what] is False
                    for one in answers.of(cell, [where], 0.0, is_fully_checked=True)
                    if one.checks.get(what) is not None
                ),
            )


def _estimator(answers: Answers) -> Iterator[tuple[str, Callable[[Cell | None], str]]]:
    for situation in answers.situations:
        yield f"{situation}: bias", lambda cell, name=situation: _bias(answers.of(cell, [name]))
    for situation in answers.situations:
        yield (
            f"{situation}: smallest effect that can be seen, median",
            lambda cell, name=situation: _middle(one.smallest_visible for one in answers.of(cell, [name])),
        )
    yield (
        "seconds a world, with all checks, median",
        lambda cell: _middle(one.seconds for one in answers.of(cell, is_fully_checked=True)),
    )


def _bias(told: Sequence[Told]) -> str:
    errors = [one.effect - one.truth for one in told if one.effect is not None]
    if len(errors) < 2:
        return ""
    mean = sum(errors) / len(errors)
    spread = sqrt(sum((error - mean) ** 2 for error in errors) / (len(errors) - 1) / len(errors))
    return f"{mean:+.3f} ({spread:.3f})"


def _middle(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{median(known):.3g}" if known else ""


def _percent(hits: Iterable[bool]) -> str:
    counted = list(hits)
    if not counted:
        return ""
    share = sum(counted) / len(counted)
    return f"{100 * share:.1f} ({100 * sqrt(share * (1 - share) / len(counted)):.1f})"
