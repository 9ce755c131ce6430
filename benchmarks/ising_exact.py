"""Time, memory and values of the exact tables and the exact windows.

``python -m benchmarks.ising_exact`` prints the tables of neighbouring blocks at T_c beside
reference values, first call and median of the next ones, the largest
error against enumeration on small tori, and the time of a window.
"""

import resource
import sys
import time

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from dv.discrete import mutual_information
from dv.ising import T_C, block_distribution, neighbouring_blocks, patterns, sample_windows

REFERENCE = {
    (1, "infinite"): 0.2766516,
    (2, "infinite"): 0.4228620,
    (3, "infinite"): 0.5327466,
    (3, 27): 0.5533519,
    (3, 243): 0.5349476,
    (3, 2187): 0.5329902,
}


def clock(function, repeats=5):
    """Seconds of the first call and median of the next ones, and the result."""
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        out = function()
        times.append(time.perf_counter() - start)
    return times[0], np.median(times[1:]), out


def tables():
    for (k, lattice), reference in REFERENCE.items():
        first, next_, table = clock(lambda k=k, side=lattice: neighbouring_blocks(k, k, lattice=side))
        value = mutual_information(table)
        yield {
            "table": f"{k}×{k}|{k}×{k}",
            "lattice": lattice,
            "first s": first,
            "next s": next_,
            "I (nats)": value,
            "reference": reference,
        }


def enumeration_errors():
    for side in (3, 4):
        spins = patterns(side * side).reshape(-1, side, side).astype(int)
        energy = (spins * (np.roll(spins, 1, 1) + np.roll(spins, 1, 2))).sum((1, 2))
        cells = [(y, x) for y in range(3) for x in range(3)]
        code = sum((spins[:, y, x] > 0) << (8 - i) for i, (y, x) in enumerate(cells))
        for temperature in (0.5, 2.0, T_C, 10.0):
            weight = np.exp((energy - energy.max()) / temperature)
            table = np.bincount(code, weight / weight.sum(), minlength=512)
            error = abs(table - block_distribution(3, 3, temperature, side)).max()
            yield {"torus": f"{side}×{side}", "temperature": temperature, "largest error": error}


def windows():
    """Wall and processor seconds a window, one thread; the set-up is taken off."""
    clocks = {"s a window": time.perf_counter, "CPU s a window": time.process_time}
    with threadpool_limits(1):
        for side in (9, 18, 27, 40):
            n = max(3, 4 * 27**3 // side**3)
            sample_windows(side, side, 1, rng=0, progress=False)
            times = {name: [] for name in clocks}
            for _ in range(5):
                marks = [[clock() for clock in clocks.values()]]
                for count in (1, n + 1):
                    sample_windows(side, side, count, rng=0, progress=False)
                    marks.append([clock() for clock in clocks.values()])
                setup, total = np.diff(marks, axis=0)
                for name, seconds in zip(clocks, (total - setup) / n, strict=True):
                    times[name].append(seconds)
            yield {"window": f"{side}×{side}", **{name: np.median(t) for name, t in times.items()}}


def main():
    for rows in (tables(), enumeration_errors(), windows()):
        print(pd.DataFrame(rows).to_string(index=False, float_format="{:.7g}".format), "\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform != "darwin" else 2**30)
    print(f"peak memory {peak:.2f} GiB")


if __name__ == "__main__":
    main()
