"""The formulas of *When the bound lies*, each against enumeration or a second method.

Every test names the label of the statement that it checks.
"""

import itertools
import re

import numpy as np
import pytest
from dv_course import chapters
from scipy.special import logsumexp, rel_entr

import dv
from benchmarks import overfitting, variance

CHAPTER = chapters.root() / "book" / "overfitting.md"
TEXT = CHAPTER.read_text()
TABLE = np.array([[0.30, 0.05, 0.05], [0.05, 0.20, 0.10], [0.05, 0.05, 0.15]])
PRODUCT = np.outer(TABLE.sum(1), TABLE.sum(0))
T = np.array([[0.7, -1.0, 0.2], [0.3, 1.1, -2.0], [0.0, 0.4, 2.0]])


def cell_with(text):
    """Run the chapter's cell that holds `text` and return what it defines."""
    cells = chapters.read_chapter(CHAPTER).cells
    (source,) = [cell.source for cell in cells if cell.cell_type == "code" and text in cell.source]
    names = {"np": np, "dv": dv}
    exec(source, names)
    return names


def sample_value(t, t_ref):
    return np.mean(t) - np.log(np.mean(np.exp(t_ref)))


def population_value(t):
    return (TABLE * t).sum() - np.log((PRODUCT * np.exp(t)).sum())


def outcomes(law, size):
    """Every sequence of `size` cells with its probability."""
    for cells in itertools.product(range(law.size), repeat=size):
        yield np.array(cells), law.ravel()[list(cells)].prod()


def test_eq_population_value_is_a_lower_bound_and_eq_value_on_samples_is_what_dv_computes():
    rng, information = np.random.default_rng(0), rel_entr(TABLE, PRODUCT).sum()
    assert all(population_value(rng.normal(size=(3, 3)) * 3) < information for _ in range(200))
    assert population_value(np.log(TABLE / PRODUCT)) == pytest.approx(information)
    t, t_ref = rng.normal(size=20), rng.normal(size=50)
    assert float(dv.dv_bound(t, t_ref)) == pytest.approx(sample_value(t, t_ref))


def climb(p, r, steps=10_000):
    """Maximise Σ p t - log Σ r e^t by gradient ascent."""
    t = np.zeros(len(p))
    for _ in range(steps):
        weights = r * np.exp(t - logsumexp(t, b=r))
        t += 3 * (p - weights)
    return p @ t - logsumexp(t, b=r)


def test_prop_training_supremum():
    # 2: every joint sample among the reference; one reference atom carries no joint sample.
    p, r = np.array([1, 2, 1, 0]) / 4, np.array([1, 1, 2, 3]) / 7
    assert climb(p, r) == pytest.approx(rel_entr(p, r).sum(), abs=1e-3)
    assert rel_entr(p, r).sum() <= np.log(7)
    # 3: all n² pairs.
    n = 5
    p, r = np.eye(n).ravel() / n, np.full(n * n, 1 / n**2)
    assert climb(p, r) == pytest.approx(np.log(n), abs=1e-3)
    assert rel_entr(p, r).sum() == pytest.approx(np.log(n))
    # 1: a joint sample that the reference lacks can be raised without end.
    values = [sample_value([c, 0, 0], [0, 0, 0, 0]) for c in (0, 30, 300)]
    assert values == pytest.approx([0, 10, 100])


@pytest.mark.parametrize("n_ref", [1, 2, 4])
def test_prop_optimism_and_eq_held_out_for_one_critic(n_ref):
    """E[estimate] = L + b by enumeration of every reference sample."""
    t = T.ravel()
    mean_log = sum(chance * np.log(np.exp(t[cells]).mean()) for cells, chance in outcomes(PRODUCT, n_ref))
    mean = (TABLE * T).sum() - mean_log
    b = np.log((PRODUCT * np.exp(T)).sum()) - mean_log
    assert b >= 0
    assert mean == pytest.approx(population_value(T) + b)


