"""Worlds of a roll-out in random order (a stepped wedge): departments start an improvement one step after the other.

Score of a case = department + period + department in period + what the improvement does so long after its start + rest.
The effect may grow for some periods and then stays, may differ between departments, and may show before the start where
people look forward to it. All departments serve in all periods; at the first step nobody has started, in the last
period everybody who ever does has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]
NEVER = -1


@dataclass(frozen=True, kw_only=True)
class RollOut:
    """Sizes and truths. Effects and errors are in standard deviations of a score within a department and period."""

    departments: int = 12
    periods: int = 24
    cases_per_cell: float = 30.0
    steps: int = 6  # departments start in so many groups, evenly over the middle of the time
    first_step: int = 4  # periods before the first group starts
    effect: float = 0.0  # in the end
    grows_for: int = 0  # periods until the effect is whole; 0: at once
    differs: float = 0.0  # SD between departments, as a share of the effect
    foreseen: float = 0.0  # share of the effect that shows a period before the start
    department_size: float = 0.3  # SD between departments
    error_size: float = 0.1  # SD of a department's periods
    error_persistence: float = 0.5
    trend: float = 0.3  # what everybody gains anyway from the first period to the last
    never: int = 0  # departments that never start
    starts_by_need: float = 0.0  # 0: random order; 1: the worst departments first, which is not allowed


@dataclass(frozen=True)
class RollOutWorld:
    """Cases sorted by period, when each department started, and what was true."""

    outcome: Floats  # [N]
    department: Whole
    period: Whole
    starts: Whole  # [departments], NEVER for those that never do
    step_of: Whole  # [departments], the group, 0 to steps − 1
    effect_by_exposure: Floats  # [periods], mean true effect so many periods after the start
    mean_effect: float  # over the treated cases at hand


def drawn_rollout(recipe: RollOut, seed: int, *, step_of: Sequence[int] | None = None) -> RollOutWorld:
    """The roll-out of this recipe and seed; `step_of`: somebody else has drawn who starts at which step, from 0."""
    draws = np.random.default_rng([seed, recipe.departments, recipe.periods])
    span, many = recipe.periods, recipe.departments
    levels = recipe.department_size * draws.standard_normal(many)
    need = recipe.starts_by_need * (levels - levels.mean()) / max(recipe.department_size, 1e-9)
    order = np.argsort(need + (1.0 - recipe.starts_by_need) * draws.standard_normal(many), kind="stable")
    step = np.empty(many, dtype=np.intp)
    step[order] = np.arange(many) * recipe.steps // many
    if step_of is not None:
        step = np.asarray(step_of, dtype=np.intp)
    moments = np.linspace(recipe.first_step, span - recipe.first_step, recipe.steps).round().astype(np.intp)
    starts = moments[step]
    if recipe.never:
        starts[order[-recipe.never :]] = NEVER
    since = np.arange(span)[:, None] - starts
    growth = np.clip((since + 1.0) / (recipe.grows_for + 1.0), 0.0, 1.0)
    growth = np.where(since == -1, np.maximum(growth, recipe.foreseen), growth)
    growth[:, starts == NEVER] = 0.0
    own = recipe.effect * (1.0 + recipe.differs * draws.standard_normal(many))
    errors = draws.standard_normal((span, many))
    fresh = np.sqrt(1.0 - recipe.error_persistence**2)
    for turn in range(1, span):
        errors[turn] = recipe.error_persistence * errors[turn - 1] + fresh * errors[turn]
    usual = recipe.trend * np.linspace(0.0, 1.0, span) + 0.1 * draws.standard_normal(span)
    cells = levels + usual[:, None] + recipe.error_size * errors + own * growth
    counts = draws.poisson(recipe.cases_per_cell * np.exp(0.3 * draws.standard_normal(many) - 0.045), (span, many))
    department = np.repeat(np.tile(np.arange(many), span), counts.ravel())
    period = np.repeat(np.repeat(np.arange(span), many), counts.ravel())
    is_treated = (since >= 0) & (starts != NEVER)
    by_exposure = np.array(
        [
            (own * growth)[is_treated & (since == gap)].mean()
            for gap in range(span)
            if (is_treated & (since == gap)).any()
        ]
    )
    return RollOutWorld(
        outcome=cells[period, department] + draws.standard_normal(period.size),
        department=department,
        period=period,
        starts=starts,
        step_of=step,
        effect_by_exposure=by_exposure,
        mean_effect=float(np.average((own * growth)[is_treated], weights=counts[is_treated])),
    )
