"""The map as a matrix: who provides down the side, who is served along the top, in the order of the picture."""

from dataclasses import dataclass

from clientela.web.map import sentences
from clientela.web.map.showing import LineShown, MapShown

MOST = 40  # rows and columns; a larger one is read as a table


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
class Matrix:
    """The whole matrix. `left_out`: how many providers and customers found no room."""

    customers: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    left_out: int


def matrix(shown: MapShown) -> Matrix:
    """Return the matrix of what fits what was searched for, the busiest where there are too many."""
    lines = {(line.edge.provider, line.edge.customer): line for line in shown.lines}
    order = {slot.key: (slot.column, slot.y) for slot in shown.layout.slots}
    providers, customers = (_busiest(shown, {pair[end] for pair in lines}, end=end) for end in (0, 1))
    providers.sort(key=lambda key: order[key])
    customers.sort(key=lambda key: order[key])
    rows = tuple(
        MatrixRow(
            name=shown.names[provider],
            cells=tuple(_cell(lines.get((provider, customer))) for customer in customers),
        )
        for provider in providers
    )
    everyone = len({pair[0] for pair in lines}) + len({pair[1] for pair in lines})
    return Matrix(
        customers=tuple(shown.names[key] for key in customers),
        rows=rows,
        left_out=everyone - len(providers) - len(customers),
    )


def _busiest(shown: MapShown, keys: set[str], *, end: int) -> list[str]:
    volumes = dict.fromkeys(keys, 0)
    for line in shown.lines:
        volumes[(line.edge.provider, line.edge.customer)[end]] += line.edge.asked
    return sorted(keys, key=lambda key: (-volumes[key], key))[:MOST]


def _cell(line: LineShown | None) -> Cell:
    if line is None:
        return Cell(None)
    return Cell(line, "0" if line.is_silent else sentences.number(line.edge.asked))
