"""From data as people have them to columns that an estimator can use.

A critic must know nothing of the rows it is valued on. So columns are measured by the
ranks of the rows that a critic may see: `Side.seen_by` is a function of those rows, which
is then read off at all rows. All rows decide a few things only, for every critic alike:
`Side.ways` counts in how many ways they can, and a proof pays for it.
"""

from dataclasses import dataclass
from functools import cached_property
from numbers import Number
from typing import Any

import numpy as np
from scipy.special import ndtri

from .._checks import check_rows, is_tensor

BITS = 12  # of the codes of a column with many values
FARTHEST = 4.5  # where scores are cut: a single 1 among zeros would else lie at 70
TIES = 0.01  # part of all rows that share a value, for it to be a tie worth a table
FREQUENT = 0.05  # part of all rows from which a value is not rare
RARE_IN_ALL = 0.2  # part of all rows, at most, that can be called rare
MOST_STRATA = 8
LABELS_A_ROW = 0.2  # at most, for rows to count as labels
MOST_LABELS = 1024
FEW_LABELS = 32  # at most, for a table of whole rows to stand beside those of columns
FEW_VALUES = 20  # a column with more, some of them frequent, is a density with point masses
MOST_MASSES = 3
ENOUGH = 500  # rows, as a rule, to tell columns apart
WIDE = 64  # columns of a side from which they are taken for scores alone


def columns_of(data: Any, name: str, missing: str) -> tuple[list[np.ndarray], np.ndarray]:
    """The columns of an array, a masked array, a tensor or a data frame, and which rows are whole.

    Returns
    -------
    list of arrays of shape (n,)
        Numbers, in the dtype that they came in; categories and strings as codes in their order.
    array of shape (n,), bool
        Whether a row misses nothing.
    """
    if is_tensor(data):
        data = data.detach().cpu()
        data = (data.float() if str(data.dtype) == "torch.bfloat16" else data).numpy()
    if hasattr(data, "to_frame"):  # a series
        data = data.to_frame()
    if hasattr(data, "iloc"):
        given = [data.iloc[:, k] for k in range(data.shape[1])]
        n = len(data)
    else:
        array = data if isinstance(data, np.ma.MaskedArray) else np.asarray(data)
        check_rows(array, name)
        if array.ndim > 2:
            raise ValueError(f"{name} has shape {array.shape}; give (n,) or (n, d)")
        n = len(array)
        given = list(array.reshape(n, -1).T)
    if n == 0:
        raise ValueError(f"{name} is empty; give at least one row")
    if not given:
        raise ValueError(f"{name} has no columns; give at least one")
    whole, columns = np.ones(n, bool), []
    for column in given:
        values, there = _column(column, name)
        whole &= there
        columns.append(values)
    if missing == "refuse" and not whole.all():
        raise ValueError(
            f"{name} has {int((~whole).sum())} rows with values that are NaN, infinite or missing, the first in row "
            f'{int((~whole).argmax())}; drop or replace them, or give missing="drop"'
        )
    return columns, whole


def _column(column: Any, name: str) -> tuple[np.ndarray, np.ndarray]:
    """One column as numbers, and which of them are there."""
    there = np.ones(len(column), bool)
    if isinstance(column, np.ma.MaskedArray):
        there, column = ~np.ma.getmaskarray(column), column.data
    if hasattr(column, "isna"):
        there = ~column.isna().to_numpy()
        if hasattr(column, "cat"):
            return column.cat.codes.to_numpy(), there
        column = column.to_numpy(dtype=object) if not _plain_dtype(column.dtype) else column.to_numpy()
    column = np.asarray(column)
    if column.dtype.kind in "mM":
        there &= ~np.isnat(column)
        return column.astype(np.int64), there
    if column.dtype.kind in "OUS":
        return _coded(column, there, name)
    if column.dtype.kind not in "biuf":
        raise TypeError(f"{name} has dtype {column.dtype}; give real numbers, categories or strings")
    if column.dtype.kind == "f":
        there &= np.isfinite(column)
    return column, there


