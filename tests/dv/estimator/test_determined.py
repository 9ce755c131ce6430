import numpy as np
import pytest

from dv import BivariateGaussian
from dv.estimator.columns import Side
from dv.estimator.determined import endless

RNG = np.random.default_rng(0)
X = RNG.normal(size=2000)


@pytest.mark.parametrize("y", [X, -X, np.exp(X), -(X**3), np.sin(3 * X), X**2, np.where(X < 0, X, 2 - X)])
def test_a_function_of_the_other_side_is_called_infinite(y):
    assert "infinite" in endless(Side([X]), Side([y]))


def test_a_column_among_others_and_a_function_of_two_are_seen():
    other = RNG.normal(size=2000)
    assert "share a column" in endless(Side([X, other]), Side([RNG.normal(size=2000), 2 * X + 1]))
    assert "function" in endless(Side([X, other]), Side([X + other]))


@pytest.mark.parametrize("noise", [0.03, 0.1, 1.0])
def test_noise_makes_it_finite(noise):
    assert endless(Side([X]), Side([np.sin(3 * X) + noise * RNG.normal(size=2000)])) is None


def test_labels_that_are_functions_of_each_other_are_finite():
    label = RNG.integers(6, size=2000)
    assert endless(Side([label]), Side([(5 * label) % 7])) is None
    assert endless(Side([X]), Side([(X > 0) * 1])) is None


@pytest.mark.parametrize("n", [30, 60, 100, 400])
def test_few_rows_with_noise_are_not_taken_for_a_function(n):
    """100 pairs with ρ = 0.5 were said to be of infinite information."""
    samples = [BivariateGaussian(rho).sample(n, rng=seed).T for rho in (0, 0.5, 0.8) for seed in range(30)]
    assert sum(endless(Side([x]), Side([y])) is not None for x, y in samples) <= 2
    x = np.random.default_rng(0).normal(size=n)
    assert all(endless(Side([x]), Side([f])) for f in (np.exp(x), x**2))
