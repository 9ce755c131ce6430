"""The resampling trick: reference samples from the samples at hand."""

import numpy as np

from ._checks import check_rows, check_size, is_tensor
from ._random import as_generator


def resample(data, size, replace=False, rng=None):
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
    if not hasattr(data, "ndim"):
        data = np.asarray(data)
    n = len(check_rows(data, "data"))
    if size > n and not replace:
        raise ValueError(f"size={size} > n={n} needs replace=True")
    index = as_generator(rng).choice(n, size, replace=bool(replace))
    if is_tensor(data):
        import torch

        index = torch.as_tensor(index, device=data.device)
    return data.iloc[index] if hasattr(data, "iloc") else data[index]
