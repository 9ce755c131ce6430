"""Losses of the critics, each with its derivative with respect to their values.

A loss is minus a bound, or a surrogate that has a better gradient than the
bound on a minibatch; it is never reported as an estimate. All of them push the
joint values up with weight 1/n each and the reference values down: they differ
in how the reference samples are weighted. :mod:`dv.bounds` and autograd are the oracle.

Each function takes the values of one minibatch, the n joint ones first, as an
array of shape (n + n′,) or (K, n + n′) for K critics, and returns the loss, summed
over the critics, and its gradient in the shape of the values.
"""

import math

import numpy as np

from .._shapes import Array, Float

LEAST = -40.0  # log of the least weight, beside the greatest: numbers near the smallest are slow to compute with


def _gradient(t: Float[Array, "*K all"], n: int, weights: Float[Array, "*K ref"]) -> Float[Array, "*K all"]:
    gradient = np.empty_like(t)
    gradient[..., :n], gradient[..., n:] = -1 / n, weights
    return gradient


def dv_loss(
    t: Float[Array, "*K all"], n: int, drawn: Float[Array, "*K all"] | None = None
) -> tuple[float, Float[Array, "*K all"]]:
    r"""Minus the Donsker–Varadhan bound; the weights are :math:`e^{t'_j} / \sum_k e^{t'_k}`.

    ``drawn`` (in the shape of ``t``) are the logs of importance weights of samples that
    were not drawn with their own probability.
    """
    if drawn is not None:
        share = np.exp(drawn[..., :n]) / n
        _, gradient = dv_loss(t + drawn, n)
        gradient[..., :n] = -share
        t_ref = t[..., n:] + drawn[..., n:]
        top = t_ref.max(-1, keepdims=True)
        log_mean = top[..., 0] + np.log(np.exp(t_ref - top).mean(-1))
        return float((log_mean - (share * t[..., :n]).sum(-1)).sum()), gradient
    top = t[..., n:].max(-1, keepdims=True)
    weights = np.exp(np.maximum(t[..., n:] - top, LEAST))
    total = weights.sum(-1, keepdims=True)
    loss = (top + np.log(total / weights.shape[-1])).sum() - t[..., :n].sum() / n
    weights /= total
    return float(loss), _gradient(t, n, weights)


def nwj_loss(t: Float[Array, "*K all"], n: int) -> tuple[float, Float[Array, "*K all"]]:
    r"""Minus the bound of Nguyen, Wainwright and Jordan; the weights are :math:`e^{t'_j - 1} / n'`."""
    weights = np.exp(t[..., n:] - 1) / (t.shape[-1] - n)
    return float(weights.sum() - t[..., :n].sum() / n), _gradient(t, n, weights)


def mine_loss(t: Float[Array, " all"], n: int, log_average: float) -> tuple[float, Float[Array, " all"]]:
    r"""MINE's surrogate; the weights are :math:`e^{t'_j} / (n' m)`, m the moving average of :math:`e^{t'}`.

    On a minibatch :func:`dv_loss` divides by the minibatch's own mean, which
    biases its gradient; m changes slowly and removes most of that bias
    (Belghazi et al. 2018, section 3.2).
    """
    weights = np.exp(t[n:] - log_average) / (len(t) - n)
    return float(weights.sum() - t[:n].sum() / n), _gradient(t, n, weights)


def infonce_loss(scores: Float[Array, "n n"]) -> tuple[float, Float[Array, "n n"]]:
    r"""Minus InfoNCE, from an (n, n) table of critic values whose diagonal holds the joint pairs."""
    n, diagonal = len(scores), scores.diagonal()
    top = scores.max(1, keepdims=True)
    weights = np.exp(scores - top)
    total = weights.sum(1, keepdims=True)
    loss = (top + np.log(total / n)).sum() / n - diagonal.sum() / n
    gradient = weights / (total * n)
    np.fill_diagonal(gradient, gradient.diagonal() - 1 / n)
    return float(loss), gradient


def moving_average(log_average: float | None, t_ref: Float[Array, "*ref"], ema: float) -> float:
    r"""The log of (1 - ema) · average + ema · mean of :math:`e^{t'}`; the first minibatch starts it."""
    top = t_ref.max()
    log_mean = float(top + np.log(np.exp(t_ref - top).sum() / len(t_ref)))
    if log_average is None or ema == 1:
        return log_mean
    return float(np.logaddexp(log_average + math.log1p(-ema), log_mean + math.log(ema)))
