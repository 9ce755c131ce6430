import numpy as np
import pytest
import torch

from dv._fast.adam import adam_step


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("betas, eps", [((0.9, 0.999), 1e-8), ((0.5, 0.9), 1e-3)])
def test_the_steps_are_those_of_torch_adamw(decay, betas, eps):
    rng = np.random.default_rng(0)
    ours = rng.normal(size=(3, 7))
    first, second = np.zeros((2, 3, 7))
    theirs = torch.nn.Parameter(torch.tensor(ours))
    optimizer = torch.optim.AdamW([theirs], betas=betas, eps=eps, weight_decay=decay)
    for step in range(1, 30):
        gradient, rate = rng.normal(size=(3, 7)), 0.1 / step
        optimizer.param_groups[0]["lr"], theirs.grad = rate, torch.tensor(gradient)
        optimizer.step()
        adam_step(ours, gradient, first, second, step, rate, betas=betas, eps=eps, decay=decay)
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-10)


def test_the_dtype_stays():
    arrays = [np.ones(4, np.float32) for _ in range(4)]
    adam_step(*arrays, 1, 0.1, decay=0.1)
    assert {a.dtype for a in arrays} == {np.dtype(np.float32)}
