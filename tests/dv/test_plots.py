import subprocess
import sys
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
    "times": cloud(500) + np.array([1.76e9, 0]),  # seconds since 1970
}


@pytest.mark.parametrize("points", POINTS.values(), ids=POINTS)
def test_contours_lie_on_the_exact_kde(points):
    surface = kde_2d(*points.T)
    levels = np.unique(mass_levels(surface[2], SHARES))
    contours = plt.figure().gca().contour(*surface, levels=levels)
    exact = gaussian_kde(points.T)
    for level, lines in zip(contours.levels, contours.allsegs, strict=True):
        assert exact(np.vstack(lines)[::7].T) == pytest.approx(level, rel=0.01)


@pytest.mark.parametrize("points", POINTS.values(), ids=POINTS)
def test_curve_is_the_exact_kde(points):
    grid, density = kde_1d(points[:, 0])
    exact = gaussian_kde(points[:, 0])(grid[::5])
    assert density[::5] == pytest.approx(exact, rel=0.002, abs=2e-4 * exact.max())


def test_densities_need_numpy_and_scipy_alone():
    code = "import sys\nfor name in ('matplotlib', 'pandas', 'seaborn', 'KDEpy', 'torch'): sys.modules[name] = None\n"
    code += "from dv.plots import *\nimport numpy as np\nx, y = np.random.default_rng(0).normal(size=(2, 50))\n"
    code += "print(len(kde_1d(x)), kde_2d(x, y)[2].shape, len(mass_levels(kde_2d(x, y)[2], SHARES)))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("2 (128, 128) 10\n", "")


@pytest.mark.parametrize("n", [10, 300])
def test_a_density_has_mass_one_wherever_its_points_lie_between_the_grid_points(n):
    for shift in np.linspace(0, 1, 7):
        grid, density = kde_1d(np.append(cloud(n)[:, 0], 30 + shift))
        assert density.sum() * (grid[1] - grid[0]) == pytest.approx(1, abs=2e-3)  # cut at 3.5 bandwidths


def test_contours_hold_the_mass_they_say():
    _, _, density = kde_2d(*cloud(2000).T)
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


# --- the frames that people have --------------------------------------------


def texts_of(grid):
    return [text.get_text() for ax in grid.axes.flat if ax is not None for text in ax.texts]


def levels(*names, of=60):
    """A frame whose column ``kind`` names a level in each row: the last level in the last row alone."""
    return frame(cloud(of)).assign(kind=[names[0]] * (of - len(names) + 1) + list(names[1:]))


def test_a_corner_has_nothing_above_the_diagonal():
    grid = plot_samples_with_kde(frame(cloud(60)), corner=True)
    assert grid.axes[0, 1] is None
    assert [len(ax.lines) for ax in grid.diag_axes] == [1, 1]
    assert len(grid.axes[1, 0].lines) == 1


def test_where_rows_and_columns_differ_every_panel_is_a_scatter():
    df = frame(cloud(60)).assign(z=1.0)
    grid = plot_samples_with_kde(df, x_vars=["x", "z"], y_vars="y")
    assert [len(ax.lines) for ax in grid.axes.flat] == [1, 1]
    assert texts_of(grid) == []


def test_a_level_that_no_row_has_keeps_its_colour_and_is_not_in_the_legend():
    df = levels("a", "c")
    kind = pd.Categorical(df["kind"], categories=["a", "b", "c"])
    grid = plot_samples_with_kde(df.assign(kind=kind), hue="kind", palette=["red", "green", "blue"])
    assert [line.get_color() for line in grid.axes[1, 0].lines] == [(1, 0, 0), (0, 0, 1)]
    assert [text.get_text() for text in grid.legend.get_texts()] == ["a", "c"]


def test_a_level_of_one_row_is_a_line_on_the_diagonal_and_a_point_elsewhere():
    df = levels("a", "b")
    grid = plot_samples_with_kde(df, hue="kind")
    _, line = grid.diag_axes[0].lines
    assert line.get_xdata() == [df["x"].iloc[-1]] * 2
    assert np.allclose(grid.axes[0, 1].lines[0].get_xydata(), df[["y", "x"]].iloc[-1:])
    assert texts_of(grid) == []


def test_what_is_not_drawn_may_be_missing():
    df = frame(cloud(60)).assign(note=np.nan, kind=[1.0] * 50 + [np.nan] * 10)
    assert plot_samples_with_kde(df, vars=["x", "y"], hue="kind").axes.shape == (2, 2)
    df = frame(cloud(60)).assign(note=None)
    assert plot_samples_with_kde(df).x_vars == ["x", "y"]


@pytest.mark.parametrize("dtype", [object, "Int64", "boolean"])
def test_numbers_in_any_dress_are_drawn_and_rows_without_one_dropped_on_request(dtype):
    values = pd.Series([0, 1, None, 1] * 15, dtype=dtype)
    df = frame(cloud(60)).assign(z=values)
    with pytest.raises(ValueError, match="column z has values that are NaN"):
        plot_samples_with_kde(df)
    grid = plot_samples_with_kde(df, dropna=True)
    assert grid.axes[2, 0].lines[0].get_ydata().tolist() == [0, 1, 1] * 15


def test_pairs_without_a_common_row_say_so():
    grid = plot_samples_with_kde(frame([[0, np.nan], [np.nan, 1], [1, np.nan], [np.nan, 2]]), dropna=True)
    assert texts_of(grid) == ["fewer than 2 rows:\nno density"]


def test_times_on_a_large_offset_are_not_constant():
    time = 1.76e9 + np.random.default_rng(0).uniform(0, 1, 300)
    grid = plot_samples_with_kde(pd.DataFrame({"t": time, "y": cloud(300)[:, 0]}))
    grid.figure.canvas.draw()
    assert texts_of(grid) == []


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"vars": ["x", "kind"]}, TypeError, "column kind has dtype .*; only real numbers"),
        ({"vars": ["x", "z"]}, ValueError, "no columns named 'z'"),
        ({"hue": "z"}, ValueError, "no columns named 'z'"),
        ({"hue": "none"}, ValueError, "column none gives no row a colour"),
        ({"vars": []}, TypeError, "nothing to draw"),
    ],
)
def test_columns_that_cannot_be_drawn_are_refused_with_words(options, error, words):
    with pytest.raises(error, match=words):
        plot_samples_with_kde(levels("a", "b").assign(none=None), **options)
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (np.zeros((5, 2)), TypeError, "ndarray; give a data frame"),
        (frame([[0.0, 1.0], [np.nan, 2.0]]), ValueError, "column x has values that are NaN"),
        (frame([[0.0, 1.0], [3.0, np.inf]]), ValueError, "column y .* infinite"),
        (frame(cloud(5)) * 1e300, ValueError, "above 1e\\+150"),
        (pd.DataFrame(cloud(5), columns=["x", "x"]), ValueError, "2 columns named 'x'"),
        (frame(np.zeros((1, 2))), ValueError, "1 rows; a density needs at least 2"),
        (pd.DataFrame({"name": ["a", "b"]}), TypeError, "no numeric column"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_words(given, error, words):
    with pytest.raises(error, match=words):
        plot_samples_with_kde(given)