def test_prop_optimism_first_order_of_the_bias():
    t, a = T / 4, (PRODUCT * np.exp(T / 4)).sum()
    leading = (PRODUCT * (np.exp(t) - a) ** 2).sum() / a**2 / 2
    errors = []
    for n_ref in (2, 4):
        mean_log = sum(p * np.log(np.exp(t.ravel()[c]).mean()) for c, p in outcomes(PRODUCT, n_ref))
        errors.append(abs(np.log(a) - mean_log - leading / n_ref))
    assert errors[0] < 0.05 * leading
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.35)


def test_prop_optimism_for_the_best_of_a_family():
    rng = np.random.default_rng(1)
    family = np.array([np.log(TABLE / PRODUCT).ravel(), *rng.normal(size=(6, 9))])
    mean = 0.0
    for joint, p in outcomes(TABLE, 2):
        for ref, q in outcomes(PRODUCT, 2):
            mean += p * q * max(sample_value(t[joint], t[ref]) for t in family)
    assert mean > rel_entr(TABLE, PRODUCT).sum() > max(population_value(t.reshape(3, 3)) for t in family) - 1e-12


def test_eq_interval_is_the_spread_and_covers_at_small_information():
    interval = cell_with("def value_and_error")["value_and_error"]
    gaussian, results = dv.BivariateGaussian(0.6), []
    for seed in np.random.SeedSequence(3).spawn(400):
        rng = np.random.default_rng(seed)
        z, z_ref = gaussian.sample(500, rng), gaussian.sample_reference(2000, rng)
        results.append(interval(gaussian.log_density_ratio(*z.T), gaussian.log_density_ratio(*z_ref.T)))
    values, errors = np.array(results).T
    assert errors.mean() == pytest.approx(values.std(), rel=0.12)
    covered = np.abs(values - gaussian.mutual_information()) < 1.96 * errors
    assert 0.92 < covered.mean() < 0.98


def test_prop_variance_on_a_table():
    ratio = TABLE / PRODUCT
    chi2, information = (PRODUCT * ratio**2).sum() - 1, rel_entr(TABLE, PRODUCT).sum()
    n_ref = 3
    moments = [sum(p * ratio.ravel()[c].mean() ** k for c, p in outcomes(PRODUCT, n_ref)) for k in (1, 2)]
    assert moments[1] - moments[0] ** 2 == pytest.approx(chi2 / n_ref)
    assert chi2 >= np.expm1(information)


def test_prop_variance_limit_law_of_the_logarithm():
    ratio, n_ref = (TABLE / PRODUCT).ravel(), 4000
    counts = np.random.default_rng(0).multinomial(n_ref, PRODUCT.ravel(), size=20_000)
    logs = np.sqrt(n_ref) * np.log(counts @ ratio / n_ref)
    assert logs.var() == pytest.approx((PRODUCT.ravel() * ratio**2).sum() - 1, rel=0.04)


@pytest.mark.parametrize("rho", [0.3, 0.8])
def test_prop_variance_is_doubly_exponential_for_gaussians(rho):
    """E_P[r], integrated over the joint law along its axes, is e^{2I}."""
    gaussian, grid = dv.BivariateGaussian(rho), np.linspace(-40, 40, 2001)
    u, v = np.meshgrid(grid * np.sqrt(1 + rho), grid * np.sqrt(1 - rho), indexing="ij")
    log_mass = -(u**2 / (1 + rho) + v**2 / (1 - rho)) / 2 - np.log(2 * np.pi)
    x, y = (u + v) / np.sqrt(2), (u - v) / np.sqrt(2)
    mean = np.exp(log_mass + gaussian.log_density_ratio(x, y)).sum() * (grid[1] - grid[0]) ** 2
    assert np.log(mean) == pytest.approx(2 * gaussian.mutual_information(), abs=1e-6)


def test_eq_ceiling_holds_for_any_values():
    rng = np.random.default_rng(5)
    for scale in (0.1, 1, 30):
        t, t_ref = scale * rng.normal(size=20), scale * rng.normal(size=40)
        assert sample_value(t, t_ref) <= np.log(40) + t.mean() - t_ref.max() + 1e-12


