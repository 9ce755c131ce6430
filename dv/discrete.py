"""Entropy, divergence and mutual information of tables, and their plug-in estimates, in nats."""

import numpy as np
from scipy.special import digamma, xlogy

from dv._checks import check_size
from dv._random import as_generator

CORRECTIONS = ("none", "miller-madow", "grassberger", "jackknife")


def entropy(p):
    r"""Shannon entropy :math:`H = -\sum_i p_i \log p_i`, with 0 log 0 = 0.

    Parameters
    ----------
    p : array_like
        Probabilities of any shape, summing to 1.

    Returns
    -------
    float, in nats

    Raises
    ------
    ValueError
        If ``p`` is empty, has a negative or non-finite entry, or does not sum to 1.

    Examples
    --------
    >>> round(entropy([0.5, 0.5]), 6)
    0.693147
    """
    p = check_table(p, "p")
    return float(-xlogy(p, p).sum())


def kl(p, q):
    r"""Divergence :math:`D(p \| q) = \sum_i p_i \log (p_i / q_i)`, infinite if q misses some of p.

    Parameters
    ----------
    p, q : array_like
        Probabilities of one shape, each summing to 1; errors are those of :func:`entropy`.

    Returns
    -------
    float, in nats

    Examples
    --------
    >>> kl([0.5, 0.5], [1, 0]), kl([1, 0], [1, 0])
    (inf, 0.0)
    """
    p, q = check_table(p, "p"), check_table(q, "q")
    if p.shape != q.shape:
        raise ValueError(f"p has shape {p.shape} but q has shape {q.shape}; they must agree")
    held = p > 0
    if (q[held] == 0).any():
        return float("inf")
    return max(float((p[held] * (np.log(p[held]) - np.log(q[held]))).sum()), 0.0)


def mutual_information(table):
    r"""Mutual information :math:`I(X; Y) = D(P_{XY} \| P_X P_Y)` of a joint table.

    Parameters
    ----------
    table : array_like, shape (n_x, n_y)
        Joint probabilities, summing to 1; errors are those of :func:`entropy`.

    Returns
    -------
    float, in nats

    Examples
    --------
    >>> round(mutual_information([[0.4, 0.1], [0.1, 0.4]]), 5)
    0.19274
    """
    table = check_joint(table)
    return max(entropy(table.sum(axis=1)) + entropy(table.sum(axis=0)) - entropy(table), 0.0)


def sample_table(table, n, rng=None):
    """Draw ``n`` independent pairs of indices (x, y) from a joint table.

    Parameters
    ----------
    table : array_like, shape (n_x, n_y)
    n : int
    rng : int, Generator, SeedSequence or None

    Returns
    -------
    x, y : ndarray of int, shape (n,)

    Examples
    --------
    >>> [index.tolist() for index in sample_table([[0, 1], [0, 0]], 3, rng=0)]
    [[0, 0, 0], [1, 1, 1]]
    """
    table, n = check_joint(table), check_size(n, "n")
    cumulative = np.cumsum(table)
    drawn = np.searchsorted(cumulative, as_generator(rng).random(n) * cumulative[-1], side="right")
    return np.divmod(drawn, table.shape[1])


