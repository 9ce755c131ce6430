"""Hidden checks of *What is it good for?*"""

from itertools import combinations

import numpy as np

from .core import array, fresh, number, require


def _entropy(rows):
    share = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
    return -(share * np.log(share)).sum()


def _told(F, y, columns):
    rows = F[:, list(columns)]
    return _entropy(rows) + _entropy(y[:, None]) - _entropy(np.column_stack([rows, y]))


def _drawn(key, seed):
    """A table with some dependence: {features, label}."""
    rng = fresh(key, seed)
    n, d = int(rng.integers(30, 200)), int(rng.integers(3, 7))
    F = np.column_stack([rng.integers(rng.integers(2, 5), size=n) for _ in range(d)])
    parts = rng.choice(d, 2, replace=False)
    weights = rng.integers(1, 4, size=2)
    y = (F[:, parts] @ weights) % int(rng.integers(2, 4)) + (rng.random(n) < 0.2)
    return F, y.astype(int)


def _columns(value, many, most):
    found = array(value, shape=(many,), what="the answer").tolist()
    require(all(k == int(k) and 0 <= k < most for k in found), f"column numbers run from 0 to {most - 1}")
    require(len(set(found)) == many, "no column is taken twice")
    return [int(k) for k in found]


def pair(answer):
    for seed in range(40):
        F, y = _drawn(111, seed)
        told = {p: _told(F, y, p) for p in combinations(range(F.shape[1]), 2)}
        found = _columns(answer(F, y), 2, F.shape[1])
        require(found[0] < found[1], "the smaller column number comes first")
        alone = np.argsort([-_told(F, y, [j]) for j in range(F.shape[1])])[:2]
        if told[tuple(sorted(alone.tolist()))] < max(told.values()) - 1e-9:
            require(sorted(alone.tolist()) != found, "the two best single features need not be the best pair")
        require(told[found[0], found[1]] > max(told.values()) - 1e-9, "another pair tells more of the label together")


def greedy(answer):
    for seed in range(40):
        F, y = _drawn(112, seed)
        if seed % 3 == 0:
            F = np.column_stack([F, F[:, 0]])  # a tie in every step
        many, taken = int(fresh(113, seed).integers(1, F.shape[1] + 1)), []
        found = _columns(answer(F, y, many), many, F.shape[1])
        for step, j in enumerate(found):
            told = [-1 if k in taken else _told(F, y, [*taken, k]) for k in range(F.shape[1])]
            near = [k for k in range(F.shape[1]) if told[k] > max(told) - 1e-9]
            reason = (
                "the first step takes the feature that tells most alone"
                if step == 0
                else "each step takes what adds most to all that is taken already"
            )
            require(j in near, reason)
            require(j == near[0], "of several that add as much, up to rounding, the smallest number is taken")
            taken.append(j)
    strong, weak, noise = np.indices((4, 3, 7)).reshape(3, -1)
    found = _columns(answer(np.column_stack([weak, strong, strong, noise]), strong * 2 + (weak == 2), 4), 4, 4)
    require(found[2:] == [2, 3], "gains that differ only by rounding tie, and of these the first column is taken")


def p_value(answer):
    found = []
    for seed in range(60):
        rng = fresh(114, seed)
        n = int(rng.integers(5, 12))
        x, y = rng.integers(-1, 2, size=(2, n)).astype(float)
        if seed % 2:  # a second column, whose rows belong to the first
            y = np.column_stack([y, rng.integers(1, 3, size=n)])
        times = int(rng.integers(9, 40))
        p = number(answer.via(_product_p, x, y, times, fresh(115, seed)), "the p value")
        steps = p * (times + 1)
        require(
            abs(steps - round(steps)) < 1e-6 and 1 <= round(steps) <= times + 1,
            f"with {times} orders p is one of 1/{times + 1}, 2/{times + 1}, ..., 1: the data count too",
        )
        expected = [_reach(x, fresh(116, seed, k).permutation(y)) >= _reach(x, y) for k in range(400)]
        found.append((p, np.mean(expected)))
    given, exact = np.array(found).T
    require(
        abs(np.mean(given - exact)) < 0.06 and np.corrcoef(given, exact)[0, 1] > 0.9,
        "p counts the orders whose statistic is at least that of the data; those that tie count",
    )
    x, y = np.arange(7.0), np.column_stack([np.arange(7.0) ** 2, np.arange(7.0)])
    for probe in (_total_p, _whole_p):
        p = number(answer.via(probe, x, y, 19, fresh(121)), "the p value")
        require(abs(p - 1) < 1e-9, "a permutation holds every row of y once, and whole")
    for shape in ((7,), (7, 2)):
        x, y = fresh(117).normal(size=7), fresh(118).normal(size=shape)
        # Of two generators one p value in ten or so is the same by chance: not all of many.
        first, second = ([answer.via(_product_p, x, y, 99, fresh(119, k)) for k in range(8)] for _ in range(2))
        require(first == second, "the same generator must give the same p value")


def _reach(x, y):
    return float(np.sum(x * (y if y.ndim == 1 else y[:, 0] * y[:, 1])))


def _product_p(function, x, y, times, rng):
    return function(_reach, x, y, times, rng)


def _total_p(function, x, y, times, rng):
    return function(lambda x, y: float(np.sum(y)), x, y, times, rng)


def _whole_p(function, x, y, times, rng):
    return function(lambda x, y: float(np.sum(y[:, 0] * y[:, 1])), x, y, times, rng)


def bottleneck(answer):
    for seed in range(40):
        rng = fresh(120, seed)
        rows, columns, states = (int(k) for k in rng.integers(2, 6, size=3))
        P = rng.dirichlet(np.full(rows * columns, 0.5)).reshape(rows, columns)
        W = rng.dirichlet(np.full(states, 0.5), size=rows)
        if seed % 4 == 0:
            P[0] = 0
            P /= P.sum()
            W = np.eye(states)[rng.integers(states, size=rows)]
        beta = float(rng.uniform(0, 10))
        price, bought = _information(P.sum(axis=1)[:, None] * W), _information(W.T @ P)
        given = answer.number(P, W, beta)
        if beta * bought > 1e-3:
            require(abs(given - (price + beta * bought)) > 1e-6, "what is bought counts against the price: a minus")
            require(abs(given + (price - beta * bought)) > 1e-6, "it is to be minimised: the price counts positive")
        require(abs(given - (price - beta * bought)) < 1e-7, "the value is I(X;Z) - beta I(Z;Y), in nats")


def _information(joint):
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    inside = joint > 0
    return float((joint[inside] * np.log(joint[inside] / apart[inside])).sum())
