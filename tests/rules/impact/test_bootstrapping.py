"""The bootstrap by supplier: the same as drawing every outcome anew and estimating it again, only faster."""

from dataclasses import replace

import numpy as np
import pytest

from clientela.impact.rules.bootstrapping import WEBB, Bootstrapped, bootstrapped
from clientela.impact.rules.cases import Floats
from clientela.impact.rules.checks import checks
from clientela.impact.rules.estimating import Estimate, Settings, estimate
from tests.rules.impact.organisation import organisation


def estimated(*, effect: float = 0.5, settings: Settings | None = None) -> Estimate:
    found = estimate(*organisation(effect=effect, cases_each=12), settings=settings)
    assert isinstance(found, Estimate)
    return found


def controls_of(found: Estimate) -> Floats:
    """Every control as a dense column of its own, those that say the same twice included."""
    cases = found.design.cases
    columns = [
        (levels == level).astype(float)
        for levels in (cases.unit, cases.period, cases.case_type)
        for level in np.unique(levels)
    ]
    weights = np.zeros((cases.count, found.design.inside.suppliers))
    np.add.at(weights, (cases.rows, cases.suppliers), cases.weights)
    assert found.design.load is not None
    return np.column_stack([*columns, weights, found.design.load])


def by_hand(found: Estimate, supposed: float, weights: Floats) -> tuple[float, Floats]:
    """The t of the cases, and of each draw: outcomes made anew, and everything estimated again."""
    design = found.design
    controls, x = controls_of(found), design.quality_columns().mean(axis=1)

    def left(values: Floats) -> Floats:
        return values - controls @ np.linalg.lstsq(controls, values, rcond=None)[0]

    clusters = np.zeros(design.cases.count, dtype=int)
    mains = np.array([design.cases.suppliers[design.cases.rows == row][0] for row in range(design.cases.count)])
    clusters[:] = np.searchsorted(design.cluster_suppliers, mains)
    x_left = left(x)

    def t(outcome: Floats) -> float:
        slope = float(x_left @ outcome / (x_left @ x_left))
        rest = left(outcome - slope * x)
        scores = np.bincount(clusters, weights=x_left * rest)
        return (slope - supposed) / float(np.sqrt((scores**2).sum()) / (x_left @ x_left))

    restricted = left(design.cases.outcome - supposed * x)
    drawn = [t(supposed * x + own[clusters] * restricted) for own in weights]
    return t(design.cases.outcome), np.array(drawn)


@pytest.mark.parametrize("effect", [0.0, 0.12, 0.5])
def test_p_is_that_of_estimating_every_draw_again(effect: float) -> None:
    found = estimated(effect=effect, settings=Settings(is_weighted=False))
    weights = np.random.default_rng(11).choice(WEBB, size=(301, len(found.design.cluster_suppliers)))
    seen, drawn = by_hand(found, 0.0, weights)
    as_large = int((np.abs(drawn) >= abs(seen)).sum())
    assert bootstrapped(found, seed=11, draws=301).p == (1 + as_large) / 302


def test_at_the_ends_of_the_interval_p_is_five_percent() -> None:
    found = estimated(settings=Settings(is_weighted=False))
    told = bootstrapped(found, seed=11, draws=301)
    weights = np.random.default_rng(11).choice(WEBB, size=(301, len(found.design.cluster_suppliers)))
    to_plain = found.plain / found.effect
    assert told.low < found.effect < told.high
    for end in (told.low, told.high):
        slope = end * to_plain
        for aside, is_outside in ((0.98, False), (1.02, True)):
            supposed = found.plain + (slope - found.plain) * aside
            factor = found.outcome_sd / found.design.quality.signal_sd
            seen, drawn = by_hand(found, supposed * factor, weights)
            p = (1 + int((np.abs(drawn) >= abs(seen)).sum())) / 302
            assert (p < 0.05) is is_outside


def test_it_agrees_with_an_independent_tool() -> None:
    # wildboottest 0.3.2, the same columns, type 11, Webb's weights, 9,999 draws of its own.
    for effect, p in ((0.0, 0.516), (0.12, 0.0455), (0.5, 0.0016)):
        found = estimated(effect=effect, settings=Settings(is_weighted=False))
        assert bootstrapped(found, seed=1).p == pytest.approx(p, abs=0.02 if effect == 0.0 else 0.006)


def test_the_same_seed_gives_the_same_answer_and_another_nearly_the_same() -> None:
    found = estimated()
    first, again, other = (bootstrapped(found, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert first.low == pytest.approx(other.low, abs=0.05)
    assert isinstance(first, Bootstrapped)


def test_nothing_is_told_from_nothing_by_neither_way() -> None:
    cases, inside = organisation(effect=0.0, cases_each=30)
    found = estimate(cases, inside)
    assert isinstance(found, Estimate)
    made = {one.name.value: one for one in checks(cases, inside, found, seed=3)}["drawn_anew"]
    assert found.low < 0 < found.high
    assert made.low < 0 < made.high
    assert (made.held, made.is_gate) == (True, False)


def test_a_check_that_parts_from_the_jackknife_does_not_hold_and_decides_nothing() -> None:
    cases, inside = organisation(cases_each=30)
    found = estimate(cases, inside)
    assert isinstance(found, Estimate)
    widened = replace(found, low=-0.1)
    made = {one.name.value: one for one in checks(cases, inside, widened, seed=3)}["drawn_anew"]
    assert made.p < 0.05
    assert (made.held, made.is_gate) == (False, False)
