"""Whether the answers that are missing tell something: then what the others said says nothing about all. Pure.

Missing by chance only costs precision. Missing because of what would have been said makes every number wrong, and
cannot be proved from what was said; but it leaves traces. Each is looked for where a fifth or more is missing.
"""

from dataclasses import replace

import numpy as np

from clientela.impact.rules.cases import Bools, Cases, Floats, Inside, Ints, chosen
from clientela.impact.rules.design import designed
from clientela.impact.rules.exposure import main_suppliers
from clientela.impact.rules.jackknife import Inference, Jackknifed, correction
from clientela.impact.rules.quality import Standardised, shifted
from clientela.impact.rules.refusing import NoAnswerError, Refusal

MANY = 0.2
LEVEL = 0.01
FEWEST_ASKED = 3
FEWEST_GROUPS = 4
FEWEST_OF_LEVEL = 10  # asked in a unit, period, type or of a supplier, to be compared with others
FEWEST_SAID_OF_LEVEL = 3
MOST_WEIGHT = 200  # beyond so many asked, levels differ for their own reasons more than by chance
FEWEST_LEVELS = 8
SWEEPS = 5
SPREAD = 1e-12


def refuse_if_missing_tells(cases: Cases, inside: Inside, quality: Standardised, *, lag: int) -> None:
    """Raise NoAnswerError when many answers are missing and who answered goes with what is asked about.

    Outside: answering goes with how well the suppliers served, with an outcome of before, or with what those who did
    answer said in the same unit and period, or in the same unit, period, type or of the same supplier at all. Inside: a
    supplier's quality is unknown more often after it was bad.
    """
    asked = chosen(cases, main_suppliers(cases) >= 0)
    answered = np.isfinite(asked.outcome)
    share = 1.0 - float(answered.mean())
    if share >= MANY and 0 < answered.sum() < asked.count:
        for trace, found in (
            ("quality", _by_quality(asked, inside, quality, answered, lag=lag)),
            ("unaffected", _by_values(asked, answered)),
            ("said", _by_what_was_said(asked, answered)),
            ("levels", _by_levels(asked, answered)),
        ):
            _refuse(found, side="outside", trace=trace, share=share)
    known: Bools = np.isfinite(inside.quality[0]) & np.isfinite(inside.quality[1])
    used = known.any(axis=0)
    share = 1.0 - float(known[:, used].mean())
    if share >= MANY:
        _refuse(_by_quality_before(known[:, used], quality.mean[:, used]), side="inside", trace="before", share=share)


def _refuse(found: Inference | None, *, side: str, trace: str, share: float) -> None:
    if found is not None and found.p < LEVEL:
        raise NoAnswerError(Refusal.MISSING_NOT_AT_RANDOM, side=side, trace=trace, share=share, p=found.p)


def _by_quality(asked: Cases, inside: Inside, quality: Standardised, answered: Bools, *, lag: int) -> Inference | None:
    """Whether cases answered more or less often when their suppliers served well: the case-level model of answering."""
    design = designed(replace(asked, outcome=answered.astype(np.float64)), inside, quality, lag=lag)
    if len(design.cluster_suppliers) < FEWEST_GROUPS:
        return None
    products = design.products(design.cases.outcome, design.quality_columns().mean(axis=1))
    below = products.without[:, 1, 1]
    if products.whole[1, 1] <= 0 or (below <= 0).any():
        return None
    whole = np.array([products.whole[0, 1] / products.whole[1, 1]])
    return design.jackknifed(whole, products.without[:, 0, 1] / below, columns=1).inference()


def _by_values(asked: Cases, answered: Bools) -> Inference | None:
    """Whether those answered whose earlier outcome was better or worse, within unit."""
    values = asked.unaffected
    if values is None:
        return None
    known = np.isfinite(values)
    if not known.any():
        return None
    return _slope(answered[known].astype(np.float64), values[known], np.ones(int(known.sum())), asked.unit[known])


