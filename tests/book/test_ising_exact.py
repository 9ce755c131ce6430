"""The formulas of *The Ising model, and the exact answer*, each by a second method.

Every test names the label of the statement that it checks.
"""

import itertools

import numpy as np
import pytest
from dv_course import chapters
from scipy.special import comb, ellipk

from dv import discrete, ising
from dv.ising.exact.pfaffian import pfaffian
from dv.ising.exact.process import bond_nodes, infinite_kernel
from dv.widgets.lattice import TABLE

TEXT = " ".join((chapters.root() / "book" / "ising_exact.md").read_text().split())


def torus(side):
    """All patterns of a small torus, and their energies, bond by bond."""
    spins = ising.patterns(side * side).reshape(-1, side, side).astype(int)
    energy = np.zeros(len(spins), dtype=int)
    for i, j in itertools.product(range(side), repeat=2):
        energy -= spins[:, i, j] * (spins[:, (i + 1) % side, j] + spins[:, i, (j + 1) % side])
    return spins, energy


def test_eq_flip():
    spins, energy = torus(3)
    numbers = {pattern.tobytes(): e for pattern, e in zip(spins, energy, strict=True)}
    for pattern, e in list(zip(spins, energy, strict=True))[::17]:
        for i, j in itertools.product(range(3), repeat=2):
            turned = pattern.copy()
            turned[i, j] *= -1
            around = sum(pattern[(i + a) % 3, (j + b) % 3] for a, b in ((1, 0), (-1, 0), (0, 1), (0, -1)))
            assert numbers[turned.tobytes()] - e == 2 * pattern[i, j] * around


@pytest.mark.parametrize("temperature", [0.8, 1.7, 2.2, 2.4, 5.0])
def test_eq_yang(temperature):
    """M² is what correlations along a row tend to."""
    m = (1 - np.sinh(2 / temperature) ** -4) ** 0.125 if temperature < ising.T_C else 0.0
    assert ising.correlation(150, 0, temperature) == pytest.approx(m**2, abs=2e-4)
    assert ising.magnetization(temperature) == pytest.approx(m, abs=1e-12)


@pytest.mark.parametrize("temperature", [0.8, 2.2, 2.3, 5.0])
def test_eq_onsager_energy(temperature):
    """Against the exact energy of a large torus, which differs by e^{-L/ξ}."""
    k = 1 / temperature
    modulus = 2 * np.sinh(2 * k) / np.cosh(2 * k) ** 2
    u = -(1 + 2 / np.pi * (2 * np.tanh(2 * k) ** 2 - 1) * ellipk(modulus**2)) / np.tanh(2 * k)
    assert ising.energy(temperature, 1000) == pytest.approx(u, abs=1e-10)
    assert ising.energy(temperature) == pytest.approx(u, abs=1e-10)


def test_prop_walsh():
    n = 4
    law = np.random.default_rng(0).dirichlet(np.ones(2**n))
    spins = ising.patterns(n).astype(int)
    subsets = [list(a) for size in range(n + 1) for a in itertools.combinations(range(n), size)]
    products = np.stack([spins[:, a].prod(axis=1) for a in subsets])
    np.testing.assert_allclose(products.T @ (products @ law) / 2**n, law, atol=1e-15)


def test_prop_pfaffian():
    """A hot torus of side 9 differs by the loops around it alone, about z⁹."""
    temperature = 30.0
    x, y, vertical = np.array([(0, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0), (0, 1, 0)]).T
    matrix = infinite_kernel(bond_nodes(x, y, vertical.astype(bool)), temperature)
    np.testing.assert_allclose(matrix, -matrix.T, atol=1e-15)
    table = ising.block_distribution(3, 3, temperature, 9)
    spins = ising.patterns(9).reshape(-1, 3, 3).astype(int)
    tau = spins[:, y, x] * spins[:, y + vertical, x + 1 - vertical]
    for size in range(1, 6):
        for bonds in itertools.combinations(range(5), size):
            rows = np.array([2 * e + side for e in bonds for side in (0, 1)])
            part = matrix[np.ix_(rows, rows)]
            assert pfaffian(part) == pytest.approx(table @ tau[:, bonds].prod(axis=1), abs=1e-10)
            assert pfaffian(part) ** 2 == pytest.approx(np.linalg.det(part), abs=1e-14)


def test_prop_limits():
    def information(temperature, phase):
        return discrete.mutual_information(ising.neighbouring_blocks(2, 2, temperature, phase=phase))

    for phase, cold in (("symmetric", np.log(2)), ("plus", 0.0)):
        assert information(1e4, phase) == pytest.approx(0, abs=1e-7)
        assert information(0.3, phase) == pytest.approx(cold, abs=1e-6)


