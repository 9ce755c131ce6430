import numpy as np
import pytest
from scipy.optimize import minimize

from dv.estimator.concave import best_weights


def features(seed, shift):
    rng = np.random.default_rng(seed)
    ref = rng.normal(size=(2000, 3))
    return rng.normal(size=(1000, 3)) + np.array(shift), ref


@pytest.mark.parametrize("shift", [(0.3, 0.2, 0.1), (0.5, 0.0, 0.4)])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_weights_are_those_of_a_general_optimiser(shift, weighted):
    joint, ref = features(0, shift)
    drawn = np.random.default_rng(1).normal(size=len(ref)) if weighted else np.zeros(len(ref))

    def loss(w):
        return 0.1 * w @ w / 2 - joint.mean(0) @ w + np.log(np.exp(ref @ w + drawn).mean())

    expected = minimize(loss, np.full(3, 0.1), bounds=[(0, None)] * 3, tol=1e-12).x
    np.testing.assert_allclose(best_weights(joint, ref, drawn, ridge=0.1), np.minimum(expected, 1), atol=1e-3)


def test_what_does_harm_is_left_out_and_what_no_reference_limits_is_cut():
    joint, ref = features(0, (-0.4, 0.3, 0.0))
    assert best_weights(joint, ref)[0] == 0
    flag = np.array([[0.0]] * 50 + [[6.0]] * 50)
    assert best_weights(flag, np.zeros((500, 1))) == pytest.approx([1.0])
