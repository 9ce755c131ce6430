"""The two-dimensional Ising model on the square lattice, sampled and solved exactly.

E = −Σ s_i s_j over nearest neighbours, temperatures in units of J / k_B, information in
nats. Everything public is named in ``__init__.pyi`` and loaded on first use.
"""

from dv._extras import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
