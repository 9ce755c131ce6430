r"""The torus: four boundary conditions of the fermion, one of them with a zero mode.

    Z = ½ (Pf₁₁ + Pf₁₀ + Pf₀₁ − Pf₀₀),

where 1 marks a direction in which the fermion is antiperiodic (Kaufman 1949; McCoy and
Wu, ch. IV). Each bond insertion multiplies each term by a Pfaffian of its own, Pf K_S.

Both periodic, the momentum φ = (0, 0) has Pf A(0) = (√2 − w)(√2 + w), w = 1 + z: it
vanishes at T_c, where G₀₀ diverges and only the product Pf₀₀ Pf K_S makes sense. The
four nodes at φ = 0 fall into two pairs, the same at every temperature: a stiff one with
√2 + w, which stays in G, and a soft one with √2 − w. The soft pair is not integrated
out but kept as two more rows of K with entry √2 − w between them; the Pfaffian of the
bordered matrix is then regular, and right, at T_c.
"""

from itertools import product

import numpy as np

from .propagator import Propagator

_TURN = np.array([[1, -1], [1, 1]]) / np.sqrt(2)
_SOFT = np.vstack([_TURN, np.eye(2)]) / np.sqrt(2)
_STIFF = np.vstack([-_TURN, np.eye(2)]) / np.sqrt(2)
_J = np.array([[0.0, 1.0], [-1.0, 0.0]])


def torus_sectors(z, side, width, height):
    """Yield ``(weight, propagator, border, corner)`` of the four boundary conditions.

    E[∏ τ] = Σ weight · Pf [[K, border], [−borderᵀ, corner · J]] / Σ weight · corner, where
    ``border`` has one row a node type. Weights are scaled so that the largest is 1.
    """
    sectors = [_sector(z, side, width, height, *odd) for odd in product((1, 0), repeat=2)]
    top = max(log_weight for log_weight, *_ in sectors)
    for index, (log_weight, propagator, border, corner) in enumerate(sectors):
        yield np.exp(log_weight - top) * (-1 if index == 3 else 1), propagator, border, corner


def _sector(z, side, width, height, odd_x, odd_y):
    b = 2 * z * (1 - z * z)
    angle_x, angle_y = (2 * np.pi * (np.arange(side) + odd / 2) / side for odd in (odd_x, odd_y))
    gap = (1 - 2 * z - z * z) ** 2 / (2 * b)
    square_x, square_y = (np.sin(angle / 2) ** 2 for angle in (angle_x, angle_y))
    determinant = 2 * b * (gap + square_x[:, None] + square_y)
    zero_mode = not (odd_x or odd_y)
    if zero_mode:
        determinant[0, 0] = np.inf
    wave_x = np.cos(np.arange(width + 1)[:, None] * angle_x)
    wave_y = np.cos(np.arange(height + 1)[:, None] * angle_y)
    propagator = Propagator(z, wave_x @ (1 / determinant) @ wave_y.T / side**2)
    if not zero_mode:
        return np.log(determinant).sum() / 2, propagator, np.zeros((4, 2)), 1.0
    determinant[0, 0] = 1
    w = 1 + z
    stiff = _STIFF @ -_J @ _STIFF.T / ((w + np.sqrt(2)) * side**2)
    propagator.table += stiff[:, :, None, None]
    log_weight = np.log(determinant).sum() / 2 + np.log(w + np.sqrt(2))
    return log_weight, propagator, _SOFT * np.sqrt(1 - z * z) / side, np.sqrt(2) - w
