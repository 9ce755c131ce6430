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
