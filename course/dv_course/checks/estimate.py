"""Hidden checks of *From the bound to an estimate*."""

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri, softmax
from scipy.stats import rankdata

from .core import array, fresh, named, number, require


def scores(answer):
    for seed in range(30):
        rng = fresh(91, seed)
        n = int(rng.integers(2, 200))
        column = rng.standard_cauchy(n) if seed % 2 else rng.integers(-3, 4, n).astype(float)
        given = answer.array(column, shape=(n,))
        require(
            np.abs(given - ndtri(rankdata(column) / (n + 1))) < 1e-9,
            "the score of rank k is ndtri(k / (n + 1)), and equal values share the mean of their ranks",
        )
        moved = answer.array(2 * column + 1e6, shape=(n,))
        require(np.abs(given - moved) < 1e-9, "scores depend on ranks alone: another unit changes nothing")


def share(answer):
    for seed in range(30):
        rng = fresh(92, seed)
        scale = 10.0 ** rng.uniform(-1, 2.5)
        g_ref = rng.normal(size=int(rng.integers(20, 300)))
        tilt = rng.uniform(-2, 2)
        g = rng.choice(g_ref, 200, p=softmax(tilt * g_ref))
        if not g_ref.min() < g.mean() < g_ref.max():
            continue

        def slope(a, g=g, g_ref=g_ref):
            return g.mean() - softmax(a * g_ref) @ g_ref

        exact = brentq(slope, -200, 200, xtol=1e-12) / scale
        far = 900 if seed % 3 == 0 else 0  # a constant changes nothing
        given = number(answer(scale * g + far, scale * g_ref + far), "the share")
        step = (g.mean() - g_ref.mean()) / g_ref.var() / scale
        slips = [
            (min(max(exact, 0), 1), "a share may be above 1, and below 0: does the search end there?"),
            (step, "this is one step from 0: the slope is not 0 yet where it ends"),
        ]
        what = named(given, slips, "at the best share the reference, weighted by e^(a g), has the mean of g", 1e-6)
        require(abs(given - exact) < 1e-4 * max(1, abs(exact)), what)


def ring(answer):
    seen = np.zeros((12, 3))
    for seed in range(200):
        given = answer(12, 3, fresh(seed))
        require(isinstance(given, (tuple, list)) and len(given) == 3, "return a list of one triple for each group")
        groups = []
        for triple in given:
            require(isinstance(triple, (tuple, list)) and len(triple) == 3, "each triple is (train, stop, test)")
            train, stop, test = (array(part).ravel() for part in triple)
            every = sorted([*train, *stop, *test])
            require(every == list(range(12)), "every row has exactly one role with every critic")
            require(len(stop) == len(test) == 4, "12 rows fall into three groups of 4")
            groups.append((set(stop), set(test)))
        for k, (stop, _) in enumerate(groups):
            require(stop == groups[(k + 1) % 3][1], "critic k stops by the group that critic k + 1 is tested on")
        for k, (_, test) in enumerate(groups):
            seen[[int(row) for row in test], k] += 1
    require(np.abs(seen - 200 / 3) < 5 * np.sqrt(200 * 2 / 9), "every row is equally likely to be in any group")
    sizes = [len(array(test).ravel()) for _, _, test in answer(23, 5, fresh(0))]
    require(sorted(sizes) == [4, 4, 5, 5, 5], "23 rows fall into groups of 4 and 5, none is left over")
    again = [answer(30, 4, fresh(7)) for _ in range(2)]
    first, second = ([array(part).ravel().tolist() for triple in each for part in triple] for each in again)
    require(first == second, "the same seed must give the same groups")
