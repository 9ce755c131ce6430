"""Hidden checks of *Coarse graining the Ising model*."""

import numpy as np

from dv import discrete, ising

from .core import array, fresh, named, number, require

TOUCHING = [1, 2, 3, 5, 9, 10, 14, 15, 19, 21, 22, 23]  # of a 5 × 5 window


def cut(answer):
    for seed, m in enumerate((1, 3, 40)):
        windows = fresh(seed).permutation(25 * m).reshape(m, 5, 5)
        given = answer(windows)
        require(type(given) in (tuple, list) and len(given) == 2, "return the pair of block and environment")
        block, environment = array(given[0], (m, 9), "the block"), array(given[1], what="the environment")
        require(environment.shape != (m, 16), "the corners of the window do not touch the block")
        environment = array(environment, (m, 12), "the environment")
        require(block == windows[:, 1:4, 1:4].reshape(m, 9), "the block is the 3 by 3 spins in the middle, row by row")
        outside = windows.reshape(m, 25)[:, TOUCHING]
        shared = [set(a) & set(b) for a, b in zip(block, environment, strict=True)]
        require(not any(shared), "block and environment overlap")
        require(
            np.sort(environment, axis=1) == np.sort(outside, axis=1), "the environment is not what touches the block"
        )
        order = np.argsort(environment[0]), np.argsort(outside[0])
        require(
            environment[:, order[0]] == outside[:, order[1]],
            "the order of the environment is not the same for all windows",
        )


def frozen(answer):
    rng = fresh(29)
    tables = [ising.neighbouring_blocks(2, 2), ising.neighbouring_blocks(2, 2, 3.0)]
    tables += [rng.dirichlet(np.full(4**n, 0.3)).reshape(2**n, 2**n) for n in (1, 2, 3, 4)]
    for P in tables:
        n = len(P).bit_length() - 1
        for w in (np.ones(n), np.arange(1, n + 1) / 10, rng.normal(size=n), rng.integers(-2, 3, n) / 10):
            exact = discrete.mutual_information(ising.coarse_table(P, lambda s, w=w: ising.linear_filter(s, w)))
            off = answer.number(P, w) - exact
            sums = np.round(ising.patterns(n) @ w, 9)
            merge = (np.unique(sums)[:, None] == sums).astype(float)
            slips = [
                (discrete.mutual_information(half), "both blocks pass through the filter, not one alone")
                for half in (merge @ P, P @ merge.T)
            ]
            what = f"with weights {np.round(w, 3).tolist()} the value is off by {off:.3g} nats"
            require(abs(off) < 1e-9, named(off + exact, slips, what))
    listed = answer.number(tables[0], [1, 1, 1, 1])
    require(abs(listed - answer.number(tables[0], np.ones(4))) < 1e-9, "w may be a list, too")


def choose(answer):
    for seed in range(6):
        rng = fresh(seed)
        filters = rng.integers(-2, 3, size=(12, 9))
        filters[0] = 0
        train, apart = (_blocks_and_labels(n, rng) for n in (60, 50))
        values = {name: [_value(w, data) for w in filters] for name, data in (("train", train), ("fresh", apart))}
        best = int(np.argmax(values["train"]))
        given = answer(filters, train, apart)
        require(type(given) in (tuple, list) and len(given) == 2, "return the pair of the index and the value")
        require(number(given[0], "the index") == best, "that is not the filter whose bit is best on the training data")
        off = number(given[1], "the value") - values["fresh"][best]
        require(abs(off) < 1e-9, f"the value of the chosen filter is off by {off:.3g} nats from the one on fresh data")
    rng = fresh(6)
    twins = np.outer([1, 2, 3], rng.integers(-2, 3, size=9))
    train, apart = (_blocks_and_labels(n, rng) for n in (60, 50))
    require(number(answer(twins, train, apart)[0], "the index") == 0, "of filters that tell as much the first")


def _blocks_and_labels(n, rng):
    """Blocks, and labels that hang on five of the spins and on chance."""
    blocks = rng.choice([-1, 1], size=(n, 9))
    up = (blocks[:, :5].sum(axis=1) > 0) ^ (rng.random(n) < 0.3)
    return blocks, up + 2 * rng.integers(3, size=n)


def _value(w, data):
    return discrete.plug_in(data[0] @ w >= 0, data[1])


def log(answer):
    for seed in range(6):
        # whatever the class, one experiment has rates below an absolute tolerance
        made, broken = _experiment(fresh(seed), tiny=seed == 0)
        given = answer(made)
        require(
            type(given) in (tuple, list) and len(given) == 2,
            "return the pair of the broken runs and the best of the others",
        )
        shifted = [name for name in sorted(made) if not np.allclose(made[name]["rate"], _from_one(made[name]), atol=0)]
        shift = "the power counts from e - 1: the first epochs have the first rate"
        what = shift if list(given[0]) == shifted else "those are not the runs whose rates are not what was asked for"
        require(list(given[0]) == broken, what)
        rest = [name for name in made if name not in broken]
        best = max(rest, key=lambda name: made[name]["held_out"][-1])
        require(
            given[1] == best, "that is not the run with the best last held-out value of those that did what was asked"
        )


def _from_one(run):
    """The rates of a power that counts the epochs from 1."""
    return run["rate"][0] * run["factor"] ** (np.arange(1, len(run["rate"]) + 1) // run["every"])


def _experiment(rng, tiny=False):
    """Runs under StepLR: some never stepped, one stepped an epoch too early, some constant on purpose."""
    made, broken = {}, []
    for run, kind in enumerate(rng.permutation(["good"] * 3 + ["constant"] * 2 + ["never"] * 2 + ["early"])):
        every, epochs = int(rng.integers(2, 5)), int(rng.integers(9, 14))
        factor = 1.0 if kind == "constant" else float(rng.choice([0.5, 0.3]))
        power = np.arange(epochs) // every if kind != "early" else (np.arange(epochs) + 1) // every
        first = 1e-9 if tiny else float(rng.choice([1e-2, 1e-3, 1e-4]))
        rate = first * (1.0 if kind == "never" else factor) ** power
        name = f"run {run}"
        values = rng.uniform(0.2, 0.5, size=(2, epochs)).round(4)
        made[name] = {"every": every, "factor": factor, "rate": rate.tolist()}
        made[name] |= {"training": values[0].tolist(), "held_out": values[1].tolist()}
        if kind in ("never", "early"):
            broken.append(name)
            made[name]["held_out"][-1] = 0.6 + run / 100  # the best of all, if it counted
    # in an order of its own, which is not that of the names
    names = sorted(made, reverse=True)
    names = [names[k] for k in (3, 0, 6, 1, 7, 2, 5, 4)]
    return {name: made[name] for name in names}, sorted(broken)
