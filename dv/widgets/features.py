"""Features of a table to pick from: what they tell of a label one by one, and what together."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from ..discrete import entropy, plug_in
from .front import bundle
from .page import PageWidget

MOST = 8  # features of a table: each choice of them has its own numbers


class FeaturePicker(PageWidget):
    r"""Tick features, and see what each tells of a label, their sum, and what they tell together.

    .. math:: I(X_S; Y) - \sum_{i \in S} I(X_i; Y)

    is positive where features tell more together (synergy) and negative where they repeat
    each other (redundancy). All in nats. Values are plug-in estimates with the jackknife's
    correction, so that one near 0 can be below it; their intervals are ± 1.96 standard
    errors by the delta method, from the scatter of the pointwise information of the n rows,
    to whose square df / 2n² is added, the variance that is left at independence, with df
    the number of cells seen, less rows and columns, plus 1. All choices are computed here,
    and the page needs no kernel.

    Parameters
    ----------
    tables : dict of name to (features, label)
        ``features`` is a dict of up to 8 names to n values each, ``label`` a pair of a name
        and its n values. Each different value is a label: cut what is continuous.
    ticked : sequence of str
        Features of the first table to begin with.

    Raises
    ------
    ValueError
        No table or no feature, more than 8, lengths that differ, or a ticked name that is none.

    Examples
    --------
    >>> coins = {"a": [0, 0, 1, 1] * 9, "b": [0, 1, 0, 1] * 9}
    >>> picker = FeaturePicker({"differ": (coins, ("a xor b", [0, 1, 1, 0] * 9))}, ticked=["a", "b"])
    >>> [f"{value:.2f}" for value in picker.tables[0]["together"]]
    ['0.00', '-0.02', '-0.02', '0.71']
    """

    without_scripts = "These bars run in the browser and need their scripts."
    _esm = bundle("controls.js", "features.js")
    _css = bundle("front.css", "table.css", "features.css")
    tables = traitlets.List().tag(sync=True)
    ticked = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(
        self,
        tables: Mapping[str, tuple[Mapping[str, ArrayLike], tuple[str, ArrayLike]]],
        *,
        ticked: Sequence[str] = (),
    ):
        if not tables:
            raise ValueError("there is no table to pick from")
        made = [_informations(name, features, *label) for name, (features, label) in tables.items()]
        unknown = set(ticked) - set(made[0]["features"])
        if unknown:
            raise ValueError(f"ticked={list(ticked)!r} has what the first table has not: {', '.join(sorted(unknown))}")
        super().__init__(tables=made, ticked=list(ticked))


def _informations(name: str, features: Mapping[str, ArrayLike], label_name: str, label: ArrayLike) -> dict[str, Any]:
    """Estimates and standard errors for every choice; choice k holds feature j if bit j of k is set."""
    columns = [np.unique(np.asarray(values), return_inverse=True)[1].ravel() for values in (*features.values(), label)]
    if not 1 <= len(features) <= MOST:
        raise ValueError(f"table {name!r} has {len(features)} features; give from 1 to {MOST}")
    if len({len(column) for column in columns}) > 1:
        raise ValueError(f"the columns of table {name!r} differ in length: {[len(c) for c in columns]}")
    *columns, label = columns
    n = len(label)
    choices = [[j for j in range(len(columns)) if k >> j & 1] for k in range(2 ** len(columns))]
    values, rows, free = np.zeros(len(choices)), np.zeros((len(choices), n)), np.zeros(len(choices))
    for k, choice in enumerate(choices[1:], 1):
        x = np.column_stack([columns[j] for j in choice])
        values[k] = plug_in(x, label, "jackknife")
        rows[k], free[k] = _pointwise(x, label)
    alone = np.array([[k >> j & 1 for j in range(len(columns))] for k in range(len(choices))])
    single = 2 ** np.arange(len(columns))

    def numbers(of_values, of_rows):
        variance = of_rows.var(axis=1) / n + free / (2 * n**2)
        return of_values.round(6).tolist(), np.sqrt(variance).round(6).tolist()

    together, together_error = numbers(values, rows)
    total, total_error = numbers(alone @ values[single], alone @ rows[single])
    extra, extra_error = numbers(values - alone @ values[single], rows - alone @ rows[single])
    return {
        "name": name,
        "label": label_name,
        "n": n,
        "features": list(features),
        "entropy": round(entropy(np.bincount(label) / n), 6),
        "together": together,
        "together_error": together_error,
        "total": total,
        "total_error": total_error,
        "extra": extra,
        "extra_error": extra_error,
    }


def _pointwise(x, y):
    """For each row the log of how often its labels meet over what independence gives; and df."""
    of_x, x = _counted(x)
    of_y, y = _counted(y)
    of_both, both = _counted(np.column_stack([x, y]))
    free = len(of_both) - len(of_x) - len(of_y) + 1
    return np.log(len(y) * of_both[both] / (of_x[x] * of_y[y])), max(free, 0)


def _counted(rows):
    _, place, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    return counts, place.ravel()
