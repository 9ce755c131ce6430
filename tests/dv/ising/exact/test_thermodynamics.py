import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import enumerate_torus
from scipy.integrate import quad

from dv.ising import T_C, block_distribution, correlation, energy, magnetization, patterns, specific_heat

SIDES = ["infinite", 3, 4, 27, 100]


def test_critical_temperature_is_onsagers():
    assert np.sinh(2 / T_C) == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize("temperature", [0.5, 1.5, 2.2, T_C, 2.3, 10.0])
@pytest.mark.parametrize("lattice", SIDES)
def test_energy_is_that_of_the_bonds(lattice, temperature):
    """Onsager and Kaufman against the Pfaffian of one bond."""
    bonds = correlation(1, 0, temperature, lattice) + correlation(0, 1, temperature, lattice)
    assert energy(temperature, lattice) == pytest.approx(-bonds, abs=1e-12)


@given(st.floats(0.3, 20), st.sampled_from(SIDES))
@settings(deadline=None)
def test_specific_heat_is_the_slope_of_the_energy(temperature, lattice):
    if lattice == "infinite" and abs(temperature - T_C) < 0.01:
        return
    step = 1e-4 * temperature
    around = energy(temperature + step * np.array([-2, -1, 1, 2]), lattice)
    slope = around @ [1, -8, 8, -1] / (12 * step)
    assert specific_heat(temperature, lattice) == pytest.approx(slope, abs=2e-6)


@pytest.mark.parametrize("temperature", [1.0, 3.5])
def test_infinite_energy_is_the_derivative_of_onsagers_integral(temperature):
    def log_z(k):
        def gamma(angle):
            return np.arccosh(np.sinh(2 * k) + 1 / np.sinh(2 * k) - np.cos(angle))

        return np.log(2 * np.sinh(2 * k)) / 2 + quad(gamma, 0, np.pi, epsabs=1e-13)[0] / 2 / np.pi

    k, step = 1 / temperature, 1e-4
    slope = (log_z(k + step) - log_z(k - step)) / (2 * step)
    assert energy(temperature) == pytest.approx(-slope, abs=1e-6)


@pytest.mark.parametrize("temperature", [0.7, T_C, 5.0])
def test_finite_energy_is_the_enumerated_one(temperature):
    table = enumerate_torus(3, temperature, 3, 3)
    s = patterns(9).reshape(-1, 3, 3).astype(int)
    bonds = (s * np.roll(s, 1, 1) + s * np.roll(s, 1, 2)).sum((1, 2))
    mean = table @ bonds / 9
    heat = (table @ bonds**2 / 9 - 9 * mean**2) / temperature**2
    assert energy(temperature, 3) == pytest.approx(-mean, abs=1e-13)
    assert specific_heat(temperature, 3) == pytest.approx(heat, abs=1e-12)


def test_values_at_the_critical_point():
    assert energy(T_C) == pytest.approx(-(2**0.5), abs=1e-13)
    assert specific_heat(T_C) == np.inf
    assert magnetization(T_C) == 0
    below = T_C - 1e-9
    law = (8 * 2**0.5 * (T_C - below) / T_C**2) ** 0.125
    assert magnetization(below) == pytest.approx(law, rel=1e-8)


def test_magnetisation_is_that_of_the_table():
    for temperature in (1.0, 2.2):
        table = block_distribution(1, 1, temperature, phase="plus")
        assert table[1] - table[0] == pytest.approx(magnetization(temperature), abs=1e-13)


def test_limits_of_cold_and_hot():
    for lattice in SIDES:
        np.testing.assert_allclose(energy([1e-5, 1e6], lattice), [-2, 0], atol=1e-5)
        np.testing.assert_allclose(specific_heat([1e-5, 1e6], lattice), 0, atol=1e-5)
    assert magnetization([1e-5, 2.5]).tolist() == [1, 0]


@pytest.mark.parametrize("function", [energy, specific_heat, magnetization])
@pytest.mark.parametrize("temperature", [0, -1, np.nan, np.inf, [1.0, np.nan]])
def test_bad_temperatures_are_refused(function, temperature):
    with pytest.raises(ValueError, match="must be finite and above 0"):
        function(temperature)


def test_bad_lattice_is_refused():
    with pytest.raises(ValueError, match="lattice='square' must be"):
        energy(2.0, "square")
