"""A 2 × 2 table that a reader can edit: entropies, information and divergences follow."""

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from .front import bundle
from .page import PageWidget

MOST = 20  # the largest weight; `front/table.js` has the same


class InformationTable(PageWidget):
    r"""Edit a joint table, and see H(X), H(Y), H(X|Y), I(X;Y) and a divergence.

    The reader gives each cell a weight from 0 to 20; the table is normalised
    in the browser, which computes everything, in nats. The last bar is the
    reversed divergence :math:`D(P_X \otimes P_Y \| P_{XY})`, infinite as soon
    as a cell is empty whose row and column are not.

    Parameters
    ----------
    P : array of shape (2, 2)
        The table to begin with, x along the rows: probabilities or weights,
        rounded to multiples of 1/20 of their sum.

    Raises
    ------
    ValueError
        Not a 2 × 2 table of finite numbers that are at least 0 and not all 0.

    Examples
    --------
    >>> InformationTable([[0.4, 0.1], [0.1, 0.4]]).weights
    [8, 2, 2, 8]
    """

    without_scripts = "This table runs in the browser and needs its scripts."
    _esm = bundle("controls.js", "table.js")
    _css = bundle("front.css", "table.css")
    weights = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, P: ArrayLike):
        P = np.asarray(P, dtype=float)
        if P.shape != (2, 2):
            raise ValueError(f"P has the shape {P.shape}; give a 2 by 2 table")
        if not np.isfinite(P).all() or (P < 0).any() or P.sum() == 0:
            raise ValueError(f"P={P.tolist()} must be finite, at least 0, and not all 0")
        super().__init__(weights=np.rint(MOST * P / P.sum()).astype(int).ravel().tolist())
