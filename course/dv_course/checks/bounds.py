"""Hidden checks of *A zoo of bounds, and their limits*."""

import numpy as np
from scipy.special import logit

from .core import require


def nwj(answer):
    for seed in range(20):
        rng = np.random.default_rng([101, seed])
        t, t_ref = (rng.normal(0, 2, int(rng.integers(1, 40))) for _ in range(2))
        exact = t.mean() - np.exp(t_ref - 1).mean()
        given = answer.number(t, t_ref)
        require(
            abs(given - exact) < 1e-8 * max(1, abs(exact)),
            "the value is the mean of t over the joint samples less the mean of e^(t - 1) over the references",
        )
        lower = answer.number(t, t_ref - 1000)
        require(abs(lower - t.mean()) < 1e-9, "references far below weigh nothing: the mean of t is left")


def infonce(answer):
    for seed in range(20):
        rng = np.random.default_rng([102, seed])
        k = int(rng.integers(2, 30))
        scores = rng.normal(0, 3, (k, k))
        exact = np.log(k) + (scores.diagonal() - np.logaddexp.reduce(scores, axis=1)).mean()
        given = answer.number(scores)
        require(
            abs(given - exact) < 1e-8,
            "the value is the mean over the rows of the diagonal score less the row's own log-mean-exp",
        )
        moved = answer.number(scores + 1000 * rng.normal(size=(k, 1)))
        require(abs(moved - exact) < 1e-8, "a constant added to a row changes nothing, however large it is")
    alone = answer.number(np.array([[7.0]]))
    require(abs(alone) < 1e-12, "a single pair is no contest: log 1 = 0 nats")


def odds(answer):
    for seed in range(20):
        rng = np.random.default_rng([103, seed])
        p, share = rng.uniform(0.001, 0.999, int(rng.integers(1, 40))), float(rng.uniform(0.02, 0.98))
        if seed % 4 == 3:
            p = p**20  # small ones, too
        exact = logit(p).mean() - logit(share)
        given = answer.number(p, share)
        require(
            abs(given - exact) < 1e-8 * max(1, abs(exact)),
            "the value is the mean of the log odds less the log odds of a joint sample before it is seen",
        )
