"""The formulas of *How much does X tell us about Y?*, each against a second method.

Every test names the label of the statement that it checks.
"""

import re

import numpy as np
import pytest
from dv_course import chapters
from scipy import integrate, special, stats

import dv


@pytest.fixture(scope="module")
def page():
    """What the chapter's code defines, without its figures and exercises."""
    names = {"gaussian": dv.BivariateGaussian.running_example()}  # defined where its figure is drawn
    for cell in chapters.read_chapter(chapters.root() / "book" / "information.md").cells:
        shown = "hide-input" not in cell.metadata.get("tags", []) and "nbgrader" not in cell.metadata
        if cell.cell_type == "code" and shown:
            exec(cell.source, names)
    return names


def information(P):
    """I of a table by a second road: entropies."""
    entropies = [stats.entropy(np.ravel(Q)) for Q in (P.sum(1), P.sum(0), P)]
    return entropies[0] + entropies[1] - entropies[2]


def test_eq_bits():
    assert stats.entropy([0.5, 0.5]) == pytest.approx(np.log(2))
    assert stats.entropy([0.5, 0.5], base=2) == pytest.approx(1)
    assert np.log(2) == pytest.approx(0.6931, abs=5e-5)
    assert 1 / np.log(2) == pytest.approx(1.4427, abs=5e-5)


def test_eq_table():
    for seed in range(5):
        P = np.random.default_rng(seed).dirichlet(np.full(12, 0.3)).reshape(3, 4)
        P[0, 1] = 0
        P /= P.sum()
        product = np.outer(P.sum(1), P.sum(0))
        assert special.rel_entr(P, product).sum() == pytest.approx(information(P), abs=1e-12)


@pytest.mark.parametrize("rho", [-0.9, 0.3, 0.878977])
def test_prop_gaussian(rho):
    """Against entropies of the joint and the marginal laws, with other scales too."""
    scales = np.array([[4, rho * 2 * 3], [rho * 2 * 3, 9]])
    joint = stats.multivariate_normal([1, -2], scales).entropy()
    margins = stats.norm(1, 2).entropy() + stats.norm(-2, 3).entropy()
    assert dv.BivariateGaussian(rho).mutual_information() == pytest.approx(margins - joint)


def test_log_ratio_of_the_gaussian_is_that_of_its_densities():
    rho, (x, y) = 0.6, np.random.default_rng(0).normal(size=(2, 50))
    joint = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]]).logpdf(np.column_stack([x, y]))
    log_ratio = joint - stats.norm.logpdf(x) - stats.norm.logpdf(y)
    np.testing.assert_allclose(dv.BivariateGaussian(rho).log_density_ratio(x, y), log_ratio, atol=1e-12)


@pytest.mark.parametrize("c", [-0.9, 0.0, 0.6, 2**-0.5])
def test_prop_signs(c, page):
    signs = np.array([1, -1])
    P = (1 + c * np.outer(signs, signs)) / 4
    assert (P * np.outer(signs, signs)).sum() == pytest.approx(c)
    assert page["signs_information"](c) == pytest.approx(information(P), abs=1e-12)


@pytest.mark.parametrize("c", [-1, 1])
def test_signs_that_determine_each_other_tell_a_whole_bit(c, page):
    assert page["signs_information"](c) == pytest.approx(np.log(2))


def cylinder_correlation(width, T):
    """Neighbours along the ring of an infinite Ising cylinder, by its transfer matrix."""
    rows = 1 - 2 * ((np.arange(2**width)[:, None] >> np.arange(width)) & 1)
    along = (rows * np.roll(rows, 1, axis=1)).sum(axis=1)
    matrix = np.exp((rows @ rows.T + along[:, None] / 2 + along / 2) / T)
    values, vectors = np.linalg.eigh(matrix)
    assert values[-1] == max(abs(values))
    return vectors[:, -1] ** 2 @ along / width


def test_eq_neighbours(page):
    """Cylinders of growing width; what is left falls as 1/width², so it is extrapolated."""
    T_c = 2 / np.log(1 + np.sqrt(2))
    widths = np.array([6, 8, 10])
    values = [cylinder_correlation(width, T_c) for width in widths]
    limit = np.polynomial.Polynomial.fit(1.0 / widths**2, values, 2)(0.0)
    assert limit == pytest.approx(1 / np.sqrt(2), abs=2e-4)
    assert page["signs_information"](np.sqrt(0.5)) == pytest.approx(0.2767, abs=5e-5)


@pytest.mark.parametrize("rho", [-0.95, 0.3])
def test_prop_cross(rho, page):
    """The value by adaptive integration of r log r, and both ends."""
    cross = page["Cross"](rho)
    value, p = cross.mutual_information(), (1 + rho / cross.a) / 2

    def integrand(y, x):
        t = cross.log_density_ratio(x, y)
        return np.exp(t - (x**2 + y**2) / 2) / (2 * np.pi) * t

    def inner(x):
        ridges = sorted({cross.a * x, -cross.a * x})
        return integrate.quad(integrand, -9, 9, args=(x,), points=ridges, limit=200, epsabs=1e-10)[0]

    grid = np.linspace(-8, 8, 201)
    by_quadrature = np.trapezoid([inner(x) for x in grid], grid)
    assert value == pytest.approx(by_quadrature, abs=1e-7)
    ceiling = -0.5 * np.log(1 - cross.a**2)
    assert ceiling - stats.entropy([p, 1 - p]) <= value <= ceiling


