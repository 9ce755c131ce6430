"""Coarse graining: maps of spin blocks, applied to samples or, exactly, to tables."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dv._checks import check_size

from ._lattice import patterns


def block_mean(spins: ArrayLike) -> NDArray[np.floating]:
    """Mean of all spins of a block.

    Parameters
    ----------
    spins : array_like of ±1, shape (..., k * k)
        Blocks row by row, as :func:`dv.ising.blocks` and :func:`dv.ising.patterns` give them.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> block_mean([[1, 1, 1, -1], [1, 1, -1, -1]]).tolist()
    [0.5, 0.0]
    """
    return check_spins(spins).mean(axis=-1)


def ring_mean(spins: ArrayLike) -> NDArray[np.floating]:
    """Mean of the spins of a block of odd side but for the one in its centre.

    Parameters, returns as for :func:`block_mean`.

    Raises
    ------
    ValueError
        If the block is not square, or its side is even or 1.

    Examples
    --------
    >>> ring_mean([1, 1, 1, 1, -1, 1, 1, 1, 1]).item()
    1.0
    """
    spins = check_spins(spins)
    n = spins.shape[-1]
    side = round(n**0.5)
    if side * side != n or side % 2 == 0 or side == 1:
        raise ValueError(f"a block of {n} spins has no centre; give a square of odd side, 3 or more")
    return (spins.sum(axis=-1) - spins[..., n // 2]) / (n - 1)


def majority(spins: ArrayLike, tie: str = "first", weights: ArrayLike | None = None) -> NDArray:
    """Sign of the majority of a block, or of its weighted sum w · s.

    Parameters
    ----------
    spins : array_like of ±1, shape (..., n)
    tie : {"first", "up", "down"}
        What a tie gives: the block's first (top left) spin, which respects the up–down
        symmetry, or always +1, or always −1.
    weights : array_like, shape (n,), optional
        How much each vote counts, by default 1. A sum below 1e-9 is a tie.

    Returns
    -------
    ndarray of ±1, shape (...)

    Examples
    --------
    >>> majority([[1, 1, -1, -1], [-1, -1, 1, 1]]).tolist()
    [1, -1]
    >>> majority([1, -1, -1], weights=[3, 1, 1]).item()
    1
    """
    spins = check_spins(spins)
    if tie not in ("first", "up", "down"):
        raise ValueError(f"tie={tie!r} must be 'first', 'up' or 'down'")
    broken = spins[..., 0] if tie == "first" else (1 if tie == "up" else -1)
    total = spins.sum(axis=-1) if weights is None else np.round(linear_filter(spins, weights), 9)
    return np.where(total == 0, broken, np.sign(total)).astype(int)


def decimation(spins: ArrayLike, site: int = 0) -> NDArray:
    """One spin of a block, by default the first (top left).

    Examples
    --------
    >>> decimation([[1, -1, -1, -1]]).tolist()
    [1]
    """
    spins = check_spins(spins)
    if check_size(site, "site", minimum=0) >= spins.shape[-1]:
        raise ValueError(f"site={site} is outside a block of {spins.shape[-1]} spins")
    return spins[..., site]


def linear_filter(spins: ArrayLike, weights: ArrayLike) -> NDArray[np.floating]:
    """Weighted sum w · s of the spins of a block.

    Parameters
    ----------
    spins : array_like of ±1, shape (..., n)
    weights : array_like, shape (n,)

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> linear_filter([[1, -1]], [0.5, 0.25]).tolist()
    [0.25]
    """
    spins, weights = check_spins(spins), np.asarray(weights, dtype=float)
    if weights.shape != spins.shape[-1:] or not np.isfinite(weights).all():
        raise ValueError(f"weights of shape {weights.shape} must be {spins.shape[-1]} finite numbers, one a spin")
    return spins @ weights


def coarse_table(
    table: ArrayLike, left: Callable, right: Callable | None = None, decimals: int = 9
) -> NDArray[np.floating]:
    """Joint table of two block variables from the joint table of two blocks.

    By data processing its mutual information cannot exceed that of ``table``.

    Parameters
    ----------
    table : ndarray, shape (2 ** n, 2 ** m)
        From :func:`dv.ising.neighbouring_blocks`.
    left, right : callable
        Maps of patterns (..., n) to values (...), such as :func:`block_mean`; ``right`` is
        ``left`` unless given. None as ``left`` with ``right`` given keeps the left block.
    decimals : int
        Values that agree to so many decimals are one.

    Returns
    -------
    ndarray
        Rows and columns in ascending order of the values.

    Examples
    --------
    >>> from dv.discrete import mutual_information
    >>> from dv.ising import neighbouring_blocks
    >>> round(mutual_information(coarse_table(neighbouring_blocks(2, 2), block_mean)), 7)
    0.3739136
    """
    table = np.asarray(table, dtype=float)
    sizes = [length.bit_length() - 1 for length in table.shape]
    if table.ndim != 2 or table.shape != tuple(2**size for size in sizes):
        raise ValueError(f"table of shape {table.shape} must be 2**n by 2**m: one row a spin pattern")
    if left is None and right is None:
        raise ValueError("give a map for one block at least")
    maps = (left, left if right is None else right)
    for axis, (size, function) in enumerate(zip(sizes, maps, strict=True)):
        if function is not None:
            table = np.moveaxis(_merge(np.moveaxis(table, axis, 0), size, function, decimals), 0, axis)
    return table


def _merge(table, size, function, decimals):
    values = np.asarray(function(patterns(size)), dtype=float)
    if values.shape != (2**size,):
        raise ValueError(f"the map gave shape {values.shape} for {2**size} patterns, not one value each")
    levels, index = np.unique(np.round(values, decimals), return_inverse=True)
    merged = np.zeros((len(levels), table.shape[1]))
    np.add.at(merged, index, table)
    return merged


def check_spins(spins: ArrayLike) -> NDArray:
    """Return an array of ±1 with at least one axis."""
    spins = np.asarray(spins)
    if spins.ndim == 0 or spins.shape[-1] == 0:
        raise ValueError(f"spins of shape {spins.shape}: give blocks of at least one spin")
    if not (abs(spins) == 1).all():
        raise ValueError("spins must be +1 or −1")
    return spins.astype(int, copy=False)
