"""Randomness is explicit: one ``rng`` in, independent streams out, none used twice."""

from typing import TYPE_CHECKING, TypeAlias
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    import torch

Rng: TypeAlias = int | np.integer | np.random.SeedSequence | np.random.Generator | None
"""What every stochastic function takes: a seed, a generator, or None for fresh entropy."""


def as_generator(rng: Rng = None, purpose: str | None = None) -> np.random.Generator:
    """Return a NumPy generator from an int seed, a ``SeedSequence``, a generator or None.

    A generator is returned as it is, so that successive calls go on drawing
    from it. None means fresh entropy from the operating system. A seed gives each
    ``purpose`` a stream of its own, so that one seed may serve for data and
    estimator alike; without a purpose, the stream of ``numpy.random.default_rng``.
    """
    if isinstance(rng, (bool, np.random.RandomState)):
        raise TypeError(f"rng must be an int seed or a numpy Generator, not {rng!r}")
    if purpose is None or isinstance(rng, np.random.Generator):
        return np.random.default_rng(rng)
    seed = rng if isinstance(rng, np.random.SeedSequence) else np.random.SeedSequence(rng)
    key = (*seed.spawn_key, crc32(purpose.encode()))
    return np.random.default_rng(np.random.SeedSequence(seed.entropy, spawn_key=key, pool_size=seed.pool_size))


def torch_generator(rng: Rng, purpose: str) -> "torch.Generator":
    """Return a CPU ``torch.Generator`` seeded by a child of ``rng``.

    The child is spawned, so neither ``rng``'s own stream nor another child
    shares its numbers. It lives on the CPU whatever the device, so that one
    seed gives the same numbers everywhere.
    """
    import torch

    (child,) = as_generator(rng, purpose).spawn(1)
    seed = int(child.bit_generator.seed_seq.generate_state(1, np.uint64)[0])
    return torch.Generator().manual_seed(seed)
