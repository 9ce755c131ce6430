"""Three divergences from a reference of any width, and what is left of them, in the page."""

import traitlets
from scipy.special import ndtr

from .._random import Rng, as_generator
from ..gaussian import BivariateGaussian
from .front import bundle
from .page import PageWidget

KINDS = ("uniform", "Gaussian")  # `front/reference.js` has the same
POINTS = 300  # of the data and of the reference, in the picture


class ReferenceExplorer(PageWidget):
    r"""Widen a product reference Q, and see three divergences move and their difference stay.

    .. math:: I(X; Y) = D(P_{XY}\|Q) - D(P_X\|Q_X) - D(P_Y\|Q_Y)

    in nats. Each coordinate of the data is even on [-1, 1]: a bivariate Gaussian
    whose coordinates went through their own distribution function. The
    reference is uniform on [-w, w] or Gaussian with standard deviation w; a
    uniform one that is narrower than the data makes all three infinite. The
    page computes all of it, with a kernel or without.

    Parameters
    ----------
    gaussian : BivariateGaussian
        What ties the coordinates together; unless told, the running example.
    kind : "uniform" or "Gaussian"
        The reference to begin with.
    width : float
        Its w to begin with, from 0.3 to 10; the nearest one of the slider is taken.
    rng : int, Generator, SeedSequence or None
        For the points of the picture.

    Raises
    ------
    ValueError
        An unknown kind, or a width outside its range.

    References
    ----------
    Chan, Al-Bashabsheh, Huang, Lim, Tam and Zhao (2019), Neural Entropic Estimation, section 2.

    Examples
    --------
    >>> explorer = ReferenceExplorer(width=2, rng=0)
    """

    without_scripts = "These bars run in the browser and need their scripts."
    _esm = bundle("controls.js", "panel.js", "reference.js")
    _css = bundle("front.css", "table.css", "reference.css")
    information = traitlets.Float().tag(sync=True)
    kind = traitlets.Unicode().tag(sync=True)
    width = traitlets.Float().tag(sync=True)
    sample = traitlets.List(traitlets.Float()).tag(sync=True)
    uniform = traitlets.List(traitlets.Float()).tag(sync=True)
    normal = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(
        self,
        gaussian: BivariateGaussian | None = None,
        *,
        kind: str = "uniform",
        width: float = 2.0,
        rng: Rng = None,
    ):
        gaussian = gaussian or BivariateGaussian.running_example()
        if kind not in KINDS:
            raise ValueError(f"kind={kind!r} is unknown; give 'uniform' or 'Gaussian'")
        if not 0.3 <= width <= 10:
            raise ValueError(f"width={width!r} is outside the slider; give a number from 0.3 to 10")
        rng = as_generator(rng)
        points = {
            "sample": 2 * ndtr(gaussian.sample(POINTS, rng)) - 1,
            "uniform": rng.uniform(-1, 1, (POINTS, 2)),
            "normal": rng.standard_normal((POINTS, 2)),
        }
        super().__init__(
            information=gaussian.mutual_information(),
            kind=kind,
            width=float(width),
            **{name: values.ravel().round(3).tolist() for name, values in points.items()},
        )
