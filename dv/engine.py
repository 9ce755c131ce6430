"""How a critic is evaluated and differentiated in a training step, quickly.

Small critics spend most of a step outside arithmetic. Two things help: all
parameters are views of one flat vector, so that Adam is a single call, and for
plain multilayer perceptrons the gradient is written out by hand. The losses of
this package hand over their derivative with respect to the critic's values, so
neither way needs automatic differentiation of the loss.
"""

import torch
from torch import nn

from .critics import Net, every_pair, pair_scores


class FlatParameters:
    """Parameters of a live module as views of one vector, with its gradient."""

    def __init__(self, parameters):
        self.parameters = list(parameters)
        self.vector = nn.Parameter(nn.utils.parameters_to_vector(self.parameters).detach().clone())
        self.gradient = self.vector.grad = torch.zeros_like(self.vector)
        self.views = self._split(self.vector.data)
        self.attach()

    def _split(self, vector):
        parts = vector.split([p.numel() for p in self.parameters])
        return [part.view(p.shape) for part, p in zip(parts, self.parameters, strict=True)]

    def attach(self):
        """Take over values that someone else gave the module: a second trainer, or a new ``data``."""
        for p, view in zip(self.parameters, self.views, strict=True):
            if p.data_ptr() == view.data_ptr():
                continue
            if (p.device, p.dtype) != (view.device, view.dtype):
                raise ValueError(
                    f"the net was moved to {p.device}, {p.dtype} after the trainer was made; "
                    "make a new trainer for it"
                )
            view.copy_(p.detach())
            p.data = view

    def gradient_views(self):
        """The flat gradient in the shapes of the parameters."""
        return self._split(self.gradient)


class EagerEngine:
    """Any module, differentiated by autograd."""

    def __init__(self, net, parameters):
        self.net, self.flat = net, FlatParameters(parameters)

    def forward(self, inputs, all_pairs=False):
        """Critic values: one a row, or a table of all pairs."""
        self.values = pair_scores(self.net, *inputs) if all_pairs else self.net(*inputs)
        return self.values.detach()

    def backward(self, gradient):
        """Fill the flat gradient, given that of the loss with respect to the values."""
        parts = torch.autograd.grad(
            self.values, self.flat.parameters, gradient.view_as(self.values), materialize_grads=True,
            allow_unused=True,
        )
        torch.cat([part.reshape(-1) for part in parts], out=self.flat.gradient)
        self.values = None


class StackedMLP:
    """K multilayer perceptrons side by side as batched matrix products, differentiated by hand.

    Parameters
    ----------
    weights, biases : lists of tensors
        A layer each, of shapes (K, out, in) and (K, 1, out).
    gradients : list of tensors
        Where to write their gradients, in the order weight, bias, weight, bias, …
    activation : "relu" or "elu"
        Between the layers.
    """

    def __init__(self, weights, biases, gradients, activation):
        self.weights, self.biases = weights, biases
        self.weight_grads, self.bias_grads = gradients[::2], gradients[1::2]
        self.activation, self.buffers = activation, {}

    def _buffers(self, z):
        """Room for each layer's output and its gradient; minibatches come in at most two sizes."""
        key = z.shape[1]
        if key not in self.buffers:
            if len(self.buffers) == 4:
                self.buffers.clear()
            self.buffers[key] = [
                (z.new_empty(*z.shape[:2], w.shape[1]), z.new_empty(*z.shape[:2], w.shape[1]))
                for w in self.weights
            ]
        return self.buffers[key]

    def forward(self, z):
        """Map (K, n, d) to values of shape (K, n)."""
        self.room, self.inputs = self._buffers(z), []
        for layer, (w, b, (out, _)) in enumerate(zip(self.weights, self.biases, self.room, strict=True)):
            if layer:
                z = z.relu_() if self.activation == "relu" else nn.functional.elu_(z)
            self.inputs.append(z)
            z = torch.baddbmm(b, z, w.mT, out=out)
        return z[..., 0]

    def backward(self, gradient):
        """Write the gradients of the parameters, given those of the values, (K, n)."""
        g = gradient.unsqueeze(-1)
        for layer in reversed(range(len(self.weights))):
            a = self.inputs[layer]
            self._weight_gradient(g, a, self.weight_grads[layer])
            torch.sum(g, 1, keepdim=True, out=self.bias_grads[layer])
            if layer:
                g = torch.bmm(g, self.weights[layer], out=self.room[layer - 1][1])
                g = self._activation_backward(g, a)

    @staticmethod
    def _weight_gradient(g, a, out):
        """gᵀ a; the matrix product is several times quicker with the wide matrix on the right."""
        if a.shape[-1] < g.shape[-1]:
            out.copy_(torch.bmm(a.mT, g).mT)
        else:
            torch.bmm(g.mT, a, out=out)

    def _activation_backward(self, g, a):
        """g times the derivative of the activation, in terms of its result a, in place."""
        if self.activation == "relu":
            return torch.ops.aten.threshold_backward.grad_input(g, a, 0, grad_input=g)
        return torch.ops.aten.elu_backward.grad_input(g, 1.0, 1.0, 1.0, True, a, grad_input=g)


class MLPEngine:
    """One plain multilayer perceptron, differentiated by hand."""

    def __init__(self, layers, activation, parameters):
        self.flat = FlatParameters(parameters)
        views = [self._stacked(v) for v in self.flat.views]
        grads = [self._stacked(v) for v in self.flat.gradient_views()]
        self.mlp = StackedMLP(views[::2], views[1::2], grads, activation)

    @staticmethod
    def _stacked(view):
        return view.reshape(1, 1, -1) if view.ndim == 1 else view.unsqueeze(0)

    def forward(self, inputs, all_pairs=False):
        """Critic values: one a row, or a table of all pairs."""
        if all_pairs:
            n, n_ref = map(len, inputs)
            return self.forward(every_pair(*inputs)).view(n, n_ref)
        return self.mlp.forward(torch.cat(inputs, dim=-1).unsqueeze(0))[0]

    def backward(self, gradient):
        """Fill the flat gradient, given that of the loss with respect to the values."""
        self.mlp.backward(gradient.view(1, -1))


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
    activation = _activation(net) if by_hand else None
    return MLPEngine(net, activation, parameters) if activation else EagerEngine(net, parameters)
