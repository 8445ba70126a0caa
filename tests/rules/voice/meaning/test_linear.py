import numpy as np
import pytest
from scipy.optimize import minimize

from clientela.voice.meaning.linear import Linear, chances, fitted


def a_problem() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    features = random.normal(size=(80, 5))
    return features, features @ np.array([1.0, -2.0, 0.5, 0, 0]) + random.normal(size=80) > 0.3


def test_the_cut_is_where_another_optimiser_puts_it() -> None:
    features, is_yes = a_problem()
    signs = np.where(is_yes, 1.0, -1.0)

    def loss(place: np.ndarray) -> float:
        scores = features @ place[:-1] + place[-1]
        return float(np.logaddexp(0, -signs * scores).sum() + (place[:-1] ** 2).sum() / (2 * 0.7))

    expected = minimize(loss, np.zeros(6), tol=1e-12).x
    cut = fitted(features, is_yes, softness=0.7)
    assert cut.weights == pytest.approx(expected[:-1], abs=1e-3)
    assert cut.bias == pytest.approx(expected[-1], abs=1e-3)


def test_few_examples_stay_with_what_was_known_before() -> None:
    features, is_yes = a_problem()
    prior = Linear(np.array([5.0, 5, 5, 5, 5]), 0)
    stiff = fitted(features, is_yes, softness=1e-6, prior=prior)
    assert stiff.weights == pytest.approx(prior.weights, abs=1e-3)
    soft = fitted(features, is_yes, softness=10, prior=prior)
    assert np.abs(soft.weights - prior.weights).min() > 0.5


def test_a_row_that_counts_twice_is_like_the_row_twice() -> None:
    features, is_yes = a_problem()
    twice = fitted(np.vstack([features, features[:9]]), np.append(is_yes, is_yes[:9]), softness=1)
    counted = fitted(features, is_yes, softness=1, counts=np.where(np.arange(80) < 9, 2.0, 1.0))
    assert counted.weights == pytest.approx(twice.weights, abs=1e-4)


def test_examples_that_a_cut_parts_wholly_do_not_run_away() -> None:
    cut = fitted(np.array([[1.0], [2.0], [-1.0], [-2.0]]), np.array([True, True, False, False]), softness=1e6)
    assert np.isfinite(cut.weights).all()
    assert (chances(cut.scores(np.array([[3.0], [-3.0]]))) > 0.5).tolist() == [True, False]
