"""Hidden checks of *Mutual information as a divergence*."""

import numpy as np

from .core import fresh, named, require


def _entropy(probabilities):
    return -sum(p * np.log(p) for p in np.ravel(probabilities) if p > 0)


def _information(table):
    return _entropy(table.sum(axis=0)) + _entropy(table.sum(axis=1)) - _entropy(table)


def _table(seed, *shape):
    """A random table with an empty cell first."""
    cells = fresh(seed).dirichlet(np.full(np.prod(shape), 0.5))
    cells[0] = 0
    return (cells / cells.sum()).reshape(shape)


def _silent(kl, P, Q):
    """Whether NumPy has nothing to warn of."""
    try:
        with np.errstate(divide="raise", invalid="raise"):
            kl(P, Q)
    except FloatingPointError:
        return False
    return True


def kl(answer):
    for seed, shape in enumerate([(7,), (3, 4), (2, 3, 2)]):
        P, Q = _table(seed, *shape), _table(seed + 10, *shape)[..., ::-1]
        Q = (Q + 0.01) / (Q + 0.01).sum()
        exact = sum(p * (np.log(p) - np.log(q)) for p, q in zip(P.flat, Q.flat, strict=True) if p > 0)
        require(np.shape(answer(P, Q)) == (), "the divergence is one number")
        off = answer.number(P, Q) - exact
        slips = [
            (exact / cells, "a sum over cells, not a mean: P is the weight already") for cells in (P.size, P.size - 1)
        ]
        what = named(off + exact, slips, f"on arrays of shape {shape} the value is off by {off:.3g} nats")
        require(abs(off) < 1e-9, what)
        require(answer(Q, P) == np.inf, "the first law has mass where the second has none: infinite")
        rare = np.array([1 - 0.1 ** (8 + seed), 0.1 ** (8 + seed)])
        off = answer.number(rare[::-1], rare) - (1 - 2 * rare[1]) * np.log(rare[0] / rare[1])
        require(abs(off) < 1e-6, "a small probability is not 0")
        silent = answer.via(_silent, P, Q) and answer.via(_silent, Q, P)
        require(silent, "a warning counts as a mistake: log 0 or a division by 0 has been tried")
        Q.flat[0] = 0
        require(np.isfinite(answer(P, Q / Q.sum())), "a cell that is empty in both adds nothing")


def mutual_information(answer):
    for seed, (rows, columns) in enumerate([(2, 2), (3, 5), (6, 2), (4, 4)]):
        table = np.pad(_table(seed, rows, columns), ((0, 1), (1, 0)))  # an empty row, an empty column
        off = answer.number(table) - _information(table)
        joint, of_x, of_y = map(_entropy, (table, table.sum(axis=1), table.sum(axis=0)))
        two = "a difference of entropies is of one variable, before and after the other is known"
        slips = [(2 * of_x - joint, two), (2 * of_y - joint, two)]
        what = f"on a table of {rows + 1} by {columns + 1} cells the value is off by {off:.3g} nats"
        require(abs(off) < 1e-9, named(off + _information(table), slips, what))
        off = answer.number(table.T) - answer.number(table)
        require(abs(off) < 1e-9, "what X tells about Y is what Y tells about X")


def channel(answer):
    for seed, (a, b, c) in enumerate([(2, 3, 4), (4, 2, 3), (3, 3, 3), (2, 5, 2)]):
        table, noise = _table(seed, a, b), fresh(seed + 50).dirichlet(np.full(c, 0.5), size=b)
        exact = _information(table) - _information(np.einsum("xy,yz->xz", table, noise))
        value = answer.number(table, noise)
        entropy = _entropy(table.sum(axis=0)) - _entropy(table.sum(axis=0) @ noise)
        slips = [(entropy, "this is the entropy that Y loses, not what it tells of X")]
        require(value > -1e-12, named(value, slips, "no channel adds information"))
        what = f"for a channel from {b} to {c} values it is off by {value - exact:.3g} nats"
        require(abs(value - exact) < 1e-9, named(value, slips, what))
