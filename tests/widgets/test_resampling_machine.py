"""The numbers of the resampling machine, against Python's."""

import itertools

import numpy as np
import pytest
from scipy import stats

import dv
from dv.plots import kde_2d, mass_levels

RHO = 0.879
gaussian = dv.BivariateGaussian(RHO)
SHARES = [0.95, 0.75, 0.5, 0.25, 0.05]


def uniformity(draws, n, replace):
    """p-value that rows of `draws` are uniform over all tuples of indices."""
    tuples = list(itertools.product(range(n), repeat=3) if replace else itertools.permutations(range(n), 3))
    places = {indices: k for k, indices in enumerate(tuples)}
    counts = np.bincount([places[tuple(draw)] for draw in draws], minlength=len(tuples))
    return stats.chisquare(counts).pvalue


@pytest.mark.parametrize("replace", [True, False])
def test_it_draws_from_the_same_law_as_resample(node, replace):
    theirs = node(
        "const next = resampling.generator(4);"
        "out = Array.from({ length: 20000 }, () => resampling.resample(next, 5, 3, given.replace));",
        replace=replace,
    )
    rng = np.random.default_rng(5)
    ours = [dv.resample(np.arange(5), 3, replace=replace, rng=rng).tolist() for _ in range(20000)]
    assert uniformity(theirs, 5, replace) > 0.001
    assert uniformity(ours, 5, replace) > 0.001


def test_successive_draws_are_uncorrelated(node):
    J, K = node(
        "const next = resampling.generator(9);out = [0, 1].map(() => resampling.resample(next, 1000, 50000, true));"
    )
    assert abs(np.corrcoef(J, K)[0, 1]) < 4 / np.sqrt(50000)
    assert abs(np.corrcoef(J[1:], J[:-1])[0, 1]) < 4 / np.sqrt(50000)


def test_multiplicities_are_those_of_the_draw(node):
    index, counts = node(
        "const index = resampling.resample(resampling.generator(1), 50, 120, true);"
        "out = [index, resampling.multiplicities(index, 50)];"
    )
    assert counts == np.bincount(np.bincount(index, minlength=50)).tolist()


def test_normal_numbers_are_normal(node):
    draws = node("out = resampling.normals(resampling.generator(2), 20001);")
    assert stats.kstest(draws, "norm").pvalue > 0.001


def test_the_optimal_critic_is_the_log_density_ratio(node):
    x, y = gaussian.sample_reference(50, rng=1).T
    t = node(
        "const t = resampling.optimalCritic(given.rho); out = given.x.map((x, k) => t(x, given.y[k]));",
        rho=RHO,
        x=x.tolist(),
        y=y.tolist(),
    )
    assert t == pytest.approx(gaussian.log_density_ratio(x, y), rel=1e-12)
    assert node("out = resampling.information(given.rho);", rho=RHO) == pytest.approx(
        gaussian.mutual_information(), rel=1e-12
    )


def test_the_estimate_is_the_dv_bound_of_the_same_pairs(node):
    x, y = gaussian.sample(300, rng=1).T
    J, K = np.random.default_rng(2).integers(200, size=(2, 500))
    value = node(
        "out = resampling.estimate(resampling.optimalCritic(given.rho), given.x, given.y, 200, given.J, given.K);",
        rho=RHO,
        x=x.tolist(),
        y=y.tolist(),
        J=J.tolist(),
        K=K.tolist(),
    )
    t_joint = gaussian.log_density_ratio(x[:200], y[:200])
    t_ref = gaussian.log_density_ratio(x[J], y[K])
    assert value == pytest.approx(float(dv.dv_bound(t_joint, t_ref)), rel=1e-9)


def test_log_mean_exp_survives_large_values(node):
    assert node("out = resampling.logMeanExp([1000, 1000, -1000]);") == pytest.approx(1000 + np.log(2 / 3))


