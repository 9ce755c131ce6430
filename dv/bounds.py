"""Lower bounds on a divergence, from critic values to nats."""

import math

import torch


def log_mean_exp(t, dim=0):
    """log of the mean of exp(t) along ``dim``, without overflow."""
    return torch.logsumexp(t, dim) - math.log(t.shape[dim])


def _values(t, name):
    """Return critic values as a floating tensor of shape (n,)."""
    t = torch.as_tensor(t)
    if not t.is_floating_point():
        t = t.to(torch.get_default_dtype())
    if t.numel() == 0:
        raise ValueError(f"{name} is empty; give at least one critic value")
    if t.numel() != max(t.shape, default=1):
        raise ValueError(f"{name} has shape {tuple(t.shape)}; give one value a sample, (n,) or (n, 1)")
    return t.reshape(-1)


def dv_bound(t, t_ref):
    r"""The Donsker–Varadhan bound on :math:`D(P\,\|\,R)` in nats.

    .. math:: \frac1n \sum_i t_i - \log \frac{1}{n'} \sum_j e^{t'_j}

    Adding a constant to the critic changes nothing. Its expectation over the
    reference sample lies *above* the bound it estimates, because the log is
    concave. Gradient: 1/n for each :math:`t_i`, minus the softmax of t′ for
    each :math:`t'_j`.

    Parameters
    ----------
    t : tensor of shape (n,) or (n, 1)
        Critic values on the samples of P.
    t_ref : tensor of shape (n′,) or (n′, 1)
        Critic values on the samples of the reference R; n′ may differ from n.

    Returns
    -------
    Scalar tensor, differentiable in both arguments.

    Raises
    ------
    ValueError
        No values, or more than one value a sample.

    References
    ----------
    Donsker and Varadhan (1983), Theorem 2.1 (there as an identity for the supremum);
    Belghazi et al. (2018), Mutual Information Neural Estimation, equation 4.

    Examples
    --------
    >>> float(dv_bound(torch.full((3,), 1000.0), torch.full((5,), 1000.0)))
    0.0
    """
    return _values(t, "t").mean() - log_mean_exp(_values(t_ref, "t_ref"))


def nwj_bound(t, t_ref):
    r"""The bound of Nguyen, Wainwright and Jordan on :math:`D(P\,\|\,R)` in nats.

    .. math:: \frac1n \sum_i t_i - \frac{1}{n'} \sum_j e^{t'_j - 1}

    Tight at the log density ratio *plus one*. Below :func:`dv_bound` for every
    critic, unbiased on a sample, and with a variance that grows like
    :math:`e^D`. Gradient: 1/n for each :math:`t_i`, minus
    :math:`e^{t'_j-1}/n'` for each :math:`t'_j`.

    Takes and returns what :func:`dv_bound` does.

    References
    ----------
    Nguyen, Wainwright and Jordan (2010), equation 8 for the Kullback–Leibler
    divergence; Belghazi et al. (2018), equation 8, where it is called MINE-f.
    """
    return _values(t, "t").mean() - torch.exp(log_mean_exp(_values(t_ref, "t_ref")) - 1)


def fdiv(t, t_ref):
    """:func:`nwj_bound` under the name that courses on MINE give it (MINE-f)."""
    return nwj_bound(t, t_ref)


def js_bound(t, t_ref):
    r"""A bound on the Jensen–Shannon divergence of P and R, in nats: at most log 2.

    .. math:: \log 2 - \frac{1}{2n} \sum_i \log(1 + e^{-t_i})
              - \frac{1}{2n'} \sum_j \log(1 + e^{t'_j})

    Tight at the log density ratio, so a critic trained on it may be used in
    the other bounds; its own value says little about a large divergence.
    Gradient: at most 1/(2n) a sample, which is why it trains calmly.

    Takes and returns what :func:`dv_bound` does.

    References
    ----------
    Nowozin, Cseke and Tomioka (2016), table 2; Hjelm et al. (2019), equation 4
    (there twice this value, without the constant).
    """
    softplus = torch.nn.functional.softplus
    positive, negative = softplus(-_values(t, "t")).mean(), softplus(_values(t_ref, "t_ref")).mean()
    return math.log(2) - (positive + negative) / 2


def infonce_bound(scores):
    r"""The InfoNCE bound on :math:`I(X; Y)` in nats, never above log K.

    .. math:: \frac1K \sum_i \log \frac{e^{s_{ii}}}{\frac1K \sum_j e^{s_{ij}}}

    Adding a function of x to the critic changes nothing. Gradient: (identity
    minus the row-wise softmax) / K.

    Parameters
    ----------
    scores : tensor of shape (K, K)
        Critic values :math:`s_{ij} = t(x_i, y_j)`; the joint pairs lie on the
        diagonal and the softmax runs along a row, over y.

    Returns
    -------
    Scalar tensor.

    References
    ----------
    Van den Oord, Li and Vinyals (2018), equation 4; Poole et al. (2019), equation 12.
    """
    scores = torch.as_tensor(scores)
    if scores.ndim != 2 or scores.shape[0] != scores.shape[1] or scores.numel() == 0:
        raise ValueError(f"scores has shape {tuple(scores.shape)}; give all pairs, (K, K)")
    return (scores.diagonal() - log_mean_exp(scores, 1)).mean()


def smile_bound(t, t_ref, clip=5.0):
    r"""SMILE: :func:`dv_bound` with the reference values clipped to ± ``clip``, in nats.

    .. math:: \frac1n \sum_i t_i - \log \frac{1}{n'} \sum_j e^{\min(\max(t'_j, -c), c)}

    Clipping trades variance for bias: it is *not* a lower bound, and can lie
    above the divergence. Its gradient vanishes at clipped values, so critics
    are trained on another bound (its authors use :func:`js_bound`).

    Takes what :func:`dv_bound` does, and ``clip`` > 0 (infinity gives
    :func:`dv_bound`).

    References
    ----------
    Song and Ermon (2020), equation 15.
    """
    if not clip > 0:
        raise ValueError(f"clip={clip!r} must be above 0")
    return dv_bound(t, _values(t_ref, "t_ref").clamp(-clip, clip))


def DV(Z, Z_ref, net):
    r"""The Donsker–Varadhan bound of the critic ``net`` on two samples, in nats.

    Parameters
    ----------
    Z : tensor of shape (n, d)
        Samples of P.
    Z_ref : tensor of shape (n′, d)
        Samples of the reference R.
    net : callable
        The critic: (n, d) to (n, 1) or (n,).

    Returns
    -------
    Scalar tensor, differentiable in the parameters of ``net``; see :func:`dv_bound`.
    """
    return dv_bound(net(Z), net(Z_ref))
