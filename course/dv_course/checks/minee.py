"""Hidden checks of *MI-NEE*."""

import numpy as np

from .core import Wrong, array, named, require


def combine(answer):
    for seed in range(6):
        rng = np.random.default_rng(seed)
        n, n_ref = rng.integers(1, 60, size=2)
        t, t_ref = rng.normal(size=(n, 3)) * [3, 1, 2], rng.normal(size=(n_ref, 3)) * [3, 1, 2]
        parts = t.mean(0) - np.logaddexp.reduce(t_ref, axis=0) + np.log(n_ref)
        exact = parts[0] - parts[1] - parts[2]
        for shift in (np.zeros(3), np.array([900.0, -900.0, 30.0]), np.array([-900.0, 5.0, 900.0])):
            off = answer.number(t + shift, t_ref + shift) - exact
            moved = f", with {shift.tolist()} added to the three critics" if shift.any() else ""
            slips = [(2 * parts[2], "both margins are taken off: mind the brackets")]
            what = named(off, slips, f"n = {n}, n' = {n_ref}{moved}: off by {off:.3g} nats", 1e-8)
            require(abs(off) < 1e-8, what)


def box(answer):
    for seed in range(4):
        rng = np.random.default_rng(seed)
        d, width = int(rng.integers(1, 4)), float(rng.uniform(1, 3))
        data = rng.gamma(1.0, size=(40, d)) * [1.0, 20.0, 0.1][:d] + rng.normal(size=d) * 50
        drawn = answer.array(data, width, 4000, np.random.default_rng(seed), shape=(4000, d))
        low, high = data.min(0), data.max(0)
        at = (drawn - (low + high) / 2) / (width * (high - low) / 2)  # -1 to 1
        require(np.abs(at) <= 1 + 1e-9, f"width {width:.2f}: points beyond {width:.2f} times the box of the data")
        require(np.abs(at).max(axis=0) > 0.99, f"width {width:.2f}: the reference ends before the box does")
        require(np.abs(at.mean(0)) < 0.1, "the centre is the middle of the smallest and the largest value")
        counts = np.array([np.histogram(column, 8, (-1, 1))[0] for column in at.T])
        require(np.abs(counts - 500) < 125, "every part of the interval is equally likely")
        require(np.abs(np.corrcoef(at.T) - np.eye(d)) < 0.1 if d > 1 else True, "the columns are independent")
        lagged = np.mean(at[1:] * at[:-1], axis=0)
        require(np.abs(lagged) < 0.06, "the rows are independent")
        same = answer.array(data, width, 4000, np.random.default_rng(seed))
        other = answer.array(data, width, 4000, np.random.default_rng(seed + 1))
        require((same == drawn).all() and (other != drawn).any(), "what is drawn depends on rng, and on nothing else")
    data = np.array([[0.0, 5.0], [2.0, 9.0]])
    for bad in (0.999, 0.0, -2.0):
        refused = answer.refuses(ValueError, data, bad, 10, np.random.default_rng(0))
        require(refused, f"width = {bad:g} must be refused with a ValueError")
    refused = answer.refuses(ValueError, data, 1.0, 10, np.random.default_rng(0))
    require(not refused, "a width of 1 covers the data: refuse only what is below 1")
    exact = answer.array(data, 1.0, 500, np.random.default_rng(0), shape=(500, 2))
    require((exact >= [0, 5]) & (exact <= [2, 9]), "width = 1 is the box of the data itself")


def three(answer):
    for seed in range(8):
        rng = np.random.default_rng(seed)
        rows, columns = rng.integers(2, 5, size=2)
        P = rng.dirichlet(np.full(rows * columns, 0.7)).reshape(rows, columns)
        q_x, q_y = rng.dirichlet(np.ones(rows)), rng.dirichlet(np.ones(columns))
        if seed % 2:  # a value that neither takes, and an empty cell
            P[0], q_x[0] = 0, 0
            P[-1, 0] = 0
            P, q_x = P / P.sum(), q_x / q_x.sum()
        exact = [_kl(P, np.outer(q_x, q_y)), _kl(P.sum(1), q_x), _kl(P.sum(0), q_y)]
        found = array(answer(P, q_x, q_y), (3,), "the value of three_divergences")
        for name, one, right in zip(("joint", "first marginal", "second marginal"), found, exact, strict=True):
            require(
                abs(one - right) < 1e-9, f"a {rows} by {columns} table, {name} divergence: {right:.4f}, not {one:.4f}"
            )
    P = np.array([[0.0, 0.3, 0.2], [0.0, 0.1, 0.4]])
    for q_x, q_y, covers in (
        ([0.5, 0.5], [0.0, 0.5, 0.5], True),
        ([0.5, 0.5], [0.2, 0.8, 0.0], False),
        ([1.0, 0.0], [0.2, 0.4, 0.4], False),
    ):
        given = P, np.array(q_x), np.array(q_y)
        if answer.refuses(ValueError, *given) == covers:
            raise Wrong(
                "this reference covers the data" if covers else "a reference that leaves a value out was accepted"
            )


def _kl(p, q):
    return np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0]))
