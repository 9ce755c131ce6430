"""Hidden checks of *MINE*."""

import numpy as np
import torch

from .core import array, fresh, named, number, require


def _log_mean_exp(t):
    return np.logaddexp.reduce(t) - np.log(len(t))


def _entered(log_average, t_ref, beta):
    """The logarithm of the average after a minibatch, by a weighted log-sum-exp."""
    if log_average is None:
        return _log_mean_exp(t_ref)
    terms = np.array([log_average, _log_mean_exp(t_ref)])
    with np.errstate(divide="ignore"):
        return np.logaddexp.reduce(terms + np.log([1 - beta, beta]))


def moving_average(answer):
    for seed in range(5):
        rng = fresh(31, seed)
        beta, t_ref = float(rng.uniform(0.1, 0.9)), rng.normal(size=3)
        for start, shift in ((0.0, 0.0), (1000.0, -1000.0), (-1000.0, 1000.0)):
            off = answer.number(start, t_ref + shift, beta) - _entered(start, t_ref + shift, beta)
            require(abs(off) < 1e-8, _why(start, shift))
        for shift in (0.0, 1000.0, -1000.0):
            beta, values = float(rng.uniform(0.01, 1)), shift + rng.normal(size=(4, 7))
            exact = None
            for t_ref in values:
                start = exact
                exact = _entered(start, t_ref, beta)
                off = answer.number(start, t_ref, beta) - exact
                require(abs(off) < 1e-8, _why(start, shift))
        t_ref = rng.normal(size=3)
        off = answer.number(5.0, t_ref, 1.0) - _log_mean_exp(t_ref)
        require(abs(off) < 1e-8, "at beta = 1 nothing is left of the old average")


def _why(start, shift):
    if start is None:
        return "the first minibatch is the average: the logarithm of its mean of exponentials"
    if shift:
        return "far from 0 the value is wrong: stay with logarithms"
    return "the new minibatch enters with weight beta, in the average and not in its logarithm"


def _life(cls, beta, batches):
    """Feed minibatches to an object: losses, gradients and averages, and an estimate in between."""
    mine, rows = cls(beta), []
    for t, t_ref in batches:
        t, t_ref = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (t, t_ref))
        loss = mine.loss(t, t_ref)
        loss.backward()
        before = float(mine.log_average)
        estimates = [float(mine.estimate(v.detach(), r.detach())) for v, r in ((t, t_ref), (t + 1, 2 * t_ref))]
        gradients = [np.asarray(v.grad) for v in (t, t_ref)]
        rows.append([loss.item(), *gradients, before, float(mine.log_average), estimates])
    return rows


def mine_class(answer):
    for seed in range(4):
        rng = fresh(37, seed)
        beta = (0.5, 0.1, 0.01, 1.0)[seed]
        batches = [(rng.normal(size=4), rng.normal(size=6)) for _ in range(4)]
        log_average = None
        for (t, t_ref), row in zip(batches, answer.via(_life, beta, batches), strict=True):
            loss, slope, slope_ref, before, after, estimates = row
            require(number(before) == number(after), "an estimate must leave the moving average as it is")
            log_average = _entered(log_average, t_ref, beta)
            require(abs(number(before) - log_average) < 1e-5, "log_average is wrong after a minibatch has entered")
            weights = np.exp(t_ref - log_average) / 6
            require(np.abs(array(slope, (4,)) + 1 / 4) < 1e-5, "the joint values pull with -1/n in a loss")
            good = np.abs(array(slope_ref, (6,)) - weights) < 1e-5
            require(good, "the gradient at the reference values is wrong: M is a constant for it")
            require(abs(number(loss) - (weights.sum() - t.mean())) < 1e-5, "the loss is -S at the new average")
            for value, (v, r) in zip(estimates, ((t, t_ref), (t + 1, 2 * t_ref)), strict=True):
                moving = (
                    "the estimate takes the mean of e^t over the references that it is given, not the moving average"
                )
                bound = "the estimate is the value of the bound on what it is given"
                what = named(number(value), [(v.mean() - log_average, moving)], bound, within=1e-5)
                require(abs(number(value) - (v.mean() - _log_mean_exp(r))) < 1e-5, what)


def ratio_bias(answer):
    for seed in range(5):
        rng = fresh(41, seed)
        b, m = np.exp(rng.normal(size=6)), int(rng.integers(2, 60))
        a = b * rng.normal(size=6)
        w, g = b / b.sum() * 6, a.sum() / b.sum()
        exact = -((w**2 * a / b).sum() / 6 - g * (w**2).sum() / 6) / m
        off = answer.number(a, b, m) - exact
        require(abs(off) < 1e-9, f"for a population of 6 and m = {m} the bias is off by {off:.2g}")
