"""An Ising lattice that lives in the page, beside what is exact of the infinite one."""

from pathlib import Path

import numpy as np
import traitlets

from .._checks import check_size
from .._random import Rng, as_generator
from ..ising import T_C
from .front import bundle
from .page import PageWidget

# Made by `python -m benchmarks.ising_lattice --table`: 3 × 3 blocks take seconds a temperature.
TABLE = Path(__file__).parents[1] / "ising" / "block_information.npz"
ALGORITHMS = ("Swendsen–Wang", "Metropolis")  # `front/lattice.js` has the same


class IsingLattice(PageWidget):
    r"""Play an Ising lattice, drag its temperature, and see what two neighbouring blocks tell of each other.

    .. math:: P(s) \propto e^{-E(s)/T}, \quad E(s) = -\sum_{\langle ij \rangle} s_i s_j

    on a torus. Beside it stand, for the infinite lattice, the exact mutual information in
    nats of neighbouring k × k blocks, in the symmetric ensemble and in the + phase, the
    magnetisation (Yang 1952) and the energy a site (Onsager 1944). The page computes the
    lattice and its averages, with a kernel or without. A Metropolis sweep is as many tries
    as there are sites, each at a random one. Swendsen–Wang clusters that hold more than a
    sixty-fourth of all sites are turned over at every 30th sweep alone, so that the page does
    not flicker; the law that is sampled is the same.

    Parameters
    ----------
    temperature : float
        To begin with, from 1 to 4 in units of J / k_B; the nearest one of the slider is taken.
    k : 1, 2 or 3
        Rows and columns of a block, to begin with.
    algorithm : "Swendsen–Wang" or "Metropolis"
        To begin with.
    side : int
        Of the torus, from 18 to 256.
    rng : int, Generator, SeedSequence or None
        For the lattice.

    Raises
    ------
    ValueError
        A temperature or a side outside its range, another size of block, an unknown algorithm.

    Examples
    --------
    >>> lattice = IsingLattice(temperature=2.0, rng=0)
    """

    without_scripts = "This lattice lives in the browser and needs its scripts."
    _esm = bundle("controls.js", "panel.js", "resampling.js", "ising.js", "lattice.js")
    _css = bundle("front.css", "lattice.css")
    side = traitlets.Int().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    temperature = traitlets.Float().tag(sync=True)
    k = traitlets.Int().tag(sync=True)
    algorithm = traitlets.Unicode().tag(sync=True)
    temperatures = traitlets.List(traitlets.Float()).tag(sync=True)
    informations = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        temperature: float = T_C,
        *,
        k: int = 2,
        algorithm: str = "Swendsen–Wang",
        side: int = 128,
        rng: Rng = None,
    ):
        if not 1 <= temperature <= 4:
            raise ValueError(f"temperature={temperature!r} is outside the slider; give a number from 1 to 4")
        if k not in (1, 2, 3):
            raise ValueError(f"k={k!r} is no size of block; give 1, 2 or 3")
        if algorithm not in ALGORITHMS:
            raise ValueError(f"algorithm={algorithm!r} is unknown; give 'Swendsen–Wang' or 'Metropolis'")
        if check_size(side, "side", minimum=18) > 256:
            raise ValueError(f"side={side!r} is more than a page can play; give 256 or less")
        with np.load(TABLE) as table:
            columns = {name: table[name].tolist() for name in table}
        super().__init__(
            side=int(side),
            seed=int(as_generator(rng).integers(2**31)),
            temperature=float(temperature),
            k=int(k),
            algorithm=algorithm,
            temperatures=columns.pop("temperature"),
            informations=columns,
        )
