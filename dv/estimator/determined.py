"""Whether information looks infinite: one side is a function of the other, as far as the samples show."""

import numpy as np
from scipy.spatial import KDTree

from .columns import Side

NEAR = 12  # ranks to the nearest neighbour's value, in the median, that n rows cannot tell from none
PART = 1 / 40  # of n, where that is less: without any dependence a sixth of n is usual
MOST = 4000  # rows looked at
FEW_COLUMNS = 4
OUTSIDE = 0.05  # part of P's samples beyond all references from which nothing above is excluded


def endless(x: Side, y: Side) -> str | None:
    """Say why I(X; Y) looks infinite, or return None."""
    there = {(sign * column).tobytes() for column in y.whole.scores.T for sign in (1, -1)}
    if any(column.tobytes() in there and _free(column) for column in x.whole.scores.T):
        return "x and y share a column: if it is continuous, I is infinite"
    for of, to, names in ((x, y, "y of x"), (y, x, "x of y")):
        if of.whole.scores.shape[1] <= FEW_COLUMNS and any(
            _follows(of.whole.scores, column) for column in to.whole.scores.T
        ):
            return (
                f"a column of {names[0]} looks like a function {names[2:]}: if it is one, and continuous, "
                "I is infinite; the value only says how much of it so many rows show"
            )
    return None


def _free(column):
    """Whether a column has hardly any equal values."""
    return len(np.unique(column)) > 0.9 * len(column)


def _follows(table, column):
    """Whether rows that are nearest in a table are next to each other in a column."""
    if not _free(column):
        return False
    n = len(column)
    ranks = np.argsort(np.argsort(column))
    some = np.linspace(0, n - 1, min(n, MOST)).astype(int)
    near = np.asarray(KDTree(table).query(table[some], k=3)[1])
    gaps = abs(ranks[near[:, 1:]] - ranks[some][:, None]).min(1)
    return bool(np.median(gaps) < min(NEAR, max(1.5, PART * n)))


def uncovered(side: Side, n: int) -> str | None:
    """Say which part of the n samples of P lies beyond all references in some column, or return None."""
    outside = max(_beyond(column.index[:n], column.index[n:]) for column in side.columns)
    if outside <= OUTSIDE:
        return None
    return (
        f"{outside:.0%} of z lie beyond all of z_ref in some column, where no reference can show the ratio: "
        "D may be far larger, or infinite"
    )


def _beyond(z, z_ref):
    return ((z < z_ref.min()) | (z > z_ref.max())).mean()
