"""Hidden checks of *When the bound lies*."""

import numpy as np

import dv

from .core import array, fresh, named, number, require


def split(answer):
    names, held = np.column_stack([np.arange(300.0), np.arange(300.0) + 1000]), np.zeros(300)

    def parts_of(seed):
        given = answer(names, 60, fresh(seed))
        require(isinstance(given, (tuple, list)) and len(given) == 4, "return train, train_ref, test, test_ref")
        return [array(part, (rows, 2)) for part, rows in zip(given, (240, 240, 60, 60), strict=True)]

    for seed in range(200):
        train, train_ref, test, test_ref = parts_of(seed)
        held += np.isin(names[:, 0], test[:, 0])
        require(len({*train[:, 0], *test[:, 0]}) == 300, "every sample belongs to exactly one part")
        for part, made in ((train, train_ref), (test, test_ref)):
            require(part[:, 1] == part[:, 0] + 1000, "a joint sample keeps its own x and y")
            for column in (0, 1):
                whole = np.isin(made[:, column], part[:, column])
                require(whole, "a reference holds coordinates of the other part: split first")
                require(len(np.unique(made[:, column])) > 0.4 * len(part), "the reference uses too few of the samples")
            require(np.mean(made[:, 1] - made[:, 0] == 1000) < 0.15, "the reference is the joint sample again")
    require(not np.isin(held, (0, 200)).all(), "another generator must give another split: draw from rng")
    require(np.abs(held - 40) < 5 * np.sqrt(40), "every sample must be equally likely to be held out")
    for part, again in zip(parts_of(7), parts_of(7), strict=True):
        require(np.array_equal(part, again), "the same seed must give the same parts")
    for seed in range(5):
        _pairs_are_blind(answer, dv.BivariateGaussian(0.9).sample(3000, rng=seed), seed)


def _pairs_are_blind(answer, cloud, seed):
    """Powers of x and of y are uncorrelated, as no pairing by size, sign or order leaves them."""
    for made in answer(cloud, 1000, fresh(seed))[1::2]:
        x, y = array(made, (len(made), 2)).T
        for a, b in ((x, y), (x**2, y**2), (abs(x), y), (x, abs(y))):
            require(abs(np.corrcoef(a, b)[0, 1]) < 0.2, "the pairs are still dependent: do they look at the values?")


def early_stop(answer):
    def kept(training, validation, test, patience):
        given = answer(training, validation, test, patience)
        require(isinstance(given, (tuple, list)) and len(given) == 2, "return the epoch and the estimate")
        return number(given[0], "the epoch"), number(given[1], "the estimate")

    for seed in range(20):
        rng = fresh(77, seed)
        curves = rng.normal(size=(3, int(rng.integers(5, 60)))).cumsum(axis=1)
        patience, best = int(rng.integers(1, 12)), 0
        for epoch, value in enumerate(curves[1]):
            best = epoch if value > curves[1][best] else best
            if epoch - best == patience:
                break
        training, validation, test = curves.tolist()
        epoch, estimate = kept(training, validation, test, patience)
        counted = "patience counts epochs in a row, anew from each better one, and nothing after the stop is seen"
        require(epoch == best + 1, f"validation alone decides, and epochs count from 1; {counted}")
        require(abs(estimate - curves[2][best]) < 1e-12, "report the test value of the critic that was kept")
    flat = kept([0.0] * 5, [0.2] * 5, [1.0, 2.0, 3.0, 4.0, 5.0], 3)
    require(flat[0] == 1, "an equal value is not a better one")
    require(kept([1.0, 2.0], [0.1, 0.2], [0.3, 0.4], 10)[0] == 2, "a run may end before patience does")


def _watched(function, n_runs, seed):
    """What the study returns, and the estimates of its runs."""
    seen = []

    def run(rng):
        seen.append(float(0.7 + 0.1 * rng.standard_normal()))
        return seen[-1]

    return function(run, n_runs, seed), seen


def spread_study(answer):
    for seed in range(5):
        runs = {}
        for n_runs, start in ((5, seed), (5, seed), (9, seed + 1)):
            given, seen = answer.via(_watched, n_runs, start)
            mean, spread, error = array(given, (3,), "the study")
            require(len(seen) == n_runs, "call run n_runs times")
            require(len(set(seen)) == n_runs, "every run needs randomness of its own")
            centre = sum(seen) / n_runs
            width = np.sqrt(sum((v - centre) ** 2 for v in seen) / (n_runs - 1))
            require(abs(mean - centre) < 1e-12, "report the mean of all runs")
            require(abs(spread - width) < 1e-12, "the spread is the sample standard deviation, with n_runs - 1")
            slips = [(width / n_runs, "the spread is divided by the root of the number of runs, not by the number")]
            what = named(error, slips, "the standard error is that of the mean of all runs", 1e-12)
            require(abs(error - width / np.sqrt(n_runs)) < 1e-12, what)
            require(runs.setdefault(start, seen) == seen, "the same seed must give the same study")
        require(not set(runs[seed]) & set(runs[seed + 1]), "two studies with different seeds share runs")
    long, short = (answer.via(_watched, n_runs, seed)[1] for n_runs, seed in ((20_000, 0), (5, 1)))
    require(not set(long) & set(short), "a long study shares runs with one of another seed")
