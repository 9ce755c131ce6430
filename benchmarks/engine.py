"""What a training step costs, in microseconds: the usual code, ours, and JAX.

    python -m benchmarks.engine [--peers .venv-peers/bin/python]

Medians of interleaved runs, CPU time on one thread; the critic is d-100-100-1 with ELU
on 2 columns, trained by Adam on the DV bound, on the same minibatches of the running
example everywhere: a critic that meets one minibatch again and again drifts to
numbers so small (denormal) that they are slow to compute with. "any module" is the
same critic hidden from the engine, as a student's own would be. Ours is as quick as the
BLAS that comes with NumPy: ``OPENBLAS_CORETYPE`` chooses among the kernels of OpenBLAS.
Set ``OMP_NUM_THREADS=1``.
"""

import argparse
import platform
import subprocess
import tempfile
import time
from datetime import date
from itertools import cycle

import numpy as np
import torch
from threadpoolctl import threadpool_info
from torch import nn

import dv
from dv._fast.adam import adam_step
from dv._fast.losses import dv_loss
from dv._fast.perceptron import Perceptron, count_parameters
from dv.trainers.fast import FastStep, FlatAdam

STEPS, ROUNDS = 60, 15


def minibatches(batch):
    """STEPS joint and STEPS reference minibatches: two arrays (STEPS, batch, 2)."""
    gaussian = dv.BivariateGaussian.running_example()
    pair = gaussian.sample(STEPS * batch, rng=0), gaussian.sample_reference(STEPS * batch, rng=1)
    return [torch.tensor(a, dtype=torch.float32).view(STEPS, batch, 2) for a in pair]


class OwnNet(nn.Module):
    """A critic whose layers the engine cannot see."""

    def __init__(self):
        super().__init__()
        self.net = dv.Net(rng=0)

    def forward(self, z):
        return self.net(z)


def usual(data):
    """Two forward passes, autograd, Adam over six tensors: the code that is usually taught."""
    net = dv.Net(rng=0)
    optimizer, turn = torch.optim.Adam(net.parameters()), cycle(zip(*data, strict=True))

    def step():
        z, z_ref = next(turn)
        optimizer.zero_grad()
        loss = -(net(z).mean() - (torch.logsumexp(net(z_ref), 0) - np.log(len(z_ref))).sum())
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def engine(net, data):
    """The step of every trainer of ours."""
    fast, turn = FastStep(net), cycle(zip(*data, strict=True))
    optimizer = FlatAdam([fast.vector])

    def step():
        z, z_ref = next(turn)
        loss, gradient = dv_loss(fast.forward([torch.cat([z, z_ref])]), len(z))
        fast.backward(gradient)
        optimizer.step()
        return loss

    return step


def stacked(k, width, data):
    """k ReLU critics trained at once, the step of ``estimate_mi``."""
    sizes, rng = (2, width, width, 1), np.random.default_rng(0)
    parameters = rng.normal(0, 0.02, (k, count_parameters(sizes))).astype(np.float32)
    gradient, first, second = np.zeros((3, *parameters.shape), np.float32)
    net, turn = Perceptron(sizes, parameters, gradient), cycle(zip(*data, strict=True))
    count = 0

    def step():
        nonlocal count
        z, z_ref = next(turn)
        rows = torch.cat([z, z_ref]).numpy()
        rows = np.concatenate([rows, np.ones((len(rows), 1), np.float32)], axis=1)
        _, slopes = dv_loss(net.forward(np.tile(rows, (k, 1, 1))), len(z))
        net.backward(slopes)
        count += 1
        adam_step(parameters, gradient, first, second, count, 1e-3)

    return step


def medians(steps):
    """Microseconds a step for each of several functions, interleaved."""
    times = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, step in steps.items():
            start = time.process_time()
            for _ in range(STEPS):
                step()
            times[name].append((time.process_time() - start) / STEPS * 1e6)
    return {name: float(np.median(values)) for name, values in times.items()}


def jax_scan(python, data):
    """Microseconds a step in JAX, on the same minibatches, and its version."""
    with tempfile.NamedTemporaryFile(suffix=".npz") as file:
        np.savez(file, *(side.numpy() for side in data))
        file.flush()
        command = [python, "-m", "benchmarks.engine_jax", file.name]
        us, version = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
        return float(us), version


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--peers", help="the python of the peers' environment, for JAX")
    args = parser.parse_args()
    torch.set_num_threads(1)
    kernels = {
        f"{pool['internal_api']} for {pool['architecture']}" for pool in threadpool_info() if "architecture" in pool
    }
    print(
        f"{date.today()}, {platform.machine()}, one thread, torch {torch.__version__.split('+')[0]}, "
        f"numpy {np.__version__} with {', '.join(kernels) or 'BLAS unknown'}"
    )
    for batch in (100, 256, 1000):
        data = minibatches(batch)
        us = medians(
            {
                "usual": usual(data),
                "ours": engine(dv.Net(rng=0), data),
                "any module": engine(OwnNet(), data),
            }
        )
        if args.peers:
            time_in_jax, version = jax_scan(args.peers, data)
            us[f"JAX {version} scan"] = time_in_jax
        line = ", ".join(f"{name} {value:.0f} ({us['usual'] / value:.2f}x)" for name, value in us.items())
        print(f"batch {batch} + {batch}, µs a step: {line}")
    for batch in (100, 250):
        data = minibatches(batch)
        us = medians({k: stacked(k, 48, data) for k in (1, 3, 5, 10)})
        line = ", ".join(f"{k} critics {value:.0f} ({value / us[1] / k:.2f} K)" for k, value in us.items())
        print(f"stacked, width 48, batch {batch} + {batch}, µs a step: {line}")


if __name__ == "__main__":
    main()
