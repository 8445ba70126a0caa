"""How many of those asked answered, and which groups are missing from what they say."""

from collections.abc import Mapping
from dataclasses import dataclass

from clientela.voice.rules.figures.estimates import LEAST_SHOWN, Share, TooFew
from clientela.voice.rules.figures.shares import difference_of_shares, wilson


@dataclass(frozen=True)
class GroupResponse:
    """The response of one group that may be shown."""

    group: str
    rate: Share
    is_missing: bool  # clearly fewer answered than among all the others


@dataclass(frozen=True)
class Response:
    """The response rate of a round, and of its groups, the lowest first."""

    rate: Share | TooFew
    groups: tuple[GroupResponse, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The groups of which clearly fewer answered."""
        return tuple(each.group for each in self.groups if each.is_missing)


def response_rate(asked_and_answered: Mapping[str, tuple[int, int]], *, is_anonymous: bool) -> Response:
    """The response by group: how many were asked, how many answered; the groups do not overlap.

    A group of fewer than five asked is not told apart. Of an anonymous round neither is one in which one to four, or
    nobody, answered, or in which all but one to four did: who did not answer would be known to their colleagues, and
    whose answers are in a figure too. One group left out alone would follow from the whole, so then the next smallest
    is left out with it.
    """
    asked = sum(group[0] for group in asked_and_answered.values())
    answered = sum(group[1] for group in asked_and_answered.values())
    shown = {name: group for name, group in asked_and_answered.items() if _may_be_shown(*group, is_anonymous)}
    if is_anonymous:
        shown = _without_differences(shown, asked_and_answered)
    found = []
    for name, (one_asked, one_answered) in shown.items():
        rate = wilson(one_answered, one_asked)
        if isinstance(rate, Share):
            others = (answered - one_answered, asked - one_asked)
            found.append(GroupResponse(name, rate, is_missing=_is_lower((one_answered, one_asked), others)))
    return Response(wilson(answered, asked), tuple(sorted(found, key=lambda each: (each.rate.value, each.group))))


def _may_be_shown(asked: int, answered: int, is_anonymous: bool) -> bool:  # noqa: FBT001 - spread from a row
    if asked < LEAST_SHOWN:
        return False
    silent = asked - answered
    return not is_anonymous or (answered >= LEAST_SHOWN and (silent == 0 or silent >= LEAST_SHOWN))


def _without_differences(
    shown: Mapping[str, tuple[int, int]], all_groups: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    """Leave out more groups, the smallest first, until those left out together may be shown: they can be worked out."""
    left = dict(shown)
    while left and len(left) < len(all_groups):
        hidden = [group for name, group in all_groups.items() if name not in left]
        asked, answered = sum(group[0] for group in hidden), sum(group[1] for group in hidden)
        if _may_be_shown(asked, answered, is_anonymous=True):
            break
        del left[min(left, key=lambda name: (left[name][0], name))]
    return left


def _is_lower(group: tuple[int, int], others: tuple[int, int]) -> bool:
    difference = difference_of_shares(others, group)
    return not isinstance(difference, TooFew) and difference.high < 0
