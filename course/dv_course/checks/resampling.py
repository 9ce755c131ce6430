"""Hidden checks of *The resampling trick*."""

import numpy as np

import dv

from .core import fresh, named, require


def resample(answer):
    def draw(size, replace, seed, m=40):
        data = np.arange(float(m))
        rows = answer.array(data, size, replace, fresh(seed), shape=(size,))
        require(np.isin(rows, data), "every row drawn must be a row of the data")
        return rows.astype(int)

    for seed in range(5):
        drawn = draw(30, True, seed)
        require(np.array_equal(drawn, draw(30, True, seed)), "the same seed must give the same rows")
        require(not np.array_equal(drawn, draw(30, True, seed + 100)), "the draw must depend on rng")
        require(len(np.unique(draw(40, True, seed))) < 40, "with replacement rows do come twice")
        require(sorted(draw(40, False, seed)) == list(range(40)), "n of n without replacement is a permutation")
        _rows_stay_whole(answer, seed)
    require(not np.array_equal(draw(40, False, 0), range(40)), "without replacement the order is random too")
    for replace, size in ((True, 400), (False, 10)):
        draws = [draw(size, replace, seed) for seed in range(100 * 40 // size)]
        counts = np.bincount(np.concatenate(draws), minlength=40)
        expected = counts.sum() / 40
        require(np.abs(counts - expected) < 5 * np.sqrt(expected), "every row must be equally likely")
    require(
        answer.refuses(ValueError, np.arange(7.0), 8, False, fresh(0)),
        "more than n rows without replacement must raise a ValueError",
    )


def _rows_stay_whole(answer, seed):
    data = fresh(seed, 1).normal(size=(50, 3))
    for size, replace in ((50, False), (120, True)):
        rows = answer.array(data, size, replace, fresh(seed), shape=(size, 3))
        whole = (rows[:, None] == data).all(axis=2).any(axis=1)
        require(whole, "draw rows, not entries: the columns of a row stay together")


def reference_pairs(answer):
    names = np.column_stack([np.arange(500.0), np.arange(500.0) + 1000])

    def make(seed, z=names, n_ref=5000):
        return answer.array(z, n_ref, fresh(seed), shape=(n_ref, 2))

    for seed in range(5):
        made = make(seed)
        require(np.array_equal(made, make(seed)), "the same seed must give the same pairs")
        for column in (0, 1):
            require(
                np.isin(made[:, column], names[:, column]), "keep the values of x in the first column, y in the second"
            )
            drawn = np.bincount(made[:, column].astype(int) % 1000, minlength=500)
            require((drawn > 0).mean() > 0.95, "5000 pairs must use nearly all of the 500 samples")
            require(drawn.max() < 40, "every sample must be equally likely")
        require(np.mean(made[:, 1] - made[:, 0] == 1000) < 0.008, "x and y still come from the same sample")
        require(make(seed, n_ref=1).shape == (1, 2), "n_ref = 1 must work too")
    for seed in range(5):
        joint = dv.BivariateGaussian(0.9).sample(2000, rng=seed)
        made = make(seed, joint, 2000)
        require(abs(np.corrcoef(made.T)[0, 1]) < 0.12, "the pairs are still dependent")
        require(np.abs(made.std(axis=0) - joint.std(axis=0)) < 0.12, "the marginals must stay as they are")


def iid(answers):
    require(type(answers) is dict and sorted(answers) == list("abcd"), "keep the four keys a, b, c, d")
    right = {"a": True, "b": False, "c": True, "d": False}
    wrong = sum(answers[key] is not right[key] for key in right)  # which ones would be the solution
    require(wrong == 0, f"read the propositions again for {wrong} of the 4 answers")


def contamination(answer):
    for seed in range(5):
        rng = fresh(seed)
        table = rng.dirichlet(np.full(12, 0.5)).reshape(3, 4)
        table[0, 0] = 0
        table /= table.sum()
        n = int(rng.integers(2, 50))
        product = np.outer(table.sum(1), table.sum(0))
        exact, turned = (
            sum(p * np.log(p / q) for p, q in zip(table.flat, mixed.flat, strict=True) if p > 0)
            for mixed in ((1 - 1 / n) * product + table / n, (1 - 1 / n) * table + product / n)
        )
        off = answer.number(table, n) - exact
        slips = [(turned, "one reference in n is a joint sample, not all but one")]
        what = named(off + exact, slips, f"on a 3 by 4 table with n = {n} the value is off by {off:.3g} nats")
        require(abs(off) < 1e-9, what)
