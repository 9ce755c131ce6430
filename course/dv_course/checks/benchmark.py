"""Hidden checks of *Who is right? A benchmark*."""

import numpy as np

from .core import array, fresh, named, number, require

KEYS = {"task", "estimator", "seed", "truth", "value", "failure"}


def _estimators():
    def spoils(x, y, rng):
        value = float(x[0] + 2 * y[-1])
        x[:], y[:] = 0, 0
        return value

    def infinite(x, y, rng):
        return np.inf

    def fails(x, y, rng):
        raise ZeroDivisionError("on purpose")

    return {
        "spoils": spoils,
        "sum": lambda x, y, rng: x.sum() - y.sum(),
        "lucky": lambda x, y, rng: rng.random(),
        "fails": fails,
        "lucky again": lambda x, y, rng: np.array(rng.random()),
        "infinite": infinite,
        "none": lambda x, y, rng: np.nan,
        "last": lambda x, y, rng: float(x[-1]),
    }


TASKS = {
    "normal": (lambda n, rng: rng.standard_normal((2, n)), 0.0),
    "even": (lambda n, rng: rng.uniform(2, 3, (2, n)), 0.25),
}


def _board(function, n, seeds):
    return function(TASKS, _estimators(), n, seeds)


def _alone(function, name, n, seeds):
    return function(TASKS, {name: _estimators()[name]}, n, seeds)


def runner(answer):
    for n, seeds in ((7, [0, 1]), (12, [int(seed) for seed in fresh(101).integers(5, 10_000, 3)])):
        rows = answer.via(_board, n, seeds)
        require(type(rows) in (list, tuple), "return a list of rows")
        require(all(type(row) is dict and set(row) == KEYS for row in rows), f"a row is a dict with {sorted(KEYS)}")
        require(len(rows) == len(TASKS) * 8 * len(seeds), "every task, estimator and seed has a row, failures too")
        found = {(row["task"], row["estimator"], row["seed"]): row for row in rows}
        require(len(found) == len(rows), "every task, estimator and seed has a row of its own")
        for task, (sample, truth) in TASKS.items():
            for seed in seeds:
                children = np.random.SeedSequence(seed).spawn(2)
                data, luck = (np.random.default_rng(child) for child in children)
                x, y = sample(n, data)
                exact = {"spoils": x[0] + 2 * y[-1], "sum": x.sum() - y.sum(), "last": x[-1]}
                exact["lucky"] = exact["lucky again"] = luck.random()
                for name in _estimators():
                    require((task, name, seed) in found, "every task, estimator and seed has a row, failures too")
                    row = found[task, name, seed]
                    require(row["truth"] == truth, "a row holds the truth of its task")
                    _one(row, name, exact)
    alone = answer.via(_alone, "lucky", 7, [0])
    require(
        [row["value"] for row in alone]
        == [row["value"] for row in answer.via(_board, 7, [0]) if row["estimator"] == "lucky"],
        "an estimator's row must not depend on who else is on the board",
    )


def _one(row, name, exact):
    value, failure = row["value"], row["failure"]
    require(type(value) in (int, float), "a value is a number, NaN where there is none")
    require(type(failure) is str, "a failure is a text, empty where there is none")
    if name in exact:
        require(failure == "", "a run that gave a finite number is no failure")
        say = {
            "lucky": "the generator of the second child goes to the estimator, made anew for each",
            "lucky again": "each estimator gets a generator in the same state, whoever came before",
            "sum": "the data come from the first child of the seed, the same for every estimator",
            "last": "no estimator sees what another has done to the arrays",
            "spoils": "the data come from the first child of the seed, the same for every estimator",
        }[name]
        require(abs(value - exact[name]) < 1e-9, say)
    else:
        require(np.isnan(value), "a run without a finite value has the value NaN: 0 would be an answer")
        require(failure == ("ZeroDivisionError" if name == "fails" else "not finite"), "say how it failed")


def _pearson(x, y):
    return float(np.corrcoef(x[:, 0], y[:, 0])[0, 1])


def _ranks(x, y):
    return _pearson(x.argsort(0).argsort(0).astype(float), y.argsort(0).argsort(0).astype(float))


def _spoiling(x, y):
    value = float(x.std())
    x[:] = y[:] = 0
    return value


def _not_finite_when_large(x, y):
    return np.nan if np.abs(y).max() > 20 else 0.1


def _not_finite_before(x, y):
    return np.nan if x[0, 0] == 3 == y[0, 0] else 0.1


