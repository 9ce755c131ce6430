"""The Donsker–Varadhan bound on a small table, climbed by hand in the page."""

from collections.abc import Mapping

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from .front import bundle
from .page import PageWidget


class BoundExplorer(PageWidget):
    r"""Sliders that are the critic on a table, and the bounds that they reach.

    One slider for each cell is :math:`t(x, y)`. Beneath stand

    .. math:: \operatorname{E}_P t - \log \operatorname{E}_R e^t
              \quad\text{and}\quad \operatorname{E}_P t - \operatorname{E}_R e^{t-1}

    in nats, for a table P and the product R of its marginals, beside
    :math:`I(X; Y)`, and in each cell :math:`Q_t = R\, e^t / \operatorname{E}_R e^t`.
    The page computes all of it, with a kernel or without.

    Parameters
    ----------
    tables : dict
        Names, and tables of joint probabilities with x along the rows; all of
        one shape, (2, 2) to (3, 3). The first is shown first.

    Raises
    ------
    ValueError
        No table, shapes that differ or are too large, or numbers that are no
        probabilities.

    References
    ----------
    Donsker and Varadhan (1983), Theorem 2.1; Nguyen, Wainwright and Jordan (2010).

    Examples
    --------
    >>> explorer = BoundExplorer({"a noisy copy": [[0.4, 0.1], [0.1, 0.4]]})
    """

    without_scripts = "These sliders run in the browser and need their scripts."
    _esm = bundle("controls.js", "explorer.js")
    _css = bundle("front.css", "explorer.css")
    tables = traitlets.Dict().tag(sync=True)

    def __init__(self, tables: Mapping[str, ArrayLike]):
        if not tables:
            raise ValueError("give at least one table, for example {'a copy': [[0.5, 0], [0, 0.5]]}")
        arrays = {str(name): _check_table(P, name) for name, P in tables.items()}
        if len(shapes := {P.shape for P in arrays.values()}) > 1:
            raise ValueError(f"the tables have shapes {sorted(shapes)}; give tables of one shape")
        super().__init__(tables={name: P.tolist() for name, P in arrays.items()})


def _check_table(P, name):
    P = np.asarray(P, dtype=float)
    if P.ndim != 2 or not 2 <= min(P.shape) <= max(P.shape) <= 3:
        raise ValueError(f"table {name!r} has shape {P.shape}; sliders are for (2, 2) to (3, 3)")
    if not (np.isfinite(P).all() and (P >= 0).all() and np.isclose(P.sum(), 1)):
        raise ValueError(f"table {name!r} must hold probabilities that sum to 1, not {P.tolist()}")
    return P
