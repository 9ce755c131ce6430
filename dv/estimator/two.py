"""Two samples with no pairing, one of each law."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from .._shapes import Array, Float
from .certificate import ways
from .columns import Side
from .partitions import quantile_bins, unexplained
from .samples import Block, Logs, Origin, Rows, drawn_from, precision, weighted
from .tables import Tables


class TwoView:
    """Two samples as the training rows of a critic show them."""

    def __init__(self, samples: "TwoSamples", rows: Rows):
        self.rows, self.n = rows, samples.n
        self.z = samples.side.seen_by(np.concatenate(rows)).scores
        self.d = self.z.shape[1]

    def take(self, *origin: np.ndarray) -> Float[Array, "m d"]:
        (i,) = origin
        return self.z.take(i, 0)

    def gaussians(self, rows: Rows) -> list[tuple[np.ndarray, np.ndarray]]:
        """With one covariance for both laws, with each column's variances, and with all there is."""
        z, ref = (self.z[side].astype(float) for side in rows)
        means = z.mean(0), ref.mean(0)
        shared = precision(np.concatenate([z - means[0], ref - means[1]]))
        alone = [np.diag(1 / (side.var(0) + 1e-3)) for side in (z, ref)]
        several = ((shared, shared), alone, (precision(z), precision(ref)))
        return [((q - p) / 2, p @ means[0] - q @ means[1]) for p, q in several]

    def pairs(self, rows: Rows) -> list[tuple[int, int]]:
        return []

    def tables(self, rows: Rows, pairs: list[tuple[int, int]]) -> Tables:
        raise TypeError("two samples have no pairs of columns to tabulate")

    def batch(self, b: int, b_ref: int, rng: np.random.Generator) -> tuple[Origin, Logs]:
        return (
            np.concatenate([drawn_from(side, size, rng) for side, size in zip(self.rows, (b, b_ref), strict=True)]),
        ), None

    def joint(self, rows: Rows) -> Origin:
        return (rows[0],)

    def references(self, rows: Rows, shifts: int) -> Iterator[Block]:
        """One block: the reference rows; there is nothing to shift."""
        yield Block((rows[1],))


class TwoSamples:
    """Samples of two laws, with no pairing: each reference is met again and again.

    Parameters
    ----------
    side : Side
        The n samples of P, and below them those of R.
    n, count : int
    rng : numpy.random.Generator
    """

    def __init__(self, side: Side, n: int, count: int, rng: np.random.Generator):
        self.side, self.n = side, n
        parts = (np.array_split(rng.permutation(m), count) for m in (n, side.n - n))
        self.groups = [(i, j + n) for i, j in zip(*parts, strict=True)]

    def view(self, rows: Rows) -> TwoView:
        return TwoView(self, rows)

    def references(self, rows: Rows, shifts: int) -> Iterator[Block]:
        """One block: the reference rows; there is nothing to shift."""
        yield Block((rows[1],))

    def bets(self, rows: Rows) -> tuple[Origin, Origin]:
        """Blocks of one sample of either law."""
        count = min(map(len, rows))
        z, ref = rows
        return (z[None, :count],), (ref[None, :count],)

    def ways(self, rows: Rows) -> int:
        return ways([self.side], np.concatenate(rows))

    def standard_error(self, t: np.ndarray, blocks: list[Block], ratios: list[np.ndarray]) -> float:
        """The two samples are independent, so their variances add."""
        w = np.concatenate(ratios)
        return float(np.sqrt(t.var(ddof=1) / len(t) + w.var(ddof=1) / len(w)))

    def unexplained(self, blocks: list[Block], ratios: list[np.ndarray], bins: int) -> tuple[float, float]:
        """By partitions of two columns."""
        rows = np.concatenate([block.origin[0] for block in blocks])
        columns = [quantile_bins(column, bins) for column in self.side.whole.scores.T]
        pairs = combinations(columns, 2) if len(columns) > 1 else [2 * columns]
        cells = ((a * bins + b) for a, b in pairs)
        return unexplained(((c[: self.n], c[rows]) for c in cells), weighted(blocks, ratios))
