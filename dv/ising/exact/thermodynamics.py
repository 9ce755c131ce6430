"""Energy, specific heat and magnetisation: Onsager, Kaufman, Yang."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ellipe, ellipkm1

from .._lattice import T_C, check_side, check_temperatures


def energy(temperature: ArrayLike, lattice: str | int = "infinite") -> float | NDArray[np.floating]:
    r"""Mean energy a site, E = −Σ s_i s_j over bonds.

    .. math:: u = -\coth 2K \left[1 + \frac{2}{\pi} k' \mathbf{K}\right],
              \quad k' = 2 \tanh^2 2K - 1, \quad K = 1/T

    with **K** the complete elliptic integral of complementary modulus k'
    (Onsager 1944, eq. 116a); on an L × L torus the derivative of Kaufman's
    partition function (1949, eq. 71).

    Parameters
    ----------
    temperature : float or array
        In units of J / k_B.
    lattice : "infinite" or int
        The infinite lattice, or the side L ≥ 3 of a torus.

    Returns
    -------
    float or ndarray, from −2 (T → 0) to 0

    Raises
    ------
    ValueError
        If a temperature is not finite and above 0, or the lattice is unknown.

    Examples
    --------
    >>> round(energy(T_C) + 2**0.5, 12) == 0
    True
    """
    temperature, side = _above_rounding(temperature), check_side(lattice)
    if side is not None:
        return _plain(np.vectorize(lambda t: _kaufman(t, side)[0])(temperature))
    modulus = 2 * np.tanh(2 / temperature) ** 2 - 1
    elliptic = ellipkm1(np.maximum(modulus**2, 1e-300))
    return _plain(-(1 + 2 / np.pi * modulus * elliptic) / np.tanh(2 / temperature))


def specific_heat(temperature: ArrayLike, lattice: str | int = "infinite") -> float | NDArray[np.floating]:
    r"""Specific heat a site, c = du / dT in units of k_B; infinite at T_c of the infinite lattice.

    .. math:: c = \frac{4}{\pi} (K \coth 2K)^2 \left\{\mathbf{K} - \mathbf{E}
              - (1 - \tanh^2 2K) \left[\frac{\pi}{2} + k' \mathbf{K}\right]\right\}

    (Onsager 1944, eq. 117). Parameters, errors and the finite lattice are as
    in :func:`energy`.

    Examples
    --------
    >>> round(specific_heat(2.0), 4)
    0.7249
    """
    temperature, side = _above_rounding(temperature), check_side(lattice)
    if side is not None:
        return _plain(np.vectorize(lambda t: _kaufman(t, side)[1])(temperature))
    tanh = np.tanh(2 / temperature)
    modulus = 2 * tanh**2 - 1
    elliptic = ellipkm1(np.maximum(modulus**2, 1e-300))
    bracket = np.cosh(2 / temperature) ** -2 * (np.pi / 2 + modulus * elliptic)
    heat = elliptic - ellipe(1 - modulus**2) - bracket
    heat = np.maximum(4 / np.pi * heat / (temperature * tanh) ** 2, 0)
    return _plain(np.where(temperature == T_C, np.inf, heat))


def magnetization(temperature: ArrayLike) -> float | NDArray[np.floating]:
    r"""Spontaneous magnetisation of the + phase, (1 − sinh⁻⁴(2/T))^{1/8} below T_c, 0 above.

    Yang (1952), eq. 96. Parameters and errors are those of :func:`energy`.

    Examples
    --------
    >>> round(magnetization(2.0), 6)
    0.911319
    """
    temperature = _above_rounding(temperature)
    excess = np.maximum(_sinh_minus_one(temperature), 0)
    sinh = 1 + excess
    return _plain((excess / sinh * (1 + 1 / sinh) * (1 + sinh**-2)) ** 0.125)


def _plain(values):
    """A float for a single value."""
    return values.item() if np.ndim(values) == 0 else values


def _above_rounding(temperature):
    """Temperatures, raised to 0.01: nothing changes below, and the exponentials do not overflow."""
    return np.maximum(check_temperatures(temperature), 0.01)


def _sinh_minus_one(temperature):
    """sinh(2/T) − 1 without loss near T_c, where it vanishes."""
    delta = 2 * (T_C - temperature) / (T_C * temperature)
    return np.sqrt(2) * np.sinh(delta) + 2 * np.sinh(delta / 2) ** 2


def _kaufman(temperature, side):
    """Energy and specific heat a site of an L × L torus.

    2 Z = (2 sinh 2K)^{N/2} (P₁ + P₂ + P₃ + P₄): products over odd and over even l of
    2 cosh(L γ_l / 2) and of 2 sinh(L γ_l / 2), where cosh γ_l = x + 1/x − cos(π l / L) with
    x = sinh 2K. Each product is e^l f, with f the factor of γ_0, which changes sign at T_c.
    Derivatives are by 2K.
    """
    excess = _sinh_minus_one(temperature)
    sinh, cosh = 1 + excess, np.hypot(1, 1 + excess)
    slope, bend = cosh - cosh / sinh**2, sinh - 1 / sinh + 2 * cosh**2 / sinh**3
    rise = excess**2 / sinh + 2 * np.sin(np.pi * np.arange(1, 2 * side) / 2 / side) ** 2
    gamma = 2 * np.arcsinh(np.sqrt(rise / 2))
    first = slope / np.sinh(gamma)
    second = (bend - np.cosh(gamma) * first**2) / np.sinh(gamma)
    waves = side / 2 * np.stack([gamma, first, second])
    terms = []
    for (u, du, ddu), zero in ((waves[:, ::2], False), (waves[:, 1::2], True)):
        for sign in (1, -1):
            log = _log_product(u, du, ddu, sign)
            factor = np.array([1.0, 0, 0])
            if zero:
                shift, factor = _zero_factor(excess, sinh, cosh, side, sign)
                log[0] += shift
            terms.append((log, factor))
    return _energy_and_heat(terms, temperature, side, cosh / sinh)


def _log_product(u, du, ddu, sign):
    """Log of ∏ (e^u + sign · e^{−u}) and its first two derivatives."""
    ratio = np.tanh(u) ** sign
    log = u + np.log1p(sign * np.exp(-2 * u))
    return np.array([part.sum() for part in (log, du * ratio, ddu * ratio + du**2 * (1 - ratio**2))])


def _zero_factor(excess, sinh, cosh, side, sign):
    """|v| and e^{−|v|} (e^v + sign · e^{−v}) with its derivatives, v = L γ_0 / 2."""
    v = side * np.arcsinh(excess / np.sqrt(2 * sinh))
    dv, ddv = side / 2 * (1 + 1 / sinh), -side / 2 * cosh / sinh**2
    plus, minus = np.exp(v - abs(v)), sign * np.exp(-v - abs(v))
    value, other = plus + minus, plus - minus
    return abs(v), np.array([value, other * dv, value * dv**2 + other * ddv])


def _energy_and_heat(terms, temperature, side, coth):
    top = max(log[0] for log, _ in terms)
    total = np.zeros(3)
    for (log, d, dd), (f, df, ddf) in terms:
        total += np.exp(log - top) * np.array([f, d * f + df, (dd + d * d) * f + 2 * d * df + ddf])
    slope, bend = total[1] / total[0], total[2] / total[0]
    size = side * side
    mean = -(coth + 2 * slope / size)
    heat = 4 / temperature**2 * ((bend - slope**2) / size - (coth**2 - 1) / 2)
    return mean, heat
