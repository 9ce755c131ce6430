"""The truths of the benchmark tasks, against densities written down a second time."""

import numpy as np
import pytest
from scipy import special, stats

from benchmarks import tasks
from benchmarks.tasks import all_tasks

N = 200_000


def by_monte_carlo(task, log_joint, log_x, log_y):
    x, y = task.sample(N, 0)
    ratio = log_joint(x, y) - log_x(x) - log_y(y)
    return ratio.mean(), 4 * ratio.std() / np.sqrt(N)


def test_there_are_at_least_twenty_tasks_of_at_most_three_nats_with_names_of_their_own():
    every = all_tasks()
    assert len({t.name for t in every}) == len(every) >= 20
    assert all(0 <= t.truth <= 3 for t in every)
    assert sum(t.group == "other" for t in every) > len(every) / 2


def test_samples_have_the_stated_shape_and_one_seed_gives_one_sample():
    for task in all_tasks():
        x, y = task.sample(10, 0)
        assert x.shape == (10, task.dims[0]) and y.shape == (10, task.dims[1])
        np.testing.assert_array_equal(x, task.sample(10, 0)[0])
        assert (y != task.sample(10, 1)[1]).any()


@pytest.mark.parametrize("d, df", [(1, 1), (3, 2), (5, 2)])
def test_student(d, df):
    cov = tasks.sparse(d, d, 0.8, 1)
    joint, part = stats.multivariate_t(shape=cov, df=df), stats.multivariate_t(shape=np.eye(d), df=df)
    task = tasks.student("t", cov, d, df)
    value, error = by_monte_carlo(task, lambda x, y: joint.logpdf(np.hstack([x, y])), part.logpdf, part.logpdf)
    assert task.truth == pytest.approx(value, abs=error)


def test_mixture():
    components = [(-1, 0, 0.5, 0.3), (2, 1, 0.8, -0.6)]
    task = tasks.mixture("m", components)

    def log_joint(x, y):
        parts = [stats.multivariate_normal([a, b], s * s * np.array([[1, r], [r, 1]])) for a, b, s, r in components]
        return np.log(np.mean([p.pdf(np.hstack([x, y])) for p in parts], axis=0))

    def log_marginal(axis):
        return lambda v: np.log(np.mean([stats.norm.pdf(v[:, 0], c[axis], c[2]) for c in components], axis=0))

    value, error = by_monte_carlo(task, log_joint, log_marginal(0), log_marginal(1))
    assert task.truth == pytest.approx(value, abs=error)


def test_class_and_normal():
    means = np.array([-3.0, 0.0, 1.0])
    task = tasks.class_and_normal("c", means)
    value, error = by_monte_carlo(
        task,
        lambda x, y: stats.norm.logpdf(y[:, 0], means[x[:, 0]]) - np.log(3),
        lambda x: np.full(len(x), -np.log(3)),
        lambda y: np.log(stats.norm.pdf(y, means).mean(1)),
    )
    assert task.truth == pytest.approx(value, abs=error)


@pytest.mark.parametrize("eps", [0.1, 0.75])
def test_additive_noise(eps):
    task = tasks.additive_noise("u", eps)

    def density(y):
        return (np.minimum(1, y + eps) - np.maximum(0, y - eps)) / (2 * eps)

    y = np.linspace(-eps, 1 + eps, 200_001)
    entropy = special.entr(np.maximum(density(y), 0)).sum() * (y[1] - y[0])
    assert task.truth == pytest.approx(entropy - np.log(2 * eps), abs=1e-3)


def test_functions_with_noise():
    for task, function in (
        (tasks.noisy_function("f", np.square, 0.2), np.square),
        (tasks.product_of_signs("p", 0.2), np.prod),
    ):
        x, y = task.sample(N, 0)
        grid = np.random.default_rng(1).uniform(-1, 1, (4000, x.shape[1]))
        values = grid[:, 0] ** 2 if function is np.square else grid.prod(1)
        truth_at = x[:2000, 0] ** 2 if function is np.square else x[:2000].prod(1)
        conditional = stats.norm.logpdf(y[:2000, 0], truth_at, 0.2)
        marginal = np.log(stats.norm.pdf(y[:2000], values, 0.2).mean(1))
        ratio = conditional - marginal
        assert task.truth == pytest.approx(ratio.mean(), abs=4 * ratio.std() / np.sqrt(2000) + 0.01)


def test_maps_of_a_gaussian_are_invertible():
    x = np.random.default_rng(0).normal(size=(1000, 3))
    turned = tasks.spiral(0.3)(x)
    np.testing.assert_allclose((turned**2).sum(1), (x**2).sum(1))
    np.testing.assert_allclose(tasks.spiral(-0.3)(turned), x)
    rolled = tasks.swiss_roll(x[:, :1])
    radius = np.sqrt((rolled**2).sum(1)) * 21
    np.testing.assert_allclose(stats.norm.ppf((radius / (1.5 * np.pi) - 1) / 2), x[:, 0], atol=1e-6)


def test_dense_and_sparse_gaussians():
    assert tasks.gaussian_mi(tasks.dense(1, 1, 0.6), 1) == pytest.approx(-0.5 * np.log(1 - 0.36))
    assert tasks.gaussian_mi(tasks.sparse(3, 3, 0.8, 2), 3) == pytest.approx(-np.log(1 - 0.64))


def test_uniform_classes_by_enumeration():
    m, task = 5, tasks.uniform_class("u", 5)
    y = (np.arange(100_000) + 0.5) / 100_000 * (m + 1)
    density = np.mean([(y > x) & (y < x + 2) for x in range(m)], axis=0) / 2
    entropy = special.entr(density).mean() * (m + 1)
    assert task.truth == pytest.approx(entropy - np.log(2), abs=1e-3)