def plug_in(x, y, correction="none"):
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
        If the samples are empty or differ in number, or the correction is unknown.

    Examples
    --------
    >>> round(plug_in([0, 0, 1, 1], [0, 0, 1, 1]), 6)
    0.693147
    """
    return _information(_cells(x, y), _check_correction(correction))


def bootstrap_interval(x, y, correction="none", level=0.95, n_resamples=200, rng=None):
    r"""Basic bootstrap interval of :func:`plug_in`: :math:`[2 \hat I - q_{hi}, 2 \hat I - q_{lo}]`.

    The quantiles are those of the estimate on pairs resampled with replacement, which
    adds the bias once more; reflecting them takes it off (Davison and Hinkley 1997, §5.2).
    It does not help where most cells are empty: there the bias itself is far from small.

    Parameters
    ----------
    x, y, correction
        As for :func:`plug_in`.
    level : float
        Between 0 and 1.
    n_resamples : int
    rng : int, Generator, SeedSequence or None

    Returns
    -------
    low, high : float, in nats

    Examples
    --------
    >>> x, y = sample_table([[0.4, 0.1], [0.1, 0.4]], 1000, rng=0)
    >>> low, high = bootstrap_interval(x, y, rng=1)
    >>> low < 0.19274 < high
    True
    """
    if not 0 < level < 1:
        raise ValueError(f"level={level!r} must lie between 0 and 1")
    cells, correction = _cells(x, y), _check_correction(correction)
    n_resamples, rng = check_size(n_resamples, "n_resamples", minimum=2), as_generator(rng)
    counts, rows, columns = cells
    n = counts.sum()
    values = [
        _information((rng.multinomial(n, counts / n), rows, columns), correction)
        for _ in range(n_resamples)
    ]
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    value = _information(cells, correction)
    return float(2 * value - high), float(2 * value - low)


def expected_plug_in(table, n):
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


def _cells(x, y):
    """Counts of the pairs seen, with the row and column that each belongs to."""
    rows, columns = _labels(x, "x"), _labels(y, "y")
    if len(rows) != len(columns):
        raise ValueError(f"x has {len(rows)} samples but y has {len(columns)}; they must agree")
    size = columns.max() + 1
    pairs, counts = np.unique(rows * size + columns, return_counts=True)
    return counts, *np.divmod(pairs, size)


def _labels(data, name):
    data = np.asarray(data)
    if data.ndim not in (1, 2) or data.size == 0:
        raise ValueError(f"{name} has shape {data.shape}; give at least one label, (n,) or (n, d)")
    labels = np.zeros(len(data), dtype=np.int64)
    for column in data.reshape(len(data), -1).T:
        values, index = np.unique(column, return_inverse=True)
        labels = np.unique(labels * len(values) + index, return_inverse=True)[1]
    return labels


def _information(cells, correction):
    counts, rows, columns = cells
    marginals = (np.bincount(index, weights=counts) for index in (rows, columns))
    return float(
        sum(_count_entropy(c, correction) for c in marginals) - _count_entropy(counts, correction)
    )


def _count_entropy(counts, correction):
    c = counts[counts > 0].astype(float)
    n = c.sum()
    if correction == "grassberger":
        sign = np.where(c % 2, -0.5, 0.5)
        return np.log(n) - c @ (digamma(c) + sign * (digamma((c + 1) / 2) - digamma(c / 2))) / n
    plain = np.log(n) - xlogy(c, c).sum() / n
    if correction == "miller-madow":
        return plain + (len(c) - 1) / (2 * n)
    if correction == "jackknife" and n > 1:
        total = xlogy(c, c).sum() - xlogy(c, c) + xlogy(c - 1, c - 1)
        without = np.log(n - 1) - total / (n - 1)
        return n * plain - (n - 1) / n * (c @ without)
    return plain


def _check_correction(correction):
    if correction not in CORRECTIONS:
        raise ValueError(f"correction={correction!r} must be one of {', '.join(CORRECTIONS)}")
    return correction


def check_joint(table):
    """Return a two-dimensional table of probabilities."""
    table = check_table(table, "table")
    if table.ndim != 2:
        raise ValueError(f"table has shape {table.shape}; a joint table has two axes")
    return table


def check_table(p, name):
    """Return finite probabilities that sum to 1."""
    p = np.asarray(p, dtype=float)
    if p.size == 0 or not np.isfinite(p).all():
        raise ValueError(f"{name} is empty or has values that are NaN or infinite")
    if (p < 0).any():
        raise ValueError(f"{name} has a negative entry, {p.min():.3g}")
    if abs(p.sum() - 1) > 1e-9:
        raise ValueError(f"{name} sums to {p.sum():.6g}, not 1; divide it by its sum")
    return p
