"""Where joint and reference samples come from, in groups that are kept apart.

Both sources know these things: minibatches from all groups but some, the
samples of one group with many references, the Gaussian log density ratio fitted
to some groups, and what a fitted ratio leaves unexplained.
"""

from itertools import combinations, product

import numpy as np
import torch

from .partitions import quantile_bins, unexplained


def _covariance(z):
    """Covariance in float64, kept away from singular."""
    return torch.cov(z.T).reshape(z.shape[1], -1) + 1e-3 * torch.eye(z.shape[1], dtype=z.dtype)


def _pick(rows, size, rng):
    return rows[torch.from_numpy(rng.integers(len(rows), size=size))]


def _groups(n, count, rng):
    return [torch.from_numpy(rows) for rows in np.array_split(rng.permutation(n), count)]


class PairedSamples:
    """Pairs (x, y): the joint law against the product of its marginals."""

    trust = 0.0  # what part of the Gaussian ratio the critics start from

    def __init__(self, x, y, count, rng):
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)
        self.n, self.d = len(x), x.shape[1] + y.shape[1]
        self.groups = _groups(self.n, count, rng)

    def rows(self, members):
        """All rows of some groups."""
        return torch.cat([self.groups[g] for g in members])

    def batch(self, rows, b, b_ref, rng):
        """b joint rows and b_ref reference rows among ``rows``: (b + b_ref, d)."""
        joint, i, j = (_pick(rows, size, rng) for size in (b, b_ref, b_ref))
        return torch.cat([self.x[torch.cat([joint, i])], self.y[torch.cat([joint, j])]], 1)

    def gaussian(self, rows):
        """A, b of the log density ratio zᵀ A z + b · z, up to a constant."""
        x, y = self.x[rows].double(), self.y[rows].double()
        joint = torch.linalg.inv(_covariance(torch.cat([x, y], 1)))
        product = torch.block_diag(*(torch.linalg.inv(_covariance(part)) for part in (x, y)))
        return (product - joint).float() / 2, torch.zeros(self.d)

    def joint(self, rows):
        """The joint samples (len(rows), d)."""
        return torch.cat([self.x[rows], self.y[rows]], 1)

    def references(self, rows, shifts):
        """Reference blocks: y is shifted cyclically, so that none meets its own partner."""
        m = len(rows)
        for shift in range(shifts):
            gap = 1 + shift * (m - 1) // shifts
            partners = rows.roll(-gap)
            yield torch.cat([self.x[rows], self.y[partners]], 1), (rows, partners)

    def unexplained(self, blocks, weights, bins):
        """What partitions by a column of x and one of y show; see :mod:`dv.partitions`."""
        i, j = (torch.cat(side).numpy() for side in zip(*blocks, strict=True))
        weights = torch.cat(weights).numpy()
        x, y = ([quantile_bins(column, bins) for column in side.numpy().T] for side in (self.x, self.y))
        return unexplained(((a * bins + b, a[i] * bins + b[j]) for a, b in product(x, y)), weights)

    def standard_error(self, t, blocks, weights):
        """Of the held-out value, from the influence of each pair as joint, as x and as y.

        ``t`` are critic values in the order of the rows; ``weights`` the
        normalised reference weights (mean 1) of each block of reference rows.
        """
        influence = t - t.mean()
        share = torch.zeros_like(t)
        for pair, w in zip(blocks, weights, strict=True):
            for side in pair:
                share.index_add_(0, side, w - 1)
        return ((influence - share * self.n / sum(map(len, weights))).var() / self.n).sqrt().item()


class TwoSamples:
    """Samples of two laws, with no pairing: each reference is met again and again."""

    trust = 1.0

    def __init__(self, z, z_ref, count, rng):
        self.z, self.z_ref = torch.from_numpy(z), torch.from_numpy(z_ref)
        self.n, self.d = len(z), z.shape[1]
        self.groups = list(zip(_groups(len(z), count, rng), _groups(len(z_ref), count, rng), strict=True))

    def rows(self, members):
        """All rows of some groups, of either sample."""
        return tuple(torch.cat(side) for side in zip(*(self.groups[g] for g in members), strict=True))

    def batch(self, rows, b, b_ref, rng):
        """b rows of the first sample and b_ref of the reference: (b + b_ref, d)."""
        return torch.cat([self.z[_pick(rows[0], b, rng)], self.z_ref[_pick(rows[1], b_ref, rng)]])

    def gaussian(self, rows):
        """A, b of the log density ratio zᵀ A z + b · z, up to a constant."""
        z, ref = self.z[rows[0]].double(), self.z_ref[rows[1]].double()
        inverse, inverse_ref = (torch.linalg.inv(_covariance(part)) for part in (z, ref))
        linear = inverse @ z.mean(0) - inverse_ref @ ref.mean(0)
        return (inverse_ref - inverse).float() / 2, linear.float()

    def joint(self, rows):
        """The rows of the first sample."""
        return self.z[rows[0]]

    def references(self, rows, shifts):
        """One block: the reference rows; there is nothing to shift."""
        yield self.z_ref[rows[1]], rows[1]

    def unexplained(self, blocks, weights, bins):
        """What partitions by two columns show; see :mod:`dv.partitions`."""
        rows, weights = torch.cat(blocks).numpy(), torch.cat(weights).numpy()
        both = torch.cat([self.z, self.z_ref]).numpy().T
        columns = [quantile_bins(column, bins) for column in both]
        pairs = combinations(columns, 2) if self.d > 1 else [2 * columns]
        cells = (a * bins + b for a, b in pairs)
        return unexplained(((c[: self.n], c[self.n :][rows]) for c in cells), weights)

    def standard_error(self, t, blocks, weights):
        """Of the held-out value: the two samples are independent, so their variances add."""
        w = torch.cat(weights)
        return (t.var() / len(t) + w.var() / len(w)).sqrt().item()
