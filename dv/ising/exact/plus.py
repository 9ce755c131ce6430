r"""The + phase below T_c: odd correlators, by a Wiener–Hopf factorisation.

An odd correlator is what remains of an even one when its last spin goes to infinity,
⟨σ_A⟩ = lim ⟨σ_A σ_x⟩ / M. Let the anchor be the site right of the window's top right
corner and let x go to the right along its row: the bonds of that ray are taken in full,

    ⟨σ_A⟩ = M · Pf K'_S,   K' = K − K_{·N} (K_NN)⁻¹ K_{N·},   N: nodes of the ray,

S: bonds from A to the anchor; M: Yang's magnetisation, the Pfaffian of the ray itself.
K_NN couples R nodes to L nodes only, by a Toeplitz matrix on the half line, Onsager's

    [(1 − α₁ w)(1 − α₂ / w) / ((1 − α₁ / w)(1 − α₂ w))]^{1/2} = F(w) / F(1/w),
    F(w) = [(1 − α₁ w) / (1 − α₂ w)]^{1/2},   α₁ = z (1 − z) / (1 + z),  α₂ = e^{−m}

(McCoy and Wu, ch. VIII and XI). Everything left of the ray reaches its k-th bond by
decaying waves, ∫ dq ρ(q) e^{−ω(q) k}; on e^{−ωk} the triangular factors of the inverse
act as numbers, F(e^{−ω})^{∓1}, and the sum over k is geometric, 1 / (1 − e^{−ω−ω'}).
"""

import numpy as np

from .propagator import LEFT, RIGHT, adjugate, quadrature


def ray_correction(z, nodes):
    """K_{·N} (K_NN)⁻¹ K_{N·} between nodes ``(type, x, y)``, the anchor at (0, 0), all x ≤ 0."""
    reach = np.ptp(nodes[1]) + np.ptp(nodes[2]) + 2
    momentum, omega, weight, mass = quadrature(z, 2 * reach)
    to_left = _waves(z, nodes, LEFT, 1, momentum, omega) * weight
    to_right = _waves(z, nodes, RIGHT, 0, momentum, omega) * weight
    gap = 2 * np.arcsinh(mass)
    alpha = z * (1 - z) / (1 + z)
    factor = np.sqrt((1 - alpha * np.exp(-omega)) / -np.expm1(-gap - omega))
    geometric = -1 / np.expm1(-omega[:, None] - omega)
    half = (to_left * factor) @ geometric @ (to_right / factor).T
    return half.T - half


def _waves(z, nodes, end, shift, momentum, omega):
    """ρ(q) of K between each node and node ``end`` of the ray's site ``shift``."""
    terms = adjugate(z)
    out = np.zeros((nodes.shape[1], len(omega)))
    for row, (node, x, y) in zip(out, nodes.T, strict=True):
        for (a, b), c in terms[node, end].items():
            row -= c * np.exp(-omega * (shift - x - a)) * np.cos(momentum * (y + b))
    return (1 - z * z) * out
