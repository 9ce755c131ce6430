"""The resampling trick: reference samples from the samples at hand."""

from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ._checks import check_rows, check_size, is_tensor
from ._random import Rng, as_generator

Data = TypeVar("Data")


def resample(data: Data, size: int, replace: bool = False, rng: Rng = None) -> Data:
    r"""Draw rows of ``data`` uniformly at random.

    Two independent calls, one for x and one for y, give n′ reference pairs
    :math:`(x_{J_i}, y_{K_i})`. Given the data and with replacement, they are
    i.i.d. from the product of the two empirical marginals; without
    replacement they have the same law one by one but are dependent.
    Unconditionally no two draws are independent, and :math:`J_i = K_i` has
    probability 1/n.

    Parameters
    ----------
    data : array, tensor or data frame of shape (n,) or (n, d)
        One sample a row. It is not changed.
    size : int
        The number of rows to draw (n′), at most n without replacement.
    replace : bool
        Whether a row may be drawn more than once.
    rng : int, numpy.random.Generator or None
        Seed or generator. One int seed gives one choice of rows: for x and y
        pass one *generator* to both calls.

    Returns
    -------
    Rows of the same type, dtype and trailing shape as ``data``.

    Raises
    ------
    ValueError
        Empty data, ``size`` below 1, or ``size`` above n without replacement.
    TypeError
        ``size`` is not a whole number.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> x, y = np.arange(5), np.arange(5)
    >>> x_ref, y_ref = resample(x, 8, replace=True, rng=rng), resample(y, 8, replace=True, rng=rng)
    >>> x_ref.shape, y_ref.shape
    ((8,), (8,))
    """
    size = check_size(size, "size")
    rows: Any = data if hasattr(data, "ndim") else np.asarray(data)
    n = len(check_rows(rows, "data"))
    if size > n and not replace:
        raise ValueError(f"size={size} > n={n} needs replace=True")
    index: Any = as_generator(rng, "resample").choice(n, size, replace=bool(replace))
    if is_tensor(data):
        import torch

        index = torch.as_tensor(index, device=data.device)
    return rows.iloc[index] if hasattr(rows, "iloc") else rows[index]


def usual_n_ref(n: int) -> int:
    """How many reference pairs a held-out value uses unless told: 20 n, fewer beyond n = 50 000, at least 2 n."""
    return n * max(2, min(20, 1_000_000 // n))


def shifted_pairs(rows: NDArray[np.intp], n_ref: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield ``n_ref`` pairs of rows that are no partners, in blocks (i, j) of at most as many as there are rows.

    ``rows``, in random order, meet themselves shifted cyclically, by amounts spread
    evenly: every row is used equally often, on either side, and none meets itself.
    """
    n = len(rows)
    blocks = -(-n_ref // n)
    for block in range(blocks):
        size = min(n, n_ref - block * n)
        shift = 1 + block * (n - 1) // blocks
        yield rows[:size], np.roll(rows, -shift)[:size]