def _by_what_was_said(asked: Cases, answered: Bools) -> Inference | None:
    """Whether more answered in units and periods where those who did answer were happier or less happy."""
    periods = int(asked.period.max()) + 1
    cells, cell = np.unique(asked.unit * periods + asked.period, return_inverse=True)
    many = np.bincount(cell).astype(np.float64)
    said = np.bincount(cell, weights=answered.astype(np.float64))
    total = np.bincount(cell, weights=np.where(answered, asked.outcome, 0.0))
    usable = (many >= FEWEST_ASKED) & (said > 0)
    mean = total[usable] / said[usable]
    return _slope(said[usable] / many[usable], mean, many[usable], cells[usable] // periods)


def _by_levels(asked: Cases, answered: Bools) -> Inference | None:
    """Whether more or fewer answered in those units, periods and types, and of those suppliers, that were told better.

    Whoever answers because of what they would say answers less wherever people are less happy, whatever makes them so;
    each unit, period, type and supplier is one such place. Periods are compared with the one before: rates of
    answering and scores that both drift for years have nothing to do with each other.
    """
    places = [np.unique(one, return_inverse=True)[1] for one in (asked.unit, asked.case_type, main_suppliers(asked))]
    places.append(asked.period - asked.period.min())
    rates = _level_effects(answered.astype(np.float64), places)
    said = _level_effects(asked.outcome[answered], [one[answered] for one in places])
    found: list[Floats] = []
    for at, place in enumerate(places):
        many = np.bincount(place).astype(np.float64)
        of_said = np.bincount(place[answered], minlength=len(many))
        usable = (many >= FEWEST_OF_LEVEL) & (of_said >= FEWEST_SAID_OF_LEVEL)
        told = np.zeros(len(many))
        told[: len(said[at])] = said[at]
        part = np.stack([rates[at], told, np.minimum(many, MOST_WEIGHT)])
        if at < len(places) - 1:
            part = part[:, usable]
            if part.shape[1] > 1:
                part[:2] -= np.average(part[:2], axis=1, weights=part[2])[:, None]
                found.append(part)
        else:
            both = usable[1:] & usable[:-1]
            weight = np.minimum(part[2, 1:], part[2, :-1]) / 2
            found.append(np.stack([*np.diff(part[:2], axis=1), weight])[:, both])
    rate, score, weight = np.concatenate(found, axis=1) if found else np.zeros((3, 0))
    if len(rate) < FEWEST_LEVELS:
        return None
    return _slope(rate, score, weight, np.arange(len(rate)))


def _level_effects(values: Floats, places: list[Ints]) -> list[Floats]:
    """By how much each level of each factor is above or below, the others alike: one factor after the other, again."""
    left = values - values.mean()
    effects = [np.zeros(int(one.max()) + 1) for one in places]
    for _ in range(SWEEPS):
        for at, place in enumerate(places):
            step = np.bincount(place, weights=left) / np.maximum(np.bincount(place), 1)
            effects[at] += step
            left = left - step[place]
    return effects


def _by_quality_before(known: Bools, mean: Floats) -> Inference | None:
    """Whether a supplier's quality is unknown more often after a period in which it was bad, within supplier."""
    before, had = shifted(mean, -1, 0.0), shifted(known.astype(np.float64), -1, 0.0) > 0
    of = np.tile(np.arange(known.shape[1]), (known.shape[0], 1))
    return _slope(known[had].astype(np.float64), before[had], np.ones(int(had.sum())), of[had])


def _slope(outcome: Floats, values: Floats, weights: Floats, groups: Ints) -> Inference | None:
    """The weighted slope of one on the other over all, jackknifed by group; None where there is too little of it."""
    labels, group = np.unique(groups, return_inverse=True)
    count = len(labels)
    if count < FEWEST_GROUPS:
        return None
    sums = np.stack(
        [
            np.bincount(group, weights=weights * part, minlength=count)
            for part in (np.ones(len(outcome)), values, outcome, values**2, values * outcome)
        ]
    )
    total = sums.sum(axis=1)
    rest = total[:, None] - sums
    if _left(total)[0] <= SPREAD * total[3] or (_left(rest)[0] <= SPREAD * rest[3]).any():
        return None
    whole, without = _ratio(total), _ratio(rest)
    factor = correction(cases=len(outcome), columns=2, clusters=count)
    return Jackknifed(np.atleast_1d(whole), without[:, None], factor).inference()


def _left(sums: Floats) -> tuple[Floats, Floats]:
    weight, value, outcome, square, crossed = sums
    return square - value**2 / weight, crossed - value * outcome / weight


def _ratio(sums: Floats) -> Floats:
    below, above = _left(sums)
    ratio: Floats = np.asarray(above / below)
    return ratio
