"""What contexts hand to analytics, and what is computed of it: contracts as plain dataclasses, without any engine.

A table in the store holds plain values: numbers, short words of our own, moments in UTC. Never the id of a person,
never anybody's words, and nothing that would tie an anonymous answer to who gave it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    import ibis.expr.types as ir

ColumnType = Literal["int64", "string", "float64", "bool", "timestamp", "date"]
COLUMN_TYPES: Final[tuple[ColumnType, ...]] = ("int64", "string", "float64", "bool", "timestamp", "date")


@dataclass(frozen=True)
class Column:
    """One column. A timestamp is a moment in UTC to the microsecond; a date is a day."""

    name: str
    type: ColumnType
    is_nullable: bool = False


@dataclass(frozen=True)
class Table:
    """A table of the store. `key`: the columns that name a row; the first of them is what is read anew together.

    So the legs of a request have the key (request_id, position): when something happened to a request, all its legs
    are read anew, and take the place of all that the store had of them. `month_of`: the column by whose month the
    files are split; None: the table is small and is not split.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    month_of: str | None = None

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) < len(names) or any(name.startswith("_") for name in names):
            raise ValueError(f"The columns of {self.name} are not all different, or one begins with a line.")
        kinds = {column.name: column for column in self.columns}
        if not self.key or any(name not in kinds or kinds[name].is_nullable for name in self.key):
            raise ValueError(f"The key of {self.name} must be columns that are never empty.")
        if kinds[self.key[0]].type != "int64":
            raise ValueError(f"The key of {self.name} must begin with a number.")
        if self.month_of is not None:
            column = kinds.get(self.month_of)
            if column is None or column.is_nullable or column.type not in {"timestamp", "date"}:
                raise ValueError(f"{self.name} is split by the month of a moment or day that is never empty.")

    @property
    def group(self) -> str:
        """The column whose rows are read anew together."""
        return self.key[0]


@dataclass(frozen=True)
class Told:
    """What the facts of one verb are about, all together, each thing once: "request:12"."""

    verb: str
    about: Collection[str]


def _nothing_else(_ids: Sequence[int]) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Export:
    """How a context fills one table: SQL for its rows, SQL for all ids there are, and which ids facts have touched.

    `rows`: a SELECT with exactly the table's columns, by name, of the ids in `%(ids)s` as they are at `%(at)s`.
    `all_ids`: a SELECT of one column, every id that has rows. Both are our own SQL, never anybody's words.
    `touched_by`: the ids whose rows facts about these things may have changed; too many is harmless, too few is a
    defect. It may ask the database, in a few statements whatever the number of facts.
    `given_with`: what else `rows` is given for these ids, by name; asked before each reading, in a few statements.
    `after`: the followers of the journal whose work `rows` reads; the store never reads facts that they have not.
    `grows_weekly`: a new week makes new rows for every id.
    """

    table: Table
    rows: str
    all_ids: str
    touched_by: Callable[[Sequence[Told]], Collection[int]]
    given_with: Callable[[Sequence[int]], Mapping[str, Any]] = _nothing_else
    after: tuple[str, ...] = ()
    grows_weekly: bool = False


def ids_named(facts: Sequence[Told], kind: str) -> set[int]:
    """Return the numbers of all things of this kind that the facts are about: 12 of "request:12"."""
    prefix = f"{kind}:"
    return {int(name.removeprefix(prefix)) for fact in facts for name in fact.about if name.startswith(prefix)}


@dataclass(frozen=True)
class Measure:
    """A measure: an Ibis expression over tables of the store, the same on every engine.

    `expression` is called with the tables by name and `arguments` by keyword, and returns one table expression.
    `key` names the columns that tell its rows apart, so that two engines' answers can be laid side by side.
    `arguments` are a sample with which the measure can be tried on any store.
    """

    name: str
    tables: tuple[str, ...]
    expression: "Callable[..., ir.Table]"
    key: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
