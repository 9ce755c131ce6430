"""Tasks whose mutual information is known: samplers in NumPy, each with its own truth in nats."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from scipy import integrate, special, stats


@dataclass(frozen=True)
class Task:
    """``sample(n, rng)`` gives x and y with n rows; ``truth`` is a number or a function that computes it."""

    name: str
    group: str  # "gaussian": the copula is Gaussian and flatters a Gaussian base critic; else "other"
    draw: Callable
    truth: float

    def sample(self, n, rng):
        x, y = self.draw(n, np.random.default_rng(rng))
        return x.reshape(n, -1), y.reshape(n, -1)

    @cached_property
    def dims(self):
        return tuple(a.shape[1] for a in self.sample(2, 0))


def gaussian_mi(cov, dx):
    """I of a Gaussian: half the log of det Σ_x det Σ_y / det Σ."""
    blocks = cov[:dx, :dx], cov[dx:, dx:], cov
    x, y, joint = (np.linalg.slogdet(block)[1] for block in blocks)
    return 0.5 * (x + y - joint)


def sparse(dx, dy, rho, pairs):
    """Unit variances; the first ``pairs`` coordinates of x and y correlate one to one."""
    cov = np.eye(dx + dy)
    for i in range(pairs):
        cov[i, dx + i] = cov[dx + i, i] = rho
    return cov


def dense(dx, dy, rho):
    """Every two coordinates correlate with ρ."""
    return (1 - rho) * np.eye(dx + dy) + rho


def normal(name, cov, dx, warp_x=None, warp_y=None, group="gaussian"):
    """A Gaussian whose x and y may each be moved by an invertible map, which leaves I alone."""
    root = np.linalg.cholesky(cov)

    def draw(n, rng):
        z = rng.standard_normal((n, len(cov))) @ root.T
        x, y = z[:, :dx], z[:, dx:]
        return (warp_x or np.asarray)(x), (warp_y or np.asarray)(y)

    return Task(name, group, draw, gaussian_mi(cov, dx))


def student_mi(cov, dx, df):
    """I of a multivariate Student t, as entropies: the Gaussian part and a part of the tails alone."""

    def tail(d):
        digammas = special.digamma((df + d) / 2) - special.digamma(df / 2)
        constant = special.gammaln(df / 2) - special.gammaln((df + d) / 2) + d / 2 * np.log(df * np.pi)
        return constant + (df + d) / 2 * digammas

    d = len(cov)
    return gaussian_mi(cov, dx) + tail(dx) + tail(d - dx) - tail(d)


def student(name, cov, dx, df):
    """A multivariate Student t: heavy tails, dependent even where uncorrelated."""
    root = np.linalg.cholesky(cov)

    def draw(n, rng):
        z = rng.standard_normal((n, len(cov))) @ root.T / np.sqrt(rng.chisquare(df, (n, 1)) / df)
        return z[:, :dx], z[:, dx:]

    return Task(name, "other", draw, student_mi(cov, dx, df))


def spiral(speed):
    """Turn the first two coordinates by an angle that grows with the squared radius: an invertible map."""

    def warp(x):
        angle = speed * (x**2).sum(1)
        out = x.copy()
        out[:, 0] = np.cos(angle) * x[:, 0] - np.sin(angle) * x[:, 1]
        out[:, 1] = np.sin(angle) * x[:, 0] + np.cos(angle) * x[:, 1]
        return out

    return warp


def swiss_roll(x):
    """Wind a standard normal coordinate up in the plane: an injective map."""
    angle = 1.5 * np.pi * (1 + 2 * stats.norm.cdf(x[:, 0]))
    return np.stack([angle * np.cos(angle), angle * np.sin(angle)], 1) / 21


def entropy(density, low, high, points=()):
    """The differential entropy of a density on [low, high], by quadrature."""
    value, _ = integrate.quad(
        lambda v: -special.xlogy(density(v), density(v)), low, high, limit=500, points=sorted(points) or None
    )
    return value


def noisy_function(name, function, sigma):
    """x uniform on (-1, 1) and y = f(x) + N(0, σ²): I = h(y) - h(noise)."""
    nodes, weights = np.polynomial.legendre.leggauss(400)
    values = function(nodes)

    def density(v):
        return (weights / 2) @ stats.norm.pdf(v, values, sigma)

    truth = entropy(density, values.min() - 9 * sigma, values.max() + 9 * sigma) - stats.norm(scale=sigma).entropy()

    def draw(n, rng):
        x = rng.uniform(-1, 1, n)
        return x, function(x) + sigma * rng.standard_normal(n)

    return Task(name, "other", draw, float(truth))


def additive_noise(name, eps):
    """x uniform on (0, 1), y = x + uniform(-ε, ε)."""

    def draw(n, rng):
        x = rng.random(n)
        return x, x + rng.uniform(-eps, eps, n)

    return Task(name, "other", draw, eps - np.log(2 * eps) if eps <= 0.5 else 1 / (4 * eps))


def mixture(name, components):
    """Equal mixture of bivariate Gaussians (mean x, mean y, sd, ρ): I by quadrature on a fine grid."""
    parts = [stats.multivariate_normal([a, b], [[s * s, r * s * s], [r * s * s, s * s]]) for a, b, s, r in components]

    def marginal(v, axis):
        return np.mean([stats.norm.pdf(v, c[axis], c[2]) for c in components], axis=0)

    grid = np.linspace(-8, 8, 1601)
    x, y = np.meshgrid(grid, grid, indexing="ij")
    joint = np.mean([part.pdf(np.dstack([x, y])) for part in parts], axis=0)
    product = np.outer(marginal(grid, 0), marginal(grid, 1))
    truth = special.rel_entr(joint, np.maximum(product, 1e-300)).sum() * (grid[1] - grid[0]) ** 2

    def draw(n, rng):
        a, b, s, r = np.array(components).T[:, rng.integers(len(components), size=n)]
        u, v = rng.standard_normal((2, n))
        return a + s * u, b + s * (r * u + np.sqrt(1 - r * r) * v)

    return Task(name, "other", draw, float(truth))


def class_and_normal(name, means):
    """x a class, all equally likely, and y = its mean + N(0, 1)."""
    means = np.asarray(means, float)

    def density(v):
        return stats.norm.pdf(v, means, 1).mean()

    truth = entropy(density, means.min() - 9, means.max() + 9, means) - stats.norm.entropy()

    def draw(n, rng):
        x = rng.integers(len(means), size=n)
        return x, means[x] + rng.standard_normal(n)

    return Task(name, "other", draw, float(truth))


def uniform_class(name, m):
    """x uniform on 0 … m-1 and y uniform on (x, x + 2) (Gao et al. 2017)."""

    def draw(n, rng):
        x = rng.integers(m, size=n)
        return x, x + 2 * rng.random(n)

    return Task(name, "other", draw, np.log(m) - (m - 1) / m * np.log(2))


def table(name, probabilities):
    """A joint table."""
    p = np.asarray(probabilities, float)

    def draw(n, rng):
        return np.divmod(rng.choice(p.size, n, p=p.ravel()), p.shape[1])

    return Task(name, "other", draw, float(special.rel_entr(p, np.outer(p.sum(1), p.sum(0))).sum()))


def product_of_signs(name, sigma):
    """Both coordinates of x uniform on (-1, 1), y = x₁ x₂ + N(0, σ²): neither tells anything linear."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    values, mass = np.outer(nodes, nodes).ravel(), np.outer(weights, weights).ravel() / 4

    def density(v):
        return mass @ stats.norm.pdf(v, values, sigma)

    truth = entropy(density, -1 - 9 * sigma, 1 + 9 * sigma) - stats.norm(scale=sigma).entropy()

    def draw(n, rng):
        x = rng.uniform(-1, 1, (n, 2))
        return x, x[:, 0] * x[:, 1] + sigma * rng.standard_normal(n)

    return Task(name, "other", draw, float(truth))


