"""Shapes in signatures: ``Float[Array, "n d"]`` is an array of n rows of d numbers.

They are written for people and for type checkers. While the tests run, jaxtyping and
beartype check them at every call (``tests/conftest.py``); else neither is imported.
"""

import sys
from typing import TYPE_CHECKING

from numpy import ndarray as Array

if TYPE_CHECKING or "jaxtyping" not in sys.modules:
    from typing import Annotated as Bool
    from typing import Annotated as Float
    from typing import Annotated as Int
else:
    from jaxtyping import Bool, Float, Int

__all__ = ["Array", "Bool", "Float", "Int"]
