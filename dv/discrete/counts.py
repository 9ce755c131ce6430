"""Estimates from counts: the plug-in value, its corrections, and its mean."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, xlog1py, xlogy

from dv._checks import check_size

from .tables import check_joint

CORRECTIONS = ("none", "miller-madow", "grassberger", "jackknife")


def plug_in(x: Any, y: Any, correction: str = "none") -> float:
    r"""Mutual information of the empirical distribution of labels, bias-corrected on request.

    .. math:: \hat I = \hat H(X) + \hat H(Y) - \hat H(X, Y)

    The plain value is biased upward by about (m_x − 1)(m_y − 1) / 2n for m_x and m_y
    labels. Each entropy of counts n_i, summing to n, over the m labels seen can be
    corrected:

    * "miller-madow": + (m − 1) / 2n (Miller 1955);
    * "grassberger": log n − Σ n_i G(n_i) / n, with
      G(k) = ψ(k) + ½ (−1)^k [ψ((k + 1)/2) − ψ(k/2)] (Grassberger 2003, eq. 28);
    * "jackknife": n Ĥ − (n − 1) times the mean of the n values that leave one pair out.

    Parameters
    ----------
    x, y : array_like, shape (n,) or (n, d)
        Labels; each different row is a label.
    correction : {"none", "miller-madow", "grassberger", "jackknife"}

    Returns
    -------
    float, in nats; a corrected value can be negative

    Raises
    ------
    ValueError
        If the samples are empty, differ in number or have missing labels, or the
        correction is unknown.

    Examples
    --------
    >>> round(plug_in([0, 0, 1, 1], [0, 0, 1, 1]), 6)
    0.693147
    """
    counts, *places = cells(x, y)
    n, correction = counts.sum(), check_correction(correction)
    of_x, of_y = (_count_entropy(np.bincount(index, weights=counts), n, correction) for index in places)
    return float(of_x + of_y - _count_entropy(counts, n, correction))


def expected_plug_in(table: Any, n: int) -> float:
    r"""Exact mean of the plain :func:`plug_in` value of ``n`` independent pairs from a table.

    Each count is binomial, so that for each of the three entropies

    .. math:: E \hat H = -\sum_i E\left[\frac{C_i}{n} \log \frac{C_i}{n}\right],
              \qquad C_i \sim \mathrm{Bin}(n, p_i)

    Parameters
    ----------
    table : array_like, shape (n_x, n_y)
    n : int

    Returns
    -------
    float, in nats

    Examples
    --------
    >>> table = np.full((4, 4), 1 / 16)                   # I = 0, bias near 3 · 3 / 2n
    >>> round(expected_plug_in(table, 1000), 4)
    0.0045
    """
    table, n = check_joint(table), check_size(n, "n")
    return sum(
        sign * _expected_entropy(p.ravel(), n)
        for sign, p in ((1, table.sum(axis=1)), (1, table.sum(axis=0)), (-1, table))
    )


def _expected_entropy(p, n):
    """E Ĥ: binomial sums, one for each different probability, cut ten deviations away."""
    from scipy.stats import binom  # slow to import, and used here alone

    p, times = np.unique(np.round(p[p > 0], 15), return_counts=True)
    spread = 10 * np.sqrt(n * p * (1 - p)) + 40
    low = np.maximum(np.floor(n * p - spread), 0)
    total = 0.0
    width = np.minimum(np.ceil(2 * spread), n).astype(int) + 1
    for chunk in np.split(np.arange(len(p)), np.arange(4096, len(p), 4096)):
        count = low[chunk, None] + np.arange(width[chunk].max())
        weight = binom.pmf(count, n, p[chunk, None])
        share = np.minimum(count / n, 1)
        total -= times[chunk] @ (weight * xlogy(share, share)).sum(axis=1)
    return float(total)


def cells(x: Any, y: Any) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Counts of the pairs seen, with the row and column that each belongs to."""
    rows, columns = _labels(x, "x"), _labels(y, "y")
    if len(rows) != len(columns):
        raise ValueError(f"x has {len(rows)} samples but y has {len(columns)}; they must agree")
    size = columns.max() + 1
    pairs, counts = np.unique(rows * size + columns, return_counts=True)
    return counts, *np.divmod(pairs, size)


def _labels(data, name):
    masked = np.ma.getmaskarray(data) if isinstance(data, np.ma.MaskedArray) else False
    data = np.asarray(data)
    if data.ndim not in (1, 2) or data.size == 0:
        raise ValueError(f"{name} has shape {data.shape}; give at least one label, (n,) or (n, d)")
    if (missing := (masked | _missing(data)).reshape(len(data), -1).any(axis=1)).any():
        raise ValueError(
            f"{name} has {missing.sum()} missing labels (NaN, None), the first in row {missing.argmax()}; "
            "drop those rows or give them a label of their own"
        )
    labels = np.zeros(len(data), dtype=np.int64)
    for column in data.reshape(len(data), -1).T:
        values, index = np.unique(column, return_inverse=True)
        labels = np.unique(labels * len(values) + index, return_inverse=True)[1]
    return labels


def _missing(data):
    if data.dtype.kind in "fc":
        return np.isnan(data)
    if data.dtype.kind in "mM":
        return np.isnat(data)
    if data.dtype.kind != "O":
        return np.zeros(data.shape, dtype=bool)
    missing = [v is None or type(v).__name__ == "NAType" or v != v for v in data.ravel()]  # pandas' NA equals nothing
    return np.array(missing, dtype=bool).reshape(data.shape)


def information(tables: NDArray[np.int64], n: int, correction: str) -> Any:
    """The estimate on tables of n pairs, whose last two axes are x and y."""
    x, y = (_count_entropy(tables.sum(axis=axis), n, correction, axis=-1) for axis in (-1, -2))
    return x + y - _count_entropy(tables, n, correction, axis=(-2, -1))


def _count_entropy(counts, n, correction, axis=None):
    """The entropy of counts that sum to n: each correction is a sum over the cells."""
    c = counts.astype(float)
    seen = np.maximum(c, 1)
    if correction == "grassberger":
        half = np.where(c % 2, -0.5, 0.5) * (digamma((seen + 1) / 2) - digamma(seen / 2))
        return np.log(n) - (c * (digamma(seen) + half)).sum(axis=axis) / n
    plain = np.log(n) - xlogy(c, c).sum(axis=axis) / n
    if correction == "miller-madow":
        return plain + ((c > 0).sum(axis=axis) - 1) / (2 * n)
    if correction == "jackknife":
        return plain - xlog1py(n - 1, -1 / n) + (c * xlog1py(seen - 1, -1 / seen)).sum(axis=axis) / n
    return plain


def check_correction(correction: str) -> str:
    """Refuse a correction that is unknown."""
    if correction not in CORRECTIONS:
        raise ValueError(f"correction={correction!r} must be one of {', '.join(CORRECTIONS)}")
    return correction