def _plain_dtype(dtype):
    return isinstance(dtype, np.dtype)


def _coded(column, there, name):
    """Objects: numbers where all are, else strings as codes in their order."""
    there = there.copy()
    there[there] = [value is not None and value == value for value in column[there]]
    kept = column[there]
    if all(isinstance(value, Number) and not isinstance(value, complex) for value in kept):
        numbers = np.zeros(len(column), dtype=np.array(list(kept)).dtype if len(kept) else float)
        numbers[there] = list(kept)
        if numbers.dtype.kind == "f":
            there = there & np.isfinite(numbers)
        return numbers, there
    if all(isinstance(value, (str, bytes)) for value in kept):
        codes = np.zeros(len(column), np.int64)
        codes[there] = np.unique(kept.astype(str), return_inverse=True)[1]
        return codes, there
    kinds = ", ".join(sorted({type(value).__name__ for value in kept}))
    raise TypeError(f"{name} has a column of {kinds}; give real numbers, categories or strings")


class Column:
    """Values in order, and where each row's value stands among them."""

    def __init__(self, values):
        self.values, self.index = np.unique(values, return_inverse=True)

    def levels(self, rows):
        """The part of some rows that lies below each value, ties halved; and how many rows have it."""
        counts = np.bincount(self.index[rows], minlength=len(self.values))
        return (counts.cumsum() - counts / 2) / len(rows), counts

    def scores(self, rows):
        r"""Normal scores of all rows by the ranks of some: :math:`\Phi^{-1}((m \ell + 1/2) / (m + 1))`, ℓ the level.

        Any strictly increasing map of the column gives the same. About zero mean and unit
        variance over ``rows``, whatever the scale and the tails.
        """
        levels, _ = self.levels(rows)
        scores = ndtri((levels * len(rows) + 0.5) / (len(rows) + 1))[self.index]
        return np.clip(scores / max(scores[rows].std(), 1e-12), -FARTHEST, FARTHEST).astype(np.float32)

    def codes(self, rows):
        """Whole numbers that stand for the values, in their order, and the bits they need.

        Few values have a code each, a value that ``rows`` lack that of one beside it; many share
        codes by their ranks.
        """
        levels, counts = self.levels(rows)
        there = counts > 0
        bits = max(int(there.sum() - 1).bit_length(), 1)
        if bits <= BITS:
            return np.maximum(there.cumsum() - 1, 0).astype(np.int32)[self.index], bits
        return np.minimum(levels * 2**BITS, 2**BITS - 1).astype(np.int32)[self.index], BITS

    @cached_property
    def masses(self):
        """How many frequent values there are in a column that has many others: point masses in a density."""
        if len(self.values) <= FEW_VALUES:
            return 0
        return min(int((np.bincount(self.index) > FREQUENT * len(self.index)).sum()), MOST_MASSES)

    def flags(self, rows):
        """A flag for each point mass, the values that most of some rows have, as scores."""
        if not self.masses:
            return []
        _, counts = self.levels(rows)
        most = np.argsort(-counts, kind="stable")[: self.masses]
        flags = [(self.index == mass).astype(np.float32) for mass in most]
        return [(flag - flag[rows].mean()) / max(flag[rows].std(), 1e-3) for flag in flags]


@dataclass
class Seen:
    """The columns of a side as some rows show them.

    Attributes
    ----------
    scores : array of shape (n, d), float32
    codes : list of (array of shape (n,), int)
        Codes of each column and the bits they need; with several columns and few
        different rows last the codes of the whole row. None of a side of very many columns.
    tied : list of bool
        Whether a column of codes has many equal values.
    strata : array of shape (n,), int
        0 for most rows; others for rows with something rare, to be drawn more often.
    """

    scores: np.ndarray
    codes: list
    tied: list
    strata: np.ndarray


