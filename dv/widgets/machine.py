"""The resampling machine: a widget that draws, smooths and estimates in the browser."""

import numpy as np
import traitlets

from dv._random import Rng

from .._checks import check_size
from .._random import as_generator
from ..gaussian import BivariateGaussian
from .front import bundle
from .page import PageWidget

MOST = 2000  # samples; the slider for n ends there
SCRIPTS = ("controls.js", "resampling.js", "density.js", "panel.js", "machine.js")


class ResamplingMachine(PageWidget):
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
    rng : int, Generator, SeedSequence or None
        For the samples and for the 64 data sets.

    Raises
    ------
    ValueError
        n or n_ref outside its range.

    Examples
    --------
    >>> machine = ResamplingMachine(n=1000, n_ref=2000, replace=True, rng=0)
    """

    without_scripts = "This machine runs in the browser and needs its scripts."
    _esm = bundle(*SCRIPTS)
    _css = bundle("front.css")
    sample = traitlets.Bytes().tag(sync=True)
    rho = traitlets.Float().tag(sync=True)
    n = traitlets.Int().tag(sync=True)
    n_ref = traitlets.Int().tag(sync=True)
    replace = traitlets.Bool().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)

    def __init__(
        self,
        gaussian: BivariateGaussian | None = None,
        *,
        n: int = 1000,
        n_ref: int = 1000,
        replace: bool = False,
        rng: Rng = None,
    ):
        gaussian = gaussian or BivariateGaussian.running_example()
        n, n_ref = check_size(n, "n", 50), check_size(n_ref, "n_ref", 2)
        if n > MOST:
            raise ValueError(f"n={n} is over the {MOST} samples of the machine")
        if n_ref > (10 * n if replace else n):
            limit = f"10 n = {10 * n}" if replace else f"n={n} needs replace=True"
            raise ValueError(f"n_ref={n_ref} > {limit}")
        rng = as_generator(rng)
        columns = gaussian.sample(MOST, rng=rng).T
        super().__init__(
            sample=np.ascontiguousarray(columns, dtype="<f8").tobytes(),
            rho=gaussian.rho,
            n=n,
            n_ref=n_ref,
            replace=replace,
            seed=int(rng.integers(2**31)),
        )
