import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dv import resample


@given(n=st.integers(1, 30), size=st.integers(1, 60), replace=st.booleans(), seed=st.integers(0, 99))
def test_draws_are_rows_of_the_data_and_repeat_only_with_replacement(n, size, replace, seed):
    data = np.arange(2 * n).reshape(n, 2)
    if size > n and not replace:
        with pytest.raises(ValueError, match=f"size={size} > n={n} needs replace=True"):
            resample(data, size, rng=seed)
        return
    drawn = resample(data, size, replace, rng=seed)
    assert drawn.shape == (size, 2)
    assert {tuple(row) for row in drawn} <= {tuple(row) for row in data}
    if not replace:
        assert len({tuple(row) for row in drawn}) == size


@pytest.mark.parametrize(
    "data",
    [
        np.arange(7, dtype=np.int16),
        np.ones((7, 3), np.float32),
        torch.arange(7),
        torch.ones(7, 2, 5, dtype=torch.float64),
        pd.DataFrame({"x": range(7)}),
    ],
)
def test_type_dtype_and_trailing_shape_are_kept_and_the_input_is_not_changed(data):
    before = data.copy() if hasattr(data, "copy") else data.clone()
    drawn = resample(data, 9, replace=True, rng=0)
    assert type(drawn) is type(data)
    assert drawn.shape == (9, *data.shape[1:])
    assert np.all(getattr(drawn, "dtype", 0) == getattr(data, "dtype", 0))
    assert np.all(np.asarray(data == before))


def test_same_seed_gives_the_same_rows_and_a_generator_goes_on():
    data = np.arange(100)
    np.testing.assert_array_equal(resample(data, 50, rng=1), resample(data, 50, rng=1))
    rng = np.random.default_rng(1)
    assert (resample(data, 50, rng=rng) != resample(data, 50, rng=rng)).any()


def test_each_row_is_drawn_equally_often():
    counts = np.bincount(resample(np.arange(10), 100_000, replace=True, rng=0), minlength=10)
    chi_square = ((counts - 10_000) ** 2 / 10_000).sum()
    assert chi_square < 27.9  # the 99.9% quantile at 9 degrees of freedom


def test_global_generators_are_not_touched():
    before = np.random.get_state()[1].copy(), torch.get_rng_state()
    resample(np.arange(5), 3)
    resample(torch.arange(5), 3)
    np.testing.assert_array_equal(np.random.get_state()[1], before[0])
    assert torch.equal(torch.get_rng_state(), before[1])


@pytest.mark.parametrize(
    "data, size, error, words",
    [
        ([1, 2], 0, ValueError, "size=0 must be at least 1"),
        ([1, 2], -3, ValueError, "at least 1"),
        ([], 1, ValueError, "data is empty"),
        (3.0, 1, ValueError, "single number"),
        ([1, 2], 1.5, TypeError, "whole number"),
        ([1, 2], True, TypeError, "whole number"),
        ([1, 2], 3, ValueError, "size=3 > n=2 needs replace=True"),
    ],
)
def test_bad_input_is_refused_in_words(data, size, error, words):
    with pytest.raises(error, match=words):
        resample(np.array(data), size)