ESTIMATES = {
    "ranks": _ranks,
    "pearson": _pearson,
    "of x": lambda x, y: float(x.std()),
    "of y": lambda x, y: -float(y.std()),
    "below": lambda x, y: float((x < y).mean()),
    "corner": lambda x, y: float(np.abs(x).max() > 9) * float(np.abs(y).max() > 9),
    "spoils": _spoiling,
    "no number": _not_finite_when_large,
    "no number at first": _not_finite_before,
    "never": lambda x, y: np.inf,
}
MAPS = {"asinh": np.arcsinh, "cube": lambda a: a**3, "double": lambda a: 2 * a, "half": lambda a: a / 2}


def _moved(function, name, x, y, maps):
    return function(ESTIMATES[name], x, y, [MAPS[one] for one in maps])


def _moves(estimate, x, y, maps):
    before = estimate(x.copy(), y.copy())
    after = [
        estimate(*(a.copy() for a in pair)) for one in maps for pair in ((one(x), y), (x, one(y)), (one(x), one(y)))
    ]
    if not np.isfinite([before, *after]).all():
        return np.inf, np.inf
    return float(np.abs(np.array(after) - before).max()), float(max(after) - min(after))


SAY = {
    "ranks": "an estimate that sees ranks alone does not move at all",
    "of x": "map the values of x alone, too",
    "of y": "map the values of y alone, too: and a move may go up or down",
    "below": "map one side alone, too: both together may hide a move",
    "corner": "map both sides together, too",
    "spoils": "an estimate may change the arrays that it gets: give it copies",
    "no number": "where an estimate is not finite, before or after, the answer is infinite",
    "no number at first": "the estimate of the given samples may be the one that is not finite",
    "never": "where an estimate is not finite, before or after, the answer is infinite",
    "pearson": "the answer is the largest of the absolute changes",
}
BEFORE = "a move starts from the estimate of x and y as they are, not from that of another map"


def moves(answer):
    for seed in range(8):
        rng = fresh(102, seed)
        n = int(rng.integers(15, 60))
        x = rng.standard_normal((n, 1)) * 2
        y = x / 2 + rng.standard_normal((n, 1))
        x[0], y[0] = 3.0, 3.0  # a corner that a cube moves far
        for maps in (["asinh", "cube"], ["cube", "asinh"], ["double", "half"], ["half"]):
            for name, estimate in ESTIMATES.items():
                with np.errstate(all="ignore"):
                    exact, among = _moves(estimate, x, y, [MAPS[one] for one in maps])
                given = answer.via(_moved, name, x, y, maps)
                if np.isinf(exact):
                    require(np.size(given) == 1 and np.asarray(given).item() == np.inf, SAY[name])
                else:
                    given = number(given, "the largest move")
                    require(abs(given - exact) < 1e-9, named(given, [(among, BEFORE)], SAY[name]))


def _ranking(errors, width):
    count = errors.shape[1]
    rank = np.ones(count, dtype=int)
    for one in range(count):
        for other in range(count):
            d = errors[:, other] - errors[:, one]
            d = d[~np.isnan(d)]
            if len(d) > 1 and d.mean() + width * d.std(ddof=1) / np.sqrt(len(d)) < 0:
                rank[one] += 1
    return rank


def ranks(answer):
    for seed in range(120):
        rng = fresh(103, seed)
        tasks, count = int(rng.integers(3, 12)), int(rng.integers(2, 6))
        common = 10 ** rng.uniform(-2, 0, tasks)[:, None]
        skill = np.arange(count) * rng.uniform(0.02, 0.3)
        errors = np.abs(common * (1 + skill + 0.1 * rng.standard_normal((tasks, count))) + 0.01 * skill)
        errors = rng.permutation(errors, axis=1)
        if seed % 2:
            errors[rng.random(errors.shape) < 0.25] = np.nan
        width = float(rng.uniform(1, 4)) if seed % 3 else 2.0
        given = array(answer(errors, width), shape=(count,), what="the ranks")
        exact = _ranking(errors, width)
        why = (
            "compare two estimators on every task that both of these valued, by the interval of the mean difference"
            if np.isnan(errors).any()
            else "the rank is 1 plus the number of those ahead: whose mean difference, with its interval, is below 0"
        )
        require(np.array_equal(given, exact), why)
    lone = np.array([[0.1, 0.5], [np.nan, 0.2], [0.3, np.nan]])
    require(answer.array(lone, 2.0, shape=(2,)) == 1, "one task in common tells nothing: then nobody is ahead")
    even = np.array([[0.1, 0.2], [0.2, 0.3], [0.4, 0.5]])
    require(np.array_equal(answer.array(even, 2.0, shape=(2,)), [1, 2]), "the same gain on every task puts one ahead")
