"""The resampling machine: a widget that draws, smooths and estimates in the browser."""

import anywidget
import numpy as np
import traitlets

from .._checks import check_size
from .front import bundle
from ..gaussian import BivariateGaussian
from .interactive import in_book, in_page

MOST = 2000  # samples; the slider for n ends there
SCRIPTS = ("controls.js", "resampling.js", "density.js", "panel.js", "machine.js")


class ResamplingMachine(anywidget.AnyWidget):
    """Move n, n′ and the replacement, and see what becomes of the reference sample.

    Four panels follow each move with no Python behind them: the samples and the
    reference pairs; the density of the pairs and of their margins; how often
    each sample is drawn; and DV estimates at the optimal critic on 64 data
    sets, each with a reference of its own, beside the truth in nats.

    Parameters
    ----------
    gaussian : BivariateGaussian
        Where the samples come from; unless told, the running example.
    n, n_ref : int
        Samples (50 to 2000) and reference pairs (2 to n, or 10 n with
        replacement) to begin with.
    replace : bool
        Whether a sample may be drawn more than once.
    rng : int
        The seed of the samples.

    Raises
    ------
    ValueError
        n or n_ref outside its range.

    Examples
    --------
    >>> machine = ResamplingMachine(n=1000, n_ref=2000, replace=True)
    """

    _esm = bundle(*SCRIPTS)
    _css = bundle("front.css")
    sample = traitlets.Bytes().tag(sync=True)
    rho = traitlets.Float().tag(sync=True)
    n = traitlets.Int().tag(sync=True)
    n_ref = traitlets.Int().tag(sync=True)
    replace = traitlets.Bool().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)

    def __init__(self, gaussian=None, *, n=1000, n_ref=1000, replace=False, rng=0):
        gaussian = gaussian or BivariateGaussian.running_example()
        n, n_ref = check_size(n, "n", 50), check_size(n_ref, "n_ref", 2)
        if n > MOST:
            raise ValueError(f"n={n} is over the {MOST} samples of the machine")
        if n_ref > (10 * n if replace else n):
            limit = f"10 n = {10 * n}" if replace else f"n={n} needs replace=True"
            raise ValueError(f"n_ref={n_ref} > {limit}")
        columns = gaussian.sample(MOST, rng=rng).T
        super().__init__(
            sample=np.ascontiguousarray(columns, dtype="<f8").tobytes(),
            rho=gaussian.rho,
            n=n,
            n_ref=n_ref,
            replace=replace,
            seed=check_size(rng, "rng", 0),
        )

    def _repr_mimebundle_(self, **kwargs):
        if not in_book():
            return super()._repr_mimebundle_(**kwargs)
        return in_page(self, "<p>This machine runs in the browser and needs its scripts.</p>")
