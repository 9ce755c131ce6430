"""A critic that trains under the reader's eyes, in the page."""

import traitlets

from .._checks import check_positive, check_size
from .._random import Rng, as_generator
from ..gaussian import BivariateGaussian
from .front import bundle
from .page import PageWidget

SIZES = (10, 30, 100, 300, 1000)  # `front/training.js` has the same four
WIDTHS = (8, 16, 32, 64)
BATCHES = (10, 30, 100, 300)
RATES = (0.0003, 0.001, 0.003, 0.01)
MOST = 5000  # steps
SCRIPTS = ("controls.js", "panel.js", "address.js", "resampling.js", "density.js", "critic.js", "training.js")


class TrainingMachine(PageWidget):
    r"""Train a critic in the page: let it run, stop it, move it step by step, give it points of one's own.

    A map of the critic, :math:`t - \log \mathrm E_R[e^t]` with the mean over fresh
    references, the samples that lift it and the references that push it down,
    each with its weight; beside it the training value and the held-out value in
    nats against the steps, and the truth. The critic is a :class:`dv.Net` with
    its own first weights, trained as by :class:`dv.DVTrainer`, with a kernel or
    without. It starts with a run that is trained already.

    Parameters
    ----------
    gaussian : BivariateGaussian
        Where the samples come from; unless told, the running example.
    n : int
        Joint samples, and as many of the reference: 10, 30, 100, 300 or 1000.
    width : int
        Of the two hidden layers: 8, 16, 32 or 64.
    batch_size : int
        The least size of a minibatch, 10, 30, 100 or 300: an epoch has as many
        minibatches as there is room for, and at least one.
    lr : float
        Adam's rate: 0.0003, 0.001, 0.003 or 0.01.
    steps : int
        Steps of the run to begin with, at most 5000.
    sigma : float
        Standard deviation of the first weights.
    name : str
        Of the widget in the page's address; two in one page need two.
    rng : int, Generator, SeedSequence or None
        For samples, first weights and minibatches.

    Raises
    ------
    ValueError
        A setting that the controls do not offer.

    Examples
    --------
    >>> TrainingMachine(n=30, width=64, rng=0).n
    30
    """

    without_scripts = "This critic trains in the browser and needs its scripts."
    _esm = bundle(*SCRIPTS)
    _css = bundle("front.css", "training.css")
    rho = traitlets.Float().tag(sync=True)
    n = traitlets.Int().tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    batch_size = traitlets.Int().tag(sync=True)
    lr = traitlets.Float().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    sigma = traitlets.Float().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)

    def __init__(
        self,
        gaussian: BivariateGaussian | None = None,
        *,
        n: int = 1000,
        width: int = 32,
        batch_size: int = 100,
        lr: float = 0.001,
        steps: int = 1000,
        sigma: float = 0.02,
        name: str = "train",
        rng: Rng = None,
    ):
        gaussian = gaussian or BivariateGaussian.running_example()
        offers = {"n": (n, SIZES), "width": (width, WIDTHS), "batch_size": (batch_size, BATCHES), "lr": (lr, RATES)}
        for setting, (value, offered) in offers.items():
            if value not in offered:
                raise ValueError(f"{setting}={value!r} is not offered; give one of {', '.join(map(str, offered))}")
        if check_size(steps, "steps") > MOST:
            raise ValueError(f"steps={steps} is over the {MOST} of the machine")
        super().__init__(
            rho=gaussian.rho,
            n=n,
            width=width,
            batch_size=batch_size,
            lr=lr,
            steps=steps,
            sigma=check_positive(sigma, "sigma"),
            name=name,
            seed=int(as_generator(rng).integers(2**31)),
        )
