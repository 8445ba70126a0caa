"""Draw one organisation: who works for whom, how well, what customers say, and what colleagues and clocks measured."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.worlds.recipes import Measured, Missing, Recipe
from tests.worlds.routing import Routing, drawn_routing

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]

LEVELS = 1.0  # how much suppliers differ in quality for good
UNITS, PERIODS, TYPES, SUPPLIERS, UNIT_PERIODS = 0.3, 0.1, 0.2, 0.2, 0.1  # what else is in a score
SHARED_SHOCK = 0.3  # of quality: what hits all suppliers in a period, some more and some less
LOAD_PERSISTENCE, MOOD_PERSISTENCE = 0.6, 0.6
QUEUE_ON_SERVICE = 0.5  # SD of quality lost for an SD of queue beyond the period's load
URGENCY_ON_SCORE = 0.375
FEWEST_FREE = 0.1  # share of quality's variance that is always a supplier's own
MISSING_SLOPE = 1.0  # log odds of answering for an SD of score


@dataclass(frozen=True)
class World:
    """One organisation, cases sorted by period. What stands above `truth` is all that is for an estimator's eyes."""

    outcome: Floats  # [N], NaN for those who were asked and did not answer
    unaffected: Floats  # [N], another outcome of the same cases that suppliers cannot affect
    period: Whole
    unit: Whole
    case_type: Whole
    rows: Whole  # exposure: case, supplier, weight; sorted by case, the weights of a case sum to one
    suppliers: Whole
    weights: Floats
    pulses: Floats  # [2, T, D], means of two random halves of the answers, NaN where nobody answered
    clocks: Floats  # [2, T, D], the same quality by the clock, halves of the cases
    answers: NDArray[np.int64]  # [T, D]
    load: Floats | None  # [T, D]
    congestion: Floats  # [N], the queue a case met, in SD
    served: Floats  # [N], how well its own case was served, by the clock
    urgency: Floats  # [N], known on arrival

    measured: Measured  # which of them quality is to be taken from

    truth: float  # SD of outcome for an SD of quality within a supplier, both as they came out in this world
    supplier_truths: Floats  # [D], the same for each supplier
    quality: Floats  # [T, D], the true one
    hidden_load: Floats  # [T, D], also where it was not measured

    @property
    def halves(self) -> Floats:
        """Two measurements [2, T, D] that err independently, from what quality is to be taken from."""
        if self.measured is Measured.BY_PULSES:
            return self.pulses
        if self.measured is Measured.BY_CLOCKS:
            return self.clocks
        asked = self.answers // 2, self.answers - self.answers // 2
        total = sum(np.nan_to_num(half) * many for half, many in zip(self.pulses, asked, strict=True))
        pulse = np.divide(total, self.answers, out=np.full(self.answers.shape, np.nan), where=self.answers > 0)
        return np.stack([pulse, self.clocks.mean(axis=0)])


def drawn(recipe: Recipe, seed: int) -> World:
    """The world of this recipe and seed; the same again on every machine, to the last digits of a float."""
    draws = np.random.default_rng([seed, recipe.suppliers, recipe.periods])
    routing = drawn_routing(recipe, draws)
    span, many = recipe.periods, recipe.suppliers
    load = _wandering(draws, span, many, LOAD_PERSISTENCE)
    case_load = routing.carried(load)
    congestion = np.sqrt(0.3) * case_load + np.sqrt(0.7) * (queue := draws.standard_normal(routing.period.size))
    urgency = -recipe.triage * congestion
    urgency += np.sqrt(1.0 - recipe.triage**2) * draws.standard_normal(routing.period.size)
    errors = recipe.error_size * _wandering(draws, span, many, recipe.error_persistence)
    hardness = np.linspace(-1.0, 1.0, recipe.case_types)
    type_effects = -TYPES * hardness / hardness.std()
    unit_effects = UNITS * draws.standard_normal(many)
    period_effects = PERIODS * draws.standard_normal(span)
    unit_errors = UNIT_PERIODS * _wandering(draws, span, many, recipe.error_persistence)
    levels = draws.standard_normal(many)
    score_levels = SUPPLIERS * (0.5 * levels + np.sqrt(0.75) * draws.standard_normal(many))
    fixed = unit_effects[routing.unit] + period_effects[routing.period] + type_effects[routing.case_type]
    pushed = routing.carried(score_levels + errors - recipe.load_on_score * load, is_actual=True)
    pushed += unit_errors[routing.period, routing.unit]
    pushed -= URGENCY_ON_SCORE * urgency
    known = np.var(fixed) + np.var(pushed)
    noise = np.sqrt(max(1.0 - known, 0.2)) * draws.standard_normal(routing.period.size)
    effects = recipe.effect * (1.0 + recipe.effect_spread * draws.standard_normal(many))
    quality = _qualities(recipe, routing, draws, load=load, unlucky=pushed + noise, effects=effects, hardness=hardness)
    quality += LEVELS * levels
    own = routing.carried(quality * effects, is_actual=True)
    own -= recipe.effect * QUEUE_ON_SERVICE * queue
    outcome = fixed + pushed + noise + own
    unaffected = _unaffected(recipe, routing, draws, unit_errors=unit_errors)
    served = routing.carried(quality, is_actual=True) - QUEUE_ON_SERVICE * queue + draws.standard_normal(outcome.size)
    outcome[~_answered(recipe, draws, outcome)] = np.nan
    pulses, answers = _pulses(recipe, draws, quality)
    rows, suppliers, weights = routing.exposure()
    in_sd = _within(quality) / float(np.nanstd(outcome, ddof=1))
    return World(
        outcome=outcome,
        unaffected=unaffected,
        period=routing.period,
        unit=routing.unit,
        case_type=routing.case_type,
        rows=rows,
        suppliers=suppliers,
        weights=weights,
        pulses=pulses,
        clocks=_clocks(recipe, draws, quality),
        answers=answers,
        load=load if recipe.is_load_measured else None,
        congestion=congestion,
        served=served,
        urgency=urgency,
        measured=recipe.measured,
        truth=_truth(routing, effects) * in_sd,
        supplier_truths=effects * in_sd,
        quality=quality,
        hidden_load=load,
    )


