"""The map as a matrix: who provides down the side, who is served along the top, in the order of the picture.

A large one comes in parts: so many providers at a time, and along the top only those whom these serve.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clientela.web.map import sentences
from clientela.web.map.showing import LineShown, MapShown

MOST = 40  # rows and columns of a part


@dataclass(frozen=True)
class Cell:
    """What one provider did for one customer; `line` is None where there is nothing."""

    line: LineShown | None
    words: str = ""


@dataclass(frozen=True)
class MatrixRow:
    """One provider."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Part:
    """A part of a side that does not fit at once: the names it goes from and to."""

    number: int
    first: str
    last: str
    is_here: bool


@dataclass(frozen=True)
class Matrix:
    """A part of the matrix. `row_parts` and `column_parts`: all there are to choose from; empty where one is all."""

    customers: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    row_parts: tuple[Part, ...]
    column_parts: tuple[Part, ...]
    has_traced: bool  # whether some line in it is known from event logs or mail alone


def matrix(shown: MapShown, *, row_part: int = 0, column_part: int = 0) -> Matrix:
    """Return a part of the matrix of what fits what was searched for; the last one for a part that is not there."""
    lines = {(line.edge.provider, line.edge.customer): line for line in shown.lines}
    order = {slot.key: (slot.column, slot.y) for slot in shown.layout.slots}
    every_provider = sorted({provider for provider, _customer in lines}, key=lambda key: order[key])
    providers, row_parts = _part(every_provider, row_part, shown)
    here = set(providers)
    served = {customer for provider, customer in lines if provider in here}
    customers, column_parts = _part(sorted(served, key=lambda key: order[key]), column_part, shown)
    along = set(customers)
    return Matrix(
        customers=tuple(shown.names[key] for key in customers),
        rows=tuple(
            MatrixRow(
                name=shown.names[provider],
                cells=tuple(_cell(lines.get((provider, customer))) for customer in customers),
            )
            for provider in providers
        ),
        row_parts=row_parts,
        column_parts=column_parts,
        has_traced=_has_traced(lines[pair] for pair in lines if pair[0] in here and pair[1] in along),
    )


def _part(keys: Sequence[str], wanted: int, shown: MapShown) -> tuple[Sequence[str], tuple[Part, ...]]:
    parts = [keys[begin : begin + MOST] for begin in range(0, len(keys), MOST)]
    if len(keys) <= MOST:
        return keys, ()
    here = min(wanted, len(parts) - 1)
    return parts[here], tuple(
        Part(number, shown.names[some[0]], shown.names[some[-1]], number == here) for number, some in enumerate(parts)
    )


def _has_traced(lines: Iterable[LineShown]) -> bool:
    return any(line.edge.is_only_traced for line in lines)


def _cell(line: LineShown | None) -> Cell:
    if line is None:
        return Cell(None)
    return Cell(line, sentences.number(line.edge.traced if line.edge.is_only_traced else line.edge.asked))
