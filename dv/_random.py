"""Randomness is explicit: one ``rng`` in, independent streams out."""

import numpy as np


def as_generator(rng=None):
    """Return a NumPy generator from an int seed, a ``SeedSequence``, a generator or None.

    A generator is returned as it is, so that successive calls go on drawing
    from it. None means fresh entropy from the operating system.
    """
    if isinstance(rng, bool) or isinstance(rng, np.random.RandomState):
        raise TypeError(f"rng must be an int seed or a numpy Generator, not {rng!r}")
    return np.random.default_rng(rng)


def torch_generator(rng=None):
    """Return a CPU ``torch.Generator`` seeded by a child of ``rng``.

    The child is spawned, so neither ``rng``'s own stream nor another child
    shares its numbers. It lives on the CPU whatever the device, so that one
    seed gives the same minibatches everywhere.
    """
    import torch

    (child,) = as_generator(rng).bit_generator.seed_seq.spawn(1)
    seed = int(child.generate_state(1, np.uint64)[0])
    return torch.Generator().manual_seed(seed)
