"""Weights of all kinds of arrivals at once are those that the rules of the network give one by one."""

import numpy as np
import pytest

from clientela.impact.measures.exposing import Past, weights_of
from clientela.network.rules.exposure import Arrival, PastCase, exposures

PERIODS = 6


def drawn(seed: int) -> tuple[list[Arrival], list[PastCase]]:
    """Two services of three fronts, one of which serves others too; some fronts and periods are without a case."""
    random = np.random.default_rng(seed)
    past = []
    for _ in range(40):
        parts = random.dirichlet(np.ones(4)) * random.uniform(0.5, 1)
        suppliers = random.choice([3, 11, 12, 13, 14], 4, replace=False)
        past.append(
            PastCase(
                int(random.integers(1, 3)),
                int(random.integers(1, 4)),
                int(random.integers(-20, PERIODS + 3)),
                {int(one): float(part) for one, part in zip(suppliers, parts, strict=True)},
                int(random.integers(1, 9)),
            )
        )
    arrivals = [Arrival(service, front, at) for service in (1, 2, 7) for front in (1, 2, 3) for at in range(PERIODS)]
    return arrivals, past


def as_columns(past: list[PastCase]) -> Past:
    parts = [(one, supplier, part * one.cases) for one in past for supplier, part in one.parts.items()]
    return Past(
        service=np.array([one.service_id for one in past]),
        front=np.array([one.front_id for one in past]),
        ended=np.array([one.ended_period for one in past]),
        cases=np.array([one.cases for one in past]),
        part_service=np.array([one.service_id for one, _, _ in parts]),
        part_front=np.array([one.front_id for one, _, _ in parts]),
        part_ended=np.array([one.ended_period for one, _, _ in parts]),
        supplier=np.array([supplier for _, supplier, _ in parts]),
        part=np.array([part for _, _, part in parts]),
    )


def found(arrivals: list[Arrival], past: list[PastCase], *, left_out: float = 0.0) -> list[dict[int, float]]:
    asked = np.array([(one.service_id, one.front_id, one.period) for one in arrivals])
    weights = weights_of(asked, as_columns(past), periods=PERIODS, left_out=left_out)
    told: list[dict[int, float]] = [{} for _ in arrivals]
    for kind, supplier, weight in zip(weights.kind, weights.supplier, weights.weight, strict=True):
        told[kind][int(supplier)] = float(weight)
    return told


@pytest.mark.parametrize("seed", range(5))
def test_they_are_those_of_the_rules(seed: int) -> None:
    arrivals, past = drawn(seed)
    wanted = exposures(arrivals, past)
    for one, told in zip(arrivals, found(arrivals, past), strict=True):
        assert told == pytest.approx(dict(wanted[one].weights), abs=1e-12)


def test_before_anything_was_seen_there_are_none() -> None:
    arrivals = [Arrival(1, 1, 0), Arrival(1, 1, 1)]
    assert found(arrivals, [PastCase(1, 1, 0, {12: 1.0})]) == [{}, {12: pytest.approx(1.0)}]


def test_what_matters_least_is_left_out_and_the_rest_stays_as_it_is() -> None:
    past = [PastCase(1, 1, 0, {11: 0.9, 12: 0.06, 13: 0.03, 14: 0.01})]
    arrivals = [Arrival(1, 1, 1)]
    (whole,) = found(arrivals, past)
    assert set(whole) == {11, 12, 13, 14}
    assert found(arrivals, past, left_out=0.05) == [{11: whole[11], 12: whole[12]}]
    assert found(arrivals, past, left_out=0.2) == [{11: whole[11]}]


def test_where_all_matter_alike_hardly_any_is_left_out() -> None:
    past = [PastCase(1, 1, 0, dict.fromkeys(range(11, 31), 0.05))]
    assert len(found([Arrival(1, 1, 1)], past, left_out=0.05)[0]) in {19, 20}  # the nineteenth makes 95 of 100
