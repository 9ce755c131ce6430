"""Lower bounds on a divergence, from critic values to nats.

Each bound has one definition, for NumPy arrays and for tensors: arrays and sequences
of numbers give a float, tensors a tensor that autograd can differentiate.
"""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import numpy as np
from array_api_compat import array_namespace
from numpy.typing import NDArray

from ._checks import is_tensor

if TYPE_CHECKING:
    from torch import Tensor

Numbers: TypeAlias = NDArray[Any] | Sequence[float]


@overload
def log_mean_exp(t: "Tensor", axis: int = 0) -> "Tensor": ...
@overload
def log_mean_exp(t: Numbers, axis: int = 0) -> Any: ...
def log_mean_exp(t: Any, axis: int = 0) -> Any:
    r"""The log of a mean of exponentials without overflow: :math:`\log \frac1n \sum_i e^{t_i}`.

    Parameters
    ----------
    t : array or tensor
        Real numbers.
    axis : int
        Along which to take the mean.

    Returns
    -------
    Array or tensor of the shape of ``t`` without ``axis``; a float where none is left.
    """
    return _plain(_log_mean_exp(_floating(t, "t"), axis))


def _log_mean_exp(t: Any, axis: int = 0) -> Any:
    xp = array_namespace(t)
    top = xp.max(t, axis=axis, keepdims=True)
    top = xp.where(xp.isfinite(top), top, xp.zeros_like(top))
    if is_tensor(top):
        top = top.detach()  # a constant that cancels
    with np.errstate(divide="ignore"):  # of values that are all minus infinity
        return xp.log(xp.mean(xp.exp(t - top), axis=axis)) + xp.squeeze(top, axis=axis)


def _floating(t: Any, name: str) -> Any:
    """Return an array or a tensor of real floats; whole numbers become float64."""
    if not is_tensor(t):
        t = np.asarray(t)
        if t.dtype.kind not in "biuf":
            raise TypeError(f"{name} has dtype {t.dtype}; give real numbers")
    xp = array_namespace(t)
    return t if xp.isdtype(t.dtype, "real floating") else xp.astype(t, xp.float64)


def _plain(value: Any) -> Any:
    """A NumPy scalar as a float; all else as it is."""
    return value if is_tensor(value) or value.ndim else float(value)


def _values(t: Any, name: str) -> Any:
    """Return critic values as floats of shape (n,), or refuse them."""
    t = _floating(t, name)
    size = math.prod(t.shape)
    if size == 0:
        raise ValueError(f"{name} is empty; give at least one critic value")
    if size != max(t.shape, default=1):
        raise ValueError(f"{name} has shape {tuple(t.shape)}; give one value a sample, (n,) or (n, 1)")
    return array_namespace(t).reshape(t, (-1,))


def _both(t: Any, t_ref: Any) -> tuple[Any, Any, Any]:
    """Return the values on both samples and the functions for them."""
    t, t_ref = _values(t, "t"), _values(t_ref, "t_ref")
    if is_tensor(t) != is_tensor(t_ref):
        raise TypeError("t and t_ref must be two arrays or two tensors, not one of each")
    return t, t_ref, array_namespace(t, t_ref)


@overload
def dv_bound(t: "Tensor", t_ref: "Tensor") -> "Tensor": ...
@overload
def dv_bound(t: Numbers, t_ref: Numbers) -> float: ...
def dv_bound(t: Any, t_ref: Any) -> Any:
    r"""The Donsker–Varadhan bound on :math:`D(P\,\|\,R)` in nats.

    .. math:: \frac1n \sum_i t_i - \log \frac{1}{n'} \sum_j e^{t'_j}

    Adding a constant to the critic changes nothing. Its expectation over the
    reference sample lies *above* the bound it estimates, because the log is
    concave. Gradient: 1/n for each :math:`t_i`, minus the softmax of t′ for
    each :math:`t'_j`.

    Parameters
    ----------
    t : array or tensor of shape (n,) or (n, 1)
        Critic values on the samples of P.
    t_ref : array or tensor of shape (n′,) or (n′, 1)
        Critic values on the samples of the reference R; n′ may differ from n.

    Returns
    -------
    float, or for tensors a scalar tensor that is differentiable in both arguments.

    Raises
    ------
    ValueError
        No values, or more than one value a sample.
    TypeError
        Values that are no real numbers, or arrays beside tensors.

    References
    ----------
    Donsker and Varadhan (1983), Theorem 2.1 (there as an identity for the supremum);
    Belghazi et al. (2018), Mutual Information Neural Estimation, equation 4.

    Examples
    --------
    >>> dv_bound([1000.0, 1000.0], [1000.0, 1000.0, 1000.0])
    0.0
    """
    t, t_ref, xp = _both(t, t_ref)
    return _plain(xp.mean(t) - _log_mean_exp(t_ref))


