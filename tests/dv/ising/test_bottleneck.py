import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad
from scipy.special import rel_entr

from dv.discrete import mutual_information
from dv.ising import (
    best_bit,
    best_noisy_filter,
    block_mean,
    coarse_table,
    linear_filter,
    neighbouring_blocks,
    noisy_information,
    patterns,
    surrounded_block,
)

CRITICAL = neighbouring_blocks(2, 2)
MIRROR = [1, 0, 3, 2]
WEIGHTS = st.lists(st.floats(-1, 1), min_size=4, max_size=4)


def test_noisy_information_is_the_integral_over_the_densities():
    table, w, sigma = neighbouring_blocks(1, 2), np.array([0.4, 0.9]), 0.6
    levels = patterns(2) @ w

    def density(u, v):
        a, b = (np.exp(-(((z - levels) / sigma) ** 2) / 2) / sigma / np.sqrt(2 * np.pi) for z in (u, v))
        p, p_x, p_y = a @ table @ b, a @ table.sum(1), b @ table.sum(0)
        return p * np.log(p / p_x / p_y)

    value = dblquad(density, -6, 6, -6, 6, epsabs=1e-7)[0]
    assert noisy_information(table, w, sigma) == pytest.approx(value, abs=1e-6)


def test_little_noise_leaves_the_information_of_the_levels():
    w = [0.8, 0.4, 0.2, 0.1]
    assert noisy_information(CRITICAL, w, 0.01) == pytest.approx(mutual_information(CRITICAL), abs=1e-9)
    mean = mutual_information(coarse_table(CRITICAL, block_mean))
    assert noisy_information(CRITICAL, np.full(4, 0.5), 0.02) == pytest.approx(mean, abs=1e-9)


@given(WEIGHTS, st.floats(0.1, 3), st.floats(1.1, 3))
@settings(deadline=None)
def test_more_noise_leaves_less_and_only_the_ratio_counts(weights, sigma, factor):
    weights = np.array(weights)
    value = noisy_information(CRITICAL, weights, sigma)
    assert noisy_information(CRITICAL, weights, factor * sigma) <= value + 1e-9
    assert noisy_information(CRITICAL, factor * weights, factor * sigma) == pytest.approx(value, abs=1e-9)
    assert value <= mutual_information(coarse_table(CRITICAL, lambda s: linear_filter(s, weights))) + 1e-9


@given(WEIGHTS.filter(lambda w: np.linalg.norm(w) > 0.1))
@settings(deadline=None)
def test_no_filter_of_unit_length_beats_the_best(weights):
    w = np.array(weights) / np.linalg.norm(weights)
    assert noisy_information(CRITICAL, w, 0.3) <= 0.3625391103
    assert noisy_information(CRITICAL, w, 0.3, w[MIRROR]) <= 0.3889171140


def test_one_filter_on_both_blocks_is_best_with_equal_weights():
    weights, value = best_noisy_filter(CRITICAL, 0.3, rng=0)
    assert value == pytest.approx(0.36253911, abs=1e-8)
    np.testing.assert_allclose(weights, 0.5, atol=1e-3)


def test_a_filter_and_its_mirror_image_lean_to_the_common_boundary():
    weights, value = best_noisy_filter(CRITICAL, 0.3, lambda w: w[MIRROR], rng=0)
    assert value == pytest.approx(0.38891711, abs=1e-8)
    np.testing.assert_allclose(weights, [0.2514, 0.6609, 0.2514, 0.6609], atol=1e-3)


def test_best_bit_is_the_best_of_all_functions():
    functions = np.insert(list(itertools.product((0.0, 1.0), repeat=15)), 0, 0, axis=1)[1:]
    one = functions @ CRITICAL
    cells = np.stack([one, CRITICAL.sum(axis=0) - one], axis=1)
    product = cells.sum(axis=2, keepdims=True) * CRITICAL.sum(axis=0)
    kept = rel_entr(cells, product).sum(axis=(1, 2))
    bits, value = best_bit(CRITICAL, rng=0)
    assert value == pytest.approx(kept.max(), abs=1e-12)
    assert mutual_information(coarse_table(CRITICAL.T, None, lambda s: bits)) == pytest.approx(value)


def test_best_bit_of_a_block_in_its_surroundings_is_a_linear_filter_that_ignores_the_centre():
    bits, value = best_bit(surrounded_block(3, 3), n_starts=40, rng=0)
    assert value == pytest.approx(0.52666788, abs=1e-8)
    corners_twice = linear_filter(patterns(9), [2, 1, 2, 1, 0, 1, 2, 1, 2])
    up = bits[-1] == 1
    shapes = [corners_twice > -1, corners_twice > 0]  # all ties up, or all down
    assert up and any((bits == shape).all() for shape in shapes)


def test_same_seed_same_result():
    assert best_noisy_filter(CRITICAL, 1.0, rng=3)[1] == best_noisy_filter(CRITICAL, 1.0, rng=3)[1]
    assert (best_bit(CRITICAL, 3, rng=5)[0] == best_bit(CRITICAL, 3, rng=5)[0]).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: noisy_information(CRITICAL, [1, 1, 1], 0.3), r"weights of shape \(3,\) must be 4"),
        (lambda: noisy_information(CRITICAL, [1, 1, 1, 1], 0.0), "sigma"),
        (lambda: noisy_information(CRITICAL, [1, 1, 1, 1], 1e-3), "sigma=0.001 is too small"),
        (lambda: noisy_information(CRITICAL[:3] / CRITICAL[:3].sum(), [1], 0.3), "weights of shape"),
        (lambda: best_noisy_filter(CRITICAL, 0.3, n_starts=0), "n_starts"),
        (lambda: best_bit([0.5, 0.5]), "a joint table has two axes"),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
