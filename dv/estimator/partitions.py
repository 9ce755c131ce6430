"""What a fitted density ratio leaves unexplained, as far as cells can show it.

Let Q_t be the reference weighted with e^t. The Donsker–Varadhan bound at t misses
exactly D(P‖Q_t), and D(P‖Q_t) on any partition is at most that. So counts of the
samples in cells, beside those that the weighted references lead to expect, say of a
critic that is too weak how much it misses at least.
"""

from collections.abc import Iterable
from itertools import islice

import numpy as np
from numpy.typing import NDArray

MOST = 25  # partitions looked at
RARE = 5  # cells where fewer samples are expected are taken together


def quantile_bins(column: NDArray[np.floating], count: int) -> NDArray[np.intp]:
    """The number of the bin of each entry, between quantiles of the column."""
    inner = np.quantile(column, np.linspace(0, 1, count + 1)[1:-1])
    return np.searchsorted(inner, column)


def unexplained(
    partitions: Iterable[tuple[NDArray[np.intp], NDArray[np.intp]]], weights: NDArray[np.floating]
) -> tuple[float, float]:
    """The divergence on that partition which shows most.

    Parameters
    ----------
    partitions : iterable of pairs of integer arrays
        The cell of each of n samples, and of each of n′ references.
    weights : array of shape (n′,)
        Of the references, up to a factor.

    Returns
    -------
    float, float
        Nats, less what chance alone gives in samples and references; and by how many
        standard deviations χ², Σ (seen − expected)² / (variance of seen and of
        expected), exceeds its mean under P = Q_t: one less than there are cells.
    """
    return max(_divergence(cells, ref_cells, weights) for cells, ref_cells in islice(partitions, MOST))


def _divergence(
    cells: NDArray[np.intp], ref_cells: NDArray[np.intp], weights: NDArray[np.floating]
) -> tuple[float, float]:
    n, size = len(cells), 1 + max(cells.max(), ref_cells.max())
    share = weights * (n / weights.sum())
    seen = np.bincount(cells, minlength=size)
    expected, noise = (np.bincount(ref_cells, values, size) for values in (share, share**2))
    rare = expected < RARE
    seen, expected, noise = (np.append(a[~rare], a[rare].sum()) for a in (seen, expected, noise))
    seen, expected, noise = (a[expected > 0] for a in (seen, expected, noise))
    freedom = len(seen) - 1
    if freedom < 1:
        return 0.0, 0.0
    ratio = 2 * (seen @ np.log(np.maximum(seen, 1) / expected))
    chance = freedom + (noise / expected).sum()
    square = ((seen - expected) ** 2 / (expected + noise)).sum()
    return (ratio - chance) / (2 * n), (square - freedom) / np.sqrt(2 * freedom)