def test_cross_has_normal_marginals_the_correlation_it_names_and_its_log_ratio(page):
    cross = page["Cross"](0.4)
    x, y = cross.sample(200_000, rng=0).T
    assert stats.kstest(x[:5000], "norm").pvalue > 0.01 and stats.kstest(y[:5000], "norm").pvalue > 0.01
    assert np.corrcoef(x, y)[0, 1] == pytest.approx(0.4, abs=0.01)
    t = cross.log_density_ratio(x, y)
    assert t.mean() == pytest.approx(cross.mutual_information(), abs=4 * t.std() / np.sqrt(len(t)))
    apart = np.random.default_rng(1).standard_normal((2, len(x)))
    halves = [special.expit(-u).mean() for u in (t, cross.log_density_ratio(*apart))]
    assert sum(halves) == pytest.approx(1, abs=0.005)  # r/(1+r) under the product is 1/(1+r) under the joint


@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_prop_floor(rho, page):
    """The gap is the divergence from the Gaussian, integrated on a grid."""
    cross, gaussian = page["Cross"](rho), dv.BivariateGaussian(rho)
    u = np.linspace(-8, 8, 1601)
    x, y = u[:, None], u
    t, g = cross.log_density_ratio(x, y), gaussian.log_density_ratio(x, y)
    mass = np.exp(t - (x**2 + y**2) / 2) / (2 * np.pi) * (u[1] - u[0]) ** 2
    assert mass.sum() == pytest.approx(1)
    divergence = (mass * (t - g)).sum()
    assert cross.mutual_information() == pytest.approx(gaussian.mutual_information() + divergence, abs=1e-7)
    assert divergence > 0.1
    wide = page["Cross"](rho, a=1 - 1e-9)
    assert -0.5 * np.log(1 - wide.a**2) - np.log(2) > 9


def test_prop_plugin(page):
    for seed in range(3):
        rng = np.random.default_rng(seed)
        x, y = rng.normal(size=(2, 60))
        assert page["plug_in"](x, y, 60) == pytest.approx(np.log(60))
        bins = rng.integers(0, 12, size=(2, 60))
        counts = np.histogram2d(*bins, bins=12)[0]
        assert information(counts / 60) <= np.log(60)
        coarse = [np.argsort(np.argsort(v)) * 4 // 60 for v in (x, y)]
        assert page["plug_in"](x, y, 4) == pytest.approx(information(np.histogram2d(*coarse, bins=4)[0] / 60))


def test_the_plug_in_passes_the_truth_as_the_figure_of_the_bins_says(page):
    """Its alternative text, and the sentence on where the estimate passes the truth."""
    plugged, n = page["plugged"], page["n"]
    assert plugged.index[0] == 1 and (plugged.loc[1] == 0).all()
    assert (plugged.diff().iloc[1:] > 0).all(axis=None)
    assert plugged.loc[n].tolist() == pytest.approx([np.log(n)] * 2)
    truth = page["gaussian"].mutual_information()
    assert plugged.dependent[10] < truth < plugged.dependent[20] and round(truth, 2) == 0.74
    assert not set(page["samples"]["dependent"][0]) & set(page["samples"]["independent"][0])  # a seed for each


def test_at_every_correlation_the_cross_tells_more_than_the_gaussian(page):
    assert (page["curves"]["cross"] > page["curves"]["Gaussian"]).all()


def test_every_state_of_the_interactive_says_what_its_law_tells(page, outputs):
    """At the same correlation the cross says more than the Gaussian, in either unit."""
    said = re.findall(r"The (\w+) with correlation (\S+): I\(X; Y\) is (\S+) (nats|bits)\.", outputs("information"))
    states = {(law, float(rho), unit): float(value) for law, rho, value, unit in said}
    assert len(states) == 44
    for (law, rho, unit), value in states.items():
        exact = page["LAWS"][law](rho).mutual_information() / {"nats": 1, "bits": np.log(2)}[unit]
        assert value == pytest.approx(exact, abs=6e-4)
        assert states["cross", rho, unit] > states["Gaussian", rho, unit]


def test_numbers_that_the_text_states(page):
    assert round(page["gaussian"].rho, 2) == 0.88 and round(page["gaussian"].mutual_information(), 3) == 0.741
    assert 1 - np.log(2) == pytest.approx(0.31, abs=5e-3) and 1 / np.log(2) - 1 == pytest.approx(0.44, abs=5e-3)
    assert page["Cross"](0.0).mutual_information() == pytest.approx(0.87, abs=5e-3)
    assert page["Cross"](0.0).mutual_information() > np.log(2)
    assert dv.BivariateGaussian(0.6).mutual_information() == pytest.approx(0.223, abs=5e-4)
    assert page["signs_information"](0.6) == pytest.approx(0.193, abs=5e-4)
    assert np.log(1000) == pytest.approx(6.9, abs=0.05)
