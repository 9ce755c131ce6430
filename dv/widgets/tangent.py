"""Tangents of a convex function, and its conjugate, in the page."""

import numpy as np
import traitlets

from .front import bundle
from .page import PageWidget

# `front/tangent.js` has the same, and their formulas.
FAMILY = (
    "Kullback–Leibler",
    "reverse Kullback–Leibler",
    "χ²",
    "Jensen–Shannon",
    "squared Hellinger",
    "total variation",
)


class TangentExplorer(PageWidget):
    r"""Choose a convex function and a slope, and read its conjugate off the axis.

    Of all lines of slope t below the graph of f the highest meets the vertical
    axis at :math:`-f^*(t)`, where

    .. math:: f^*(t) = \sup_{u \ge 0} \bigl(u\,t - f(u)\bigr) .

    The slope has a slider, and the point of contact can be dragged. The page
    computes all of it, with a kernel or without.

    Parameters
    ----------
    f : str
        The divergence to begin with: "Kullback–Leibler", "reverse
        Kullback–Leibler", "χ²", "Jensen–Shannon", "squared Hellinger" or
        "total variation".
    slope : float
        The slope to begin with; the nearest one of the slider is taken.

    Raises
    ------
    ValueError
        An unknown f, or a slope that is not finite.

    References
    ----------
    Nowozin, Cseke and Tomioka (2016), f-GAN, Table 6, has the conjugates.

    Examples
    --------
    >>> explorer = TangentExplorer("total variation", slope=0.25)
    """

    without_scripts = "This figure runs in the browser and needs its scripts."
    _esm = bundle("controls.js", "panel.js", "tangent.js")
    _css = bundle("front.css")
    f = traitlets.Unicode().tag(sync=True)
    slope = traitlets.Float().tag(sync=True)

    def __init__(self, f: str = "Kullback–Leibler", slope: float = 0.0):
        if f not in FAMILY:
            raise ValueError(f"f={f!r} is unknown; give one of {', '.join(map(repr, FAMILY))}")
        if not np.isfinite(slope):
            raise ValueError(f"slope={slope!r} must be a finite number")
        super().__init__(f=f, slope=float(slope))
