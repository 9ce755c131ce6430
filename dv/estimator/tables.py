"""Log ratios of tables: how much more often two columns meet than they would if independent.

A grid over two columns is halved along both, again and again. At each node, the shares
of its quarters are either those of independent columns, or free; which of the two, the
counts decide, by Bayes' rule. The posterior mean of the ratio is known in closed form
(an optional Pólya tree, Wong and Ma 2010, with the product of the marginals as its base),
fine where there is structure and many samples, coarse elsewhere.
"""

import numpy as np
from scipy.special import gammaln

from .columns import FREQUENT, Seen

BITS = 7  # of each column of a table of two columns with many values
MOST_BITS = 14  # of both columns of a table
PRIORS = (0.01, 0.1, 1.0)  # pseudo-counts of a child; the evidence chooses
STOP = 0.5  # prior probability that a node has no structure beneath it


def _levels(bits_x, bits_y):
    """Shapes of the grid from one cell to all."""
    shapes = [(0, 0)]
    while shapes[-1] != (bits_x, bits_y):
        a, b = shapes[-1]
        shapes.append((min(a + 1, bits_x), min(b + 1, bits_y)))
    return [(2**a, 2**b) for a, b in shapes]


def _coarser(fine, shape):
    kx, ky = shape
    return fine.reshape(kx, fine.shape[0] // kx, ky, fine.shape[1] // ky).sum((1, 3))


def _spread(coarse, fine_shape):
    """A coarse table beside the blocks (kx, a, ky, b) of a finer one."""
    kx, ky = coarse.shape
    return coarse[:, None, :, None], (kx, fine_shape[0] // kx, ky, fine_shape[1] // ky)


def log_ratio(counts: np.ndarray) -> tuple[np.ndarray, float]:
    """The log of the posterior mean ratio in each cell of a table of counts, and the log evidence for it.

    Parameters
    ----------
    counts : array of shape (2^a, 2^b)

    Returns
    -------
    array of the same shape, float
        log E[P(cell) / (P(row) P(column)) | counts], in nats.
    float
        The log of how much better the tree explains the counts than independence, 0 or more up to log 2.
    """
    return max((_log_ratio(counts, prior) for prior in PRIORS), key=lambda found: found[1])


def _log_ratio(counts, prior):
    n = counts.sum()
    product = np.outer(counts.sum(1), counts.sum(0)) / max(n, 1)
    shapes = _levels(*(int(side).bit_length() - 1 for side in counts.shape))
    seen, expected = [counts.astype(float)], [product]
    for shape in shapes[-2::-1]:
        seen.append(_coarser(seen[-1], shape))
        expected.append(_coarser(expected[-1], shape))
    seen, expected = seen[::-1], expected[::-1]
    evidence, split = np.zeros(counts.shape), []
    for level in range(len(shapes) - 2, -1, -1):
        beneath = _coarser(evidence, shapes[level])
        free = np.log(1 - STOP) + _free(seen, expected, level, prior) + beneath
        evidence = np.logaddexp(np.log(STOP), free)
        split.append(np.exp(free - evidence))
    return np.log(_mean_ratio(seen, expected, split[::-1], prior)), float(evidence[0, 0])


def _shares(expected, level):
    """What part of a node's independent share each child has, (kx, a, ky, b); even where there is none."""
    whole, shape = _spread(expected[level], expected[level + 1].shape)
    parts = expected[level + 1].reshape(shape)
    even = 1 / (shape[1] * shape[3])
    return np.divide(parts, whole, out=np.full(shape, even), where=whole > 0)


def _free(seen, expected, level, prior):
    """The log evidence for free shares of the children against those of independence."""
    share = _shares(expected, level)
    n = seen[level + 1].reshape(share.shape)
    total = prior * share.shape[1] * share.shape[3]
    some = n > 0
    pseudo, log_share = total * share[some], np.log(share[some])
    gain = np.zeros(share.shape)
    gain[some] = gammaln(pseudo + n[some]) - gammaln(pseudo) - n[some] * log_share
    return gain.sum((1, 3)) + gammaln(total) - gammaln(total + seen[level])


def _mean_ratio(seen, expected, split, prior):
    """Top down: what has stopped keeps its parent's ratio, what goes on is multiplied by its children's."""
    stopped, alive = np.zeros((1, 1)), np.ones((1, 1))
    for level, p in enumerate(split):
        share = _shares(expected, level)
        n = seen[level + 1].reshape(share.shape)
        total = prior * share.shape[1] * share.shape[3]
        whole, shape = _spread(seen[level], seen[level + 1].shape)
        factor = (n / total + share) / ((whole / total + 1) * np.where(share > 0, share, 1))
        factor[share == 0] = 1
        stopped, alive = stopped + alive * (1 - p), alive * p
        fine = seen[level + 1].shape
        stopped = np.broadcast_to(stopped[:, None, :, None], shape).reshape(fine)
        alive = (alive[:, None, :, None] * factor).reshape(fine)
    return stopped + alive


def _as_fine_as_can_be(x, y):
    """The codes of two columns at a resolution whose table is not too large: few values leave room for many."""
    fine = []
    for (codes, bits), (_, other) in ((x, y), (y, x)):
        kept = min(bits, max(BITS, MOST_BITS - other))
        fine.append((codes >> (bits - kept), kept))
    return fine


class Tables:
    """Log ratios of some pairs of columns, each fitted to some rows.

    Parameters
    ----------
    x, y : Seen
        Whose columns they are.
    pairs : list of (int, int)
        A column of x and one of y for each table.
    rows : array of int
        The rows that are counted.
    """

    def __init__(self, x: Seen, y: Seen, pairs: list[tuple[int, int]], rows: np.ndarray):
        self.tables = [self._fitted(x.codes[a], y.codes[b], rows) for a, b in pairs]

    @staticmethod
    def _fitted(x, y, rows):
        (x, bits_x), (y, bits_y) = _as_fine_as_can_be(x, y)
        shifted = x << bits_y
        counts = np.bincount(shifted[rows] + y[rows], minlength=1 << (bits_x + bits_y))
        return shifted, y, log_ratio(counts.reshape(1 << bits_x, -1))[0].ravel().astype(np.float32)

    def features(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """The log ratio of every table at rows i of x and j of y: (…, number of tables)."""
        return np.stack([table.take(x.take(i) + y.take(j)) for x, y, table in self.tables], axis=-1)


MOST_TABLES = 4
COARSE = 3  # bits of a column in the first look
SIGNS = 4.0  # standard deviations of χ² above chance that make a pair of columns worth a table


def promising(x: Seen, y: Seen, rows: np.ndarray) -> list[tuple[int, int]]:
    """The pairs of columns whose coarse table shows most dependence, at most four."""
    sides, blocks = [], []
    for side in (x, y):
        coarse = [(codes[rows] >> max(bits - COARSE, 0), min(bits, COARSE)) for codes, bits in side.codes]
        ends = np.cumsum([1 << bits for _, bits in coarse])
        hot = np.zeros((len(rows), ends[-1]), np.float32)
        for (codes, bits), end in zip(coarse, ends, strict=True):
            hot[np.arange(len(rows)), end - (1 << bits) + codes] = 1
        sides.append(hot)
        blocks.append(np.split(np.arange(ends[-1]), ends[:-1]))
    seen, mean = sides[0].T @ sides[1], [hot.mean(0) for hot in sides]
    expected = np.outer(*mean) * len(rows)
    surprise = np.divide((seen - expected) ** 2, expected, out=np.zeros_like(expected), where=expected > 0)
    found = []
    for a, left in enumerate(blocks[0]):
        for b, right in enumerate(blocks[1]):
            if not (x.tied[a] or y.tied[b]) or _of_two_frequent_values(mean[0][left], mean[1][right]):
                continue
            freedom = max(((mean[0][left] > 0).sum() - 1) * ((mean[1][right] > 0).sum() - 1), 1)
            found.append(((surprise[np.ix_(left, right)].sum() - freedom) / np.sqrt(2 * freedom), a, b))
    found.sort(reverse=True)
    return [(a, b) for score, a, b in found[:MOST_TABLES] if score > SIGNS]


def _of_two_frequent_values(*shares):
    """Whether columns have two values each, of which none is rare: the Gaussian ratio says as much as a table."""
    return all(len(share) == 2 and share.min() >= FREQUENT for share in shares)
