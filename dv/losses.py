"""Losses of the trainers, each with its derivative with respect to the critic's values.

A loss is minus a bound, or a surrogate that has a better gradient than the
bound on a minibatch; it is never reported as an estimate. All of them push the
joint values up with weight 1/n each and the reference values down: they differ
in how the reference samples are weighted.

Each function takes the critic values of one minibatch, the n joint ones first,
as an array of shape (n + n′,) or (n + n′, k) for k critics, and returns the
loss and its gradient in the shape of the values. They are in NumPy, whose calls
cost a fraction of those of torch: a minibatch has a few hundred values.
"""

import math

import numpy as np


def _gradient(t, n, weights):
    gradient = np.empty_like(t)
    gradient[:n], gradient[n:] = -1 / n, weights
    return gradient


def dv_loss(t, n):
    r"""Minus the Donsker–Varadhan bound; the weights are :math:`e^{t'_j} / \sum_k e^{t'_k}`."""
    top = t[n:].max(0)
    weights = np.exp(t[n:] - top)
    total = weights.sum(0)
    loss = top + np.log(total / len(weights)) - t[:n].sum(0) / n
    return float(loss.sum()), _gradient(t, n, weights / total)


def nwj_loss(t, n):
    r"""Minus the bound of Nguyen, Wainwright and Jordan; the weights are :math:`e^{t'_j - 1} / n'`."""
    weights = np.exp(t[n:] - 1) / (len(t) - n)
    return float(weights.sum() - t[:n].sum() / n), _gradient(t, n, weights)


def mine_loss(t, n, log_average):
    r"""MINE's surrogate; the weights are :math:`e^{t'_j} / (n' m)`, m the moving average of :math:`e^{t'}`.

    On a minibatch :func:`dv_loss` divides by the minibatch's own mean, which
    biases its gradient; m changes slowly and removes most of that bias
    (Belghazi et al. 2018, section 3.2).
    """
    weights = np.exp(t[n:] - log_average) / (len(t) - n)
    return float(weights.sum() - t[:n].sum() / n), _gradient(t, n, weights)


def infonce_loss(scores):
    r"""Minus InfoNCE, from an (n, n) table of critic values whose diagonal holds the joint pairs."""
    n, diagonal = len(scores), scores.diagonal()
    top = scores.max(1, keepdims=True)
    weights = np.exp(scores - top)
    total = weights.sum(1, keepdims=True)
    loss = (top + np.log(total / n)).sum() / n - diagonal.sum() / n
    gradient = weights / (total * n)
    np.fill_diagonal(gradient, gradient.diagonal() - 1 / n)
    return float(loss), gradient


def moving_average(log_average, t_ref, ema):
    r"""The log of (1 - ema) · average + ema · mean of :math:`e^{t'}`; the first minibatch starts it."""
    top = t_ref.max()
    log_mean = float(top + np.log(np.exp(t_ref - top).sum() / len(t_ref)))
    if log_average is None or ema == 1:
        return log_mean
    return float(np.logaddexp(log_average + math.log1p(-ema), log_mean + math.log(ema)))
