"""A leader board of estimators, sorted, filtered and ranked with ties, in the page."""

from collections.abc import Mapping, Sequence

import numpy as np
import traitlets
from scipy.stats import t as student

from .front import bundle
from .page import PageWidget

COLUMNS = ("task", "family", "n", "truth", "estimator", "value", "seconds", "held", "noted")
MOST = 300  # tasks of a comparison whose quantile the page knows


class LeaderBoard(PageWidget):
    r"""Sort and filter a record of estimates whose truth is known; ranks are shared where a difference is noise.

    The error of an estimator on a task is the mean distance of its values
    from the truth over its runs there, in nats,

    .. math:: e_s = \frac1R \sum_{i=1}^R |\hat I_i - I| ,

    and its score the mean over tasks, with Student's 95%
    interval over the tasks. Two estimators are compared task by task, on the
    tasks that both valued: one is *ahead* if the 95% interval of the mean
    difference of their errors lies below 0. The rank is 1 plus how many are
    ahead. The page computes all of it, with a kernel or without.

    Parameters
    ----------
    record : mapping of names to sequences of one length
        A row a run: ``task``, ``family``, ``n``, ``truth``, ``estimator``,
        ``value`` (NaN or infinite where none was given) and ``seconds``; if
        intervals and warnings are known ``held`` and ``noted``, else None there.
    n : int or None
        The sample size to begin with; unless told, the smallest.

    Raises
    ------
    ValueError
        A column that is missing or has another length, no rows, a truth that
        is not finite, or an n that has no rows.

    Examples
    --------
    >>> rows = {"task": ["a", "a"], "family": ["f"] * 2, "n": [100] * 2, "truth": [0.5] * 2}
    >>> rows |= {"estimator": ["one", "two"], "value": [0.4, 0.6], "seconds": [1.0, 2.0]}
    >>> board = LeaderBoard(rows | {"held": [True, None], "noted": [False, None]})
    """

    without_scripts = "This board runs in the browser and needs its scripts."
    _esm = bundle("controls.js", "panel.js", "leaders.js")
    _css = bundle("front.css", "table.css", "leaders.css")
    rows = traitlets.Dict().tag(sync=True)
    quantiles = traitlets.List(traitlets.Float()).tag(sync=True)
    n = traitlets.Int().tag(sync=True)

    def __init__(self, record: Mapping[str, Sequence], *, n: int | None = None):
        for name in COLUMNS:
            if name not in record:
                raise ValueError(f"the record has no column {name!r}; it needs {', '.join(COLUMNS)}")
        rows = {name: [_plain(value) for value in record[name]] for name in COLUMNS}
        lengths = {name: len(column) for name, column in rows.items()}
        if len(set(lengths.values())) > 1 or not lengths["task"]:
            raise ValueError(f"the columns must have one length above 0, not {lengths}")
        if any(truth is None for truth in rows["truth"]):
            raise ValueError("every truth must be a finite number")
        sizes = sorted({int(size) for size in record["n"]})
        if n is not None and n not in sizes:
            raise ValueError(f"n={n!r} has no rows; the record has n = {sizes}")
        quantiles = student.ppf(0.975, np.arange(1, MOST)).round(4).tolist()
        super().__init__(rows=rows, quantiles=quantiles, n=sizes[0] if n is None else n)


def _plain(value):
    """A value that JSON holds; a number that is not finite is none."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not np.isfinite(value) else value
