"""Pairs of rows, and references that pair each x with other y."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from .._shapes import Array, Float
from ..resampling import shifted_pairs
from .certificate import crossed, ways
from .columns import Side
from .partitions import quantile_bins, unexplained
from .rows import Dependence
from .samples import Block, Logs, Origin, Rows, drawn_from, precision, weighted
from .tables import Tables, promising
from .wide import narrowed


def groups_of(rows: Dependence | None, n: int, count: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Row numbers in groups of about one size, each cluster in one of them."""
    if rows is None or rows.clusters is None:
        return np.array_split(rng.permutation(n), count)
    order = rows.clusters if rows.in_order else rng.permutation(rows.clusters.max() + 1)[rows.clusters]
    sorted_rows = np.argsort(order, kind="stable")
    begins = np.flatnonzero(np.diff(order[sorted_rows], prepend=-1))  # where each cluster begins
    nearest = np.searchsorted(begins, np.arange(1, count) * n / count)
    return np.split(sorted_rows, begins[np.minimum(nearest, len(begins) - 1)])


class _Strata:
    """Rows drawn at random, half of them with all strata equally likely, and the logs of their weights."""

    def __init__(self, rows: np.ndarray, strata: np.ndarray):
        self.rows, self.strata = rows, strata[rows]
        self.counts = np.bincount(self.strata)
        self.there = np.flatnonzero(self.counts)
        self.order, self.ends = np.argsort(self.strata, kind="stable"), self.counts.cumsum()
        natural = self.counts / len(rows)
        likely = natural / 2 + (self.counts > 0) / (2 * len(self.there))
        self.log_weights = np.log(np.divide(natural, likely, out=np.ones(len(natural)), where=self.counts > 0))

    def drawn(self, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        stratum = self.there.take(rng.integers(len(self.there), size=size))
        place = self.ends.take(stratum) - 1 - (rng.random(size) * self.counts.take(stratum)).astype(int)
        chosen = np.where(rng.random(size) < 0.5, self.order.take(place), rng.integers(len(self.rows), size=size))
        return self.rows.take(chosen), self.log_weights.take(self.strata.take(chosen))


def _apart(i, j, most, clusters):
    """About ``most`` pairs of a row of ``i`` and one of ``j`` that are no partners, and how many such there are."""
    times = max(1, min(len(j), -(-most // len(i))))
    start = np.arange(len(i))
    pairs = [(i, j[(start + 1 + k * len(j) // times) % len(j)]) for k in range(times)]
    i_all, j_all = (np.concatenate(side) for side in zip(*pairs, strict=True))
    apart = i_all != j_all if clusters is None else clusters[i_all] != clusters[j_all]
    return (i_all[apart], j_all[apart]), int(apart.mean() * len(i) * len(j)) if apart.any() else 0


def reference_blocks(
    rows: np.ndarray, shifts: int, strata: Sequence[np.ndarray], clusters: np.ndarray | None
) -> Iterator[Block]:
    """Yield blocks of pairs of rows that are no partners, nor of one cluster.

    y is shifted cyclically against x; with strata, there are as many references for each pair of them
    as for the largest, or all there are.
    """
    if not any(labels.any() for labels in strata):
        for i, j in shifted_pairs(rows, min(shifts, len(rows) - 1) * len(rows)):
            apart = slice(None) if clusters is None else clusters[i] != clusters[j]
            if len(i[apart]):
                yield Block((i[apart], j[apart]))
        return
    parts = [[rows[labels[rows] == s] for s in np.unique(labels[rows])] for labels in strata]
    blocks = [_apart(i, j, shifts * len(rows), clusters) for i, j in product(*parts)]
    blocks = [(pairs, count) for pairs, count in blocks if count]
    used, all_pairs = (sum(numbers) for numbers in zip(*((len(i), count) for (i, _), count in blocks), strict=True))
    for (i, j), count in blocks:
        yield Block((i, j), float(np.log(count / len(i) * used / all_pairs)))


class PairedView:
    """Pairs as the training rows of a critic show them."""

    def __init__(self, samples: "PairedSamples", rows: Rows):
        self.rows, self.clusters = rows[0], samples.clusters
        self.sides = samples.sides[0].seen_by(self.rows), samples.sides[1].seen_by(self.rows)
        self.x, self.y = narrowed(self.sides[0].scores, self.sides[1].scores, self.rows)
        self.d = self.x.shape[1] + self.y.shape[1]
        self.strata = self.sides[0].strata, self.sides[1].strata
        self.stratified = any(strata.any() for strata in self.strata)
        x, y = self.strata
        joint = np.unique(x * (y.max() + 1) + y, return_inverse=True)[1]
        self.drawn = [_Strata(self.rows, strata) for strata in (joint, x, y)] if self.stratified else []

    def take(self, *origin: np.ndarray) -> Float[Array, "m d"]:
        i, j = origin
        return np.concatenate([self.x.take(i, 0), self.y.take(j, 0)], axis=-1)

    def gaussians(self, rows: Rows) -> list[tuple[np.ndarray, np.ndarray]]:
        x, y = (side[rows[0]].astype(float) for side in (self.x, self.y))
        quadratic = -precision(np.concatenate([x, y], axis=1))
        split = x.shape[1]
        quadratic[:split, :split] += precision(x)
        quadratic[split:, split:] += precision(y)
        return [(quadratic / 2, np.zeros(self.d))]

    def pairs(self, rows: Rows) -> list[tuple[int, int]]:
        x, y = self.sides
        return promising(x, y, rows[0]) if all(side.codes for side in self.sides) else []

    def tables(self, rows: Rows, pairs: list[tuple[int, int]]) -> Tables:
        x, y = self.sides
        return Tables(x, y, pairs, rows[0])

    def batch(self, b: int, b_ref: int, rng: np.random.Generator) -> tuple[Origin, Logs]:
        if self.stratified:
            return self._stratified_batch(b, b_ref, rng)
        drawn = drawn_from(self.rows, b + 2 * b_ref, rng)
        return (drawn[: b + b_ref], np.concatenate([drawn[:b], drawn[b + b_ref :]])), None

    def _stratified_batch(self, b, b_ref, rng):
        """Half of all rows are drawn from strata that are all equally likely."""
        drawn = zip(self.drawn, (b, b_ref, b_ref), strict=True)
        (joint, w), (i, w_x), (j, w_y) = (strata.drawn(size, rng) for strata, size in drawn)
        weights = np.concatenate([w, w_x + w_y]).astype(np.float32)
        return (np.concatenate([joint, i]), np.concatenate([joint, j])), weights

    def joint(self, rows: Rows) -> Origin:
        return rows[0], rows[0]

    def references(self, rows: Rows, shifts: int) -> Iterator[Block]:
        return reference_blocks(rows[0], shifts, self.strata, self.clusters)


class PairedSamples:
    """Pairs (x, y): the joint law against the product of its marginals.

    Parameters
    ----------
    x, y : Side
    count : int
        The number of groups.
    rng : numpy.random.Generator
    hang : Dependence, optional
        How rows hang together: those of one cluster stay in one group and are never each
        other's reference.
    """

    def __init__(self, x: Side, y: Side, count: int, rng: np.random.Generator, hang: Dependence | None = None):
        self.sides, self.n = (x, y), x.n
        self.clusters = None if hang is None else hang.clusters
        self.groups = [(part,) for part in groups_of(hang, self.n, count, rng)]

    def view(self, rows: Rows) -> PairedView:
        return PairedView(self, rows)

    def references(self, rows: Rows, shifts: int) -> Iterator[Block]:
        return reference_blocks(rows[0], shifts, [side.whole.strata for side in self.sides], self.clusters)

    def bets(self, rows: Rows) -> tuple[Origin, Origin]:
        return crossed(rows[0])

    def ways(self, rows: Rows) -> int:
        return ways(self.sides, rows[0])

    def influence(self, t: Float[Array, " n"], blocks: list[Block], ratios: list[np.ndarray]) -> Float[Array, " n"]:
        """Of each pair on the held-out value: as joint, as x and as y; their mean is 0."""
        share = np.zeros(self.n)
        for block, ratio in zip(blocks, ratios, strict=True):
            surplus = (ratio - 1) * np.exp(block.log_weight)
            for side in block.origin:
                share += np.bincount(side, surplus, self.n)
        return t - t.mean() - share * (self.n / sum(map(len, blocks)))

    def standard_error(self, t: np.ndarray, blocks: list[Block], ratios: list[np.ndarray]) -> float:
        return self.spread(self.influence(t, blocks, ratios))

    def spread(self, influence: Float[Array, " n"]) -> float:
        """The standard error of a mean from each row's influence on it, cluster by cluster."""
        if self.clusters is not None:
            influence = np.bincount(self.clusters, influence)
        return float(np.sqrt(influence.var(ddof=1) * len(influence))) / self.n

    def unexplained(self, blocks: list[Block], ratios: list[np.ndarray], bins: int) -> tuple[float, float]:
        """By partitions of a column of x and one of y."""
        i, j = (np.concatenate(side) for side in zip(*(block.origin for block in blocks), strict=True))
        x, y = ([quantile_bins(column, bins) for column in side.whole.scores.T] for side in self.sides)
        cells = ((a * bins + b, a[i] * bins + b[j]) for a, b in product(x, y))
        return unexplained(cells, weighted(blocks, ratios))