@overload
def nwj_bound(t: "Tensor", t_ref: "Tensor") -> "Tensor": ...
@overload
def nwj_bound(t: Numbers, t_ref: Numbers) -> float: ...
def nwj_bound(t: Any, t_ref: Any) -> Any:
    r"""The bound of Nguyen, Wainwright and Jordan on :math:`D(P\,\|\,R)` in nats.

    .. math:: \frac1n \sum_i t_i - \frac{1}{n'} \sum_j e^{t'_j - 1}

    Tight at the log density ratio *plus one*. At most :func:`dv_bound`, and equal to it
    where the mean of :math:`e^{t'-1}` is 1; unbiased on a sample; its variance at the best
    critic is at least :math:`(e^D - 1)/n'`, and of the order :math:`e^{2D}/n'` for normal
    laws. Gradient: 1/n for each :math:`t_i`, minus :math:`e^{t'_j-1}/n'` for each :math:`t'_j`.

    Takes and returns what :func:`dv_bound` does.

    References
    ----------
    Nguyen, Wainwright and Jordan (2010), equation 8 for the Kullback–Leibler
    divergence; Belghazi et al. (2018), equation 8, where it is called MINE-f.
    """
    t, t_ref, xp = _both(t, t_ref)
    with np.errstate(over="ignore"):  # the bound is then minus infinity
        return _plain(xp.mean(t) - xp.exp(_log_mean_exp(t_ref) - 1))


@overload
def fdiv(t: "Tensor", t_ref: "Tensor") -> "Tensor": ...
@overload
def fdiv(t: Numbers, t_ref: Numbers) -> float: ...
def fdiv(t: Any, t_ref: Any) -> Any:
    """:func:`nwj_bound` under the name that courses on MINE give it (MINE-f)."""
    return nwj_bound(t, t_ref)


@overload
def js_bound(t: "Tensor", t_ref: "Tensor") -> "Tensor": ...
@overload
def js_bound(t: Numbers, t_ref: Numbers) -> float: ...
def js_bound(t: Any, t_ref: Any) -> Any:
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
    t, t_ref, xp = _both(t, t_ref)
    positive, negative = (xp.mean(xp.logaddexp(v, xp.zeros_like(v))) for v in (-t, t_ref))
    return _plain(math.log(2) - (positive + negative) / 2)


@overload
def infonce_bound(scores: "Tensor") -> "Tensor": ...
@overload
def infonce_bound(scores: NDArray[Any] | Sequence[Sequence[float]]) -> float: ...
def infonce_bound(scores: Any) -> Any:
    r"""The InfoNCE bound on :math:`I(X; Y)` in nats, never above log K.

    .. math:: \frac1K \sum_i \log \frac{e^{s_{ii}}}{\frac1K \sum_j e^{s_{ij}}}

    Adding a function of x to the critic changes nothing. Gradient: (identity
    minus the row-wise softmax) / K.

    Parameters
    ----------
    scores : array or tensor of shape (K, K)
        Critic values :math:`s_{ij} = t(x_i, y_j)`; the joint pairs lie on the
        diagonal and the softmax runs along a row, over y.

    Returns
    -------
    float, or for a tensor a scalar tensor.

    References
    ----------
    Van den Oord, Li and Vinyals (2018), equation 4; Poole et al. (2019), equation 12.
    """
    scores = _floating(scores, "scores")
    if scores.ndim != 2 or scores.shape[0] != scores.shape[1] or scores.shape[0] == 0:
        raise ValueError(f"scores has shape {tuple(scores.shape)}; give all pairs, (K, K)")
    xp = array_namespace(scores)
    return _plain(xp.mean(xp.linalg.diagonal(scores) - _log_mean_exp(scores, 1)))


@overload
def smile_bound(t: "Tensor", t_ref: "Tensor", clip: float = 5.0) -> "Tensor": ...
@overload
def smile_bound(t: Numbers, t_ref: Numbers, clip: float = 5.0) -> float: ...
def smile_bound(t: Any, t_ref: Any, clip: float = 5.0) -> Any:
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
    t, t_ref, xp = _both(t, t_ref)
    return dv_bound(t, xp.clip(t_ref, -clip, clip))


def DV(Z: "Tensor", Z_ref: "Tensor", net: Callable[["Tensor"], "Tensor"]) -> "Tensor":
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