@cache
def all_tasks():
    """The list, cheap to build: quadrature takes about a second in all."""
    rho = 1 - 0.19 * np.random.default_rng(0).random()
    return [
        normal("normal 1+1, running example", dense(1, 1, rho), 1),
        normal("normal 1+1, rho 0.5", dense(1, 1, 0.5), 1),
        normal("normal 1+1, cubed", dense(1, 1, 0.75), 1, lambda x: x**3, np.sinh),
        normal("independent 1+1", np.eye(2), 1),
        student("Student 1+1, df 1", dense(1, 1, 0.75), 1, 1),
        student("Student 1+1, df 2, uncorrelated", np.eye(2), 1, 2),
        additive_noise("additive noise, 0.1", 0.1),
        additive_noise("additive noise, 0.75", 0.75),
        noisy_function("parabola", np.square, 0.2),
        noisy_function("sine wave", lambda x: np.sin(2 * np.pi * x), 0.3),
        mixture("four clusters", [(-2, -2, 0.7, 0), (2, 2, 0.7, 0), (-2, 2, 0.7, 0.8), (2, -2, 0.7, -0.8)]),
        mixture("cross", [(0, 0, 1, 0.95), (0, 0, 1, -0.95)]),
        class_and_normal("four classes and a normal", [-3, -1, 1, 3]),
        uniform_class("five classes and a uniform", 5),
        table("binary table", [[0.4, 0.1], [0.1, 0.4]]),
        normal("Swiss roll 2+1", dense(1, 1, 0.8), 1, swiss_roll, group="other"),
        product_of_signs("product 2+1", 0.2),
        normal("dense normal 2+2", dense(2, 2, 0.75), 2),
        normal("sparse normal 3+3", sparse(3, 3, 0.8, 2), 3),
        normal("spiral 3+3", sparse(3, 3, 0.8, 2), 3, spiral(1 / 3), spiral(1 / 3), "other"),
        student("Student 3+3, df 2", sparse(3, 3, 0.8, 2), 3, 2),
        normal("dense normal 5+5", dense(5, 5, 0.5), 5),
        student("Student 5+5, df 2", sparse(5, 5, 0.8, 2), 5, 2),
        normal("spiral 5+5", sparse(5, 5, 0.8, 2), 5, spiral(0.2), None, "other"),
        normal("sparse normal 25+25", sparse(25, 25, 0.8, 3), 25),
        normal("independent 5+5", np.eye(10), 5),
    ]
