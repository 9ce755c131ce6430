r"""A lower confidence bound on mutual information that is proved, not calibrated.

Let f be a critic that was fixed by other rows, with values in [a, b]. Two fresh rows give

.. math:: W = \frac{f(x_1, y_1) + f(x_2, y_2)}{2} - \frac{e^{f(x_1, y_2) - 1} + e^{f(x_2, y_1) - 1}}{2} ,

whose mean, for independent rows of any law, is :math:`E_P f - E_R e^{f - 1} \le I(X; Y)` (Nguyen,
Wainwright and Jordan 2010). Bet against the claim that I is at most c: a capital of 1 becomes

.. math:: K(c) = \prod_i \bigl(1 + \lambda_i (W_i - c)\bigr), \qquad 0 \le \lambda_i < \frac{1}{c - w_{\min}} ,

with stakes λ chosen from the W before. If the claim is true, no bet has a gain in the mean, so that
E K(c) ≤ 1, and the mean of the capitals of several critics, each betting on rows that it has not
seen, has that mean too, however the critics depend on each other's rows. By Markov's inequality it
exceeds 1 / α with probability at most α. So the least c that is not refuted so, is at most I with
confidence 1 − α (betting: Waudby-Smith and Ramdas 2024, theorem 3; averages: Vovk and Wang 2021).

A critic is fixed by other rows but for what all rows decide: whether there is one at all or a table,
which columns are constant and left out, how many flags mark point masses. Each way in which they can
decide has a share of the confidence, plain columns a quarter of it, a table another, and all others share
the rest; a capital counts for its way's share of it. The shares add up to 1 at most, so the
mean of what any of the ways would have made does, whichever the rows choose.

For D(P‖R) from two samples, one fresh row of each gives W = f(z) − e^{f(z′) − 1}.
"""

import math
from itertools import product

import numpy as np

from ..bounds import log_mean_exp

LEVEL = 0.05
PLAIN, TABLE, OTHER = 4, 4, 2  # one over the share of the confidence
STEP = 0.005  # nats between claims
SCALES = (0.5, 0.7, 0.85, 1.0)
LOWS = (-1.0, -2.0, -3.0)
HIGHS = (0.5, 0.8, 1.2, 2.0, 3.0, 4.0, 6.0)
CAUTION = 10  # blocks that the guess from the training rows counts for


def crossed(rows):
    """Blocks of two rows: rows of x and of y (2, N) of their joint pairs, and of the crossed ones."""
    i, j = rows[: len(rows) // 2 * 2].reshape(-1, 2).T
    return (np.stack([i, j]), np.stack([i, j])), (np.stack([i, j]), np.stack([j, i]))


def centred(values, known, fresh):
    """A bet: critic values at known and at fresh blocks, less what makes the mean of e^t over known references 1.

    Parameters
    ----------
    values : callable
        Values (m,) at the rows of an origin.
    known, fresh : pair of origins
        Of joint and of reference samples, each of arrays (k, N) with k samples a block.
    """
    known, fresh = (
        [np.asarray(values(*(side.ravel() for side in origin)), float).reshape(origin[0].shape).T for origin in blocks]
        for blocks in (known, fresh)
    )
    constant = log_mean_exp(known[1].ravel())
    return [t - constant for t in known], [t - constant for t in fresh]


def statistics(joint, ref, scale, low, high):
    """W of blocks of two rows, from critic values (N, 2) on joint pairs and crossed ones (N, 1: of two samples)."""
    f, f_ref = (1 + np.clip(scale * t, low, high) for t in (joint, ref))
    return f.mean(1) - np.exp(f_ref - 1).mean(1)


def chosen(joint, ref, blocks, needed):
    """Scale, low and high that promise most for ``blocks``, on values at the critic's own rows.

    ``needed`` is the log of the capital that refutes a claim.
    """

    def promise(choice):
        w = statistics(joint, ref, *choice)
        return w.mean() - math.sqrt(2 * w.var() * needed / blocks) + needed * least(*choice) / (3 * blocks)

    return max(product(SCALES, LOWS, HIGHS), key=promise)


def least(scale, low, high):
    """The least value that W can take."""
    return 1 + low - math.exp(high)


def log_capitals(w, floor, mean, variance, claims):
    """The log of the capital for each claim, after all blocks; stakes from the blocks before, and a first guess."""
    count = CAUTION + np.arange(len(w))
    past = np.cumsum(np.concatenate([[CAUTION * mean], w[:-1]])) / count
    square = np.cumsum(np.concatenate([[CAUTION * (variance + mean**2)], w[:-1] ** 2])) / count
    spread = np.maximum(square - past**2, 1e-6)[:, None]
    edge = past[:, None] - claims
    stake = np.clip(edge / (spread + edge**2), 0, 0.9 / (claims - floor))
    return np.log1p(stake * (w[:, None] - claims)).sum(0)


def ways(sides, rows):
    """One over the share of the confidence that a critic of some rows has, by what all rows decided of its columns."""
    if all(side.plain(rows) for side in sides):
        return PLAIN
    return OTHER * math.prod(side.ways() for side in sides)


def _prepared(known, fresh, needed):
    """W at fresh blocks, its least value, and a guess of its mean and variance from the known ones."""
    (joint, ref), (new_joint, new_ref) = known, fresh
    choice = chosen(joint, ref, len(new_joint), needed)
    guess = statistics(joint, ref, *choice)
    return statistics(new_joint, new_ref, *choice), least(*choice), 0.9 * guess.mean(), guess.var()


def bound(bets, shares):
    """The bound in nats from the bets of several critics.

    Parameters
    ----------
    bets : list of lists of (known, fresh)
        For each bettor the critics that it bets with, one after the other, and for each critic
        a pair of arrays of values (N, 2), on the joint pairs of blocks of two rows and on the
        crossed ones: at rows that it was trained on, and at rows that are new to it and to the
        critics before. The values are log ratios, so that the mean of e^t over references is near 1.
    shares : list of int
        One over the share of the confidence, of each bettor.
    """
    needed = [math.log(share / LEVEL) for share in shares]
    prepared = [[_prepared(known, fresh, log) for known, fresh in one] for one, log in zip(bets, needed, strict=True)]
    top = max(0.0, *(w.mean() for one in prepared for w, *_ in one)) + STEP
    claims = np.arange(0, top + STEP, STEP)
    logs = np.stack([np.sum([log_capitals(*bet, claims) for bet in one], axis=0) for one in prepared])
    logs -= np.array(needed)[:, None]
    highest = logs.max(0)
    refuted = highest + np.log(np.exp(logs - highest).mean(0)) >= 0
    return float(claims[refuted.argmin() - 1]) if refuted[0] else 0.0
