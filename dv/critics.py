"""Critics: networks that learn a log density ratio, up to a constant."""

import torch
from torch import nn
from torch.nn.utils import skip_init

from ._checks import check_positive, check_size
from ._random import torch_generator


def _linear(n_in, n_out, generator, sigma):
    """A linear layer with weights N(0, σ²) and biases 0, drawn from ``generator`` alone."""
    layer = skip_init(nn.Linear, n_in, n_out)
    nn.init.normal_(layer.weight, std=sigma, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer


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

    def __init__(self, input_size=2, hidden_size=100, sigma=0.02, rng=None):
        super().__init__()
        d, h = check_size(input_size, "input_size"), check_size(hidden_size, "hidden_size")
        sigma, generator = check_positive(sigma, "sigma"), torch_generator(rng)
        sizes = [(d, h), (h, h), (h, 1)]
        first, second, last = (_linear(a, b, generator, sigma) for a, b in sizes)
        self.layers = nn.Sequential(first, nn.ELU(), second, nn.ELU(), last)

    def forward(self, *inputs):
        """Map ``z`` of shape (n, d), or ``x, y`` side by side, to values of shape (n, 1)."""
        z = inputs[0] if len(inputs) == 1 else torch.cat(inputs, dim=-1)
        return self.layers(z)
