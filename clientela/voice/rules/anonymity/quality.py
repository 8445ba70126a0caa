"""Service quality of an anonymous round where people left items out: who counts in what, so that nothing subtracts.

A dimension counts for whoever answered at least half of its items, by the mean of those they answered. If one person
left out one item, the figures of the items less that of the dimension would be that person's answers. So for each
dimension people are either *complete*, and their items are kept one by one, or *put together*, and only their mean is
kept; and the whole is either of a person's or not. Of each of these four at least five people are alike, or nobody:
where one to four left something out, as many others as are wanting are drawn by lot and treated the same.

Every figure is a sum over such groups. Whatever is added, subtracted or weighed treats all of a group alike, so it
never ends at fewer than five people.

Fewer than ten who all say the same: the items are put together, or the dimension is not kept at all.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from clientela.voice.rules.anonymity.alike import are_too_alike
from clientela.voice.rules.anonymity.cuts import LEAST_SHOWN

MEANS: Final = "~quality"  # no question may be called so: {dimension: {"perception", "expectation", "gap"}}
APART: Final = "~apart"  # true for who does not count in the whole

_OUT, _TOGETHER, _COMPLETE = range(3)


@dataclass(frozen=True)
class Item:
    """One item by the names of its questions, "" where a side is not asked. It is answered if both sides are."""

    perception: str = ""
    expectation: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The questions that there are."""
        return tuple(name for name in (self.perception, self.expectation) if name)


def quality_kept(
    answers: Sequence[Mapping[str, Any]], items: Mapping[str, Sequence[Item]], *, asked: int, chance: Random
) -> list[dict[str, Any]]:
    """The answers, in their order, with the items of service quality as they may be kept.

    `items` are those of each dimension, `asked` is of how many dimensions the whole is made.
    """
    if not any(items.values()):
        return [dict(one) for one in answers]
    kept = _Round(answers, items, asked, chance)
    kept.settle()
    return [kept.written(place) for place in range(len(answers))]


def means_of(answer: Mapping[str, Any], items: Sequence[Item]) -> dict[str, float]:
    """One person's means of a dimension by side, and "gap" over the items asked on both; {} below half of the items.

    And {} without an item of a side that is asked: whoever counts in a dimension counts in each of its figures.
    """
    given = [one for one in items if all(name in answer for name in one.names)]
    if not given or 2 * len(given) < len(items) or _sides(given) != _sides(items):
        return {}
    sides = {
        "perception": [answer[one.perception] for one in given if one.perception],
        "expectation": [answer[one.expectation] for one in given if one.expectation],
        "gap": [
            answer[one.perception] - answer[one.expectation] for one in given if one.perception and one.expectation
        ],
    }
    return {side: round(sum(scores) / len(scores), 6) for side, scores in sides.items() if scores}


def _sides(items: Sequence[Item]) -> tuple[bool, bool, bool]:
    return (
        any(one.perception for one in items),
        any(one.expectation for one in items),
        any(one.perception and one.expectation for one in items),
    )


class _Round:
    """Who is complete, put together or out, by dimension and place."""

    def __init__(
        self, answers: Sequence[Mapping[str, Any]], items: Mapping[str, Sequence[Item]], asked: int, chance: Random
    ) -> None:
        self.answers = answers
        self.items = {dimension: tuple(each) for dimension, each in items.items() if each}
        self.asked = asked
        self.chance = chance
        self.means = {name: [means_of(one, each) for one in answers] for name, each in self.items.items()}
        self.status = {name: [self._status(place, name) for place in range(len(answers))] for name in self.items}
        self.whole: set[int] = set()

    def settle(self) -> None:
        """Bring everybody to where at least five are alike."""
        for dimension in self.items:
            counting = self._counting(dimension, range(len(self.answers)))
            if len(counting) < LEAST_SHOWN or self._is_alike(dimension, counting):
                self.status[dimension] = [_OUT] * len(self.answers)
        rest = self._choose_whole()
        for dimension in self.items:
            for group in (self.whole, rest):
                self._put_together(dimension, group)
            complete = [place for place, status in enumerate(self.status[dimension]) if status == _COMPLETE]
            names = [name for item in self.items[dimension] for name in item.names]
            if any(are_too_alike([self.answers[place][name] for place in complete]) for name in names):
                self._mark(dimension, complete, _TOGETHER)

    def written(self, place: int) -> dict[str, Any]:
        """One person's answers as they are kept."""
        kept = dict(self.answers[place])
        means = {}
        for dimension, items in self.items.items():
            status = self.status[dimension][place]
            if status == _COMPLETE:
                continue
            for name in (name for item in items for name in item.names):
                kept.pop(name, None)
            if status == _TOGETHER:
                means[dimension] = self.means[dimension][place]
        if means:
            kept[MEANS] = means
        if place not in self.whole:
            kept[APART] = True
        return kept

    def _status(self, place: int, dimension: str) -> int:
        answer = self.answers[place]
        if not self.means[dimension][place]:
            return _OUT
        is_complete = all(name in answer for item in self.items[dimension] for name in item.names)
        return _COMPLETE if is_complete else _TOGETHER

    def _counting(self, dimension: str, group: Collection[int]) -> list[int]:
        return [place for place in sorted(group) if self.status[dimension][place] != _OUT]

    def _is_alike(self, dimension: str, places: Sequence[int]) -> bool:
        means = [self.means[dimension][place] for place in places]
        return any(are_too_alike([one[side] for one in means]) for side in means[0])

    def _choose_whole(self) -> set[int]:
        """Decide who counts in the whole; return who does not and yet counts in some dimension: nobody, or five."""
        counting = {place for dimension in self.items for place in self._counting(dimension, range(len(self.answers)))}
        full = [place for place in sorted(counting) if all(status[place] != _OUT for status in self.status.values())]
        if len(self.items) < self.asked or len(full) < LEAST_SHOWN or self._is_whole_alike(full):
            return counting
        rest = counting - set(full)
        if rest:
            ready = [place for place in full if all(each[place] == _COMPLETE for each in self.status.values())]
            if len(ready) < LEAST_SHOWN or len(full) < 2 * LEAST_SHOWN:
                return counting
            rest |= set(self.chance.sample(ready, LEAST_SHOWN))
        self.whole = set(full) - rest
        return rest

    def _is_whole_alike(self, places: Sequence[int]) -> bool:
        sides = set.intersection(*(set(each[places[0]]) for each in self.means.values()))  # of which there is a whole
        return any(
            are_too_alike([round(sum(each[place][side] for each in self.means.values()), 4) for place in places])
            for side in sides
        )

    def _put_together(self, dimension: str, group: Collection[int]) -> None:
        """Of one group: as many as are wanting to five are drawn by lot from the complete ones; or all are."""
        counting = self._counting(dimension, group)
        if counting and len(counting) < LEAST_SHOWN:
            self._mark(dimension, counting, _OUT)
            return
        complete = [place for place in counting if self.status[dimension][place] == _COMPLETE]
        wanting = LEAST_SHOWN - (len(counting) - len(complete))
        if wanting < LEAST_SHOWN:
            drawn = self.chance.sample(complete, min(max(wanting, 0), len(complete)))
            self._mark(dimension, drawn, _TOGETHER)
            complete = [place for place in complete if place not in drawn]
        if len(complete) < LEAST_SHOWN:
            self._mark(dimension, complete, _TOGETHER)

    def _mark(self, dimension: str, places: Collection[int], status: int) -> None:
        for place in places:
            self.status[dimension][place] = status
