"""Drawing the old cases by chance: how departments served, what customers met, and what they said of it.

A case c of kind k in shop u and week t depended on departments d by the shares w that the routing of the shop gives;
what happened to it followed shares a*, drawn around w. What the customer thought of it is, in standard deviations,

    shop_u + week_t − hardness_k + Σ_d a*_cd·(effect_d·quality_dt + mishap_dt − b·load_dt) − queue_c − urgency_c + rest

and becomes a score of 1 to 5. Quality remembers the week before, sinks under load, and has a standard deviation of one
over a department's weeks. Colleagues answered on a scale of 1 to 5 about it, each with an error of their own. Whether
the customer came back depends on it ever so little. The visit before is what they said then: nothing inside now can
have changed it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clientela.command.demonstration.earlier.story import EarlierStory

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]

QUALITY_REMEMBERS, LOAD_REMEMBERS, MISHAPS_REMEMBER = 0.6, 0.6, 0.4
LOAD_ON_QUALITY, LOAD_ON_SCORE, SHARED = 0.3, 0.08, 0.2
SHOPS, WEEKS, MISHAPS = 0.25, 0.1, 0.1
QUEUE_ON_SERVICE, QUEUE_ON_SCORE, URGENCY_ON_SCORE = 0.5, 0.15, 0.15
ROUTES_DIFFER, LIKE_THE_ROUTE = 0.25, 12.0
USUAL, SPREAD, ONE_ANSWER = 3.7, 0.4, 0.9  # of what colleagues answer: the mean, over the weeks, among people
SCORE_STEPS = (-1.9, -1.25, -0.55, 0.35)  # what customers think, to 2, 3, 4 and 5
COMES_BACK, THINKING_ON_COMING_BACK = 0.35, 0.06
VISITED_BEFORE = 0.7


@dataclass(frozen=True)
class EarlierCases:
    """N cases of T weeks and D departments; NaN where nobody was asked or answered."""

    week: Whole  # [N]
    shop: Whole
    kind: Whole
    shares: Floats  # [N, D], in hundredths, a case's sum is 1
    score: Floats  # 1 to 5
    came_back: Whole  # within 90 days: 0 or 1
    before: Floats  # the score of the visit before
    queue: Whole  # how many waited when it came in
    served: Floats  # how departments served this case, by the clock, on the scale of what colleagues answer
    urgency: Whole  # 1 to 3
    halves: Floats  # [2, T, D], means of two random halves of what colleagues answered
    answers: Whole  # [T, D]
    load: Floats  # [T, D], open tasks for each pair of hands


def drawn_cases(story: EarlierStory, *, seed: int) -> EarlierCases:
    """The same for the same story and seed."""
    rng = np.random.default_rng(seed)
    many, kinds, shops = len(story.suppliers), len(story.kinds), 2 * len(story.cities)
    load = _remembering(rng, story.weeks, many, LOAD_REMEMBERS)
    quality = _quality(rng, load)
    mishaps = MISHAPS * _remembering(rng, story.weeks, many, MISHAPS_REMEMBER)
    week = np.repeat(np.arange(story.weeks), rng.poisson(story.cases_a_week, story.weeks))
    weights = np.array([kind.weight for kind in story.kinds])
    kind = rng.choice(kinds, week.size, p=weights / weights.sum())
    counters = sorted({one.counter for one in story.kinds})
    at_counter = np.array([counters.index(one.counter) for one in story.kinds])
    shop = rng.choice(len(story.cities), week.size, p=(0.45, 0.3, 0.25)) * len(counters) + at_counter[kind]
    shares = _routes(rng, story, shops)[shop, kind]
    met = rng.standard_gamma(LIKE_THE_ROUTE * shares)
    met /= met.sum(axis=1, keepdims=True)
    line = rng.standard_normal(week.size)
    urgency = rng.choice(3, week.size, p=(0.5, 0.35, 0.15))
    hardness = np.array([one.hardness for one in story.kinds])
    effects = np.array([one.effect for one in story.suppliers])
    of_shop = SHOPS * rng.standard_normal(shops)
    inside = np.einsum("ij,ij->i", met, (effects * quality + mishaps - LOAD_ON_SCORE * load)[week])
    temper = 0.3 * rng.standard_normal(week.size)  # some customers are never pleased
    thought = of_shop[shop] + (WEEKS * rng.standard_normal(story.weeks))[week] - hardness[kind] + inside
    thought += temper - QUEUE_ON_SCORE * line - URGENCY_ON_SCORE * urgency + 0.8 * rng.standard_normal(week.size)
    then = of_shop[shop] + temper + 0.85 * rng.standard_normal(week.size)
    wish = THINKING_ON_COMING_BACK * thought + rng.standard_normal(week.size)
    served = np.einsum("ij,ij->i", met, quality[week]) - QUEUE_ON_SERVICE * line + rng.standard_normal(week.size)
    halves, answers = _answered(rng, story, quality)
    return EarlierCases(
        week=week,
        shop=shop,
        kind=kind,
        shares=shares,
        score=_known(rng, _score(thought), story.asked_share),
        came_back=(wish > np.quantile(wish, 1.0 - COMES_BACK)).astype(np.intp),
        before=_known(rng, _score(then), VISITED_BEFORE),
        queue=np.maximum(0, np.rint(6.0 + 3.0 * line)).astype(np.intp),
        served=np.round(USUAL + SPREAD * served, 2),
        urgency=urgency + 1,
        halves=halves,
        answers=answers,
        load=np.round(12.0 + 3.0 * load, 1),
    )


def _remembering(rng: np.random.Generator, weeks: int, many: int, persistence: float) -> Floats:
    """`many` paths of variance one [T, D] that remember so much of the week before."""
    steps = rng.standard_normal((weeks, many))
    fresh = np.sqrt(1.0 - persistence**2)
    for turn in range(1, weeks):
        steps[turn] = persistence * steps[turn - 1] + fresh * steps[turn]
    return steps


def _quality(rng: np.random.Generator, load: Floats) -> Floats:
    """Quality [T, D]; over the weeks of each department its mean is 0 and its standard deviation 1."""
    weeks, many = load.shape
    quality = _remembering(rng, weeks, many, QUALITY_REMEMBERS)
    quality += SHARED * rng.standard_normal((weeks, 1)) - LOAD_ON_QUALITY * load
    standard: Floats = (quality - quality.mean(axis=0)) / quality.std(axis=0)
    return standard


def _routes(rng: np.random.Generator, story: EarlierStory, shops: int) -> Floats:
    """By which shares a case depends on departments [shop, kind, D]: each shop's routing tilts a little, for good."""
    plan = np.zeros((len(story.kinds), len(story.suppliers)))
    for place, kind in enumerate(story.kinds):
        for supplier, share in kind.behind.items():
            plan[place, supplier] = share
    tilted = plan * np.exp(ROUTES_DIFFER * rng.standard_normal((shops, *plan.shape)))
    tilted = np.asarray(np.round(tilted / tilted.sum(axis=2, keepdims=True), 2), dtype=np.float64)
    # What rounding left over goes to the largest, so that the shares of a case sum to one.
    largest = tilted.argmax(axis=2)[..., None]
    rest = 1.0 - tilted.sum(axis=2, keepdims=True)
    np.put_along_axis(tilted, largest, np.round(np.take_along_axis(tilted, largest, axis=2) + rest, 2), axis=2)
    return tilted


def _score(thought: Floats) -> Floats:
    return np.asarray(1.0 + np.searchsorted(SCORE_STEPS, thought), dtype=np.float64)


def _known(rng: np.random.Generator, values: Floats, share: float) -> Floats:
    """The same, unknown for those who were not asked or did not answer: by chance, whatever they thought."""
    known: Floats = np.where(rng.random(values.size) < share, values, np.nan).astype(np.float64)
    return known


def _answered(rng: np.random.Generator, story: EarlierStory, quality: Floats) -> tuple[Floats, Whole]:
    """Means of two halves of the answers [2, T, D], to two places, and how many answered [T, D]."""
    answers = rng.poisson([one.answers for one in story.suppliers], quality.shape)
    answers[rng.random(quality.shape) >= [one.asked_share for one in story.suppliers]] = 0
    halves = np.stack([answers // 2, answers - answers // 2])
    errors = ONE_ANSWER / np.sqrt(np.maximum(halves, 1)) * rng.standard_normal(halves.shape)
    level = USUAL + 0.3 * rng.standard_normal(quality.shape[1])
    said = np.clip(np.round(level + SPREAD * quality + errors, 2), 1.0, 5.0)
    return np.where(halves > 0, said, np.nan), answers
