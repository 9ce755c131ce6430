import numpy as np
import pytest
import torch
from scipy import integrate, stats

from dv import BivariateGaussian


def test_running_example_is_the_one_the_book_states():
    gaussian = BivariateGaussian.running_example()
    assert gaussian.rho == pytest.approx(0.878977, abs=1e-6)
    assert gaussian.mutual_information() == pytest.approx(0.7405, abs=5e-5)


@pytest.mark.parametrize("rho", [-0.9, 0.0, 0.3, 0.99])
def test_mutual_information_is_the_integral_of_the_log_ratio(rho):
    gaussian = BivariateGaussian(rho)
    joint = stats.multivariate_normal(cov=[[1, rho], [rho, 1]])
    grid = np.linspace(-8, 8, 1601)
    x, y = np.meshgrid(grid, grid)
    density = joint.pdf(np.dstack([x, y]))
    value = integrate.simpson(integrate.simpson(density * gaussian.log_density_ratio(x, y), x=grid), x=grid)
    assert gaussian.mutual_information() == pytest.approx(value, abs=1e-6)


def test_log_density_ratio_agrees_with_the_densities_and_takes_tensors():
    gaussian, points = BivariateGaussian(-0.6), np.random.default_rng(0).normal(size=(50, 2))
    joint = stats.multivariate_normal(cov=[[1, -0.6], [-0.6, 1]])
    expected = joint.logpdf(points) - stats.norm.logpdf(points).sum(1)
    np.testing.assert_allclose(gaussian.log_density_ratio(*points.T), expected)
    np.testing.assert_allclose(gaussian.log_density_ratio(*torch.tensor(points).T), expected)


def test_samples_have_the_stated_moments():
    gaussian = BivariateGaussian(0.7)
    assert np.cov(gaussian.sample(200_000, rng=0).T) == pytest.approx(np.array([[1, 0.7], [0.7, 1]]), abs=0.01)
    assert np.cov(gaussian.sample_reference(200_000, rng=0).T) == pytest.approx(np.eye(2), abs=0.01)


def test_one_seed_for_joint_and_reference_does_not_make_them_copies():
    gaussian = BivariateGaussian.running_example()
    joint, reference = gaussian.sample(5000, rng=7), gaussian.sample_reference(5000, rng=7)
    correlations = np.corrcoef(joint.T, reference.T)[:2, 2:]
    assert np.abs(correlations).max() < 0.06


@pytest.mark.parametrize("rho", [1, -1, 2, float("nan")])
def test_a_correlation_without_density_is_refused(rho):
    with pytest.raises(ValueError, match="strictly between"):
        BivariateGaussian(rho)
