"""One step of Adam, on arrays."""

import math

import numpy as np

from .._shapes import Array, Float


def adam_step(
    weights: Float[Array, "*shape"],
    gradient: Float[Array, "*shape"],
    first: Float[Array, "*shape"],
    second: Float[Array, "*shape"],
    step: float,
    rate: float,
    *,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    decay: float = 0.0,
) -> None:
    r"""Move ``weights`` by one step of Adam with decoupled weight decay, in place.

    .. math:: m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad
              w \leftarrow (1 - \eta \lambda)\, w
              - \eta \frac{m / (1 - \beta_1^k)}{\sqrt{v / (1 - \beta_2^k)} + \epsilon}

    Parameters
    ----------
    weights, gradient, first, second : arrays of one shape
        w, g, m and v; all but the gradient are changed.
    step : int
        k, 1 at the first step.
    rate, betas, eps, decay : float
        η, (β₁, β₂), ε and λ.

    References
    ----------
    Kingma and Ba (2015), algorithm 1; Loshchilov and Hutter (2019), algorithm 2, for the decay.
    """
    beta, beta_square = betas
    move = np.subtract(gradient, first)
    first += np.multiply(move, 1 - beta, out=move)
    second *= beta_square
    second += np.multiply(np.multiply(gradient, gradient, out=move), 1 - beta_square, out=move)
    np.sqrt(second, out=move)
    move /= math.sqrt(1 - beta_square**step)
    move += eps
    np.divide(first, move, out=move)
    move *= rate / (1 - beta**step)
    if decay:
        weights *= 1 - rate * decay
    weights -= move
