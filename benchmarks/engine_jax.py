"""The same step in JAX, scanned; run by :mod:`benchmarks.engine` in the peers' environment."""

import os
import sys
import time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np

ROUNDS = 15


def critic(parameters, z):
    (a, b), (c, d), (e, f) = parameters
    return (jax.nn.elu(jax.nn.elu(z @ a + b) @ c + d) @ e + f)[:, 0]


def loss(parameters, z, z_ref):
    t_ref = critic(parameters, z_ref)
    return jax.scipy.special.logsumexp(t_ref) - jnp.log(len(t_ref)) - critic(parameters, z).mean()


def adam(state, z, z_ref):
    parameters, first, second, step = state
    slope = jax.grad(loss)(parameters, z, z_ref)
    step = step + 1
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, slope)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, slope)
    rate = 1e-3 * jnp.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    move = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-8), parameters, first, second)
    return move, first, second, step


def main(path):
    data = [jnp.asarray(side) for side in np.load(path).values()]
    rng = np.random.default_rng(0)
    sizes = [(2, 100), (100, 100), (100, 1)]
    parameters = [(jnp.asarray(0.02 * rng.standard_normal(s), jnp.float32), jnp.zeros(s[1])) for s in sizes]
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = (parameters, zeros, zeros, jnp.zeros(()))
    run = jax.jit(lambda s: jax.lax.scan(lambda c, batch: (adam(c, *batch), None), s, data)[0])
    jax.block_until_ready(run(state))
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        state = jax.block_until_ready(run(state))
        times.append((time.process_time() - start) / len(data[0]) * 1e6)
    print(np.median(times), jax.__version__)


if __name__ == "__main__":
    main(sys.argv[1])
