import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from scipy.stats import gaussian_kde

from dv.plots import SHARES, kde_1d, kde_2d, mass_levels, plot_samples_with_kde


@pytest.fixture(autouse=True)
def drawn_off_screen():
    with plt.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


def cloud(n, rho=0.879, seed=0):
    return np.random.default_rng(seed).multivariate_normal([0, 0], [[1, rho], [rho, 1]], n)


def frame(points):
    return pd.DataFrame(points, columns=["x", "y"])


POINTS = {
    "gaussian": cloud(2000),
    "few": cloud(10),
    "narrow": cloud(500, rho=0.9999),
    "heavy-tailed": np.random.default_rng(1).standard_t(3, (2000, 2)),
    "repeated": cloud(20)[np.random.default_rng(2).integers(20, size=500)],
    "other units": cloud(500) * [1e-6, 1e6] + [5, 1e7],
}


@pytest.mark.parametrize("points", POINTS.values(), ids=POINTS)
def test_contours_lie_on_the_exact_kde(points):
    surface = kde_2d(*points.T)
    levels = np.unique(mass_levels(surface[2], SHARES))
    contours = plt.figure().gca().contour(*surface, levels=levels)
    exact = gaussian_kde(points.T)
    for level, lines in zip(contours.levels, contours.allsegs, strict=True):
        assert exact(np.vstack(lines)[::7].T) == pytest.approx(level, rel=0.02)


@pytest.mark.parametrize("points", POINTS.values(), ids=POINTS)
def test_curve_is_the_exact_kde(points):
    grid, density = kde_1d(points[:, 0])
    exact = gaussian_kde(points[:, 0])(grid[::5])
    assert density[::5] == pytest.approx(exact, rel=0.01, abs=2e-3 * exact.max())


def test_contours_hold_the_mass_they_say():
    x, y, density = kde_2d(*cloud(2000).T)
    for share, level in zip(SHARES, mass_levels(density, SHARES), strict=True):
        assert density[density >= level].sum() / density.sum() == pytest.approx(share, abs=0.01)


def test_grid_is_a_pair_grid_with_points_below_and_densities_elsewhere():
    df = frame(cloud(300))
    grid = plot_samples_with_kde(df, height=2)
    assert isinstance(grid, sns.PairGrid)
    assert grid.figure.get_size_inches() == pytest.approx([4, 4])
    assert np.allclose(grid.axes[1, 0].lines[0].get_xydata(), df)
    assert len(grid.axes[0, 1].collections[0].levels) == len(SHARES)
    assert all(len(ax.lines) == 1 for ax in grid.diag_axes)


def test_background_is_transparent():
    grid = plot_samples_with_kde(frame(cloud(10)))
    patches = [grid.figure.patch, *(ax.patch for ax in grid.axes.flat)]
    assert {patch.get_alpha() for patch in patches} == {0}


def test_two_points_have_a_density():
    grid = plot_samples_with_kde(frame([[0.0, 0.0], [1.0, 1.0]]))
    assert len(grid.axes[0, 1].collections[0].levels) > 1


def test_a_constant_column_is_named_so_and_nothing_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grid = plot_samples_with_kde(pd.DataFrame({"x": cloud(30)[:, 0], "y": 0.1}))
        grid.figure.canvas.draw()
    assert [text.get_text() for text in grid.axes[0, 1].texts] == ["constant:\nno density"]
    assert len(grid.diag_axes[0].lines) == 1


def test_the_frame_is_not_changed_and_colour_can_tell_groups():
    df = frame(cloud(60)).assign(kind=["joint", "reference"] * 30)
    before = df.copy()
    grid = plot_samples_with_kde(df, hue="kind")
    pd.testing.assert_frame_equal(df, before)
    assert len(grid.axes[1, 0].lines) == 2
    assert [text.get_text() for text in grid.legend.get_texts()] == ["joint", "reference"]


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (np.zeros((5, 2)), TypeError, "ndarray; give a data frame"),
        (frame([[0.0, 1.0], [np.nan, 2.0]]), ValueError, "column x has values that are NaN"),
        (frame([[0.0, 1.0], [3.0, np.inf]]), ValueError, "column y .* infinite"),
        (frame(np.zeros((1, 2))), ValueError, "1 rows; a density needs at least 2"),
        (pd.DataFrame({"name": ["a", "b"]}), TypeError, "no numeric column"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_words(given, error, words):
    with pytest.raises(error, match=words):
        plot_samples_with_kde(given)