def _within(quality: Floats) -> float:
    """The standard deviation of quality [T, D] within a supplier (over T, as it came out), over all of them."""
    return float(np.sqrt(np.mean(np.var(quality, axis=0))))


def _truth(routing: Routing, effects: Floats) -> float:
    """The mean effect where suppliers differ: weighted by how much of the work each does."""
    work = np.bincount(routing.support.ravel(), routing.weights.ravel(), effects.size)
    return float(np.average(effects, weights=work))


def _wandering(draws: np.random.Generator, span: int, many: int, persistence: float) -> Floats:
    """`many` paths of variance one [span, many], each remembering `persistence` of its last step."""
    steps = draws.standard_normal((span, many))
    if persistence:
        fresh = np.sqrt(1.0 - persistence**2)
        for turn in range(1, span):
            steps[turn] = persistence * steps[turn - 1] + fresh * steps[turn]
    return steps


def _qualities(
    recipe: Recipe,
    routing: Routing,
    draws: np.random.Generator,
    *,
    load: Floats,
    unlucky: Floats,
    effects: Floats,
    hardness: Floats,
) -> Floats:
    """Quality [T, D] without the suppliers' levels; period by period where past satisfaction moves it.

    Otherwise it is brought to a standard deviation of exactly one within a supplier.
    """
    span, many = load.shape
    moved = recipe.load_on_quality**2 + recipe.reverse**2 + recipe.mix_on_quality**2 + SHARED_SHOCK**2
    own = _wandering(draws, span, many, recipe.quality_persistence) * np.sqrt(max(1.0 - moved, FEWEST_FREE))
    shared = SHARED_SHOCK * draws.standard_normal((span, 1)) * np.exp(0.5 * draws.standard_normal(many) - 0.25)
    quality: Floats = own + shared - recipe.load_on_quality * load
    if recipe.mix_on_quality:
        hard = routing.met_by_suppliers(hardness[routing.case_type])
        hard = hard - hard.mean(axis=0)
        quality -= recipe.mix_on_quality * hard / hard.std()
    if not recipe.reverse:
        return np.asarray(quality / _within(quality))
    first = np.searchsorted(routing.period, np.arange(span + 1))
    usual = np.sqrt(recipe.error_size**2 + 1.0 / recipe.cases_per_cell)
    for turn in range(1, span):
        of = slice(first[turn - 1], first[turn])
        said = unlucky[of] + (routing.actual[of] * (quality[turn - 1] * effects)[routing.support[of]]).sum(axis=1)
        work = np.bincount(routing.support[of].ravel(), routing.weights[of].ravel(), many)
        heard = np.bincount(routing.support[of].ravel(), (routing.weights[of] * said[:, None]).ravel(), many)
        heard = np.divide(heard, work, out=np.zeros(many), where=work > 0)
        quality[turn] += recipe.reverse * (heard - heard.mean()) / usual
    return quality


def _unaffected(recipe: Recipe, routing: Routing, draws: np.random.Generator, *, unit_errors: Floats) -> Floats:
    """An outcome with the same kinds of unit, period and errors, in which no supplier's quality has a part."""
    span, many = recipe.periods, recipe.suppliers
    errors = recipe.error_size * _wandering(draws, span, many, recipe.error_persistence)
    outcome = UNITS * draws.standard_normal(many)[routing.unit] + PERIODS * draws.standard_normal(span)[routing.period]
    outcome += unit_errors[routing.period, routing.unit] + routing.carried(errors, is_actual=True)
    return outcome + 0.9 * draws.standard_normal(routing.period.size)


def _pulses(recipe: Recipe, draws: np.random.Generator, quality: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Two halves' means, and how many answered; as reliable as asked for where the usual number answers."""
    answers = draws.poisson(recipe.answers, quality.shape)
    answers[draws.random(quality.shape) < recipe.missing_pulses] = 0
    halves = np.stack([answers // 2, answers - answers // 2])
    single = recipe.answers * (1.0 - recipe.reliability) / recipe.reliability  # variance of one answer
    wrong = np.sqrt(single / np.maximum(halves, 1)) * draws.standard_normal(halves.shape)
    if recipe.mood:
        wrong += recipe.mood * _wandering(draws, recipe.periods, recipe.suppliers, MOOD_PERSISTENCE)
    return np.where(halves > 0, quality + wrong, np.nan), answers


def _clocks(recipe: Recipe, draws: np.random.Generator, quality: Floats) -> Floats:
    wrong = np.sqrt(2.0 * (1.0 - recipe.clock_reliability) / recipe.clock_reliability)
    halves: Floats = quality + wrong * draws.standard_normal((2, *quality.shape))
    return halves


def _answered(recipe: Recipe, draws: np.random.Generator, outcome: Floats) -> NDArray[np.bool_]:
    if recipe.missing is Missing.NOBODYS:
        return np.ones(outcome.size, dtype=bool)
    odds = np.full(outcome.size, np.log(1.0 / recipe.missing_share - 1.0))
    if recipe.missing is Missing.OF_THE_UNHAPPY:
        odds += MISSING_SLOPE * (outcome - outcome.mean())
    answered: NDArray[np.bool_] = draws.random(outcome.size) < 1.0 / (1.0 + np.exp(-odds))
    return answered