class Side:
    """The columns of x, or of y: not constant, and no copies of each other.

    Parameters
    ----------
    columns : list of arrays of shape (n,)
    given : int, optional
        How many there were before constant ones and copies were left out.
    """

    def __init__(self, columns, given=None):
        self.columns = [Column(column) for column in columns]
        self.n, self.given = len(columns[0]), given or len(columns)

    @cached_property
    def labels(self):
        """A number for each different row, and how many there are; None if they are many."""
        labels, most = np.zeros(self.n, np.int64), min(MOST_LABELS, LABELS_A_ROW * self.n)
        for column in self.columns:
            labels = np.unique(labels * len(column.values) + column.index, return_inverse=True)[1]
            if labels.max() >= most:
                return None
        return labels, int(labels.max()) + 1

    def label_codes(self, rows):
        """As :meth:`Column.codes`, of the different rows."""
        return self._label_column.codes(rows)

    @cached_property
    def _label_column(self):
        numbers, _ = self.labels or (np.zeros(self.n, np.int64), 1)
        return Column(numbers)

    def natural(self):
        """Whether equal rows are a matter of course: few different ones, of whole numbers or often met."""
        numbers = all((column.values == np.floor(column.values)).all() for column in self.columns)
        return self.labels is not None and (numbers or any(self.whole.tied))

    @cached_property
    def whole(self):
        """The columns as all rows show them."""
        return self.seen_by(np.arange(self.n))

    def seen_by(self, rows):
        """The columns as some rows show them, at all rows."""
        scores = [column.scores(rows) for column in self.columns]
        if len(self.columns) > WIDE:
            return Seen(np.stack(scores, axis=1), [], [], np.zeros(self.n, np.int64))
        scores += [flag for column in self.columns for flag in column.flags(rows)]
        codes = [column.codes(rows) for column in self.columns]
        strata = _strata([code for code, _ in codes], rows)
        if self.coded:
            codes.append(self.label_codes(rows))
        return Seen(np.stack(scores, axis=1), codes, [_tied(code[rows]) for code, _ in codes], strata)

    @cached_property
    def coded(self):
        """Whether the few different rows of several columns have codes of their own."""
        return self.labels is not None and len(self.columns) > 1 and self.labels[1] <= FEW_LABELS

    def plain(self, rows):
        """Whether all rows decide nothing that some rows do not: no masses, no codes of whole rows, no column more."""
        if self.coded or any(column.masses for column in self.columns):
            return False
        return self._told_apart(rows[:ENOUGH]) or self._told_apart(rows)

    def _told_apart(self, rows):
        """Whether some rows show that no column is constant, and none orders them as another does."""
        orders = [np.unique(column.index[rows], return_inverse=True)[1] for column in self.columns]
        return all(order.any() for order in orders) and len({order.tobytes() for order in orders}) == len(orders)

    def ways(self):
        """In how many ways all rows can decide: of each column given, left out or 0 to 3 masses; codes or none."""
        return 2 * (MOST_MASSES + 2) ** self.given

    def at(self, rows):
        """A side of some rows alone."""
        return Side([column.values[column.index[rows]] for column in self.columns])


def _strata(codes, rows):
    """Number the combinations of what is rare in each column; beyond a few they are one."""
    rare = [flags for flags in (_rare(code, rows) for code in codes) if flags[rows].any()]
    strata = np.zeros(len(codes[0]), np.int64)
    for flags in rare:
        strata = np.unique(2 * strata + flags, return_inverse=True)[1]
        if len(np.unique(strata[rows])) > MOST_STRATA:
            return np.any(rare, axis=0).astype(np.int64)
    return strata


def _rare(code, rows):
    """Which rows have a rare value in a column that has hardly any but frequent ones."""
    share = np.bincount(code[rows], minlength=code.max() + 1) / len(rows)
    rare = (share < FREQUENT)[code]
    return rare & (rare[rows].mean() < RARE_IN_ALL)


def _tied(code):
    """Whether a tenth of the rows share their value with a hundredth of all rows."""
    counts = np.bincount(code)
    return bool(counts[counts > TIES * len(code)].sum() > 0.1 * len(code))
