"""A filter under the reader's brush: what it leaves of the information of two blocks of spins."""

from collections.abc import Sequence

import numpy as np
import traitlets

from .front import bundle
from .page import PageWidget

LARGEST = 2.0  # weight; `front/brush.js` has the same
SCRIPTS = ("controls.js", "panel.js", "blocks.js", "brush.js")


class FilterBrush(PageWidget):
    r"""Paint the weights of a 2 × 2 or 3 × 3 filter, and see what it keeps.

    X and Y are neighbouring blocks of the critical Ising model on the infinite
    lattice. The page shows :math:`I(w \cdot X; w \cdot Y)` in nats beside its
    ceiling :math:`I(X; Y)`, the values of the block variable and the joint
    table. It computes them exactly, with a kernel or without, from the matrices
    of the Pfaffian process of the bonds.

    Parameters
    ----------
    weights : sequence of 4 or 9 numbers
        The filter to begin with, row by row: from −2 to 2, kept to two
        decimals. ``weights`` of the widget follows the reader.

    Raises
    ------
    ValueError
        Not 4 or 9 finite numbers from −2 to 2.

    Examples
    --------
    >>> FilterBrush([0.5, 1, 0.5, 1]).weights
    [0.5, 1.0, 0.5, 1.0]
    """

    without_scripts = "This brush runs in the browser and needs its scripts."
    _esm = bundle(*SCRIPTS)
    _css = bundle("front.css", "brush.css")
    kernels = traitlets.Dict().tag(sync=True)
    weights = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, weights: Sequence[float] = (1, 1, 1, 1)):
        given = np.asarray(weights, dtype=float)
        if given.shape not in ((4,), (9,)) or not (abs(given) <= LARGEST).all():
            raise ValueError(f"weights={given.tolist()} must be 4 or 9 numbers from −2 to 2")
        super().__init__(
            kernels={str(k): _kernel(k).ravel().tolist() for k in (2, 3)},
            weights=np.round(given, 2).tolist(),
        )


def _kernel(k):
    """K of the bonds of the tree of a window of k × 2k spins, at T_c."""
    from dv.ising._lattice import T_C, comb_tree
    from dv.ising.exact.process import bond_nodes, infinite_kernel

    site, _, vertical = comb_tree(k, 2 * k)
    return infinite_kernel(bond_nodes(site % (2 * k), site // (2 * k), vertical), T_C)
