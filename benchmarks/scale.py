"""Time and memory of ``estimate_mi``, and the cost of a trainer's step, as n grows.

``python -m benchmarks.scale`` prints, for d = 10 + 10 columns, CPU seconds
of one estimate and the peak memory of the process that makes it, one for each
n, and the CPU time of one step of ``MINETrainer`` at minibatches of 256.
"""

import multiprocessing
import resource
import time
from itertools import islice

import numpy as np
import torch

import dv

D, SIZES = 20, (10_000, 100_000, 1_000_000)


def sample(n):
    """Columns of x and y correlate one to one, ρ = 0.4: I = 0.872."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, D // 2))
    return x, 0.4 * x + np.sqrt(1 - 0.16) * rng.standard_normal((n, D // 2))


def measure(n, queue):
    torch.set_num_threads(1)
    x, y = sample(n)
    start = time.process_time()
    result = dv.estimate_mi(x, y, rng=0, progress=False)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # GB, all of the process
    trainer = dv.MINETrainer(x, y, dv.Net(D, rng=0), n // 256, rng=0, progress=False)
    queue.put((result.value, seconds, peak, step_time(trainer)))


def step_time(trainer, steps=30):
    """Microseconds of a step, once the epoch's permutation is drawn."""
    epoch = trainer._fast_epoch()
    next(epoch)
    start = time.process_time()
    made = sum(1 for _ in islice(epoch, steps))
    return (time.process_time() - start) / made * 1e6


def main():
    context = multiprocessing.get_context("spawn")
    print(f"truth {-0.5 * D / 2 * np.log(1 - 0.16):.3f} nats, d = {D // 2} + {D // 2}")
    for n in SIZES:
        queue = context.Queue()
        process = context.Process(target=measure, args=(n, queue))
        process.start()
        value, seconds, peak, step = queue.get()
        process.join()
        line = f"n = {n:>9,}: value {value:.3f}, {seconds:.1f} CPU s, peak {peak:.2f} GB, step {step:.0f} µs"
        print(line, flush=True)


if __name__ == "__main__":
    main()
