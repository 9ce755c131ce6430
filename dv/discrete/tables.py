"""Tables of probabilities, and what is computed from them exactly."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from dv._checks import check_size
from dv._random import Rng, as_generator


def entropy(p: Any) -> float:
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
        If ``p`` is empty, has a negative or non-finite entry, or does not sum to 1
        within the rounding of its type.

    Examples
    --------
    >>> round(entropy([0.5, 0.5]), 6)
    0.693147
    """
    p = check_table(p, "p")
    return float(-xlogy(p, p).sum())


def kl(p: Any, q: Any) -> float:
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


def mutual_information(table: Any) -> float:
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


def sample_table(table: Any, n: int, rng: Rng = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
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


def check_joint(table: Any) -> NDArray[np.float64]:
    """Return a two-dimensional table of probabilities."""
    table = check_table(table, "table")
    if table.ndim != 2:
        raise ValueError(f"table has shape {table.shape}; a joint table has two axes")
    return table


def check_table(p: Any, name: str) -> NDArray[np.float64]:
    """Return finite probabilities that sum to 1, in double precision.

    Those in a lower precision may miss 1 by rounding, and are divided by their sum.
    """
    given = np.asarray(p)
    rough = given.dtype.kind == "f" and given.dtype.itemsize < 8
    p = np.asarray(given, dtype=float)
    if p.size == 0 or not np.isfinite(p).all():
        raise ValueError(f"{name} is empty or has values that are NaN or infinite")
    if (p < 0).any():
        raise ValueError(f"{name} has a negative entry, {p.min():.3g}")
    if abs(p.sum() - 1) > (16 * np.finfo(given.dtype).eps if rough else 1e-9):
        raise ValueError(f"{name} sums to {p.sum():.6g}, not 1; divide it by its sum")
    return p / p.sum() if rough else p
