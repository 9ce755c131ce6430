import numpy as np
import pandas as pd
import pytest
import torch

from dv.estimator.columns import Column, Side, columns_of


def scores(column, rows=None):
    column = Column(np.asarray(column))
    return column.scores(np.arange(len(column.index)) if rows is None else rows)


def test_ranks_become_normal_scores_and_ties_stay_ties():
    found = scores([3.0, 1.0, 1.0, 100.0])
    assert found[1] == found[2] < found[0] < found[3]
    found = scores(np.random.default_rng(0).standard_cauchy(5000))
    assert found.std() == pytest.approx(1, abs=1e-3)
    assert found.mean() == pytest.approx(0, abs=1e-3)


def test_a_single_one_among_zeros_does_not_lie_far_away():
    assert abs(scores((np.arange(5000) == 7) * 1.0)).max() <= 4.5


@pytest.mark.parametrize("warp", [np.sinh, lambda a: a**3, lambda a: 1 / (1 + np.exp(-a))])
def test_scores_and_codes_do_not_change_under_increasing_maps(warp):
    values, rows = np.random.default_rng(0).normal(size=500), np.arange(0, 500, 3)
    np.testing.assert_array_equal(scores(values, rows), scores(warp(values), rows))
    for before, after in zip(Column(values).codes(rows), Column(warp(values)).codes(rows), strict=True):
        np.testing.assert_array_equal(before, after)


def test_what_some_rows_show_does_not_depend_on_the_others():
    values, rows = np.random.default_rng(0).normal(size=300), np.arange(100)
    other = values.copy()
    other[200:] = 17.0
    np.testing.assert_array_equal(scores(values, rows)[:200], scores(other, rows)[:200])
    np.testing.assert_array_equal(Column(values).codes(rows)[0][:200], Column(other).codes(rows)[0][:200])


def test_few_values_have_a_code_each_and_many_share_them_by_rank():
    codes, bits = Column(np.array(["b", "a", "c", "a"])).codes(np.arange(4))
    assert codes.tolist() == [1, 0, 2, 0] and bits == 2
    codes, bits = Column(np.random.default_rng(0).normal(size=20_000)).codes(np.arange(20_000))
    assert bits == 12
    assert np.bincount(codes).max() - np.bincount(codes).min() <= 1


def test_a_density_with_point_masses_has_flags_for_them():
    values = np.random.default_rng(0).normal(size=1000)
    values[:300] = 0
    assert Side([values]).whole.scores.shape == (1000, 2)
    assert Side([np.round(values)]).whole.scores.shape == (1000, 1)


TAKEN = {
    "list": ([3, 1, 2], [3, 1, 2]),
    "large integers": (np.array([2**53, 2**53 + 1, 2**53 + 2]), [0, 1, 2]),
    "unsigned": (np.array([2**63, 2**63 + 1, 0], np.uint64), [1, 2, 0]),
    "strings": (["b", "a", "b"], [1, 0, 1]),
    "booleans": (np.array([True, False, True]), [1, 0, 1]),
    "categories": (pd.Series(["low", "high", "low"], dtype=pd.CategoricalDtype(["low", "high"])), [0, 1, 0]),
    "nullable integers": (pd.Series([1, 2, 1], dtype="Int64"), [0, 1, 0]),
    "nullable floats": (pd.Series([0.5, 0.25, 0.5], dtype="Float64"), [1, 0, 1]),
    "pandas strings": (pd.Series(["x", "y", "x"], dtype="string"), [0, 1, 0]),
    "times": (pd.to_datetime(pd.Series(["2026-01-02", "2026-01-01", "2026-01-02"])), [1, 0, 1]),
    "frame": (pd.DataFrame({"a": [5, 4, 5]}), [1, 0, 1]),
    "masked": (np.ma.masked_array([7.0, 6.0, 7.0]), [1, 0, 1]),
    "tensor": (torch.tensor([7.0, 6.0, 7.0]), [1, 0, 1]),
    "short tensor": (torch.tensor([7.0, 6.0, 7.0], dtype=torch.bfloat16), [1, 0, 1]),
    "objects": (np.array([1, 0.5, 1], dtype=object), [1, 0, 1]),
    "negative strides": (np.array([1.0, 2.0, 1.0])[::-1][::-1], [0, 1, 0]),
    "byte order": (np.array([1.0, 2.0, 1.0], dtype=">f8"), [0, 1, 0]),
}


@pytest.mark.parametrize("given, expected", TAKEN.values(), ids=TAKEN)
def test_columns_are_taken_as_what_they_are(given, expected):
    (column,), whole = columns_of(given, "x", "refuse")
    assert whole.all()
    np.testing.assert_array_equal(*(np.unique(values, return_inverse=True)[1] for values in (column, expected)))


GAPS = {
    "nan": np.array([1.0, np.nan, 2.0]),
    "infinite": np.array([1.0, np.inf, 2.0]),
    "masked": np.ma.masked_array([1.0, 5.0, 2.0], mask=[False, True, False]),
    "nullable": pd.Series([1, None, 2], dtype="Int64"),
    "strings": pd.Series(["a", None, "b"]),
    "categories": pd.Series(["a", None, "b"], dtype="category"),
    "times": pd.to_datetime(pd.Series(["2026-01-02", None, "2026-01-01"])),
    "objects": np.array([1.0, None, 2.0], dtype=object),
    "tensor": torch.tensor([1.0, float("nan"), 2.0]),
}


@pytest.mark.parametrize("given", GAPS.values(), ids=GAPS)
def test_what_is_missing_is_found_wherever_it_hides(given):
    _, whole = columns_of(given, "x", "drop")
    assert whole.tolist() == [True, False, True]
    with pytest.raises(ValueError, match=r'x has 1 rows with .* missing, the first in row 1; .*missing="drop"'):
        columns_of(given, "x", "refuse")


@pytest.mark.parametrize(
    "given, error, words",
    [
        (np.zeros((3, 2, 2)), ValueError, r"give \(n,\) or \(n, d\)"),
        (np.zeros((0, 2)), ValueError, "empty"),
        (np.zeros((3, 0)), ValueError, "rows of nothing"),
        (pd.DataFrame(index=range(3)), ValueError, "no columns"),
        (np.array([1j, 2, 3]), TypeError, "complex128"),
        (np.array([{}, 1, 2], dtype=object), TypeError, "column of dict, int"),
        (np.array(["a", 1, 2], dtype=object), TypeError, "column of int, str"),
        (3.0, ValueError, "single number"),
    ],
)
def test_what_is_no_column_is_refused_in_words(given, error, words):
    with pytest.raises(error, match=words):
        columns_of(given, "x", "refuse")
