"""How a critic is evaluated and differentiated in a training step, quickly.

Small critics spend most of a step outside arithmetic. Three things help: all
parameters are views of one flat vector, so that Adam is a single call; the losses
of this package hand over their derivative with respect to the critic's values, so
that no loss is differentiated automatically; and on the CPU a plain multilayer
perceptron is worked out in NumPy, its gradient written out by hand.
"""

import numpy as np
import torch
from torch import nn

from .critics import Net, every_pair, pair_scores


class FlatParameters:
    """Parameters of a live module, and their gradients, as views of two vectors."""

    def __init__(self, parameters):
        self.parameters = list(parameters)
        self.vector = nn.Parameter(nn.utils.parameters_to_vector(self.parameters).detach().clone())
        self.gradient = self.vector.grad = torch.zeros_like(self.vector)
        self.views, self.slopes = self._split(self.vector.data), self._split(self.gradient)
        self.attach()

    def _split(self, vector):
        parts = vector.split([p.numel() for p in self.parameters])
        return [part.view(p.shape) for part, p in zip(parts, self.parameters, strict=True)]

    def attach(self):
        """Take over values that someone else gave the module: a second trainer, or a new ``data``."""
        for p, view, slope in zip(self.parameters, self.views, self.slopes, strict=True):
            if (p.device, p.dtype) != (view.device, view.dtype):
                raise ValueError(
                    f"the net was moved to {p.device}, {p.dtype} after the trainer was made; "
                    "make a new trainer for it"
                )
            if p.data_ptr() != view.data_ptr():
                view.copy_(p.detach())
                p.data = view
            p.grad = slope


class EagerEngine:
    """Any module, differentiated by autograd."""

    def __init__(self, net, parameters):
        self.net, self.flat = net, FlatParameters(parameters)

    def forward(self, inputs, all_pairs=False):
        """Critic values as an array: one a row, or a table of all pairs."""
        self.values = pair_scores(self.net, *inputs) if all_pairs else self.net(*inputs)
        values = self.values.detach().cpu().numpy()
        return values[:, 0] if values.shape[1:] == (1,) and not all_pairs else values

    def backward(self, gradient):
        """Fill the flat gradient, given that of the loss with respect to the values."""
        self.flat.gradient.zero_()
        self.values.backward(torch.from_numpy(gradient).to(self.values.device).view_as(self.values))
        self.values = None


class MLPEngine:
    """A plain multilayer perceptron on the CPU, in NumPy, differentiated by hand."""

    def __init__(self, activation, parameters):
        self.flat = FlatParameters(parameters)
        views = [view.numpy() for view in self.flat.views]
        slopes = [slope.numpy() for slope in self.flat.slopes]
        self.layers = list(zip(views[::2], views[1::2], slopes[::2], slopes[1::2], strict=True))
        self.activation, self.rooms = activation, {}

    def _room(self, n):
        """For n rows: ones, and each layer's output, its activation's slope, a gradient, zeros."""
        if n not in self.rooms:
            if len(self.rooms) == 4:  # minibatches come in at most two sizes
                self.rooms.clear()
            dtype = self.layers[0][0].dtype
            slope = bool if self.activation == "relu" else dtype

            def layer(width):
                shape = n, width
                return np.empty(shape, dtype), np.empty(shape, slope), np.empty(shape, dtype), np.zeros(shape, dtype)

            self.rooms[n] = np.ones(n, dtype), [layer(len(weight)) for weight, *_ in self.layers]
        return self.rooms[n]

    def forward(self, inputs, all_pairs=False):
        """Critic values as an array: one a row, or a table of all pairs."""
        if all_pairs:
            n, n_ref = map(len, inputs)
            return self.forward(every_pair(*inputs)).reshape(n, n_ref)
        z = torch.cat(inputs, dim=-1).numpy() if len(inputs) > 1 else inputs[0].numpy()
        (self.ones, self.room), self.inputs = self._room(len(z)), []
        for i, ((weight, bias, *_), (out, *room)) in enumerate(zip(self.layers, self.room, strict=True)):
            self.inputs.append(z)
            z = np.matmul(z, weight.T, out=out)
            z += bias
            if i < len(self.layers) - 1:
                self._activate(z, *room)
        return z[:, 0]

    def _activate(self, z, slope, spare, zeros):
        """Apply the activation in place and note its slope.

        An array of zeros is compared four times as quickly as the number 0.
        """
        if self.activation == "relu":
            np.maximum(z, zeros, out=z)
            np.greater(z, zeros, out=slope)
        else:
            np.exp(np.minimum(z, zeros, out=slope), out=slope)
            np.maximum(z, np.subtract(slope, 1, out=spare), out=z)

    def backward(self, gradient):
        """Fill the flat gradient, given that of the loss with respect to the values."""
        g = gradient.reshape(-1, 1)
        for i in reversed(range(len(self.layers))):
            weight, _, weight_slope, bias_slope = self.layers[i]
            np.matmul(g.T, self.inputs[i], out=weight_slope)
            np.matmul(self.ones, g, out=bias_slope)
            if i:
                _, slope, spare, _ = self.room[i - 1]
                product = np.multiply if g.shape[1] == 1 else np.matmul
                g = product(g, weight, out=spare)
                g *= slope


def _activation(net):
    """The activation of a plain perceptron, or None if ``net`` is anything else."""
    layers = list(net.layers if type(net) is Net else net) if type(net) in (Net, nn.Sequential) else []
    linear, between = layers[::2], layers[1::2]
    kinds = {type(layer) for layer in between}
    plain = (
        len(layers) % 2
        and len(kinds) == 1
        and all(type(m) is nn.Linear and m.bias is not None for m in linear)
        and linear[-1].out_features == 1
        and all(p.requires_grad for p in net.parameters())
        and len(set(net.parameters())) == 2 * len(linear)
        and not any(m._forward_hooks or m._forward_pre_hooks or m._backward_hooks for m in net.modules())
    )
    if plain and kinds == {nn.ReLU}:
        return "relu"
    if plain and kinds == {nn.ELU} and all(m.alpha == 1 for m in between):
        return "elu"
    return None


def make_engine(net, by_hand=True):
    """The quickest engine for ``net``; ``by_hand=False`` insists on autograd."""
    parameters = [p for p in net.parameters() if p.requires_grad]
    activation = _activation(net) if by_hand and parameters[0].device.type == "cpu" else None
    return MLPEngine(activation, parameters) if activation else EagerEngine(net, parameters)
