import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import enumerate_torus, plus_box

from dv import discrete
from dv.ising import T_C, block_distribution, correlation, magnetization, neighbouring_blocks, patterns
from dv.ising.exact.pfaffian import pfaffian, principal_pfaffians

TEMPERATURES = [0.5, 1.3, 2.0, T_C - 1e-7, T_C, T_C + 1e-4, 3.0, 10.0]


@pytest.mark.parametrize("temperature", TEMPERATURES)
@pytest.mark.parametrize("side, rows, cols", [(3, 3, 3), (4, 3, 4), (4, 2, 2)])
def test_torus_table_is_the_enumerated_one(side, rows, cols, temperature):
    exact = enumerate_torus(side, temperature, rows, cols)
    np.testing.assert_allclose(block_distribution(rows, cols, temperature, side), exact, rtol=0, atol=1e-13)


@pytest.mark.parametrize("temperature", [0.5, T_C, 10.0])
def test_torus_of_side_five_is_the_enumerated_one(temperature):
    exact = enumerate_torus(5, temperature, 3, 4)
    np.testing.assert_allclose(block_distribution(3, 4, temperature, 5), exact, rtol=0, atol=1e-13)


@given(st.floats(0.5, 10))
@settings(max_examples=60, deadline=None)
def test_torus_table_is_the_enumerated_one_at_any_temperature(temperature):
    exact = enumerate_torus(3, temperature, 3, 3)
    np.testing.assert_allclose(block_distribution(3, 3, temperature, 3), exact, rtol=0, atol=1e-13)


def test_torus_table_survives_a_boundary_condition_whose_pfaffian_vanishes():
    """Near T = 5.13031 one of the four terms has a correlator that is nearly zero."""
    for temperature in 5.130252 + np.linspace(0, 2e-6, 21):
        exact = enumerate_torus(3, temperature, 3, 3)
        np.testing.assert_allclose(block_distribution(3, 3, temperature, 3), exact, rtol=0, atol=1e-13)


@pytest.mark.parametrize("k, expected", [(1, 0.2766516), (2, 0.4228620), (3, 0.5327466)])
def test_information_between_critical_blocks(k, expected):
    assert discrete.mutual_information(neighbouring_blocks(k, k)) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("phase", ["symmetric", "plus"])
@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.2, T_C - 1e-9, T_C, T_C + 1e-9, 4.0, 10.0])
def test_large_windows_contain_small_ones(temperature, phase):
    large = block_distribution(3, 4, temperature, phase=phase).reshape((2,) * 12)
    small = block_distribution(2, 3, temperature, phase=phase)
    for outside in ((3, 7, 8, 9, 10, 11), (0, 1, 2, 3, 4, 8)):  # top left, bottom right
        inside = large.sum(axis=outside).ravel()
        np.testing.assert_allclose(inside, small, rtol=0, atol=1e-13)


@pytest.mark.parametrize("phase", ["symmetric", "plus"])
@pytest.mark.parametrize("temperature", [1.0, 2.2, T_C - 1e-9, T_C, 4.0])
def test_table_has_the_symmetries_of_the_square(temperature, phase):
    table = block_distribution(3, 3, temperature, phase=phase).reshape((2,) * 9)
    sites = np.arange(9).reshape(3, 3)
    for turned in (sites.T, sites[::-1], sites[:, ::-1]):
        np.testing.assert_allclose(table.transpose(turned.ravel()), table, rtol=0, atol=1e-13)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0, T_C - 1e-4, T_C - 1e-8, T_C - 1e-12])
def test_every_spin_of_the_plus_phase_has_the_spontaneous_magnetisation(temperature):
    table = block_distribution(3, 4, temperature, phase="plus")
    np.testing.assert_allclose(table @ patterns(12), magnetization(temperature), rtol=0, atol=1e-11)


def test_plus_phase_is_the_limit_of_plus_boundaries():
    table = block_distribution(2, 2, 1.2, phase="plus")
    small, large = (plus_box(size, size + 1 - size % 2, 2, 2, 1.2) for size in (8, 10))
    assert abs(large - table).max() < 2e-6
    assert abs(large - table).max() < abs(small - table).max() / 5


