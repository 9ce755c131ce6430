"""A bivariate Gaussian that carries its own truth."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, overload

import numpy as np
from numpy.typing import NDArray

from ._checks import check_size
from ._random import Rng, as_generator

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class BivariateGaussian:
    r"""Two standard normal variables with correlation ρ.

    Parameters
    ----------
    rho : float
        The correlation, -1 < ρ < 1.

    Examples
    --------
    >>> round(BivariateGaussian.running_example().mutual_information(), 4)
    0.7405
    """

    rho: float

    def __post_init__(self) -> None:
        rho = float(self.rho)
        if not -1 < rho < 1:
            raise ValueError(f"rho={self.rho!r} must lie strictly between -1 and 1")
        object.__setattr__(self, "rho", rho)

    @classmethod
    def running_example(cls) -> Self:
        """The book's example: ρ = 1 - 0.19 u with u from ``default_rng(0)``, about 0.8790."""
        return cls(1 - 0.19 * np.random.default_rng(0).random())

    def sample(self, n: int, rng: Rng = None) -> NDArray[np.float64]:
        """Draw n joint samples: an array of shape (n, 2) whose columns are x and y."""
        first, second = as_generator(rng).standard_normal((2, check_size(n, "n")))
        return np.stack([first, self.rho * first + np.sqrt(1 - self.rho**2) * second], axis=1)

    def sample_reference(self, n: int, rng: Rng = None) -> NDArray[np.float64]:
        """Draw n samples of the product of the marginals: an array of shape (n, 2).

        The numbers come from children of ``rng``, so that the same seed given
        to :meth:`sample` does not make the reference a copy of the joint sample.
        """
        n = check_size(n, "n")
        children = as_generator(rng).spawn(2)
        return np.stack([child.standard_normal(n) for child in children], axis=1)

    def mutual_information(self) -> float:
        r"""The truth in nats: :math:`I(X; Y) = -\tfrac12 \log(1 - \rho^2)`."""
        return float(-0.5 * np.log1p(-(self.rho**2)))

    @overload
    def log_density_ratio(self, x: "torch.Tensor", y: "torch.Tensor") -> "torch.Tensor": ...
    @overload
    def log_density_ratio(self, x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]: ...
    @overload
    def log_density_ratio(self, x: float, y: float) -> float: ...
    def log_density_ratio(self, x: Any, y: Any) -> Any:
        r"""The optimal critic :math:`\log p(x, y) / (p(x)\,p(y))` in nats, elementwise.

        .. math:: -\tfrac12\log(1-\rho^2) - \frac{\rho^2(x^2+y^2) - 2\rho xy}{2(1-\rho^2)}

        Works for arrays and tensors alike.
        """
        quadratic = self.rho**2 * (x * x + y * y) - 2 * self.rho * x * y
        return self.mutual_information() - quadratic / (2 * (1 - self.rho**2))
