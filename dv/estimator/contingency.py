"""Both sides are labels: the critic is a table of log ratios, and no network is needed.

The table is fitted to all groups but one and valued on the one left out, where the
reference mean is taken over all pairs of rows that are no partners.
"""

import numpy as np

from .._shapes import Array, Float
from .certificate import TABLE, bound, centred, crossed
from .columns import Side
from .tables import log_ratio

GROUPS = 10
ROWS_A_CELL = 5  # at least, where a side has several columns
ORDERS = 3  # in which the rows are gone through for a certificate
FIRST = 3  # parts that the first table is fitted to
MOST = 4000  # rows looked at for the stakes


def suits(x: Side, y: Side) -> bool:
    """Whether a table is the critic to use: both sides are labels, of one column each or of few cells for the rows.

    Labels of several columns have a structure that a network learns from and a table does not see.
    """
    if x.labels is None or y.labels is None:
        return False
    alone = len(x.columns) == len(y.columns) == 1
    return alone or x.labels[1] * y.labels[1] * ROWS_A_CELL <= x.n


def cross_fitted(x: Side, y: Side, groups: list[np.ndarray]) -> tuple[float, float, Float[Array, " n"]]:
    """Value the tables of the other groups on each group.

    Parameters
    ----------
    x, y : Side
    groups : list of arrays
        The rows of each group.

    Returns
    -------
    value, training : float
        Held out, and of the same tables on the rows they were fitted to; nats.
    influence : array of shape (n,)
        Of each row on the value; their mean is 0.
    """
    t, x_share, y_share = np.zeros((3, x.n))
    training = []
    for g, rows in enumerate(groups):
        others = np.concatenate([other for h, other in enumerate(groups) if h != g])
        x_codes, y_codes, table, fit = fitted(x, y, others)
        training.append(fit)
        x_code, y_code, weight, m = x_codes[rows], y_codes[rows], np.exp(table), len(rows)
        x_part, y_part = (
            np.bincount(code, minlength=size) for code, size in zip((x_code, y_code), table.shape, strict=True)
        )
        t[rows] = table[x_code, y_code]
        # of every row with every other's y, and of every other's x with its y
        x_share[rows] = ((weight @ y_part)[x_code] - weight[x_code, y_code]) / (m - 1)
        y_share[rows] = ((x_part @ weight)[y_code] - weight[x_code, y_code]) / (m - 1)
    mean = x_share.mean()
    return float(t.mean() - np.log(mean)), float(np.mean(training)), t - t.mean() - (x_share + y_share) / mean + 2


def fitted(x: Side, y: Side, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """The table of some rows: codes of x and of y at all rows, log ratios, and their value on these rows."""
    (x_codes, bits_x), (y_codes, bits_y) = (side.label_codes(rows) for side in (x, y))
    counts = np.bincount(x_codes[rows] << bits_y | y_codes[rows], minlength=1 << (bits_x + bits_y)).reshape(
        1 << bits_x, -1
    )
    table = log_ratio(counts)[0]
    table -= _log_reference(table, counts)
    return x_codes, y_codes, table, float((table * counts).sum() / len(rows))


def _log_reference(table, counts):
    """The log of the mean of e^t over the product of the marginals."""
    p, q = counts.sum(1) / counts.sum(), counts.sum(0) / counts.sum()
    return np.log(p @ np.exp(table) @ q)


def certified(x: Side, y: Side, rng: np.random.Generator) -> float:
    """A proved lower bound (:mod:`dv.estimator.certificate`): the table of all rows so far bets on the next part.

    ``rng`` gives the order of the rows, several times.
    """
    bets = []
    for _ in range(ORDERS):
        parts = np.array_split(rng.permutation(x.n), GROUPS)
        bets.append([_bet(x, y, np.concatenate(parts[:k]), parts[k]) for k in range(FIRST, GROUPS)])
    return bound(bets, [TABLE] * ORDERS)


def _bet(x, y, known, fresh):
    x_codes, y_codes, table, _ = fitted(x, y, known)
    return centred(lambda i, j: table[x_codes[i], y_codes[j]], crossed(known[:MOST]), crossed(fresh))
