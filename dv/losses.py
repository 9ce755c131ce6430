"""Losses of the trainers, each with its derivative with respect to the critic's values.

A loss is minus a bound, or a surrogate that has a better gradient than the
bound on a minibatch; it is never reported as an estimate. All of them push the
joint values up with weight 1/n each and the reference values down: they differ
in how the reference samples are weighted.

Each function takes the critic values of one minibatch, the n joint ones first,
as a tensor of shape (n + n′,) or (n + n′, k) for k critics, and returns the
loss and its gradient in the shape of the values.
"""

import math

import torch

from .bounds import log_mean_exp


def _gradient(t, n, weights):
    return torch.cat([torch.full_like(t[:n], -1 / n), weights])


def dv_loss(t, n):
    r"""Minus the Donsker–Varadhan bound; the weights are :math:`e^{t'_j} / \sum_k e^{t'_k}`."""
    loss = log_mean_exp(t[n:]) - t[:n].mean(0)
    return loss.sum(), _gradient(t, n, torch.softmax(t[n:], 0))


def nwj_loss(t, n):
    r"""Minus the bound of Nguyen, Wainwright and Jordan; the weights are :math:`e^{t'_j - 1} / n'`."""
    weights = torch.exp(t[n:] - 1) / (len(t) - n)
    return weights.sum() - t[:n].mean(0).sum(), _gradient(t, n, weights)


def mine_loss(t, n, log_average):
    r"""MINE's surrogate; the weights are :math:`e^{t'_j} / (n' m)`, m the moving average of :math:`e^{t'}`.

    On a minibatch :func:`dv_loss` divides by the minibatch's own mean, which
    biases its gradient; m changes slowly and removes most of that bias
    (Belghazi et al. 2018, section 3.2).
    """
    weights = torch.exp(t[n:] - log_average) / (len(t) - n)
    return weights.sum() - t[:n].mean(), _gradient(t, n, weights)


def infonce_loss(scores):
    r"""Minus InfoNCE, from an (n, n) table of critic values whose diagonal holds the joint pairs."""
    n = len(scores)
    loss = -(scores.diagonal() - scores.logsumexp(1)).mean() - math.log(n)
    gradient = torch.softmax(scores, 1) / n
    gradient.diagonal().sub_(1 / n)
    return loss, gradient


def moving_average(log_average, t_ref, ema):
    r"""The log of (1 - ema) · average + ema · mean of :math:`e^{t'}`; the first minibatch starts it."""
    log_mean = log_mean_exp(t_ref)
    if log_average is None or ema == 1:
        return log_mean
    return torch.logaddexp(log_average + math.log1p(-ema), log_mean + math.log(ema))
