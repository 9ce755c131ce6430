"""What a fitted density ratio leaves unexplained, as far as cells can show it.

Let Q_t be the reference weighted with e^t. The Donsker–Varadhan bound at t misses
exactly D(P‖Q_t), and D(P‖Q_t) on any partition is at most that. So counts of the
samples in cells, beside those that the weighted references lead to expect, say of a
critic that is too weak how much it misses at least.
"""

from itertools import islice

import numpy as np

MOST = 25  # partitions looked at
RARE = 5  # cells where fewer samples are expected are taken together


def quantile_bins(column, count):
    """The number of the bin of each entry, between quantiles of the column."""
    inner = np.quantile(column, np.linspace(0, 1, count + 1)[1:-1])
    return np.searchsorted(inner, column)


def unexplained(partitions, weights):
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
        Nats, less what chance alone gives; and by how many standard deviations
        the likelihood ratio exceeds its mean under P = Q_t.

    References
    ----------
    Wilks (1938): twice the log likelihood ratio is χ² with as many degrees of
    freedom as cells less one.
    """
    return max(_divergence(*cells, weights) for cells in islice(partitions, MOST))


def _divergence(cells, ref_cells, weights):
    n, size = len(cells), 1 + max(cells.max(), ref_cells.max())
    seen = np.bincount(cells, minlength=size)
    expected = np.bincount(ref_cells, weights, size) * (n / weights.sum())
    rare = expected < RARE
    seen, expected = (np.append(a[~rare], a[rare].sum()) for a in (seen, expected))
    seen, expected = seen[expected > 0], expected[expected > 0]
    freedom = len(seen) - 1
    if freedom < 1:
        return 0.0, 0.0
    ratio = 2 * (seen @ np.log(np.maximum(seen, 1) / expected))
    return (ratio - freedom) / (2 * n), (ratio - freedom) / np.sqrt(2 * freedom)
