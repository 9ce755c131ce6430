"""Hidden checks of *f-divergences and duality*."""

import numpy as np

from .core import Wrong, array, named, number, require

# f, f(0) and f'(∞); not one of them may be called at 0.
FAMILY = {
    "u log u": (lambda u: u * np.log(u), 0.0, np.inf),
    "-log u": (lambda u: -np.log(u), np.inf, 0.0),
    "(u - 1)²": (lambda u: (u - 1) ** 2 + 0 / u, 1.0, np.inf),
    "½ |u - 1|": (lambda u: np.abs(u - 1) / 2 + 0 / u, 0.5, 0.5),
    "1/u - 1": (lambda u: 1 / u - 1, np.inf, 0.0),
    "(u - 1)²/(u + 1)": (lambda u: (u - 1) ** 2 / (u + 1) + 0 / u, 1.0, 1.0),
}


def f_divergence(answer):
    for seed in range(9):
        P, Q = _tables(seed)
        for name, (f, at_zero, at_infinity) in FAMILY.items():
            both = (P > 0) & (Q > 0)
            exact = by_cell = np.sum(Q[both] * f(P[both] / Q[both]))
            for paid, price in ((Q[P == 0], at_zero), (P[Q == 0], at_infinity)):
                exact += paid.sum() * price if paid.any() else 0.0
                by_cell += np.sum(paid > 0) * price if paid.any() else 0.0
            value = _number(answer.via(_divergence, name, P, Q))
            empty = " with empty cells" if (P == 0).any() or (Q == 0).any() else ""
            what = f"f(u) = {name} on a table of shape {P.shape}{empty}"
            if np.isinf(exact):
                require(value == np.inf, f"{what}: infinite, not {value:.4g}")
            else:
                slips = [(by_cell, "an empty cell costs its price times the probability there")]
                require(abs(value - exact) < 1e-9, named(value, slips, f"{what}: {exact:.4f}, not {value:.4f}"))


def _divergence(function, name, P, Q):
    return function(P, Q, *FAMILY[name])


def _number(value):
    """The number that `value` is, infinity too."""
    try:
        made = float(np.array(value, dtype=float).reshape(()))
    except (TypeError, ValueError):
        raise Wrong("the divergence must be a number: is there a return?") from None
    require(not np.isnan(made), "the divergence is NaN: mind the empty cells")
    return made


def _tables(seed):
    """Two laws of one shape: without an empty cell, with one in P, in Q, in both."""
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(2, 5, size=1 + seed % 2))
    P, Q = rng.dirichlet(np.ones(np.prod(shape)), size=2)
    if seed % 4 in (1, 3):
        P[0] = 0
    if seed % 4 in (2, 3):
        Q[-1] = 0
    if seed == 8:
        P[0] = Q[0] = 0
    return [(law / law.sum()).reshape(shape) for law in (P, Q)]


SMOOTH = {  # f, its conjugate, slopes below the end and slopes beyond it
    "u log u": (lambda u: u * np.log(u), lambda t: np.exp(t - 1), [-2.0, 0.0, 1.0, 2.5], [8.0]),
    "-log u": (lambda u: -np.log(u), lambda t: -1 - np.log(-t), [-3.0, -1.0, -0.2], [0.1, 1.0]),
    "½ (√u - 1)²": (lambda u: (np.sqrt(u) - 1) ** 2 / 2, lambda t: t / (1 - 2 * t), [-2.0, -0.5, 0.0, 0.3], [0.6]),
    "½ |u - 1|": (lambda u: np.abs(u - 1) / 2, lambda t: np.maximum(t, -0.5), [-3.0, -0.2, 0.4], [0.51, 2.0]),
}


def conjugate(answer):
    grid = np.geomspace(1e-4, 50, 200_000)
    for name, (_, exact, slopes, beyond) in SMOOTH.items():
        given = np.random.default_rng(len(slopes)).permutation([*slopes, *beyond])
        found = _array(answer.via(_conjugate, name, given, grid), given.shape)
        for t, value in zip(given, found, strict=True):
            if t in beyond:
                require(
                    value == np.inf, f"f(u) = {name}: the line of slope {t:g} gets away, and its conjugate is np.inf"
                )
            else:
                off = value - exact(t)
                require(abs(off) < 2e-3, f"f(u) = {name}, slope {t:g}: {exact(t):.4f}, not {value:.4f}")
    (two,) = _array(answer.via(_conjugate, "½ |u - 1|", np.array([0.25]), np.array([0.5, 1.0, 3.0])), (1,))
    require(abs(two - 0.25) < 1e-12, "three points of a grid, one slope: the largest of three numbers")
    (tied,) = _array(answer.via(_conjugate, "½ |u - 1|", np.array([0.5]), np.arange(4.0, 9.0) / 4), (1,))
    require(tied == 0.5, "where points of the grid tie, the largest is reached before the last of them")


def _conjugate(function, name, slopes, grid):
    return function(SMOOTH[name][0], slopes, grid)


def _array(value, shape):
    made = np.array(value, dtype=float) if value is not None else np.array(np.nan)
    require(made.shape == shape, f"one number for each slope, {shape}, not {made.shape}")
    require(not np.isnan(made).any(), "no conjugate is NaN")
    return made


def choose(answer):
    for seed in range(6):
        rng = np.random.default_rng(seed)
        shape = tuple(rng.integers(2, 5, size=1 + seed % 2))
        P, Q = (law.reshape(shape) for law in rng.dirichlet(np.ones(np.prod(shape)), size=2))
        t = array(rng.normal(size=shape) * 2)
        mean = np.sum(P * t)
        for only_laws, exact in (
            (True, mean - np.log(np.sum(Q * np.exp(t)))),
            (False, mean - np.sum(Q * np.exp(t - 1))),
        ):
            value = number(answer(t, P, Q, only_laws))
            alike = mean - (np.log(np.mean(np.exp(t))) if only_laws else np.mean(np.exp(t - 1)))
            slips = [(alike, "the mean of the exponentials is under Q, not over all cells alike")]
            what = named(value, slips, f"only_laws={only_laws}: {exact:.4f} nats, not {value:.4f}")
            require(abs(value - exact) < 1e-8, what)
            for shift in (900.0, -900.0) if only_laws else (0.5,):
                moved = number(answer(t + shift, P, Q, only_laws))
                target = exact if only_laws else mean + shift - np.sum(Q * np.exp(t + shift - 1))
                require(
                    abs(moved - target) < 1e-8,
                    f"only_laws={only_laws}, {shift:g} added to t: off by {moved - target:.3g}",
                )
