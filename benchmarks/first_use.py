"""Seconds of the first calls into `dv.ising`, in a first process and in a second.

Run ``python -m benchmarks.first_use``. The first compiles the samplers, the second finds
what the first left in the cache: an empty folder to begin with, taken away afterwards.
"""

import json
import os
import subprocess
import sys
import tempfile

CALLS = {
    "swendsen_wang": "ising.swendsen_wang(27, 10, rng=0, progress=False)",
    "wolff": "ising.wolff(27, 10, rng=0, progress=False)",
    "sample_windows": "ising.sample_windows(9, 9, 10, rng=0, progress=False)",
    "neighbouring_blocks": "ising.neighbouring_blocks(3, 3)",
}
PROGRAM = """
import json, sys, time
from dv import ising
seconds = {}
for name, call in json.loads(sys.argv[1]).items():
    start = time.perf_counter()
    eval(call)
    seconds[name] = time.perf_counter() - start
print(json.dumps(seconds))
"""


def process(folder):
    """Seconds of each first call in a process of its own."""
    environment = os.environ | {"NUMBA_CACHE_DIR": folder}
    command = [sys.executable, "-c", PROGRAM, json.dumps(CALLS)]
    return json.loads(subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE).stdout)


def main():
    with tempfile.TemporaryDirectory() as folder:
        first, second = process(folder), process(folder)
    print(f"{'first call of':22} {'first process':>14} {'second process':>15}")
    for name in CALLS:
        print(f"{name:22} {first[name]:12.2f} s {second[name]:13.2f} s")
    print(f"{'all':22} {sum(first.values()):12.2f} s {sum(second.values()):13.2f} s")


if __name__ == "__main__":
    main()
