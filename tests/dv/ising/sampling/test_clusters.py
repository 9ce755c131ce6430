import numpy as np
import pytest
from oracles import standard_error
from scipy.stats import chisquare

from dv.ising import T_C, block_distribution, energy, magnetization, swendsen_wang, wolff

SAMPLERS = [swendsen_wang, wolff]


def bond_energy(spins):
    s = spins.astype(int)
    return -(s * np.roll(s, 1, 1) + s * np.roll(s, 1, 2)).mean((1, 2))


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("temperature", [1.5, T_C, 6.0])
def test_all_states_of_a_small_torus_are_visited_as_often_as_they_should(sampler, temperature):
    n = 20_000
    spins = sampler(3, n, temperature, rng=0, sweeps=8, progress=False)
    codes = (spins.reshape(n, 9) > 0) @ (1 << np.arange(9)[::-1])
    expected = n * block_distribution(3, 3, temperature, 3)
    seen = np.bincount(codes, minlength=512)
    rare = expected < 5
    seen, expected = (np.append(c[~rare], c[rare].sum()) for c in (seen, expected))
    assert chisquare(seen + 1e-9, expected + 1e-9).pvalue > 1e-3


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("side, n", [(27, 10_000), (70, 1500)])
def test_energy_is_kaufmans(sampler, side, n):
    for temperature in (2.0, T_C, 3.0):
        series = bond_energy(sampler(side, n, temperature, rng=1, progress=False))
        error = standard_error(series)
        assert error < 0.01
        assert series.mean() == pytest.approx(energy(temperature, side), abs=3 * error)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_magnetisation_is_yangs(sampler):
    spins = sampler(80, 1500, 2.0, rng=2, progress=False)
    series = abs(spins.mean((1, 2)))
    assert series.mean() == pytest.approx(magnetization(2.0), abs=3 * standard_error(series))


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_same_seed_same_configurations(sampler):
    once, again = (sampler(20, 5, rng=3, progress=False) for _ in range(2))
    np.testing.assert_array_equal(once, again)
    assert set(np.unique(once)) == {-1, 1} and once.dtype == np.int8
    assert (sampler(20, 5, rng=4, progress=False) != once).any()


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_hot_and_cold_limits(sampler):
    hot = sampler(65, 20, 1e6, rng=5, sweeps=3, progress=False)
    assert abs(hot.mean()) < 4 / np.sqrt(hot.size)
    cold = sampler(65, 5, 1e-3, rng=6, progress=False)
    assert (abs(cold.mean((1, 2))) == 1).all()


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize(
    "arguments, message",
    [
        ((2, 1), "side=2 must be at least 3"),
        ((40_000, 1), "side=40000 must be at most 32767"),
        ((8, 0), "n=0 must be at least 1"),
        ((8, 1, float("nan")), "temperature=nan must be"),
    ],
)
def test_bad_input_is_refused_in_words(sampler, arguments, message):
    with pytest.raises(ValueError, match=message):
        sampler(*arguments)
