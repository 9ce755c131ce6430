"""Hidden checks of *The Ising model, and the exact answer*."""

import numpy as np

from dv import discrete, ising

from .core import array, fresh, named, number, require


def energies(answer):
    for seed, side in enumerate((3, 4, 5, 8)):
        spins = fresh(seed).choice([-1, 1], (side, side))
        given = answer(spins)
        require(type(given) in (tuple, list) and len(given) == 2, "return the pair of the energy and the changes")
        total = number(given[0], "the energy")
        flips = array(given[1], (side, side), "the changes of energy")
        right = -sum(
            spins[i, j] * (spins[(i + 1) % side, j] + spins[i, (j + 1) % side])
            for i in range(side)
            for j in range(side)
        )
        require(total == right, f"a {side} by {side} pattern has energy {right}, not {total:g}")
        around = sum(np.roll(spins, shift, axis) for axis in (0, 1) for shift in (-1, 1))
        require(flips == 2 * spins * around, "a change of energy is 2 s_i times the sum of the four neighbours")


def exact_information(answer):
    for temperature in (0.7, 1.5, 2.0, ising.T_C, 3.1, 7.0):
        exact, turned = (
            discrete.mutual_information(ising.neighbouring_blocks(2, 1, t, lattice=3))
            for t in (temperature, 1 / temperature)
        )
        off = answer.number(temperature) - exact
        slips = [(turned, "hot is disordered: the temperature divides the energy")]
        what = named(off + exact, slips, f"at T = {temperature:.3f} the value is off by {off:.3g} nats")
        require(abs(off) < 1e-9, what)


def corrected(answer):
    apart = np.divmod(np.arange(12), 4)
    require(answer.number(*apart) < -0.2, "a corrected estimate may be negative: leave it so")
    for seed, n in enumerate((2, 7, 30, 400)):
        rng = fresh(seed)
        x = rng.integers(100, size=n) if seed % 2 else rng.integers(5, size=n)
        y = np.where(rng.random(n) < 0.4, x, rng.integers(30, size=n))
        off = answer.number(x, y) - discrete.plug_in(x, y, "miller-madow")
        pairs, possible = len({*zip(x, y, strict=True)}), len({*x}) * len({*y})
        slips = [((pairs - possible) / (2 * n), "m counts the pairs that were seen, not all that could be")]
        what = named(off, slips, f"on {n} pairs of labels the value is off by {off:.3g} nats")
        require(abs(off) < 1e-9, what)
