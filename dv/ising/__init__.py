"""The two-dimensional Ising model on the square lattice, sampled and solved exactly.

E = −Σ s_i s_j over nearest neighbours, temperatures in units of J / k_B, information in
nats. Everything public is loaded on first use.
"""

from importlib import import_module

_HOME = {
    "T_C": "_lattice",
    "best_bit": "bottleneck",
    "best_noisy_filter": "bottleneck",
    "block_distribution": "tables",
    "block_mean": "coarse",
    "blocks": "data",
    "coarse_table": "coarse",
    "correlation": "tables",
    "critical_windows": "data",
    "decimation": "coarse",
    "energy": "thermodynamics",
    "linear_filter": "coarse",
    "magnetization": "thermodynamics",
    "majority": "coarse",
    "neighbouring_blocks": "tables",
    "noisy_information": "bottleneck",
    "patterns": "_lattice",
    "ring_mean": "coarse",
    "sample_windows": "windows",
    "specific_heat": "thermodynamics",
    "surrounded_block": "surroundings",
    "swendsen_wang": "samplers",
    "wolff": "samplers",
}

__all__ = sorted(_HOME)


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'dv.ising' has no attribute {name!r}")
    value = getattr(import_module(f"dv.ising.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__})
