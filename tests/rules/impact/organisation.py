"""A small organisation that is the same on every machine, for tests of estimates and for independent tools."""

import numpy as np

from clientela.impact.rules.cases import Cases, Inside

SUPPLIERS, PERIODS, UNITS, TYPES = 7, 9, 4, 3


def organisation(
    *, effect: float = 0.5, noise: float = 0.4, seed: int = 5, cases_each: int = 6
) -> tuple[Cases, Inside]:
    """Cases that depend on two of seven suppliers in nine periods, with load, and halves that differ by `noise`."""
    draws = np.random.default_rng(seed)
    count = SUPPLIERS * PERIODS * cases_each
    quality = draws.standard_normal((PERIODS, SUPPLIERS))
    quality = (quality - quality.mean(axis=0)) / quality.std(axis=0, ddof=1)
    load = draws.standard_normal((PERIODS, SUPPLIERS))
    main = np.arange(count) % SUPPLIERS
    other = (main + 1 + draws.integers(0, SUPPLIERS - 1, count)) % SUPPLIERS
    share = np.round(draws.uniform(0.55, 0.95, count), 2)
    period, unit = draws.integers(0, PERIODS, count), draws.integers(0, UNITS, count)
    kind = draws.integers(0, TYPES, count)
    outcome = (
        effect * (share * quality[period, main] + (1 - share) * quality[period, other])
        - 0.3 * (share * load[period, main] + (1 - share) * load[period, other])
        + 0.4 * unit + 0.1 * period - 0.2 * kind + 0.3 * draws.standard_normal(SUPPLIERS)[main]
        + draws.standard_normal(count)
    )  # fmt: skip
    halves = quality + noise * draws.standard_normal((2, PERIODS, SUPPLIERS)) + 3.0
    return (
        Cases(
            outcome=outcome,
            period=period,
            unit=unit,
            case_type=kind,
            rows=np.repeat(np.arange(count), 2),
            suppliers=np.stack([main, other], axis=1).ravel(),
            weights=np.stack([share, 1 - share], axis=1).ravel(),
            unaffected=draws.standard_normal(count),
        ),
        Inside(halves, load, np.full((PERIODS, SUPPLIERS), 12)),
    )