def test_eq_expected():
    table, n = np.array([[0.3, 0.2], [0.1, 0.4]]), 6

    def mean(p):
        share = np.arange(1, n + 1) / n
        return -sum(
            (comb(n, k) * q**k * (1 - q) ** (n - k)) @ (share * np.log(share))
            for q in p.ravel()
            for k in [np.arange(1, n + 1)]
        )

    value = mean(table.sum(1)) + mean(table.sum(0)) - mean(table)
    assert discrete.expected_plug_in(table, n) == pytest.approx(value, abs=1e-14)


def test_eq_bias():
    table, n = ising.neighbouring_blocks(2, 2, 4.0), 10**6
    bias = discrete.expected_plug_in(table, n) - discrete.mutual_information(table)
    assert bias == pytest.approx(15 * 15 / (2 * n), rel=0.01)


def test_eq_miller():
    x, y = np.array([0, 0, 1, 2, 2]), np.array([1, 0, 1, 1, 1])

    def entropy(labels):
        p = np.unique(labels, axis=0, return_counts=True)[1] / 5
        return -(p * np.log(p)).sum() + (len(p) - 1) / 10

    value = entropy(x) + entropy(y) - entropy(np.stack([x, y], axis=1))
    assert discrete.plug_in(x, y, "miller-madow") == pytest.approx(value, abs=1e-14)


@pytest.mark.parametrize("temperature", [1.0, 2.0, 2.26])
def test_ex_coin(temperature):
    """The identity of the exercise, and what it says of T = 2."""
    plus, whole = (ising.neighbouring_blocks(2, 2, temperature, phase=phase) for phase in ("plus", "symmetric"))
    minus, information = plus[::-1, ::-1], discrete.mutual_information
    np.testing.assert_allclose(whole, (plus + minus) / 2, atol=1e-15)
    of_one = information(np.stack([plus.sum(1), minus.sum(1)]) / 2)  # I(X; S), and I(Y; S) by reflection
    assert of_one == pytest.approx(information(np.stack([plus.sum(0), minus.sum(0)]) / 2))
    given_other = information(np.stack([plus.ravel(), minus.ravel()]) / 2) - of_one
    assert information(whole) == pytest.approx(information(plus) + of_one - given_other)
    assert information(whole) < information(plus) + np.log(2)
    if temperature == 2.0:
        values = f"$I = {information(whole):.3f}$ and $I_+ = {information(plus):.3f}$"
        assert values in TEXT and f"the coin, {of_one - given_other:.3f} nats" in TEXT
    if temperature == 1.0:
        assert [information(plus), of_one, given_other] == pytest.approx([0, np.log(2), 0], abs=1e-3)


def test_how_the_curves_leave_the_critical_temperature():
    """Exponent, slope a decade, and the numbers of the alternative texts."""

    def information(temperature, phase="symmetric"):
        return discrete.mutual_information(ising.neighbouring_blocks(2, 2, temperature, phase=phase))

    tip = information(ising.T_C)
    fall = {d: tip - information(ising.T_C - d, "plus") for d in (1e-2, 1e-5, 1e-6)}
    rise = {d: information(ising.T_C - d) - tip for d in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)}
    assert np.log10(fall[1e-5] / fall[1e-6]) == pytest.approx(1 / 4, abs=0.004)
    decades = np.diff([rise[d] / d for d in (1e-3, 1e-4, 1e-5, 1e-6)])
    assert decades == pytest.approx(0.82, abs=0.015) and np.ptp(decades[1:]) < 0.005  # logarithmic
    assert "falls slowly, from 0.22 to 0.02" in TEXT and [round(fall[d], 2) for d in (1e-2, 1e-6)] == [0.22, 0.02]
    assert "from 0.02 to 0.000005" in TEXT and round(rise[1e-2], 2) == 0.02 and round(rise[1e-6], 6) == 5e-6
    grid = np.linspace(1, 4, 61)
    curve = np.array([information(t) for t in grid])
    steepest = grid[np.diff(curve).argmin()]
    assert (np.diff(curve) < 0).all() and abs(steepest - ising.T_C) < 0.06
    assert [round(v, 2) for v in (curve[0], tip, curve[-1])] == [0.69, 0.42, 0.07]
    assert "from 0.69 at low temperature through 0.42" in TEXT and "steepest, to 0.07" in TEXT


