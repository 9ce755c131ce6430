"""Time a spin of the cluster samplers, beside mcising's (Rust) in the same run.

``python -m benchmarks.ising_samplers`` at T_c: nanoseconds a spin and sweep (Swendsen–Wang)
and a spin turned over (Wolff), medians of interleaved runs. The peer wants an environment
of its own: ``pip install '.[ising]' mcising==1.1.0`` there, and run this with its Python.
"""

import time

import mcising
import numpy as np
import pandas as pd

from dv.ising import T_C, swendsen_wang
from dv.ising.sampling import clusters
from dv.ising.sampling.sweeps import swendsen_wang_sweeps, wolff_clusters

SIDES, REPEATS, SPINS = (27, 64, 243, 1000, 2187), 7, 4_000_000
THRESHOLD = clusters._threshold(T_C)


def seconds(function):
    """Time of one call, and what it returned."""
    start = time.perf_counter()
    out = function()
    return time.perf_counter() - start, out


def contestants(side, spins):
    """{name: function that returns the spins it has handled}, each from the same equilibrium."""
    sweeps = max(4, SPINS // side**2)
    packed, work = clusters._packed(spins), clusters._work_space(side)
    own, queue = spins.copy(), np.empty(side**2 + 1, np.int32)
    state = np.array([1], np.uint64)
    rust = {name: mcising.IsingSimulation(side, 1.0, 0.0, 0.0, 0.0, 1, name) for name in ("swendsen_wang", "wolff")}
    for simulation in rust.values():
        simulation.set_spins(spins)

    def ours():
        swendsen_wang_sweeps(packed, side, sweeps, THRESHOLD, state, *work)
        return sweeps * side**2

    def theirs():
        rust["swendsen_wang"].sweep(sweeps, temperature=T_C)
        return sweeps * side**2

    return {
        ("Swendsen–Wang", "dv"): ours,
        ("Swendsen–Wang", "mcising"): theirs,
        ("Wolff", "dv"): lambda: wolff_clusters(own, 3 * sweeps, THRESHOLD, state, queue),
        ("Wolff", "mcising"): lambda: rust["wolff"].sweep(3 * sweeps, temperature=T_C)[0],
    }


def row(side):
    """Median nanoseconds a spin of each contestant."""
    spins = swendsen_wang(side, 1, rng=side, progress=False)[0]
    functions = contestants(side, spins)
    times = {name: [] for name in functions}
    for function in functions.values():
        function()
    for _ in range(REPEATS):
        for name, function in functions.items():
            duration, handled = seconds(function)
            times[name].append(1e9 * duration / handled)
    return {name: np.median(values) for name, values in times.items()}


def main():
    table = pd.DataFrame({side: row(side) for side in SIDES}).T
    for sampler in ("Swendsen–Wang", "Wolff"):
        table[sampler, "ratio"] = table[sampler, "mcising"] / table[sampler, "dv"]
    print(f"nanoseconds a spin at T_c, one thread, mcising {mcising.__version__}\n")
    print(table.sort_index(axis=1).round(2).rename_axis("side").to_string())


if __name__ == "__main__":
    main()
