import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dv import discrete
from dv.ising import (
    block_mean,
    coarse_table,
    decimation,
    linear_filter,
    majority,
    neighbouring_blocks,
    patterns,
    ring_mean,
)

SPINS = arrays(np.int8, st.tuples(st.integers(1, 5), st.just(9)), elements=st.sampled_from([-1, 1]))
CRITICAL = {k: neighbouring_blocks(k, k) for k in (2, 3)}
information = discrete.mutual_information


@pytest.mark.parametrize(
    "k, coarse, expected",
    [
        (2, block_mean, 0.3739136),
        (3, ring_mean, 0.4131674),
        (3, block_mean, 0.4036),
        (2, lambda s: linear_filter(s, [1, 0.3, 1, 0.3]), 0.406973),
        (2, lambda s: linear_filter(s, [1, 0.37, 0.55, 0.21]), 0.4228620),  # injective: nothing lost
        (3, lambda s: linear_filter(s, [1, 2, 4, 8, 0, 16, 32, 64, 128]), 0.5327466),  # no centre
    ],
)
def test_information_left_by_coarse_graining_critical_blocks(k, coarse, expected):
    places = len(str(expected).split(".")[1])
    value = information(coarse_table(CRITICAL[k], coarse))
    assert value == pytest.approx(expected, abs=0.6 * 10**-places)


def test_mean_of_the_near_column_beats_the_block_mean():
    table = coarse_table(CRITICAL[2], lambda s: s[:, 1] + s[:, 3], lambda s: s[:, 0] + s[:, 2])
    assert information(table) == pytest.approx(0.37966, abs=5e-6)


@given(st.lists(st.integers(-3, 3), min_size=9, max_size=9))
def test_no_filter_gains_information(weights):
    coarse = coarse_table(CRITICAL[3], lambda s: linear_filter(s, weights))
    assert information(coarse) <= information(CRITICAL[3]) + 1e-12
    one_side = coarse_table(CRITICAL[3], lambda s: linear_filter(s, weights), lambda s: s @ 2 ** np.arange(9))
    assert information(coarse) <= information(one_side) + 1e-12


@given(SPINS)
def test_maps_of_samples_are_what_they_say(spins):
    np.testing.assert_allclose(block_mean(spins), [np.mean(row) for row in spins])
    np.testing.assert_allclose(ring_mean(spins), [np.mean(np.delete(row, 4)) for row in spins])
    np.testing.assert_array_equal(majority(spins), [1 if row.sum() > 0 else -1 for row in spins.astype(int)])
    np.testing.assert_array_equal(decimation(spins, 5), spins[:, 5])
    np.testing.assert_allclose(linear_filter(spins, np.arange(9)), spins @ np.arange(9))


def test_ties_follow_the_stated_rule():
    tie = [[-1, 1, 1, -1], [1, -1, -1, 1]]
    assert majority(tie).tolist() == [-1, 1]
    assert majority(tie, tie="up").tolist() == [1, 1]
    assert majority(tie, tie="down").tolist() == [-1, -1]
    respected = majority(-patterns(4)) == -majority(patterns(4))
    assert respected.all()


@given(SPINS, st.lists(st.integers(-3, 3), min_size=9, max_size=9))
def test_a_weighted_majority_is_the_sign_of_the_weighted_sum(spins, weights):
    tenths = np.array(weights) / 10  # sums of tenths are ties only up to rounding
    total = spins.astype(int) @ weights
    expected = np.where(total == 0, spins[:, 0], np.sign(total))
    np.testing.assert_array_equal(majority(spins, weights=tenths), expected)
    np.testing.assert_array_equal(majority(spins, weights=np.ones(9)), majority(spins))


@pytest.mark.parametrize("coarse", [block_mean, ring_mean, majority, decimation])
def test_table_of_the_map_is_the_table_of_mapped_samples(coarse):
    x, y = discrete.sample_table(CRITICAL[3], 20_000, rng=0)
    u, v = coarse(patterns(9)[x]), coarse(patterns(9)[y])
    exact = coarse_table(CRITICAL[3], coarse)
    levels = np.unique(coarse(patterns(9)))
    seen = np.zeros_like(exact)
    np.add.at(seen, (np.searchsorted(levels, u), np.searchsorted(levels, v)), 1 / 20_000)
    assert exact.shape == (len(levels),) * 2
    np.testing.assert_allclose(seen, exact, atol=4 * 0.5 / np.sqrt(20_000))


def test_one_block_can_be_left_as_it_is():
    near = coarse_table(CRITICAL[2], None, block_mean)
    assert near.shape == (16, 5)
    np.testing.assert_allclose(near.sum(1), CRITICAL[2].sum(1))


def test_a_map_may_give_truth_values():
    up = coarse_table(CRITICAL[2], lambda s: s.sum(axis=-1) >= 0)
    np.testing.assert_array_equal(up, coarse_table(CRITICAL[2], lambda s: majority(s, tie="up")))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: block_mean([0, 1]), "must be \\+1 or −1"),
        (lambda: block_mean(1), "at least one spin"),
        (lambda: ring_mean(np.ones(4)), "4 spins has no centre"),
        (lambda: ring_mean(np.ones(15)), "15 spins has no centre"),
        (lambda: ring_mean(np.ones(1)), "1 spins has no centre"),
        (lambda: majority([1, -1], tie="coin"), "tie='coin' must be"),
        (lambda: majority([1, -1], weights=[1.0]), r"weights of shape \(1,\) must be 2"),
        (lambda: decimation([1, -1], site=2), "site=2 is outside"),
        (lambda: linear_filter([1, -1], [1.0]), r"weights of shape \(1,\) must be 2"),
        (lambda: linear_filter([1, -1], [1.0, np.nan]), "2 finite numbers"),
        (lambda: coarse_table(np.ones((3, 4)) / 12, block_mean), r"\(3, 4\) must be 2\*\*n"),
        (lambda: coarse_table(CRITICAL[2], None), "a map for one block"),
        (lambda: coarse_table(CRITICAL[2], np.sum), "not one value each"),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
