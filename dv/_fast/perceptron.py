"""Perceptrons in NumPy, several side by side, differentiated by hand.

Small networks spend most of a training step outside arithmetic: NumPy's calls cost a
fraction of those of a general framework, and K networks trained at once pay them once.
`dv.Net` and autograd are the oracle; the tests hold the two together.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .._shapes import Array, Float


def count_parameters(sizes: Sequence[int]) -> int:
    """How many numbers a perceptron with layers of these ``sizes`` has."""
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))


def layers(
    parameters: Float[Array, "K P"], sizes: Sequence[int]
) -> list[tuple[Float[Array, "K out in"], Float[Array, "K 1 out"]]]:
    """Views of parameters (K, P), a layer each: weights (K, out, in) and biases (K, 1, out)."""
    views, start = [], 0
    for n_in, n_out in pairwise(sizes):
        middle, end = start + n_in * n_out, start + (n_in + 1) * n_out
        weights = parameters[:, start:middle].reshape(-1, n_out, n_in)
        views.append((weights, parameters[:, middle:end].reshape(-1, 1, n_out)))
        start = end
    return views


class Perceptron:
    """K multilayer perceptrons with one output each.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, hidden widths, 1.
    parameters : array of shape (K, P)
        A row a network, weights (out, in) before biases, layer by layer. It is used,
        not copied: who changes it changes the networks.
    gradient : array of shape (K, P), optional
        Where :meth:`backward` writes; without it the networks can only be evaluated.
    activation : "relu" or "elu"
    """

    def __init__(
        self,
        sizes: Sequence[int],
        parameters: Float[Array, "K P"],
        gradient: Float[Array, "K P"] | None = None,
        activation: str = "relu",
    ):
        self.layers = layers(parameters, sizes)
        self.slopes = [] if gradient is None else layers(gradient, sizes)
        self.activation: str = activation
        self.rooms: dict[int, Any] = {}

    def _room(self, count: int, n: int) -> Any:
        """For n rows: ones, and each layer's output, its activation's slope, a gradient, zeros."""
        if n not in self.rooms:
            if len(self.rooms) == 4:  # minibatches come in at most two sizes
                self.rooms.clear()
            dtype = self.layers[0][0].dtype
            slope = bool if self.activation == "relu" else dtype

            def layer(width):
                shape = count, n, width
                spare = np.empty(shape, dtype) if self.slopes or self.activation == "elu" else None
                return np.empty(shape, dtype), np.empty(shape, slope), spare, np.zeros(shape, dtype)

            self.rooms[n] = np.ones((1, 1, n), dtype), [layer(weight.shape[1]) for weight, _ in self.layers]
        return self.rooms[n]

    def forward(self, z: Float[Array, "K n columns"]) -> Float[Array, "K n"]:
        """Map rows (K, n, d + 1), the last column all ones, to values (K, n).

        The column of ones carries the first layer's biases through its matrix product.
        """
        (self.ones, self.room), self.inputs = self._room(*z.shape[:2]), []
        for i, ((weight, bias), (out, *room)) in enumerate(zip(self.layers, self.room, strict=True)):
            self.inputs.append(z)
            if i == 0:
                z = np.matmul(z, np.concatenate([weight, bias.mT], axis=-1).mT, out=out)
            else:
                z = np.matmul(z, weight.mT, out=out)
                z += bias
            if i < len(self.layers) - 1:
                self._activate(z, *room)
        return z[..., 0]

    def _activate(self, z: Array, slope: Array, spare: Array | None, zeros: Array) -> None:
        """Apply the activation in place and note its slope.

        An array of zeros is compared four times as quickly as the number 0.
        """
        if self.activation == "relu":
            np.maximum(z, zeros, out=z)
            if self.slopes:
                np.greater(z, zeros, out=slope)
        else:
            np.exp(np.minimum(z, zeros, out=slope), out=slope)
            np.maximum(z, np.subtract(slope, 1, out=spare), out=z)

    def backward(self, gradient: Float[Array, "K n"]) -> None:
        """Write the gradients of the parameters, given those of the values, (K, n).

        Beneath the only output the gradient is (values' gradient × slope) × weight. The weight
        is the same for all rows, so it is left to the products that follow, which are small.
        """
        g, factor = gradient[..., None], 1
        for i in reversed(range(len(self.layers))):
            weight, (weight_slope, bias_slope) = self.layers[i][0], self.slopes[i]
            if i == 0:  # the biases are the weights of the column of ones
                both = np.matmul(g.mT, self.inputs[0])
                np.multiply(both[..., :-1], factor, out=weight_slope)
                np.multiply(both[..., -1:], factor, out=bias_slope.mT)
                return
            np.multiply(np.matmul(g.mT, self.inputs[i]), factor, out=weight_slope)
            np.multiply(np.matmul(self.ones, g).mT, factor, out=bias_slope.mT)
            _, slope, spare, _ = self.room[i - 1]
            if i == len(self.layers) - 1:
                np.copyto(spare, slope)
                g, factor = np.multiply(spare, g, out=spare), weight.mT
            else:
                g, factor = np.matmul(g, weight * factor, out=spare), 1
                g *= slope
