r"""The free fermion behind the model: one Green function gives every even correlator.

With z = tanh(1/T) the high-temperature series of the square lattice is a sum
over closed graphs, and it is a Pfaffian, Pf A, with four nodes R, L, U, D a
site (Hurst and Green 1960; Kac and Ward 1952; McCoy and Wu, *The
Two-Dimensional Ising Model*, ch. IV). In Fourier space A is the 4×4 matrix
whose adjugate is listed below, and

    det A = (1 + z²)² − 2 z (1 − z²) (cos φ₁ + cos φ₂).

Since s s' e^{K s s'} ∝ z (1 + s s' / z), the mean of a product of bond
variables τ_e = s s' over a set S of bonds is what Z becomes when z turns into
1/z there. By the determinant lemma for Pfaffians

    E[∏_{e ∈ S} τ_e] = Pf K_S,   K = z J − (1 − z²) G,   G = A⁻¹,

with K_S restricted to the 2|S| nodes of those bonds and J pairing the two
nodes of each bond: the bond variables form a Pfaffian process. A torus is a
signed sum of four such processes, one for each choice of boundary signs.
"""

import numpy as np

RIGHT, LEFT, UP, DOWN = range(4)


def adjugate(z):
    """Fourier coefficients {(node, node'): {(a, b): c}} of adj A, c e^{i (a φ₁ + b φ₂)}."""
    z2, corner = z * z, 1 - z * z
    upper = {
        (RIGHT, RIGHT): {(0, 1): z, (0, -1): -z},
        (LEFT, LEFT): {(0, 1): -z, (0, -1): z},
        (UP, UP): {(1, 0): -z, (-1, 0): z},
        (DOWN, DOWN): {(1, 0): z, (-1, 0): -z},
        (RIGHT, LEFT): {(1, 1): -z2, (1, -1): -z2, (1, 0): -z - z**3, (0, 0): corner},
        (RIGHT, UP): {(1, 0): -z, (1, -1): -z2, (0, 0): 1, (0, -1): -z},
        (RIGHT, DOWN): {(1, 1): -z2, (1, 0): -z, (0, 1): -z, (0, 0): 1},
        (LEFT, UP): {(0, 0): -1, (0, -1): z, (-1, 0): z, (-1, -1): z2},
        (LEFT, DOWN): {(0, 1): -z, (0, 0): 1, (-1, 1): -z2, (-1, 0): -z},
        (UP, DOWN): {(1, 1): -z2, (0, 1): -z - z**3, (0, 0): corner, (-1, 1): -z2},
    }
    lower = {(j, i): {(-a, -b): -c for (a, b), c in terms.items()} for (i, j), terms in upper.items()}
    return upper | lower


class Propagator:
    """G(Δ) between nodes at displacement Δ = (dx, dy), for |dx| < width and |dy| < height.

    ``scalar`` is the array g[dx, dy] = ∬ cos(dx φ₁) cos(dy φ₂) / det A for
    0 ≤ dx ≤ width, 0 ≤ dy ≤ height, up to the constant ``offset``.
    """

    def __init__(self, z, scalar, offset=0.0):
        width, height = np.array(scalar.shape) - 1
        dx, dy = np.meshgrid(np.arange(1 - width, width), np.arange(1 - height, height), indexing="ij")
        self.width, self.height = width, height
        self.table = np.zeros((4, 4, *dx.shape))
        for (i, j), terms in adjugate(z).items():
            self.table[i, j] = offset * sum(terms.values()) + sum(
                c * scalar[abs(dx - a), abs(dy - b)] for (a, b), c in terms.items()
            )

    def __call__(self, node, other):
        """G between arrays of nodes ``(type, x, y)``, all pairs."""
        (i, x, y), (j, u, v) = (np.atleast_2d(part) for part in (np.array(node), np.array(other)))
        return self.table[i[:, None], j, u - x[:, None] + self.width - 1, v - y[:, None] + self.height - 1]


def quadrature(z, reach):
    r"""Nodes and weights for ∫₀^π dp / π  f(p) / (b sinh ω), b = 2 z (1 − z²), f of period 2π.

    sinh²(ω/2) = μ² + sin²(p/2) with μ = |1 − 2z − z²| / √(2b), which vanishes at T_c.
    tan(p/2) = κ sinh s, κ = μ / √(1 + μ²), brings all scales between 1/correlation
    length and the lattice spacing to unit size: the trapezoid rule in s converges
    exponentially however small μ is. At T_c itself the integral of 1 diverges, but its
    coefficients vanish, so a μ of 1e-30 is exact. ``reach`` is the longest wave in f, in
    sites. Returns momentum, ω, weight and μ.
    """
    b = 2 * z * (1 - z * z)
    mass = max(abs(1 - 2 * z - z * z) / np.sqrt(2 * b), 1e-30)
    kappa = mass / np.hypot(1, mass)
    step = 2 * np.pi / (40 + 2.5 * reach)
    s = np.arange(0, np.arcsinh(1e17 / kappa), step)
    tan = kappa * np.sinh(s)
    weight = step / np.pi / b / np.hypot(1, mass) / np.sqrt(1 + mass**2 + (2 + mass**2) * tan**2)
    weight[0] /= 2
    omega = 2 * np.arcsinh(np.hypot(mass, tan / np.hypot(1, tan)))
    return 2 * np.arctan(tan), omega, weight, mass


def infinite_lattice(z, width, height):
    r"""Propagator of the infinite lattice, to machine precision at every temperature.

    One of its two integrals is done by hand,

        g(x, y) = ∫₀^π dp / π  cos(x p) e^{−ω y} / (b sinh ω),

    and what is tabled is g(x, y) − g(0, 0), whose parts are small where they should be.
    """
    momentum, omega, weight, _ = quadrature(z, width + height)
    x, y = np.arange(width + 1)[:, None], np.arange(height + 1)[:, None]
    decay = np.exp(-omega * y)
    scalar = np.expm1(-omega * y) @ weight - 2 * np.sin(x * momentum / 2) ** 2 @ (decay * weight).T
    return Propagator(z, scalar, offset=weight.sum())