@pytest.mark.parametrize(("n", "size"), [(2, 2), (2, 3), (3, 4)])
def test_thm_limit_a_random_code_book_looks_like_the_law(n, size):
    """Total variation between n samples of the law and n of a random code book, by enumeration."""
    law = np.array([0.5, 0.3, 0.2])
    honest = {c: law[list(c)].prod() for c in itertools.product(range(3), repeat=n)}
    coded = dict.fromkeys(honest, 0.0)
    for book in itertools.product(range(3), repeat=size):
        for places in itertools.product(range(size), repeat=n):
            coded[tuple(book[k] for k in places)] += law[list(book)].prod() / size**n
    distance = sum(abs(honest[c] - coded[c]) for c in honest) / 2
    assert 0 < distance <= n * (n - 1) / (2 * size)


def test_thm_limit_numbers_on_the_page():
    (said,) = map(float, re.findall(r"exceeds \$2 \\log n \+ (\S+) > ", TEXT))
    assert all(np.log(10 * n**2) <= 2 * np.log(n) + said < np.log(10 * n**2) + 0.01 for n in (2, 1000))
    assert 1000 * 999 / (2 * np.floor(np.exp(20))) == pytest.approx(0.00103, abs=5e-6)
    assert np.exp(20) / 0.1**2 == pytest.approx(5e10, rel=0.05)


def test_the_record_on_the_page_is_that_of_the_benchmark():
    names = cell_with("RECORD = ")
    assert tuple(names["STEPS"]) == overfitting.STEPS
    rows = [line.split()[:3] for line in names["RECORD"].strip().split("\n")]
    grid = itertools.product(map(str, overfitting.SIZES), map(str, overfitting.WIDTHS), ("train", "held"))
    assert rows == [list(row) for row in grid]
    for n, width in ((30, 4), (30, 64), (1000, 4)):
        made = overfitting.curves(n, width, overfitting.STEPS[:3])
        np.testing.assert_allclose(made, names["recorded"](n, width)[:, :3], rtol=0.02, atol=2e-4)


def test_the_variance_table_on_the_page_is_that_of_the_benchmark():
    """A few data sets at two informations lie where the table says."""
    for information, mean, spread in ((1, 1.00, 0.08), (4, 4.19, 0.42)):
        seeds = np.random.SeedSequence(information).spawn(variance.SETS)[:16]
        values = [variance.estimates(information, np.random.default_rng(s))["independent"] for s in seeds]
        assert np.mean(values) == pytest.approx(mean, abs=4 * spread / 4)
        assert f"| {information} | {mean:.2f} ± {spread:.2f} |" in CHAPTER.read_text()


def test_remedies_on_the_page_keep_their_order():
    """One seed of eight: the fixed reference is ruined, early stopping and fresh references are not."""
    rows = {name: (training, held) for name, training, held, _ in overfitting.remedies(0, steps=100)}
    fixed, stopped, fresh = rows.values()
    assert fixed[0] > 1.2 and fixed[1] < 0
    assert 0.4 < stopped[1] < fresh[1] + 0.1 < 0.85


def test_the_reference_is_made_as_the_page_says(trained):
    """Of the sample before: on the page, in the benchmark, and in the text."""
    z = np.repeat(np.arange(4.0)[:, None], 10, axis=1)
    for shifted in (trained["shifted"], overfitting.shifted):
        assert shifted(z)[:, [0, 5]].tolist() == [[0, 3], [1, 0], [2, 1], [3, 2]]
    assert "paired with the $y$ of the sample before" in TEXT


MACHINE = """const run = (n, width, ends, own = []) => {
  const settings = { n, width, batch: 100, rate: 0.001, draw: 0 };
  const made = new training.Run({ rho: 0, seed: given.seed, sigma: 0.02 }, settings, own), found = [];
  for (const end of ends) {
    while (made.steps < end) made.step();
    found.push(made.look());
  }
  return { curves: made.curves, values: found.map(({ training, heldOut }) => [training, heldOut]) };
};
const own = [{ kind: "r", x: 3, y: 0, step: 1000 }];
out = { first: run(30, 64, [1000, 1500]), checked: run(30, 64, [1000, 1200], own), hundred: run(100, 64, [1000]),
  thousand: run(1000, 64, [1000]), narrow: run(30, 8, [1000]) };"""


