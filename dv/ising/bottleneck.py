"""What a block variable keeps through a bottleneck, and the best that any could keep.

Without one, learning a filter is an empty question: generic weights tell all patterns
apart and lose nothing. Noise on the output, or a single bit, makes it a real one.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dv._checks import check_positive, check_size
from dv._random import Rng, as_generator
from dv.discrete import mutual_information
from dv.discrete.tables import check_joint

from ._lattice import patterns
from .coarse import linear_filter

MOST_POINTS = 4000  # of the quadrature along each axis


def noisy_information(table: ArrayLike, weights: ArrayLike, sigma: float, right: ArrayLike | None = None) -> float:
    r"""Exact information between two filtered blocks, each seen through Gaussian noise.

    .. math:: I(w \cdot x + \sigma \xi;\; w' \cdot y + \sigma \xi'),
              \qquad \xi, \xi' \sim N(0, 1) \text{ independent}

    by the trapezoid rule, whose error on Gaussian mixtures of this step is below 1e-9.

    Parameters
    ----------
    table : ndarray, shape (2 ** n, 2 ** m)
        From :func:`neighbouring_blocks`.
    weights : array_like, shape (n,)
        w, on the scale of which σ must be read: only w / σ matters.
    sigma : float
        σ > 0.
    right : array_like, shape (m,), or None
        w′ of the right block; w itself unless given.

    Returns
    -------
    float, in nats

    Raises
    ------
    ValueError
        If shapes do not fit, or σ is so small that the noise would not be resolved.

    Examples
    --------
    >>> from dv.ising import neighbouring_blocks
    >>> round(noisy_information(neighbouring_blocks(2, 2), [0.5, 0.5, 0.5, 0.5], sigma=0.3), 6)
    0.362539
    """
    table, sigma = check_joint(table), check_positive(sigma, "sigma")
    densities = _densities(table.shape[0], weights, sigma)
    right_densities = _densities(table.shape[1], weights if right is None else right, sigma)
    joint = densities @ table @ right_densities.T
    return mutual_information(joint / joint.sum())


def _densities(size, weights, sigma):
    """Density of the noisy output at points σ/4 apart, a column for each pattern."""
    levels = linear_filter(patterns(size.bit_length() - 1), weights)
    reach = abs(levels).max() / sigma + 8
    if 8 * reach > MOST_POINTS:
        raise ValueError(f"sigma={sigma:g} is too small for levels up to {abs(levels).max():g}")
    return np.exp(-((np.arange(-reach, reach, 0.25)[:, None] - levels / sigma) ** 2) / 2)


def best_noisy_filter(
    table: ArrayLike, sigma: float, right: Callable | None = None, n_starts: int = 8, rng: Rng = None
) -> tuple[NDArray[np.floating], float]:
    r"""The weights of length 1 that keep most of the information through Gaussian noise.

    .. math:: \max_{\lVert w \rVert = 1} I(w \cdot x + \sigma \xi;\; w' \cdot y + \sigma \xi')

    by quasi-Newton ascent from random starts on :func:`noisy_information`.

    Parameters
    ----------
    table, sigma
        As for :func:`noisy_information`.
    right : callable or None
        Makes w′ from w, for example its mirror image; w′ = w unless given.
    n_starts : int
    rng : int, Generator, SeedSequence or None

    Returns
    -------
    weights : ndarray, shape (n,)
        Of the two equal filters w and −w the one whose sum is positive.
    value : float, in nats

    Examples
    --------
    >>> from dv.ising import neighbouring_blocks
    >>> weights, value = best_noisy_filter(neighbouring_blocks(1, 2), 0.3, lambda w: w[::-1], rng=0)
    >>> weights.round(2).tolist()
    [0.48, 0.88]
    """
    from scipy.optimize import minimize  # slow to import, and used here alone

    table, rng = check_joint(table), as_generator(rng, "filters")

    def unit(w):
        return w / np.linalg.norm(w)

    def loss(w):
        w = unit(w)
        return -noisy_information(table, w, sigma, None if right is None else right(w))

    spins = len(table).bit_length() - 1
    starts = rng.normal(size=(check_size(n_starts, "n_starts"), spins))
    best = min((minimize(loss, w) for w in starts), key=lambda result: result.fun)
    weights = unit(best.x)
    return weights * (1 if weights.sum() > 0 else -1), float(-best.fun)


def best_bit(table: ArrayLike, n_starts: int = 100, rng: Rng = None) -> tuple[NDArray[np.integer], float]:
    r"""The one-bit function of X that keeps most of the information about Y.

    .. math:: \max_{h: \mathcal X \to \{0, 1\}} I(h(X); Y)

    by alternating two steps that can only raise it: the mean law of Y of either class, and
    each x to the class whose law is nearer to P(y|x) in divergence. It ends in a local
    maximum over *all* functions, so the best of many random starts is taken.

    Parameters
    ----------
    table : array_like, shape (n_x, n_y)
    n_starts : int
    rng : int, Generator, SeedSequence or None

    Returns
    -------
    bits : ndarray of int, shape (n_x,)
        0 for the first x.
    value : float, in nats

    References
    ----------
    Dhillon, Mallela and Kumar (2003), A divisive information-theoretic feature
    clustering algorithm for text classification, section 4.

    Examples
    --------
    >>> best_bit([[0.25, 0.05], [0.05, 0.25], [0.2, 0.2]], rng=0)[0].tolist()
    [0, 1, 1]
    """
    table, rng = check_joint(table), as_generator(rng, "bits")
    found = [_ascend(table, rng) for _ in range(check_size(n_starts, "n_starts"))]
    value, bits = max(found, key=lambda pair: pair[0])
    return (bits ^ bits[0]).astype(int), value


def _ascend(table, rng, most_steps=1000):
    bits = rng.random(len(table)) < 0.5
    classes = table[:1]
    for _ in range(most_steps):
        classes = np.stack([table[~bits].sum(axis=0), table[bits].sum(axis=0)])
        mass = classes.sum(axis=1, keepdims=True)
        if not mass.all():
            return 0.0, bits
        laws = np.log(np.maximum(classes / mass, 1e-300))
        nearer = table @ (laws[1] - laws[0]) > 0
        if (nearer == bits).all():
            break
        bits = nearer
    return mutual_information(classes), bits