@pytest.mark.parametrize("temperature", [T_C, 3.0])
def test_phases_agree_without_magnetisation(temperature):
    symmetric, plus = (block_distribution(2, 3, temperature, phase=p) for p in ("symmetric", "plus"))
    np.testing.assert_array_equal(symmetric, plus)


def test_information_is_smooth_in_the_symmetric_ensemble_and_has_a_cusp_in_the_plus_phase():
    information = {
        phase: [discrete.mutual_information(neighbouring_blocks(2, 2, t, phase=phase)) for t in (2.0, 2.26, T_C, 2.28)]
        for phase in ("symmetric", "plus")
    }
    assert information["plus"] == pytest.approx([0.0287, 0.2079, 0.4229, 0.4035], abs=5e-5)
    assert np.all(np.diff(information["symmetric"]) < 0)


def test_nothing_is_lost_near_the_critical_temperature():
    """I(T_c + t) − I(T_c) = t (a log |t| + b): scaled by 1/t, the steps must stay equal."""
    at = discrete.mutual_information(neighbouring_blocks(2, 2))
    steps = 10.0 ** np.arange(-7, -2)
    for sign in (1, -1):
        slope = [
            (discrete.mutual_information(neighbouring_blocks(2, 2, T_C + sign * t)) - at) / (sign * t) for t in steps
        ]
        assert np.ptp(np.diff(slope)) < 0.02 * abs(np.diff(slope)).min()


def test_a_torus_grows_into_the_infinite_lattice():
    values = [
        discrete.mutual_information(neighbouring_blocks(2, 2, lattice=lattice))
        for lattice in (27, 243, 2187, "infinite")
    ]
    assert values == pytest.approx([0.4397751, 0.4247014, 0.4230659, 0.4228620], abs=1e-7)


def test_cold_and_hot_tables():
    np.testing.assert_allclose(block_distribution(2, 2, 1e-3)[[0, -1]], 0.5)
    np.testing.assert_allclose(block_distribution(2, 2, 1e9), 1 / 16, rtol=1e-8)
    assert block_distribution(2, 2, 1e-3, phase="plus")[-1] == pytest.approx(1)


def test_joint_table_keeps_the_order_of_patterns():
    joint = neighbouring_blocks(2, 2, 2.0)
    window = block_distribution(2, 4, 2.0)
    spins = patterns(8).reshape(-1, 2, 4)
    code = lambda block: (block.reshape(len(block), -1) > 0) @ (8, 4, 2, 1)  # noqa: E731
    np.testing.assert_array_equal(joint[code(spins[:, :, :2]), code(spins[:, :, 2:])], window)
    np.testing.assert_allclose(joint.sum(1), block_distribution(2, 2, 2.0), atol=1e-14)


def test_principal_pfaffians_square_to_determinants():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(10, 10))
    matrix -= matrix.T
    matrix[0, 1], matrix[1, 0] = 1e-9, -1e-9  # a pivot too small to divide by
    for code, value in enumerate(principal_pfaffians(matrix)):
        pairs = [i for i in range(4) if code >> (3 - i) & 1] + [4]
        rows = np.array([2 * i + s for i in pairs for s in (0, 1)])
        part = matrix[np.ix_(rows, rows)]
        assert value**2 == pytest.approx(np.linalg.det(part), rel=1e-9)
        assert value == pytest.approx(pfaffian(part), rel=1e-9)


