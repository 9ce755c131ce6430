"""With fixed features the Donsker–Varadhan bound is concave in their weights: Newton finds the best."""

import numpy as np

from .._shapes import Array, Float

RIDGE = 1e-3
STEPS = 25


def best_weights(
    joint: Float[Array, "n p"],
    ref: Float[Array, "n_ref p"],
    drawn: Float[Array, " n_ref"] | float = 0.0,
    ridge: float = RIDGE,
) -> Float[Array, " p"]:
    r"""Weights 0 ≤ w ≤ 1 of features that maximise the bound less a ridge.

    .. math:: \frac1n \sum_i w \cdot f_i - \log \frac1{n'} \sum_j e^{w \cdot f'_j} - \frac{\lambda}{2} |w|^2

    A weight that would be negative is set to 0: a log ratio that does harm is left out.
    One above 1 is cut: no reference may have fallen where it would have told.

    Parameters
    ----------
    joint, ref : arrays of shape (n, p) and (n′, p)
        Features of the joint and of the reference samples.
    drawn : array of shape (n′,), or 0
        Logs of importance weights of the reference samples.
    ridge : float
        λ.

    Returns
    -------
    array of shape (p,)
    """
    kept, weights = np.arange(joint.shape[1]), np.zeros(joint.shape[1])
    while len(kept):
        w = _newton(joint[:, kept], ref[:, kept], drawn, ridge)
        if (w >= 0).all():
            weights[kept] = np.minimum(w, 1)
            break
        kept = np.delete(kept, w.argmin())
    return weights


def _value(w, mean, ref, drawn, ridge):
    t = ref @ w + drawn
    top = t.max()
    return mean @ w - top - np.log(np.exp(t - top).mean()) - ridge * (w @ w) / 2


def _newton(joint, ref, drawn, ridge):
    mean, w = joint.mean(0), np.zeros(joint.shape[1])
    value = _value(w, mean, ref, drawn, ridge)
    for _ in range(STEPS):
        t = ref @ w + drawn
        share = np.exp(t - t.max())
        share /= share.sum()
        centre = share @ ref
        gradient = mean - centre - ridge * w
        hessian = (ref * share[:, None]).T @ ref - np.outer(centre, centre) + ridge * np.eye(len(w))
        step, size = np.linalg.solve(hessian, gradient), 1.0
        while (new := _value(w + size * step, mean, ref, drawn, ridge)) < value and size > 1e-4:
            size /= 2
        if new - value < 1e-7:
            return w
        w, value = w + size * step, new
    return w
