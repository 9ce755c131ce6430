"""Critics: networks that learn a log density ratio, up to a constant."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import skip_init

from ._checks import check_positive, check_size
from ._random import Rng, torch_generator


def _linear(n_in: int, n_out: int, generator: torch.Generator, sigma: float | None = None) -> nn.Linear:
    """A linear layer with weights N(0, σ²) and biases 0, drawn from ``generator`` alone.

    The default σ² = 2 / n_in keeps the size of ReLU activations through the
    layers (He et al. 2015).
    """
    layer: Any = skip_init(nn.Linear, n_in, n_out, device="cpu", dtype=torch.float32)
    sigma = math.sqrt(2 / n_in) if sigma is None else sigma
    nn.init.normal_(layer.weight, std=sigma, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer


def _side_by_side(inputs: tuple[Tensor, ...]) -> Tensor:
    return inputs[0] if len(inputs) == 1 else torch.cat(inputs, dim=-1)


class Net(nn.Module):
    """Three linear layers with ELU between them: the course's first critic.

    Parameters
    ----------
    input_size : int
        d, the number of columns of ``z`` (of x and y together).
    hidden_size : int
        The width of the two hidden layers.
    sigma : float
        Standard deviation of the initial weights; biases start at 0.
    rng : int, numpy.random.Generator or None
        Seed or generator of the initial weights.

    Examples
    --------
    >>> Net(rng=0)(torch.zeros(4, 2)).shape
    torch.Size([4, 1])
    """

    def __init__(self, input_size: int = 2, hidden_size: int = 100, sigma: float = 0.02, rng: Rng = None):
        super().__init__()
        d, h = check_size(input_size, "input_size"), check_size(hidden_size, "hidden_size")
        sigma, generator = check_positive(sigma, "sigma"), torch_generator(rng, "weights")
        sizes = [(d, h), (h, h), (h, 1)]
        first, second, last = (_linear(a, b, generator, sigma) for a, b in sizes)
        self.layers = nn.Sequential(first, nn.ELU(), second, nn.ELU(), last)

    def forward(self, *inputs: Tensor) -> Tensor:
        """Map ``z`` of shape (n, d), or ``x, y`` side by side, to values of shape (n, 1)."""
        return self.layers(_side_by_side(inputs))


class TwoBranchNet(nn.Module):
    """A critic that looks at x and y apart before it looks at them together.

    x and y each pass through two layers of width H; the results are added and
    pass through H → H/4 → 1, with ReLU after every layer but the last.

    Parameters
    ----------
    x_size, y_size : int
        The numbers of columns of x and of y.
    hidden_size : int
        H, at least 4.
    rng : int, numpy.random.Generator or None
        Seed or generator of the initial weights.
    """

    def __init__(self, x_size: int = 1, y_size: int = 1, hidden_size: int = 100, rng: Rng = None):
        super().__init__()
        h, generator = check_size(hidden_size, "hidden_size", 4), torch_generator(rng, "weights")
        self.x_branch, self.y_branch = (
            nn.Sequential(_linear(check_size(size, name), h, generator), nn.ReLU(), _linear(h, h, generator))
            for size, name in ((x_size, "x_size"), (y_size, "y_size"))
        )
        self.head = nn.Sequential(nn.ReLU(), _linear(h, h // 4, generator), nn.ReLU(), _linear(h // 4, 1, generator))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Map rows of x and y to values of shape (n, 1)."""
        return self.head(self.x_branch(x) + self.y_branch(y))


class ResidualNet(nn.Module):
    """Three layers of width H on x and y side by side, the last two residual: h + ReLU(W h + b).

    Parameters
    ----------
    input_size : int
        The number of columns of ``z`` (of x and y together).
    hidden_size : int
        H.
    rng : int, numpy.random.Generator or None
        Seed or generator of the initial weights.
    """

    def __init__(self, input_size: int = 2, hidden_size: int = 100, rng: Rng = None):
        super().__init__()
        d, h = check_size(input_size, "input_size"), check_size(hidden_size, "hidden_size")
        generator = torch_generator(rng, "weights")
        self.first, self.second, self.third = (_linear(a, h, generator) for a in (d, h, h))
        self.last = _linear(h, 1, generator)

    def forward(self, *inputs: Tensor) -> Tensor:
        """Map ``z`` of shape (n, d), or ``x, y`` side by side, to values of shape (n, 1)."""
        h = torch.relu(self.first(_side_by_side(inputs)))
        h = h + torch.relu(self.second(h))
        return self.last(h + torch.relu(self.third(h)))


class SeparableCritic(nn.Module):
    r"""A scalar product of an embedding of x and one of y: :math:`g(x) \cdot h(y) / \sqrt{k}`.

    All n² pairs cost n evaluations of each embedding and one matrix product,
    which InfoNCE wants. The last layers start small, so that no pair starts
    with a value that dominates the mean of the exponentials.

    Parameters
    ----------
    x_size, y_size : int
        The numbers of columns of x and of y.
    hidden_size : int
        The width of the two hidden layers of each embedding.
    embedding_size : int
        k.
    rng : int, numpy.random.Generator or None
        Seed or generator of the initial weights.
    """

    def __init__(
        self, x_size: int = 1, y_size: int = 1, hidden_size: int = 100, embedding_size: int = 32, rng: Rng = None
    ):
        super().__init__()
        h, k = check_size(hidden_size, "hidden_size"), check_size(embedding_size, "embedding_size")
        generator = torch_generator(rng, "weights")
        self.g, self.h = (
            nn.Sequential(
                _linear(check_size(size, name), h, generator),
                nn.ReLU(),
                _linear(h, h, generator),
                nn.ReLU(),
                _linear(h, k, generator, 0.5 / math.sqrt(h)),
            )
            for size, name in ((x_size, "x_size"), (y_size, "y_size"))
        )

    def _embeddings(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        g, h = self.g(x), self.h(y)
        return g / math.sqrt(g.shape[1]), h

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Map row i of x and row i of y to a value: shape (n, 1)."""
        g, h = self._embeddings(x, y)
        return (g * h).sum(1, keepdim=True)

    def scores(self, x: Tensor, y: Tensor) -> Tensor:
        """Map every row of x and every row of y to a value: shape (n, n′), as in :func:`pair_scores`."""
        g, h = self._embeddings(x, y)
        return g @ h.T


def every_pair(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Rows of x and y such that every x meets every y, x varying slowest."""
    return x.repeat_interleave(len(y), 0), y.repeat(len(x), 1)


def pair_scores(x: Tensor, y: Tensor, net: Callable[..., Tensor]) -> Tensor:
    """The (n, n′) table of critic values of all pairs, by ``net.scores`` where the net has it.

    Parameters
    ----------
    x, y : tensors of shape (n, d_x) and (n′, d_y)
    net : torch.nn.Module
        The critic ``net(x, y)``.

    Returns
    -------
    tensor of shape (n, n′)
    """
    if (scores := getattr(net, "scores", None)) is not None:
        return scores(x, y)
    return net(*every_pair(x, y)).reshape(len(x), len(y))
