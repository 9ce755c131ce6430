"""Mutual information by neural estimation, with the truth beside the estimate.

Everything public is named in ``__init__.pyi`` and loaded on first use, so ``import dv``
costs next to nothing and what needs no torch is had without it.
"""

from ._extras import attach

__version__ = "0.2.0"

__getattr__, __dir__, __all__ = attach(__name__, __file__)
