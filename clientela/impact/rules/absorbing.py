"""Taking out what belongs to the unit, the period, the type of case: sums of squares and products of what is left.

Let C be all controls of the case-level model and V the columns that are asked about. What every estimator here needs
is S = V'MV with M the projection off C, for all cases and once more without the cases of each cluster (the jackknife).
Both follow exactly from normal equations: the largest factor is taken out of them cell by cell (its block is
diagonal), what remains is solved by a pivoted Cholesky factor, so that redundant columns drop out by themselves, in
the whole and in each part that leaves a cluster out. Nothing is iterated and no case is visited once per cluster.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.linalg import lapack, solve_triangular

from clientela.impact.rules.cases import Floats, Ints
from clientela.impact.rules.refusing import NoAnswerError, Refusal

MOST_COLUMNS = 3000  # of controls beside the largest factor
MOST_KEPT_BYTES = 1_000_000_000
REDUNDANT = 1e-9  # of a column's own sum of squares: what is left of it is rounding


@dataclass(frozen=True, eq=False)
class Products:
    """S = V'MV: `whole[m, m]` of all cases, `without[G, m, m]` without each cluster; `rank` of the controls."""

    whole: Floats
    without: Floats
    rank: int


@dataclass(frozen=True, eq=False)
class _Factor:
    """The Cholesky factor of what remains of the controls, of its independent columns only."""

    lower: Floats
    columns: Ints
    scale: Floats

    def solved(self, crossed: Floats) -> Floats:
        """Return L⁻¹ times the scaled products of controls and columns."""
        chosen = crossed[self.columns] / self.scale[self.columns, None]
        solved: Floats = solve_triangular(self.lower, chosen, lower=True, check_finite=False)
        return solved


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums of sparse columns W[N, Q] and an outcome, less the controls: enough for any combination W·Z[Q, k]."""

    squared: sparse.csr_matrix
    cells: sparse.csr_matrix
    solved: Floats
    crossed: Floats
    outcome_square: float

    def squares(self, combined: Floats) -> Floats:
        """The sum of squares of each column of W·Z that the controls leave, [k]."""
        left: Floats = (
            (combined * (self.squared @ combined)).sum(axis=0)
            - ((self.cells @ combined) ** 2).sum(axis=0)
            - ((self.solved @ combined) ** 2).sum(axis=0)
        )
        return np.maximum(left, 0.0)

    def products(self, combined: Floats) -> Floats:
        """All products of the columns of W·Z that the controls leave, [k, k]."""
        cells, solved = self.cells @ combined, self.solved @ combined
        left: Floats = combined.T @ (self.squared @ combined) - cells.T @ cells - solved.T @ solved
        return left

    def crosses(self, combined: Floats) -> Floats:
        """The products with the outcome, [k]."""
        crossed: Floats = combined.T @ self.crossed
        return crossed


@dataclass(frozen=True, eq=False)
class ByCluster:
    """What a bootstrap by cluster needs of columns V, less the controls: R = MV.

    `own[G, m, m]`: R_g'R_g of each cluster. `leaked[G, G, m, m]`: R_g'(I − M)_gh R_h, what taking out the controls
    anew would take from g of what cluster h brings; its sum over h is 0.
    """

    own: Floats
    leaked: Floats


class Absorber:
    """Controls that are fixed, ready for any columns. Cases are numbered as they were given."""

    def __init__(
        self, *, largest: Ints, controls: sparse.csr_matrix, clusters: Ints, weights: Floats | None = None
    ) -> None:
        """`largest[N]`: the factor with the most levels, from 0; `controls[N, K]`; `clusters[N]` from 0, none empty.

        `weights[N]`: how much each case counts, above 0; all alike if there are none.
        """
        if controls.shape[1] > MOST_COLUMNS:
            raise NoAnswerError(Refusal.TOO_MANY_GROUPS, columns=int(controls.shape[1]), most=MOST_COLUMNS)
        self._order = np.argsort(clusters, kind="stable")
        self._clusters = int(clusters.max()) + 1
        self._bounds = np.searchsorted(clusters[self._order], np.arange(self._clusters + 1))
        roots = np.ones(len(clusters)) if weights is None else np.sqrt(weights)
        self._roots = roots[self._order]
        self._controls = (sparse.diags(self._roots) @ controls[self._order]).tocsr()
        levels = int(largest.max()) + 1
        keys = clusters[self._order] * levels + largest[self._order]
        pairs, pair_of = np.unique(keys, return_inverse=True)
        self._cell, self._pair_cluster = pairs % levels, pairs // levels
        self._pair_bounds = np.searchsorted(self._pair_cluster, np.arange(self._clusters + 1))
        self._into_pairs = _indicator(pair_of, len(pairs), self._roots)
        self._into_cells = _indicator(self._cell, levels, np.ones(len(pairs)))
        self._pair_count = np.bincount(pair_of, weights=self._roots**2, minlength=len(pairs))
        self._cell_count = np.bincount(self._cell, weights=self._pair_count, minlength=levels)
        self._inverse = np.where(self._cell_count > 0, 1.0 / np.where(self._cell_count > 0, self._cell_count, 1.0), 0.0)
        self._pair_controls = (self._into_pairs @ self._controls).tocsr()
        self._cell_controls = (self._into_cells @ self._pair_controls).tocsr()
        self._squares = [self._square(cluster) for cluster in range(self._clusters)]
        total = np.zeros((controls.shape[1],) * 2)
        for square in self._squares:
            total += square.toarray()
        rooted = sparse.diags(np.sqrt(self._inverse)) @ self._cell_controls
        self._total = total
        self._reduced = total - _gram(rooted)
        self._whole = _factored(self._reduced, np.diag(total))
        self.rank = len(self._whole.columns) + int((self._cell_count > 0).sum())
        keeps = self._clusters * controls.shape[1] ** 2 * 8 <= MOST_KEPT_BYTES
        self._kept = [self._factor_without(cluster) for cluster in range(self._clusters)] if keeps else None

    def products(self, columns: Floats, *, has_jackknife: bool = True) -> Products:
        """Return S of the columns V[N, m]. Without the jackknife `without` is empty."""
        centred = self._centred(columns)
        by_pair = self._into_pairs @ centred
        by_cell = self._into_cells @ by_pair
        crossed = np.asarray(self._controls.T @ centred)
        squared = centred.T @ centred
        crossed_reduced = crossed - self._cell_controls.T @ (by_cell * self._inverse[:, None])
        squared_reduced = squared - by_cell.T @ (by_cell * self._inverse[:, None])
        whole = _left(self._whole, crossed_reduced, squared_reduced, squared)
        clusters = range(self._clusters) if has_jackknife else range(0)
        without = np.zeros((len(clusters), columns.shape[1], columns.shape[1]))
        for cluster in clusters:
            rows = slice(self._bounds[cluster], self._bounds[cluster + 1])
            part = centred[rows]
            own = part.T @ part
            all_controls, left_controls, all_roots, left_roots = self._cells_without(cluster)
            pairs = self._pairs(cluster)
            cells = by_cell[self._cell[pairs]]
            before, after = cells * all_roots, (cells - by_pair[pairs]) * left_roots
            cross = crossed_reduced - self._controls[rows].T @ part + all_controls.T @ before - left_controls.T @ after
            square = squared_reduced - own + before.T @ before - after.T @ after
            factor = self._kept[cluster] if self._kept is not None else self._factor_without(cluster)
            without[cluster] = _left(factor, cross, square, squared - own)
        return Products(whole, without, self.rank)

    def by_cluster(self, columns: Floats) -> ByCluster:
        """Return what is left of the columns V[N, m] by cluster."""
        centred = self._centred(columns)
        by_cell = self._into_cells @ (self._into_pairs @ centred)
        crossed = self._controls.T @ centred - self._cell_controls.T @ (by_cell * self._inverse[:, None])
        chosen = self._whole.columns
        solved = solve_triangular(
            self._whole.lower, self._whole.solved(crossed), lower=True, trans="T", check_finite=False
        )
        slopes = np.zeros_like(crossed)
        slopes[chosen] = solved / self._whole.scale[chosen, None]
        levels = (by_cell - self._cell_controls @ slopes) * self._inverse[:, None]
        left = centred - self._controls @ slopes - self._into_pairs.T @ levels[self._cell]
        sums = self._into_pairs @ left
        own = np.zeros((self._clusters, columns.shape[1], columns.shape[1]))
        halves = np.zeros((self._clusters, len(self._inverse) + len(chosen), columns.shape[1]))
        for cluster in range(self._clusters):
            rows, pairs = slice(self._bounds[cluster], self._bounds[cluster + 1]), self._pairs(cluster)
            own[cluster] = left[rows].T @ left[rows]
            cells = self._cell[pairs]
            halves[cluster, cells] = sums[pairs] * np.sqrt(self._inverse[cells])[:, None]
            within = sums[pairs] * self._inverse[cells][:, None]
            reduced = self._controls[rows].T @ left[rows] - self._cell_controls[cells].T @ within
            halves[cluster, len(self._inverse) :] = self._whole.solved(reduced)
        flat = np.moveaxis(halves, 1, 2).reshape(self._clusters * columns.shape[1], -1)
        shape = (self._clusters, columns.shape[1]) * 2
        return ByCluster(own, np.moveaxis((flat @ flat.T).reshape(shape), 2, 1))

    def moments(self, columns: sparse.csr_matrix, outcome: Floats) -> "Moments":
        """Return what is needed of sparse columns W[N, Q] to have S of any W·Z and the outcome at once, at any N."""
        placed = (sparse.diags(self._roots) @ columns[self._order]).tocsr()
        centred = self._centred(outcome[:, None])[:, 0]
        roots = sparse.diags(np.sqrt(self._inverse))
        cells = (roots @ (self._into_cells @ (self._into_pairs @ placed))).tocsr()
        controls = (roots @ self._cell_controls).tocsr()
        outcome_cells = roots @ (self._into_cells @ (self._into_pairs @ centred))
        crossed = (self._controls.T @ placed).toarray() - (controls.T @ cells).toarray()
        crossed_outcome = self._controls.T @ centred - controls.T @ outcome_cells
        solved, solved_outcome = self._whole.solved(crossed), self._whole.solved(crossed_outcome[:, None])[:, 0]
        return Moments(
            squared=(placed.T @ placed).tocsr(),
            cells=cells,
            solved=solved,
            crossed=placed.T @ centred - cells.T @ outcome_cells - solved.T @ solved_outcome,
            outcome_square=float(centred @ centred - outcome_cells @ outcome_cells - solved_outcome @ solved_outcome),
        )

    def _centred(self, columns: Floats) -> Floats:
        """The columns less their means (a constant is always among the controls), in order of clusters, weighted."""
        centred: Floats = (columns - columns.mean(axis=0))[self._order] * self._roots[:, None]
        return centred

    def _pairs(self, cluster: int) -> slice:
        return slice(self._pair_bounds[cluster], self._pair_bounds[cluster + 1])

    def _square(self, cluster: int) -> sparse.csr_matrix:
        part = self._controls[self._bounds[cluster] : self._bounds[cluster + 1]]
        return (part.T @ part).tocsr()

    def _cells_without(self, cluster: int) -> tuple[Floats, Floats, Floats, Floats]:
        """For the cells that a cluster touches: sums of controls over √n with it and without it, and both 1/√n."""
        pairs = self._pairs(cluster)
        cells = self._cell[pairs]
        all_roots = np.sqrt(self._inverse[cells])[:, None]
        left = self._cell_count[cells] - self._pair_count[pairs]
        stays = left > REDUNDANT * self._cell_count[cells]
        left_roots = np.where(stays, 1.0 / np.sqrt(np.where(stays, left, 1.0)), 0.0)[:, None]
        whole = self._cell_controls[cells].toarray()
        rest = whole - self._pair_controls[pairs].toarray()
        return whole * all_roots, rest * left_roots, all_roots, left_roots

    def _factor_without(self, cluster: int) -> _Factor:
        whole, rest, _, _ = self._cells_without(cluster)
        square = self._squares[cluster].toarray()
        reduced = self._reduced - square + whole.T @ whole - rest.T @ rest
        return _factored(reduced, np.diag(self._total) - np.diag(square))


def _indicator(groups: Ints, count: int, values: Floats) -> sparse.csr_matrix:
    size = len(groups)
    return sparse.csr_matrix((values, (groups, np.arange(size))), shape=(count, size))


def _gram(rows: sparse.csr_matrix) -> Floats:
    if rows.shape[0] * rows.shape[1] <= 20_000_000:  # noqa: PLR2004 - 160 MB: dense is faster and still small
        dense = rows.toarray()
        product: Floats = dense.T @ dense
        return product
    sparse_product: Floats = (rows.T @ rows).toarray()
    return sparse_product


def _factored(reduced: Floats, raw: Floats) -> _Factor:
    """Factor what remains of the controls; a column of which less than REDUNDANT remains is explained by others."""
    scale = np.sqrt(np.maximum(raw, 0.0))
    scale[scale == 0] = 1.0
    if not len(scale):
        return _Factor(np.zeros((0, 0)), np.zeros(0, dtype=np.int64), scale)
    scaled = np.asfortranarray(reduced / scale / scale[:, None])
    factor, pivots, rank, _ = lapack.dpstrf(scaled, tol=REDUNDANT, lower=1, overwrite_a=1)
    return _Factor(np.tril(factor[:rank, :rank]), pivots[:rank].astype(np.int64) - 1, scale)


def _left(factor: _Factor, crossed: Floats, squared: Floats, raw: Floats) -> Floats:
    """Return S; what is left of a column is exactly zero where only rounding is left of it."""
    solved = factor.solved(crossed)
    left = squared - solved.T @ solved
    is_gone = np.diag(left) <= REDUNDANT * np.diag(raw)
    left[is_gone, :] = 0.0
    left[:, is_gone] = 0.0
    result: Floats = left
    return result
