"""Pictures of samples: a scatter, and densities on a grid (:mod:`dv._densities`).

What draws is imported where it draws.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from ._densities import LARGEST, kde_1d, kde_2d, mass_levels
from ._extras import needed_by

if TYPE_CHECKING:
    import pandas as pd
    import seaborn as sns

__all__ = ["SHARES", "kde_1d", "kde_2d", "mass_levels", "plot_samples_with_kde"]

SHARES = tuple(np.linspace(0.95, 0.05, 10))  # of the mass, inside each contour


def plot_samples_with_kde(df: "pd.DataFrame", **kwargs: Any) -> "sns.PairGrid":
    """Draw every pair of columns: scatter below, density above and on the diagonal.

    The contours hold 95%, 85%, …, 5% of the mass. A constant column has no
    density and its panels say so; of a level of ``hue`` that is constant, or a
    single row, a line on the diagonal and its points above stand in the
    density's place. The background is transparent.

    Parameters
    ----------
    df : pandas.DataFrame
        One sample a row; its columns of numbers are drawn. It may hold repeated
        rows, as after resampling with replacement.
    **kwargs
        Passed to ``seaborn.PairGrid``: ``hue``, ``palette``, ``vars``,
        ``height``, …; ``corner=True`` leaves out the panels above the diagonal,
        and ``dropna=True`` draws the rows without missing values. Where
        ``x_vars`` and ``y_vars`` differ there is no diagonal: all panels are
        scatters.

    Returns
    -------
    seaborn.PairGrid

    Raises
    ------
    TypeError
        ``df`` is no data frame, or a column to draw is none of numbers, or none is.
    ValueError
        Fewer than two rows; a column to draw that is not there, is there twice,
        or has values that are missing, infinite or above 1e150.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> Z = np.random.default_rng(0).normal(size=(1000, 2))
    >>> grid = plot_samples_with_kde(pd.DataFrame(Z, columns=["x", "y"]), height=2)
    >>> grid.axes.shape
    (2, 2)
    """
    with needed_by("dv.plot_samples_with_kde"):
        import seaborn as sns

    x_vars, y_vars = _columns(df, kwargs)
    kwargs |= {"vars": None, "x_vars": x_vars, "y_vars": y_vars}
    numbers: Any = _numbers(df, kwargs)  # a data frame
    grid = sns.PairGrid(numbers, **kwargs)
    if grid.square_grid:
        grid.map_lower(_draw_points)
        grid.map_diag(_draw_curve)
        grid.map_upper(_draw_contours)
    else:
        grid.map(_draw_points)
    grid.figure.patch.set_alpha(0)
    for ax in filter(None, grid.axes.flat):  # a corner has none above the diagonal
        ax.patch.set_alpha(0)
    if kwargs.get("hue") is not None:
        seen = set(map(str, df[kwargs["hue"]].dropna().unique()))  # a category may name more
        grid.add_legend(label_order=[name for name in map(str, grid.hue_names) if name in seen])
    return grid


def _columns(df, options):
    """Names of the columns to draw across and down: unless told, all of numbers but ``hue``."""
    import pandas as pd

    if not isinstance(df, pd.DataFrame):
        raise TypeError(
            f'df is a {type(df).__name__}; give a data frame, for example pd.DataFrame(Z, columns=["x", "y"])'
        )
    if len(df) < 2:
        raise ValueError(f"df has {len(df)} rows; a density needs at least 2")
    hue, both = options.get("hue"), options.get("vars")
    sides = [options.get(side) if both is None else both for side in ("x_vars", "y_vars")]
    numeric = [name for k, name in enumerate(df) if name != hue and _is_numeric(df.iloc[:, k])]
    names = [numeric if side is None else [side] if np.isscalar(side) else list(side) for side in sides]
    if not all(names):
        raise TypeError("df has no numeric column; there is nothing to draw")
    for name in [*names[0], *names[1], *([] if hue is None else [hue])]:
        if (times := list(df.columns).count(name)) != 1:
            raise ValueError(f"df has {times or 'no'} columns named {name!r}; name each column once")
    if hue is not None and bool(np.all(df[hue].isna())):
        raise ValueError(f"column {hue} gives no row a colour: all its values are missing; draw without hue")
    return names


def _is_numeric(column):
    from pandas.api import types

    if column.dtype == object:
        return types.infer_dtype(column) in ("integer", "floating", "mixed-integer-float", "decimal", "boolean")
    return types.is_numeric_dtype(column) and not types.is_complex_dtype(column)


def _numbers(df, options):
    """The columns to draw, as numbers that NumPy knows, and the one that gives the colour."""
    names, hue = dict.fromkeys(options["x_vars"] + options["y_vars"]), options.get("hue")
    table = df[list(names if hue is None else names | {hue: None})].copy()
    for name in names:
        if not _is_numeric(df[name]):
            raise TypeError(f"column {name} has dtype {df[name].dtype}; only real numbers can be drawn")
        numbers = df[name].to_numpy(dtype=float, na_value=np.nan)
        drawn = numbers[~np.isnan(numbers)] if options.get("dropna") else numbers
        if not (np.abs(drawn) <= LARGEST).all():
            raise ValueError(
                f"column {name} has values that are NaN or infinite, or above {LARGEST:g}; "
                "drop or replace them, or name the columns to draw: vars=[…]"
            )
        if name != hue:
            table[name] = numbers
    return table


def _panel():
    """The axes that seaborn has made current."""
    import matplotlib.pyplot as plt

    return plt.gca()


def _draw_points(x, y, color=None, label=None):
    if len(x) == 0:  # a level of ``hue`` that no row has
        return
    # Markers of one size are stamped: several times faster than `scatter`.
    size, alpha = 15 * len(x) ** -0.25, 30 * len(x) ** -0.5  # the more points, the finer
    style = {"markersize": np.clip(size, 1.5, 4.5), "alpha": np.clip(alpha, 0.25, 0.9)}
    _panel().plot(x, y, "o", color=color, label=label, markeredgewidth=0, **style)


def _draw_curve(x, color=None, label=None):
    curve = kde_1d(x)
    if curve is not None:
        _panel().plot(*curve, color=color, label=label, lw=2)
        _panel().fill_between(*curve, color=color, alpha=0.2, lw=0)
    elif _is_level(label):
        for value in np.unique(x):
            _panel().axvline(value, color=color, label=label, lw=2)
    else:
        _say_no_density(_panel(), x)


def _draw_contours(x, y, color=None, label=None):
    surface = kde_2d(x, y)
    if surface is not None:
        levels = np.unique(mass_levels(surface[2], SHARES))
        _panel().contour(*surface, levels=levels, colors=[color], linewidths=1)
    elif _is_level(label):
        _draw_points(x, y, color, label)
    else:
        _say_no_density(_panel(), x)


def _is_level(label):
    """Whether a panel is drawn level by level of ``hue``; seaborn's label without one is none to show."""
    return label not in (None, "_nolegend_")


def _say_no_density(ax, x):
    why = "constant" if len(x) > 1 else "fewer than 2 rows"
    ax.text(0.5, 0.5, f"{why}:\nno density", transform=ax.transAxes, ha="center", va="center", color="0.4")
