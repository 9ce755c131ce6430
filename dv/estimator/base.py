"""What a critic starts from: log ratios fitted in closed form, in the mixture that serves best.

Gaussian ratios know what is linear and quadratic in the scores, tables of two columns know
edges, classes and point masses. How much of each, is found where none of them was fitted.
"""

from dataclasses import dataclass

import numpy as np

from .._shapes import Array, Float
from .concave import best_weights
from .samples import Origin, Rows, View
from .tables import Tables

FOLDS = 3
SHIFTS = 4  # blocks of references in a fold


@dataclass
class Base:
    """A log ratio: a multiple of the Gaussian one, and tables.

    Attributes
    ----------
    quadratic, linear : arrays of shape (d, d) and (d,)
        Of the Gaussian ratio z · (A z + b).
    trust : float
        What part of it a critic starts from.
    tables : Tables or None
    weights : array
        Of the tables.
    """

    quadratic: np.ndarray
    linear: np.ndarray
    trust: float
    tables: Tables | None
    weights: np.ndarray

    def table_values(self, origin: Origin) -> np.ndarray:
        """The tables' part at an origin, in float32."""
        if self.tables is None:
            return np.zeros(1, np.float32)
        i, j = origin
        return self.tables.features(i, j) @ self.weights


def fit_base(view: View, rows: Rows) -> Base:
    """A base fitted to some rows, its weights to parts of them that are left out in turn."""
    pairs = view.pairs(rows)
    quadratics, tables = _fitted(view, rows, pairs)
    if len(quadratics) == 1 and not pairs:  # the critic finds out how much of it is true
        return Base(*quadratics[0], 0.0, None, np.zeros(0, np.float32))
    joint, ref, drawn = [], [], []
    folds = list(zip(*(np.array_split(side, FOLDS) for side in rows), strict=True))
    for left_out, fold in enumerate(folds):
        others = [other for k, other in enumerate(folds) if k != left_out]
        trial = _fitted(view, tuple(np.concatenate(side) for side in zip(*others, strict=True)), pairs)
        joint.append(_features(view, trial, view.joint(fold)))
        for block in view.references(fold, SHIFTS):
            ref.append(_features(view, trial, block.origin))
            drawn.append(np.full(len(block), block.log_weight))
    weights = best_weights(np.concatenate(joint), np.concatenate(ref), np.concatenate(drawn))
    used = weights[: len(quadratics)]
    quadratic, linear = (np.tensordot(used, np.stack(parts), 1) for parts in zip(*quadratics, strict=True))
    return Base(quadratic, linear, 1.0, tables, weights[len(quadratics) :].astype(np.float32))


def _fitted(view: View, rows: Rows, pairs: list[tuple[int, int]]):
    return view.gaussians(rows), view.tables(rows, pairs) if pairs else None


def _features(view: View, parts, origin: Origin) -> Float[Array, "m p"]:
    """The value of each log ratio: (m, number of them)."""
    quadratics, tables = parts
    z = view.take(*origin).astype(float)
    found = [((z @ quadratic + linear) * z).sum(-1) for quadratic, linear in quadratics]
    found = np.stack(found, axis=-1)
    if tables is None:
        return found
    i, j = origin
    return np.concatenate([found, tables.features(i, j)], axis=1)