@pytest.mark.parametrize("small", [1, 3, 6])
def test_pairs_of_small_pivots_wait_and_cost_no_digits(small):
    """Pivots that may not be divided by, first, last or all of them, in every order of taking."""
    rng = np.random.default_rng(small)
    matrix = rng.normal(size=(14, 14))
    matrix -= matrix.T
    for pair in rng.permutation(6)[:small]:
        matrix[2 * pair, 2 * pair + 1], matrix[2 * pair + 1, 2 * pair] = 1e-12, -1e-12
    matrix[:, 2] = matrix[2] = 0  # and one that cannot be taken at all
    for code, value in enumerate(principal_pfaffians(matrix)):
        pairs = [i for i in range(6) if code >> (5 - i) & 1] + [6]
        rows = np.array([2 * i + s for i in pairs for s in (0, 1)])
        assert value == pytest.approx(pfaffian(matrix[np.ix_(rows, rows)]), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("temperature", [10.0, 300.0, 1e4, 1e6])
def test_a_hot_torus_is_as_good_as_infinite(temperature):
    """One boundary condition alone has pivots near zero: dividing by them would cost nine digits."""
    torus, infinite = (block_distribution(3, 5, temperature, lattice) for lattice in (40, "infinite"))
    np.testing.assert_allclose(torus, infinite, rtol=0, atol=1e-16)


def test_correlations_have_their_closed_forms_at_the_critical_point():
    assert correlation(1, 0) == pytest.approx(0.5**0.5, abs=1e-13)
    assert correlation(0, 2) == pytest.approx(1 - 4 / np.pi**2, abs=1e-13)
    for n in (1, 2, 5, 20):  # McCoy and Wu, ch. XI: diagonal correlations at T_c
        steps = np.arange(1, n)
        diagonal = (2 / np.pi) ** n * np.prod((1 - 1 / (4.0 * steps**2)) ** (steps - n))
        assert correlation(n, -n) == pytest.approx(diagonal, abs=1e-12)


@pytest.mark.parametrize("temperature", [1.5, 2.5])
def test_row_correlation_is_onsagers_toeplitz_determinant(temperature):
    z = np.tanh(1 / temperature)
    a1, a2 = z * (1 - z) / (1 + z), (1 - z) / z / (1 + z)
    w = np.exp(2j * np.pi * (np.arange(2048) + 0.5) / 2048)
    root = np.sqrt((1 - a1 * w) / (1 - a1 / w)) * np.sqrt((1 - a2 / w) / (1 - a2 * w) + 0j)
    if a2 > 1:  # the branch that goes round once
        root = np.sqrt((1 - a1 * w) / (1 - a1 / w) * (1 - w / a2) / (1 - 1 / w / a2)) * -1 / w
    symbol = np.array([(root * w**-k).mean().real for k in range(-6, 7)])
    n = 6
    toeplitz = np.array([[symbol[6 + i - j] for j in range(n)] for i in range(n)])
    assert correlation(n, 0, temperature) == pytest.approx(np.linalg.det(toeplitz), abs=1e-12)


def test_correlations_far_below_the_critical_point_tend_to_the_squared_magnetisation():
    assert correlation(40, 0, 1.5) == pytest.approx(magnetization(1.5) ** 2, abs=1e-12)


def test_torus_correlations_go_round_the_shorter_way():
    assert correlation(4, 0, 2.0, 5) == pytest.approx(correlation(1, 5, 2.0, 5), abs=1e-13)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((2, 2, 0), "temperature=0 must be"),
        ((2, 2, -1.0), "temperature=-1.0 must be"),
        ((2, 2, float("nan")), "temperature=nan must be"),
        ((2, 2, float("inf")), "temperature=inf must be"),
        ((6, 6), r"2\*\*36 entries and would take about 2.2e\+03 GB"),
        ((0, 2), "rows=0 must be at least 1"),
        ((2, 2, T_C, 2), "lattice=2 must be at least 3"),
        ((2, 2, T_C, "torus"), "lattice='torus' must be"),
        ((2, 4, T_C, 3), "2×4 window does not fit on a torus of side 3"),
        ((2, 2, T_C, 8, "plus"), "phase='plus' needs lattice='infinite'"),
        ((2, 2, T_C, "infinite", "minus"), "phase='minus' must be"),
    ],
)
def test_bad_input_is_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        block_distribution(*arguments)


def test_sizes_must_be_whole_numbers():
    with pytest.raises(TypeError, match=r"rows=2\.5 must be a whole number"):
        block_distribution(2.5, 2)
    with pytest.raises(ValueError, match="at most 1000 bonds"):
        correlation(900, 900)
    with pytest.raises(ValueError, match="at most 26 spins"):
        patterns(27)
