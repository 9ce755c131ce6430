"""The fast way through a training step: the same numbers as autograd and torch's Adam, to rounding.

Small critics spend most of a step outside arithmetic. Three things help on the CPU: all
parameters are views of one flat vector, so that Adam is a few calls of NumPy; the losses
hand over their derivative with respect to the critic's values; and a plain perceptron is
worked out in NumPy, its gradient written out by hand.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .._fast.adam import adam_step
from .._fast.perceptron import Perceptron
from .._shapes import Array
from ..critics import Net, every_pair, pair_scores


def trainable(net: nn.Module) -> list[nn.Parameter]:
    """The parameters that training moves."""
    return [p for p in net.parameters() if p.requires_grad]


class FlatAdam(torch.optim.Adam):
    """torch's Adam, whose plain case goes without the overhead of the general one.

    With small critics that overhead is a tenth of a training step. State and
    arguments are those of ``torch.optim.Adam``; all but the plain case is left to it.
    """

    SPECIAL = ("weight_decay", "amsgrad", "maximize", "foreach", "capturable", "differentiable", "fused")

    @staticmethod
    def profile_hook_step(func: Callable[..., Any]) -> Callable[..., Any]:
        """Leave the step as it is: its label in a profile would cost half as much as the step."""
        return func

    def step(self, closure: Any = None) -> Any:
        """Move the vector by one step."""
        (group,) = self.param_groups
        (vector,) = group["params"]
        if closure or any(group[name] for name in self.SPECIAL):
            return super().step(closure)
        state = self.state[vector]
        if not state:
            zeros = {name: torch.zeros_like(vector) for name in ("exp_avg", "exp_avg_sq")}
            state.update(step=torch.zeros((), dtype=torch.float32, device="cpu"), **zeros)
        state["step"] += 1
        weights, gradient, first, second = (
            a.numpy() for a in (vector.data, vector.grad, state["exp_avg"], state["exp_avg_sq"])
        )
        step, rate = state["step"].item(), float(group["lr"])
        adam_step(weights, gradient, first, second, step, rate, betas=group["betas"], eps=group["eps"])
        return None


class FastStep:
    """Values and gradients of a live module whose parameters are views of one vector."""

    def __init__(self, net: nn.Module):
        self.net, self.parameters = net, trainable(net)
        self.vector = nn.Parameter(nn.utils.parameters_to_vector(self.parameters).detach().clone())
        self.vector.grad = self.gradient = torch.zeros_like(self.vector)
        self.views, self.slopes = self.split(self.vector.data), self.split(self.gradient)
        self.plan, self.perceptron = plan(net), None
        if self.plan:
            vector, gradient = (a.numpy()[None] for a in (self.vector.data, self.gradient))
            self.perceptron = Perceptron(self.plan[1], vector, gradient, self.plan[0])
        self.attach()

    def split(self, vector: Tensor) -> list[Tensor]:
        """Views of a flat vector in the shapes of the parameters."""
        parts = vector.split([p.numel() for p in self.parameters])
        return [part.view(p.shape) for part, p in zip(parts, self.parameters, strict=True)]

    def attach(self) -> None:
        """Take over values that someone else gave the module: a second trainer, or a new ``data``."""
        for p, view, slope in zip(self.parameters, self.views, self.slopes, strict=True):
            if p.data_ptr() != view.data_ptr():
                view.copy_(p.detach())
                p.data = view
            p.grad = slope

    def forward(self, inputs: Sequence[Tensor]) -> Array:
        """Critic values as an array: (n,), or (k, n) of k critics in one module."""
        if self.perceptron:
            ones = torch.ones(len(inputs[0]), 1, dtype=self.vector.dtype, device="cpu")
            return self.perceptron.forward(np.concatenate([a.numpy() for a in (*inputs, ones)], axis=1)[None])[0]
        values = self.net(*inputs)
        self.values = values.reshape(-1) if values.numel() == len(values) else values.mT
        return self.values.detach().numpy()

    def scores(self, x: Tensor, y: Tensor) -> Array:
        """The table (n, n) of critic values of all pairs."""
        if self.perceptron:
            return self.forward(every_pair(x, y)).reshape(len(x), len(y))
        self.values = pair_scores(x, y, self.net)
        return self.values.detach().numpy()

    def backward(self, gradient: Array) -> None:
        """Fill the flat gradient, given that of the loss with respect to the values."""
        if self.perceptron:
            self.perceptron.backward(gradient.reshape(1, -1))
            return
        self.gradient.zero_()
        self.values.backward(torch.from_numpy(gradient))
        del self.values


def plan(net: nn.Module) -> tuple[str, list[int]] | None:
    """The activation and the layers of a plain perceptron, or None if ``net`` is anything else."""
    chain: Any = net.layers if type(net) is Net else net
    layers = list(chain) if type(net) in (Net, nn.Sequential) else []
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
    sizes = [m.in_features for m in linear] + [1] if plain else []
    if plain and kinds == {nn.ReLU}:
        return "relu", sizes
    if plain and kinds == {nn.ELU} and all(m.alpha == 1 for m in between):
        return "elu", sizes
    return None


def per_parameter(state: dict[str, Any], fast: FastStep) -> dict[str, Any]:
    """A state of :class:`FlatAdam` as ``torch.optim.Adam`` has it, an entry a parameter."""
    flat, group = state["state"].get(0), {**state["param_groups"][0], "params": list(range(len(fast.parameters)))}
    if not flat:
        return {"state": {}, "param_groups": [group]}
    split = {name: fast.split(value) for name, value in flat.items() if value.ndim}
    entries = {
        i: {"step": flat["step"].clone(), **{name: parts[i] for name, parts in split.items()}} for i in group["params"]
    }
    return {"state": entries, "param_groups": [group]}


def flat_state(state: dict[str, Any]) -> dict[str, Any]:
    """The inverse of :func:`per_parameter`."""
    entries, group = list(state["state"].values()), {**state["param_groups"][0], "params": [0]}
    if not entries:
        return {"state": {}, "param_groups": [group]}
    joined = {
        name: torch.cat([e[name].reshape(-1) for e in entries]) if name != "step" else value
        for name, value in entries[0].items()
    }
    return {"state": {0: joined}, "param_groups": [group]}
