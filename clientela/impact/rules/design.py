"""The case-level model: which controls there are, and any exposure-weighted column beside them. Pure.

outcome = unit + period + type of case + Σ_d w_id·a_d + load + effect · Σ_d w_id·z_dt + rest. The levels a_d of the
suppliers are controls where weights vary within units and types, so that only movements of a supplier over time count;
where the known weights do not sum to the same for every case, their sum enters by period (incomplete shares).
"""

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from clientela.impact.rules.absorbing import Absorber, Products
from clientela.impact.rules.cases import Cases, Floats, Inside, Ints
from clientela.impact.rules.exposure import known_share, main_suppliers, weighted
from clientela.impact.rules.jackknife import Jackknifed, correction
from clientela.impact.rules.quality import Standardised, shifted

ROUNDING = 1e-9
SWEEPS = 3
MOST_ALIKE = 0.5


@dataclass(frozen=True, eq=False)
class Design:
    """Answered cases ready to be asked: `cluster_suppliers[G]` names each cluster's supplier."""

    cases: Cases
    inside: Inside
    quality: Standardised
    lag: int
    absorber: Absorber
    cluster_suppliers: Ints
    load: Floats | None
    load_share: float
    _halves: dict[int, Floats] = field(default_factory=dict)

    def column(self, values: Floats) -> Floats:
        """Σ_d w_id · values[t, d] for each case."""
        return weighted(self.cases, values)

    def quality_columns(self, later: int = 0) -> Floats:
        """Both halves of the exposure-weighted quality, [N, 2]; `later`: of so many periods after the case."""
        if later not in self._halves:
            moved = shifted(self.quality.halves, later - self.lag, 0.0)
            self._halves[later] = np.stack([self.column(moved[0]), self.column(moved[1])], axis=1)
        return self._halves[later]

    def jackknifed(self, whole: Floats, without: Floats, *, columns: int) -> Jackknifed:
        """Wrap statistics with the correction of this design; `columns`: how many beside the controls."""
        return Jackknifed(
            np.atleast_1d(whole),
            without.reshape(len(without), -1),
            correction(
                cases=self.cases.count, columns=self.absorber.rank + columns, clusters=len(self.cluster_suppliers)
            ),
        )

    def cells(self) -> sparse.csr_matrix:
        """The exposure as sparse columns, one for each period and supplier: [N, T·D], period first."""
        count = self.inside.suppliers
        column = self.cases.period[self.cases.rows] * count + self.cases.suppliers
        bounds = np.searchsorted(self.cases.rows, np.arange(self.cases.count + 1))
        shape = (self.cases.count, self.inside.periods * count)
        return sparse.csr_matrix((self.cases.weights, column, bounds), shape=shape)

    def products(self, *columns: Floats) -> Products:
        """S of these columns, each [N] or [N, k], side by side."""
        return self.absorber.products(np.column_stack(columns))


def designed(
    cases: Cases,
    inside: Inside,
    quality: Standardised,
    *,
    lag: int,
    controls_load: bool = True,
    is_weighted: bool = True,
) -> Design:
    """Set the model up for cases that all have an outcome and an exposure. Raises NoAnswerError."""
    mains = main_suppliers(cases)
    cluster_suppliers, clusters = np.unique(mains, return_inverse=True)
    load, load_share = _load(cases, inside) if controls_load else (None, 0.0)
    factors = [np.unique(part, return_inverse=True)[1] for part in (cases.unit, cases.case_type, cases.period)]
    factors.sort(key=lambda levels: int(levels.max()))
    largest = factors.pop()
    blocks = [_dummies(levels) for levels in factors]
    shape = (cases.count, inside.suppliers)
    bounds = np.searchsorted(cases.rows, np.arange(cases.count + 1))
    blocks.append(sparse.csr_matrix((cases.weights, cases.suppliers, bounds), shape=shape))
    known = shifted(quality.known.astype(np.float64), -lag, 0.0)
    sums = known_share(cases, known)
    if np.ptp(sums) > ROUNDING:
        blocks.append(_dummies(np.unique(cases.period, return_inverse=True)[1], sums))
    if load is not None:
        blocks.append(sparse.csr_matrix(load[:, None]))
    counts = case_weights(cases, clusters) if is_weighted else None
    controls = sparse.hstack(blocks, format="csr")
    absorber = Absorber(largest=largest, controls=controls, clusters=clusters, weights=counts)
    return Design(cases, inside, quality, lag, absorber, cluster_suppliers, load, load_share)


def case_weights(cases: Cases, clusters: Ints) -> Floats:
    """How much each case counts: 1/(1 + (n − 1)·r), for n cases of the same main supplier and period.

    Such cases share what else happened there, so that a thousand of them tell less than a thousand times one. r is how
    alike they are beyond unit, period and type (an intraclass correlation). Any r is valid; this one is near the best.
    """
    left = cases.outcome - cases.outcome.mean()
    groups = (cases.unit, cases.period, cases.case_type)
    for _ in range(SWEEPS):
        for group in groups:
            totals = np.bincount(group, weights=left)
            left = left - (totals / np.maximum(np.bincount(group), 1))[group]
    _, cell = np.unique(clusters * (int(cases.period.max()) + 1) + cases.period, return_inverse=True)
    size = np.bincount(cell).astype(np.float64)
    cells, count = len(size), cases.count
    if cells < 2 or count <= cells:  # noqa: PLR2004 - nothing to compare
        return np.ones(count)
    between = float((np.bincount(cell, weights=left) ** 2 / size).sum())
    within = max(0.0, float(left @ left) - between) / (count - cells)
    typical = (count - float((size**2).sum()) / count) / (cells - 1)
    shared = max(0.0, between / (cells - 1) - within) / typical
    alike = min(MOST_ALIKE, shared / (shared + within)) if shared + within > 0 else 0.0
    weights: Floats = 1.0 / (1.0 + (size[cell] - 1.0) * alike)
    return weights


def _dummies(levels: Ints, values: Floats | None = None) -> sparse.csr_matrix:
    count = len(levels)
    data = np.ones(count) if values is None else values
    return sparse.csr_matrix((data, levels, np.arange(count + 1)), shape=(count, int(levels.max()) + 1))


def _load(cases: Cases, inside: Inside) -> tuple[Floats | None, float]:
    """The exposure-weighted load relative to each supplier's own mean, and how much of the exposure has one."""
    if inside.load is None:
        return None, 0.0
    known = np.isfinite(inside.load)
    if not known.any():
        return None, 0.0
    counts = np.maximum(known.sum(axis=0), 1)
    values = np.where(known, inside.load, 0.0)
    relative = np.where(known, values - values.sum(axis=0) / counts, 0.0)
    spread = float(np.sqrt((relative**2).sum() / max(1, known.sum())))
    share = float(known_share(cases, known.astype(np.float64)).sum()) / max(float(cases.weights.sum()), 1e-12)
    return weighted(cases, relative / (spread or 1.0)), share
