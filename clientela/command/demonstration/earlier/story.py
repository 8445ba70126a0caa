"""What the old cases are drawn from, as `data/earlier.toml` states it, with the names that the house gives things."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clientela.command.demonstration.content import table
from clientela.command.demonstration.story import BranchStory, DepartmentStory


@dataclass(frozen=True)
class Supplier:
    """A department behind the counter; `effect`, `answers`, `asked_share` as in the data file."""

    name: str
    effect: float
    answers: float
    asked_share: float


@dataclass(frozen=True)
class Kind:
    """What customers came with, at which counter, and who stands behind it by place among the suppliers."""

    name: str
    counter: str
    weight: float
    hardness: float
    behind: Mapping[int, float]


@dataclass(frozen=True)
class EarlierStory:
    """Everything that is chosen; the rest is chance."""

    weeks: int
    cases_a_week: float
    asked_share: float
    cities: tuple[str, ...]
    suppliers: tuple[Supplier, ...]
    kinds: tuple[Kind, ...]


def earlier_story(departments: tuple[DepartmentStory, ...], branches: tuple[BranchStory, ...]) -> EarlierStory:
    """Return the story in the language of the house, which is that of its departments' first names."""
    told = table("earlier")
    names = {one.key: one.name.en for one in departments}
    places = {one["department"]: place for place, one in enumerate(told["supplier"])}
    return EarlierStory(
        weeks=told["story"]["weeks"],
        cases_a_week=told["story"]["cases_a_week"],
        asked_share=told["story"]["asked_share"],
        cities=tuple(one.city.en for one in branches),
        suppliers=tuple(
            Supplier(names[one["department"]], one["effect"], one["answers"], one["asked_share"])
            for one in told["supplier"]
        ),
        kinds=tuple(_kind(one, names, places) for one in told["kind"]),
    )


def _kind(one: Mapping[str, Any], names: Mapping[str, str], places: Mapping[str, int]) -> Kind:
    behind = {places[department]: share for department, share in one["behind"].items()}
    return Kind(one["name"], names[one["counter"]], one["weight"], one["hardness"], behind)
