"""What ``import dv`` adds to importing torch: ``python -m benchmarks.imports``.

CPU seconds of fresh processes, medians of interleaved runs.
"""

import os
import resource
import statistics
import subprocess
import sys

PROGRAMS = {
    "import torch": "import torch",
    "import torch, dv": "import torch, dv",
    "... and dv.DVTrainer, dv.estimate_mi": "import torch, dv; dv.DVTrainer; dv.estimate_mi",
    "import dv": "import dv",
    "import dv; dv.resample, dv.ising": "import dv; dv.resample; dv.ising",
}
ROUNDS = 7


def seconds(program):
    """CPU seconds of a process that runs ``program``."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], check=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    times = {name: [] for name in PROGRAMS}
    for _ in range(ROUNDS):
        for name, program in PROGRAMS.items():
            times[name].append(seconds(program))
    base = statistics.median(times["import torch"])
    for name, values in times.items():
        median = statistics.median(values)
        print(f"{name:40} {median:6.2f} s {median - base:+7.2f} s beside torch alone")


if __name__ == "__main__":
    main()
