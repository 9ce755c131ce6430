"""What the rows are to each other: copies, or neighbours in time, of which an estimate must know.

An estimate takes rows as independent. Rows that stand twice count twice and are each
other's answer; a series in time order, split at random, has the test samples' neighbours
among the training samples, and two slow series look alike by chance.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import chdtri

from .columns import TIES, Side

LAGS = 50  # looked at for order
SURE = 1e-6  # chance of a false alarm, on each side
OFTEN = 10  # rows that share a value, at least, for it to be frequent
COPIES = 0.02  # part of all rows that are copies, from which they are kept together
FEW = 30  # fewer independent rows than this tell nothing


@dataclass
class Dependence:
    """How rows hang together.

    Attributes
    ----------
    clusters : array of int or None
        Rows of one cluster belong together.
    in_order : bool
        Whether clusters are stretches of a series, to be split into contiguous groups.
    worth : float
        How many independent rows these are worth.
    kept : array of int or None
        The rows to use, where all stand equally often.
    notes : list of str
    """

    worth: float
    clusters: np.ndarray | None = None
    in_order: bool = False
    kept: np.ndarray | None = None
    notes: list = field(default_factory=list)


def look_at(x: Side, y: Side, blocks: int | None = None) -> Dependence:
    """How the rows of two sides hang together.

    Parameters
    ----------
    x, y : Side
    blocks : int or None
        The length of stretches that are independent of each other, if the caller knows it.
    """
    n = x.n
    if blocks is not None:
        return Dependence(n / blocks, np.arange(n) // blocks, True)
    copies = _copies(x, y)
    if copies is not None:
        return copies
    return _series(x.whole.scores, y.whole.scores) or Dependence(n)


def _copies(x, y):
    """Rows that stand more than once, where equal values are no matter of course."""
    if x.natural() and y.natural():
        return None
    columns = [column for side in (x, y) for column in side.columns]
    table, n = np.stack([column.index for column in columns], axis=1), x.n
    _, first, clusters, counts = np.unique(table, axis=0, return_index=True, return_inverse=True, return_counts=True)
    if counts.min() == counts.max() > 1:
        note = f"every row stands {counts[0]} times: {len(counts)} different ones are used"
        return Dependence(len(counts), kept=np.sort(first), notes=[note])
    # a row of frequent values only, all zeros for example, stands often by nature
    often = max(TIES * n, OFTEN)
    frequent = np.all([(np.bincount(column.index) > often)[column.index] for column in columns], axis=0)
    copied = n - frequent.sum() - (~frequent[first]).sum()
    if copied < COPIES * n:
        return None
    clusters = np.unique(np.where(frequent, n + np.arange(n), clusters.ravel()), return_inverse=True)[1]
    worth = n**2 / (np.bincount(clusters).astype(float) ** 2).sum()
    note = (
        f"{copied} of the {n} rows are copies of others; copies are kept together, "
        f"and the rows are worth some {worth:.0f} different ones"
    )
    return Dependence(worth, clusters, notes=[note])


def _series(x, y):
    """Whether neighbouring rows are alike on both sides, and how much that costs."""
    n = len(x)
    if n < 2 * LAGS or any((np.diff(column) >= 0).all() for side in (x, y) for column in side.T):
        return None  # sorted rows say nothing of time
    both = [_autocorrelations(side) for side in (x, y)]
    alike = [side[_surprising(side, n)] for side in both]
    if not all(map(len, alike)):
        return None
    # Bartlett's formula: the variance of a correlation of two series, against that of independent rows
    products = np.array([(a * b)[_significant(a * b, n)].sum() for a in alike[0] for b in alike[1]])
    inflation = float(np.clip(1 + 2 * products.max(), 1, n))
    if inflation < 1.2:
        return None
    worth = n / inflation
    length = int(np.clip(np.ceil(2 * inflation), 2, max(n // 20, 2)))
    note = (
        f"neighbouring rows are alike in x and in y, as in a series in time: {n} rows are worth some "
        f"{worth:.0f} independent ones; they are left out in stretches, and the interval is for so many"
    )
    return Dependence(worth, np.arange(n) // length, True, notes=[note])


def _autocorrelations(side):
    """Of each column, at lags 1 to n / 4: (d, L)."""
    n, most = len(side), max(len(side) // 4, LAGS)
    columns = side[:, :16].T.astype(float)
    columns = columns - columns.mean(1, keepdims=True)
    power = abs(np.fft.rfft(columns, 2 * n)) ** 2
    found = np.fft.irfft(power)[:, : most + 1]
    return found[:, 1:] / found[:, :1]


def _surprising(correlations, n):
    """Which columns are more like their own past than chance allows."""
    score = n * (correlations[:, :LAGS] ** 2).sum(1)
    return score > chdtri(LAGS, SURE / len(correlations))


def _significant(product, n):
    """Lags up to the first ten in a row whose product is no more than noise."""
    noise = abs(product) < 4 / n
    quiet = np.convolve(noise, np.ones(10), "valid") == 10
    end = int(quiet.argmax()) if quiet.any() else len(product)
    return slice(0, end)