def test_the_alternative_text_of_the_plug_in_is_what_the_page_computes():
    """Every value of the figure: by the page's own cell."""
    names = {}
    for cell in chapters.read_chapter(chapters.root() / "book" / "ising_exact.md").cells:
        if cell.cell_type == "code" and ("import dv\n" in cell.source or "seen = {}" in cell.source):
            exec(cell.source, names)
    seen = names["seen"]
    corrected, plug_in = ["miller-madow", "grassberger", "jackknife"], seen["plug-in"]
    mean = seen.loc["2 × 2 block mean"].loc[1000:]
    assert abs(mean[[*corrected, "plug-in"]].sub(mean["exact I"], axis=0)).max(axis=None) < 0.03
    assert "the plug-in value starts near 1.0 and comes close at 10000" in TEXT
    assert plug_in["2 × 2 fine", 100] == pytest.approx(1.0, abs=0.06)
    assert abs(plug_in - seen["exact I"])["2 × 2 fine", 10_000] < 0.02
    assert "it starts at 2.0 and at 100000 pairs is still at 0.76, far above the exact 0.53" in TEXT
    assert plug_in["3 × 3 fine", 100] == pytest.approx(2.0, abs=0.06)
    last = seen.loc[("3 × 3 fine", 100_000)]
    assert [round(last[name], 2) for name in ("plug-in", "exact I")] == [0.76, 0.53]
    assert [round(end, 2) for end in (last[corrected].min(), last[corrected].max())] == [0.63, 0.69]
    assert "the corrections scatter between 0.63 and 0.69" in TEXT


def test_a_value_in_bits():
    nats = discrete.mutual_information(ising.neighbouring_blocks(2, 2))
    assert f"{nats:.4f} nats are {nats / np.log(2):.3f} bits" in TEXT


def test_numbers_that_the_text_states():
    fine = {lattice: ising.neighbouring_blocks(2, 2, lattice=lattice) for lattice in ("infinite", 27, 243)}
    value = {lattice: discrete.mutual_information(table) for lattice, table in fine.items()}
    assert value[27] / value["infinite"] == pytest.approx(1.04, abs=0.001)
    assert value[243] / value["infinite"] == pytest.approx(1.004, abs=0.0005)
    large = ising.neighbouring_blocks(3, 3)
    assert round(discrete.expected_plug_in(large, 100_000), 3) == 0.756
    assert round(discrete.mutual_information(large), 3) == 0.533
    assert "0.756" in TEXT and "0.533" in TEXT and large.size == 262_144
    means = [discrete.mutual_information(ising.coarse_table(large, f)) for f in (ising.block_mean, ising.ring_mean)]
    assert means[0] < means[1] - 0.009


def test_what_is_seen_of_the_lattice(node):
    """What the text says of it, after ten seconds of 60 sweeps and at T_c, from several seeds."""
    code = """const run = (seed, algorithm, temperature, k, sweeps, every = 30) => {
      const torus = new ising.Lattice(128, seed), averages = new ising.Averages(k), counted = [];
      for (let n = 0; n < 60; n++) torus.clusters(temperature);
      for (let n = 1; n <= sweeps; n++) {
        averages.add(torus);
        if (n === 1 || n === sweeps) counted.push(averages.information);
        lattice.sweep(torus, algorithm, temperature, lattice.HELD[n % every ? "large" : "none"]);
      }
      return [...counted, averages.magnetization];
    };
    const runs = (...state) => [1, 2].map((seed) => run(seed, ...state));
    out = [
      runs("Swendsen–Wang", 2, 2, 600),
      runs("Metropolis", 2, 2, 600),
      runs("Swendsen–Wang", 4, 3, 2),
      [run(4, "Swendsen–Wang", ising.T_C, 1, 1500, 1)],
    ];"""
    clusters, single, large, long = map(np.array, node(code, ("ising", "lattice")))
    both = {
        phase: discrete.mutual_information(ising.neighbouring_blocks(2, 2, 2.0, phase=phase))
        for phase in ("plus", "symmetric")
    }
    assert "0.029 nats, the curve of the *+ phase*" in TEXT and round(both["plus"], 3) == 0.029
    assert "the square comes to 0.621" in TEXT and round(both["symmetric"], 3) == 0.621
    assert clusters[:, 0] == pytest.approx(both["plus"], abs=0.02) and (clusters[:, 1] > 0.5).all()
    assert single[:, :2] == pytest.approx(both["plus"], abs=0.02)
    hot = discrete.mutual_information(ising.neighbouring_blocks(3, 3, 4.0))
    assert "at 2.1 nats, where 0.107 is true" in TEXT and round(hot, 3) == 0.107
    assert large[:, 0] == pytest.approx(2.1, abs=0.04)
    with np.load(TABLE) as table:  # which tests/widgets/test_ising_lattice.py holds to dv.ising
        temperatures, two, three = (table[name] for name in ("temperature", "2 symmetric", "3 symmetric"))
    assert (np.diff(two) < 0).all() and (np.diff(three)[temperatures[1:] > 1.83] < 0).all()
    assert "0.701 at $T = 1.82$" in TEXT and round(three.max(), 3) == 0.701 and temperatures[three.argmax()] == 1.82
    assert "128 × 128 spins have about 0.55" in TEXT and long[0, -1] == pytest.approx(0.55, abs=0.03)
