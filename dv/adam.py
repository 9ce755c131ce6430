"""Adam on one flat vector."""

import math

import numpy as np
import torch


class FlatAdam(torch.optim.Adam):
    """torch's Adam, whose plain case on the CPU goes without the overhead of the general one.

    With small critics that overhead is a tenth of a training step. State and
    arguments are those of ``torch.optim.Adam``; all but the plain case is left to it.

    References
    ----------
    Kingma and Ba (2015), algorithm 1.
    """

    SPECIAL = ("weight_decay", "amsgrad", "maximize", "foreach", "capturable", "differentiable", "fused")

    @staticmethod
    def profile_hook_step(step):
        """Leave the step as it is: its label in a profile would cost half as much as the step."""
        return step

    def step(self, closure=None):
        """Move the vector by one step."""
        (group,) = self.param_groups
        (vector,) = group["params"]
        if closure or vector.device.type != "cpu" or any(group[name] for name in self.SPECIAL):
            return super().step(closure)
        state = self.state[vector]
        if not state:
            names = ("exp_avg", "exp_avg_sq")
            state.update(step=torch.zeros(()), **{name: torch.zeros_like(vector) for name in names})
        state["step"] += 1
        step, (beta, beta_square) = state["step"].item(), group["betas"]
        weights, first, second = (a.numpy() for a in (vector.data, state["exp_avg"], state["exp_avg_sq"]))
        gradient, move = vector.grad.numpy(), np.empty_like(weights)
        first += np.multiply(np.subtract(gradient, first, out=move), 1 - beta, out=move)
        second *= beta_square
        second += np.multiply(np.multiply(gradient, gradient, out=move), 1 - beta_square, out=move)
        np.sqrt(second, out=move)
        move /= math.sqrt(1 - beta_square**step)
        move += group["eps"]
        np.divide(first, move, out=move)
        move *= float(group["lr"]) / (1 - beta**step)
        weights -= move