def test_what_is_said_of_the_machine_is_what_it_shows(node):
    assert "dv.TrainingMachine(dv.BivariateGaussian(0), n=30, width=64, rng=2)" in TEXT
    machine = dv.TrainingMachine(dv.BivariateGaussian(0), n=30, width=64, rng=2)
    found = node(MACHINE, modules=("training",), seed=machine.seed)
    (training, held_out), (later, _) = found["first"]["values"]
    curves = found["first"]["curves"]
    crossed = next(k for k, value in zip(curves["steps"], curves["training"], strict=True) if value > np.log(30))
    assert "passes $\\log 30 \\approx 3.4$ near step 600" in TEXT and crossed == pytest.approx(600, abs=30)
    assert f"is {training:.0f} nats now" in TEXT and later > 20 and "falls to about −190." in TEXT
    assert held_out == pytest.approx(-190, rel=0.05)
    (checked, _), (again, _) = found["checked"]["values"]
    assert "falls to about −100." in TEXT and checked == pytest.approx(-100, rel=0.05)
    assert "after 200 steps the value is near 6," in TEXT and again == pytest.approx(6, abs=0.3)
    values = {name: found[name]["values"][0][0] for name in ("hundred", "thousand", "narrow")}
    assert f"after 1000 steps is {values['hundred']:.1f}, at $n = 1000$ it is {values['thousand']:.2f}" in TEXT
    assert f"width 8 it is {values['narrow']:.1f}" in TEXT


def test_what_is_said_of_the_table_holds_after_every_step():
    recorded = cell_with("RECORD = ")["recorded"]
    steps = list(overfitting.STEPS)
    training = np.array([[recorded(n, width)[0] for width in overfitting.WIDTHS] for n in overfitting.SIZES])
    training = training[:, :, steps.index(200) :]
    assert (np.diff(training, axis=1) > 0).all() and (np.diff(training, axis=0) < 0).all()
    many, few = recorded(3000, 64)[0], recorded(1000, 64)[0]
    assert many[-1] == pytest.approx(few[steps.index(300)], rel=0.05)
    assert few[steps.index(300)] < np.log(1000) < few[steps.index(500)] and round(few[-1]) == 29
    assert round(recorded(1000, 64)[1, -1]) == -180 and (recorded(1000, 64)[1] < 0).all()


@pytest.fixture(scope="module")
def trained():
    """What the page defines up to its interval: a run that validation stopped."""
    names = {}
    for cell in chapters.read_chapter(CHAPTER).cells:
        figure = "figure" in cell.metadata.get("mystnb", {})
        if cell.cell_type == "code" and not figure and "interact" not in cell.source:
            exec(cell.source, names)
            if "B of the best critic" in cell.source:
                return names


def test_what_is_said_of_the_interval_is_what_it_holds(trained):
    value, error = trained["rows"]["best critic"]
    low, high = value - 1.96 * error, value + 1.96 * error
    assert f"The interval, {low:.3f} to {high:.3f}, holds it" in TEXT and low < trained["level"] < high
    assert f"$B(\\hat t\\,)$ is {trained['level']:.2f}." in TEXT and f"a cross at {trained['level']:.2f}" in TEXT
    assert low < trained["truth"] < high and f"the truth, {trained['truth']:.3f}, is luck" in TEXT
    curve, training = np.array(trained["validation_curve"]), trained["trainer"].history["training_value"]
    assert training.max() > trained["truth"] > curve.max() > curve[-1] + 0.1


def test_a_permutation_reads_too_high_without_fixed_points_and_below_log_n_with_them():
    values = {False: [], True: []}
    rho = np.sqrt(-np.expm1(-2 * 8 / variance.D))
    for seed in np.random.SeedSequence(5).spawn(30):
        rng = np.random.default_rng(seed)
        x, noise = rng.standard_normal((2, variance.N, variance.D))
        t = variance.critic(rho, x, rho * x + np.sqrt(1 - rho**2) * noise)
        for _ in range(8):
            other = rng.permutation(variance.N)
            met = bool((other == np.arange(variance.N)).any())
            values[met].append(np.diag(t).mean() - variance.log_mean_exp(t[np.arange(variance.N), other]))
    assert np.mean(values[False]) > 8.5 and np.mean(values[True]) < np.log(variance.N)