@pytest.mark.parametrize(("n", "n_ref", "replace"), [(200, 100, False), (200, 200, False), (200, 1000, True)])
def test_estimates_spread_as_in_python(node, n, n_ref, replace):
    theirs = node(
        "const sets = resampling.dataSets(resampling.generator(1), given.rho, 800, given.n);"
        "out = resampling.estimates(resampling.generator(2), given.rho, sets, given.n, given.n_ref, given.replace);",
        rho=RHO,
        n=n,
        n_ref=n_ref,
        replace=replace,
    )
    rng, ours = np.random.default_rng(3), []
    for _ in range(800):
        x, y = gaussian.sample(n, rng=rng).T
        x_ref, y_ref = (dv.resample(v, n_ref, replace=replace, rng=rng) for v in (x, y))
        t = gaussian.log_density_ratio(x, y), gaussian.log_density_ratio(x_ref, y_ref)
        ours.append(float(dv.dv_bound(*t)))
    # The lower tail is heavy (e^t has few moments): quartiles, not standard deviations.
    assert np.median(theirs) == pytest.approx(np.median(ours), abs=0.2 * stats.iqr(ours))
    assert stats.iqr(theirs) == pytest.approx(stats.iqr(ours), rel=0.2)
    assert stats.ks_2samp(theirs, ours).pvalue > 0.001


CLOUDS = {
    "reference pairs": gaussian.sample_reference(10_000, rng=1),
    "joint": gaussian.sample(1000, rng=1),
    "few": gaussian.sample(8, rng=1),
    "repeated": gaussian.sample_reference(20, rng=1)[np.random.default_rng(2).integers(20, size=400)],
    "other units": gaussian.sample(300, rng=2) * [1e-3, 50] + [4, -7],
}


@pytest.mark.parametrize("points", CLOUDS.values(), ids=CLOUDS)
def test_contours_lie_on_the_exact_kde(node, points):
    x, y = points.T
    levels, contours = node(
        "const surface = density.kde2d(Float64Array.from(given.x), Float64Array.from(given.y));"
        "const levels = density.massLevels(surface.cells, given.shares);"
        "out = [levels, levels.map((level) => density.contour(surface, level))];",
        x=x.tolist(),
        y=y.tolist(),
        shares=SHARES,
    )
    exact = stats.gaussian_kde(points.T)
    for level, ends in zip(levels, contours, strict=True):
        assert exact(np.reshape(ends, (-1, 2))[::5].T) == pytest.approx(level, rel=0.02)
    assert levels == pytest.approx(mass_levels(kde_2d(x, y)[2], SHARES)[::-1], rel=0.02)


@pytest.mark.parametrize("points", CLOUDS.values(), ids=CLOUDS)
def test_curves_are_the_exact_kde(node, points):
    curve = node("out = density.kde1d(given.x);", x=points[:, 0].tolist())
    exact = stats.gaussian_kde(points[:, 0])(curve["x"])
    assert curve["density"] == pytest.approx(exact, rel=0.02, abs=5e-3 * exact.max())


def test_two_points_have_the_density_that_python_gives_them(node):
    out = node("const s = density.kde2d(Float64Array.of(0, 1), Float64Array.of(0, 1)); out = Math.max(...s.cells);")
    assert out == pytest.approx(kde_2d([0, 1], [0, 1])[2].max(), rel=0.01)


def test_the_widget_carries_the_samples_of_its_gaussian():
    machine = dv.ResamplingMachine(gaussian, n=500, n_ref=1000, replace=True, rng=7)
    columns = np.frombuffer(machine.sample, dtype="<f8").reshape(2, -1)
    assert np.array_equal(columns, gaussian.sample(2000, rng=7).T)
    assert machine.rho == RHO


def test_each_machine_has_samples_of_its_own_unless_it_is_seeded():
    first, second = dv.ResamplingMachine(), dv.ResamplingMachine()
    assert first.sample != second.sample and first.seed != second.seed
    seeded = [dv.ResamplingMachine(rng=np.random.default_rng(3)) for _ in range(2)]
    assert seeded[0].sample == seeded[1].sample and seeded[0].seed == seeded[1].seed


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"n": 3000}, "n=3000 is over the 2000"),
        ({"n": 10}, "n=10 must be at least 50"),
        ({"n_ref": 1001}, "n_ref=1001 > n=1000 needs replace=True"),
        ({"n_ref": 10_001, "replace": True}, "n_ref=10001 > 10 n = 10000"),
    ],
)
def test_what_the_machine_cannot_show_is_refused_with_words(given, words):
    with pytest.raises(ValueError, match=words):
        dv.ResamplingMachine(**given)
