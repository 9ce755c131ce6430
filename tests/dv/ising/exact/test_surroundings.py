import numpy as np
import pytest
from oracles import enumerate_torus

from dv.discrete import mutual_information
from dv.ising import (
    T_C,
    block_distribution,
    coarse_table,
    decimation,
    linear_filter,
    majority,
    surrounded_block,
)

CRITICAL = surrounded_block(3, 3)


def split(window, rows, cols):
    """Table of a window of rows + 2 by cols + 2 spins as block by the spins that touch it."""
    place = np.arange((rows + 2) * (cols + 2)).reshape(rows + 2, cols + 2)
    block = place[1:-1, 1:-1].ravel()
    corners = place[[0, 0, -1, -1], [0, -1, 0, -1]]
    around = np.setdiff1d(place, [*block, *corners])  # ascending: row by row
    cube = window.reshape((2,) * place.size).transpose([*block, *around, *corners])
    return cube.reshape(2 ** len(block), 2 ** len(around), 16).sum(axis=2)


@pytest.mark.parametrize("temperature", [0.5, 2.0, T_C, 10.0])
@pytest.mark.parametrize("side, rows, cols", [(3, 1, 1), (4, 2, 2), (4, 1, 2)])
def test_on_a_torus_it_is_the_enumerated_table(side, rows, cols, temperature):
    window = enumerate_torus(side, temperature, rows + 2, cols + 2)
    table = surrounded_block(rows, cols, temperature, lattice=side)
    np.testing.assert_allclose(table, split(window, rows, cols), rtol=0, atol=1e-13)


@pytest.mark.parametrize("temperature", [0.5, 2.2, T_C, 10.0])
@pytest.mark.parametrize("rows, cols", [(1, 1), (2, 1), (1, 3), (2, 2)])
def test_on_the_infinite_lattice_it_is_part_of_the_larger_window(rows, cols, temperature):
    window = block_distribution(rows + 2, cols + 2, temperature)
    np.testing.assert_allclose(surrounded_block(rows, cols, temperature), split(window, rows, cols), rtol=0, atol=1e-13)


@pytest.mark.parametrize("temperature", [0.5, T_C, 10.0])
def test_its_block_has_the_law_of_a_block(temperature):
    table = surrounded_block(3, 3, temperature)
    np.testing.assert_allclose(table.sum(axis=1), block_distribution(3, 3, temperature), rtol=0, atol=1e-13)


def test_corners_of_the_ring_tell_nothing_more():
    """I of a 2×2 block and all 12 spins of its ring, from the 4×4 window."""
    window = block_distribution(4, 4).reshape((2,) * 16)
    block = [5, 6, 9, 10]
    everything = window.transpose(block + [i for i in range(16) if i not in block]).reshape(16, -1)
    assert mutual_information(surrounded_block(2, 2)) == pytest.approx(mutual_information(everything), abs=1e-12)


def test_information_of_one_bit_filters_of_a_critical_block():
    def kept(bit):
        return mutual_information(coarse_table(CRITICAL.T, None, bit))

    assert mutual_information(CRITICAL) == pytest.approx(1.02525437, abs=1e-8)
    assert kept(majority) == pytest.approx(0.51578039, abs=1e-8)
    without_threshold = kept(lambda s: linear_filter(s, [4, 2, 3, 2, 0, 1, 3, 1, 3]) > 0)
    assert without_threshold == pytest.approx(0.52579369, abs=1e-8)
    by_site = [kept(lambda s, i=i: decimation(s, i)) for i in range(9)]
    corner, edge, centre = by_site[:2] + by_site[4:5]
    assert by_site == pytest.approx([corner, edge, corner, edge, centre, edge, corner, edge, corner])
    assert (corner, edge, centre) == pytest.approx((0.39685534, 0.37315905, 0.34284797), abs=1e-8)


def test_the_centre_of_a_block_is_screened_from_its_surroundings():
    without = CRITICAL.reshape(16, 2, 16, -1).sum(axis=1).reshape(256, -1)
    assert mutual_information(without) == pytest.approx(mutual_information(CRITICAL), abs=1e-12)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: surrounded_block(4, 4), "32 spins; at most 26"),
        (lambda: surrounded_block(2, 2, lattice=3), "4×4 window does not fit on a torus of side 3"),
        (lambda: surrounded_block(0, 1), "rows"),
        (lambda: surrounded_block(1, 1, temperature=0), "temperature"),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
