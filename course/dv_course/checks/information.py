"""Hidden checks of *How much does X tell us about Y?*"""

import math

import numpy as np
from scipy.special import ndtr

from .core import array, fresh, number, require


def gaussian_information(answer):
    for seed in range(5):
        rho = fresh(seed).uniform(-1, 1, size=9)
        exact = np.arctanh(rho**2 / (2 - rho**2))
        off = answer.array(rho, shape=(9,)) - exact
        require(np.abs(off) < 1e-9, "the value is off for some correlations between -1 and 1")
        off = answer.number(float(rho[0])) - exact[0]
        require(abs(off) < 1e-9, f"for the single number {rho[0]:.3f} the value is off by {off:.3g} nats")


def units(answer):
    bases = {"nats": math.e, "bits": 2, "hartleys": 10}
    for amount in (0, 0.7405, 1, 55.5, 5000, -0.2):
        for source, a in bases.items():
            for target, b in bases.items():
                exact = amount * math.log(a) / math.log(b)
                right = math.isclose(answer.number(amount, source, target), exact, rel_tol=1e-9, abs_tol=1e-12)
                require(right, f"{amount} {source} in {target} is off")
    for pair in (("miles", "bits"), ("bits", "miles"), ("miles", "miles"), ("", "nats")):
        require(answer.refuses(ValueError, 0.5, *pair), "an unknown unit must raise a ValueError, on either side")


def _drawn(kind, sigma, method, n, rng):
    return getattr(kind(sigma), method)(n, rng)


def _truth(kind, sigma):
    return kind(sigma).mutual_information()


def _from_normal(values):
    """The largest distance of the empirical distribution function from the normal one."""
    return np.abs(ndtr(np.sort(values)) - (np.arange(len(values)) + 0.5) / len(values)).max()


def _shared(values, others):
    """The part of the values, up to their signs, that stand among the others, in whatever order."""
    return np.isin(np.round(np.abs(values), 9), np.round(np.abs(others), 9)).mean()


SIGMAS = (0.1, 0.4, 1.0, 2.0, 5.0)


def world_truth(answer):
    for sigma in SIGMAS:
        off = number(answer.via(_truth, sigma), "the truth") - np.log(np.hypot(1, sigma) / sigma)
        require(abs(off) < 1e-9, f"at sigma = {sigma} the truth is off by {off:.3g} nats")


def world(answer):
    def draw(method, n, rng, sigma):
        return array(answer.via(_drawn, sigma, method, n, rng), (n, 2), f"what {method} returns")

    for seed, sigma in enumerate(SIGMAS):
        joint, apart = (draw(method, 4000, seed, sigma) for method in ("sample", "sample_reference"))
        noise = (joint[:, 1] - joint[:, 0]) / sigma
        require(abs(noise.std() - 1) < 0.06, "the noise must have the standard deviation sigma")
        require(abs(joint[:, 0].std() - 1) < 0.06, "X must have the standard deviation 1")
        relative = apart.std(axis=0) / [1, np.hypot(1, sigma)]
        require(np.abs(relative - 1) < 0.06, "the reference has the wrong marginals")
        made = np.column_stack([joint[:, 0], joint[:, 1] / np.hypot(1, sigma), noise, apart / [1, np.hypot(1, sigma)]])
        require(np.abs(made.mean(axis=0)) < 0.08, "X, Y and the noise have the mean 0, in both samples")
        far = max(map(_from_normal, made.T))
        require(far < 0.04, "X, Y and the noise are normal, in both samples")
        both = np.asarray(np.corrcoef(made.T))
        require(abs(both[0, 2]) < 0.08, "the noise must be independent of X")
        require(abs(both[3, 4]) < 0.08, "in the reference x and y must be independent")
        copied = np.abs(both[:3, 3:]).max() > 0.08 or _shared(made[:, 3:], made[:, :3]) > 0.01
        require(not copied, "one seed given to both methods made the reference a copy")
        for method in ("sample", "sample_reference"):
            first, again, other = (draw(method, 50, s, sigma) for s in (seed, seed, seed + 100))
            require(np.array_equal(first, again), "the same seed must give the same samples")
            require(not np.array_equal(first, other), "the samples must depend on rng")
            given = draw(method, 50, fresh(seed + 7), sigma)
            require(len(np.unique(given)) == 100, "rng may be a generator too")
