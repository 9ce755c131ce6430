"""The formulas of *Who is right? A benchmark*, each against a second method, and its record.

Every test of a statement names its label.
"""

import contextlib
import io
import re

import numpy as np
import pandas as pd
import pytest
from dv_course import chapters
from scipy import stats
from scipy.integrate import quad
from scipy.special import digamma, rel_entr

import dv
from benchmarks import board, peers

PATH = chapters.root() / "book" / "benchmark.md"
TEXT = PATH.read_text()
RECORD = pd.read_csv(board.RESULTS / "board.csv")


@pytest.fixture(scope="module")
def page():
    """What the cells before the exercises define, and what they print."""
    import matplotlib

    matplotlib.use("Agg")
    names, printed = {}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        for cell in chapters.read_chapter(PATH).cells:
            if cell.cell_type == "code" and "nbgrader" not in cell.metadata:
                exec(cell.source.replace("plt.show()", "shown = figure; plt.close()"), names)
    return names | {"printed": printed.getvalue()}


def prose():
    return re.sub(r"\s+", " ", TEXT)


# The record


def test_the_record_of_the_page_is_that_of_the_benchmarks():
    held = re.search(r'RECORD = """\n(.*?)\n"""', TEXT, re.DOTALL)[1]
    assert held == board.page()


def test_the_seconds_that_the_text_states_are_those_of_the_record():
    few = board.runs(1000).query("dx + dy <= 6 and value.notna()").groupby("method")["cpu"]
    quick = few.quantile([0.05, 0.95]).unstack()[0.95]
    two = [name for name in quick.index if "KSG" in name and quick[name] < 0.03]
    assert {name.split()[0] for name in two} == {"npeet+", "scikit-learn"}
    assert all(few.quantile(0.05)[name] > 0.004 for name in two)
    assert "takes some 5 to 30 milliseconds in two of the packages" in prose()
    assert few.median()["bmi KSG"] == pytest.approx(0.2, abs=0.05) and "In another it takes 0.2 seconds" in prose()
    seconds = board.runs(10_000).query("seed == 0").pivot(index="task", columns="method", values="cpu")
    longer = seconds.drop(columns="dv.estimate_mi").gt(seconds["dv.estimate_mi"], axis=0)
    assert longer["bmi KSG"].all() and longer.index[longer["npeet+ KSG, ranks"]].str.contains("25\\+25").all()
    assert longer["npeet+ KSG, ranks"].any() and "as one of the two does in 25 + 25 columns" in prose()


def test_the_page_reads_its_record_right(page):
    record = pd.DataFrame(page["record"])
    for n in (1000, 10_000):
        rows, mine = board.runs(n), record[record["n"] == n]
        assert len(rows) == len(mine)
        sums = rows.replace([np.inf, -np.inf], np.nan).groupby("method")["value"].sum()
        assert mine.groupby("estimator")["value"].sum()[sums.index].to_numpy() == pytest.approx(
            sums.to_numpy(), abs=0.1
        )
        ours = rows[rows["method"] == "dv.estimate_mi"]
        held = ((ours["low"] <= ours["truth"]) & (ours["truth"] <= ours["high"])).mean()
        assert mine["held"].dropna().astype(float).mean() == pytest.approx(held)
    assert len(set(record["task"])) == 87 and "of each of 87 tasks" in TEXT


def test_the_versions_are_those_of_the_peers():
    pins = (board.RESULTS.parent / "peers.txt").read_text()
    for package, name in (
        ("benchmark-mi", "`benchmark-mi`"),
        ("npeet-plus", "`npeet-plus`"),
        ("scikit-learn", "`scikit-learn`"),
    ):
        version = re.search(rf"^{package}==(\S+)$", pins, re.MULTILINE)[1]
        assert f"{name} {version}" in prose()
    assert set(board.PEERS) <= set(peers.METHODS)


# The statements


def test_prop_invariance():
    """On tables: one-to-one maps permute rows and columns; on a normal law: by the density of the image."""
    rng = np.random.default_rng(0)
    P = rng.dirichlet(np.ones(12)).reshape(3, 4)
    information = lambda P: rel_entr(P, np.outer(P.sum(1), P.sum(0))).sum()  # noqa: E731
    assert information(P[[2, 0, 1]][:, [3, 1, 0, 2]]) == pytest.approx(information(P))
    rho = 0.6
    joint = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]])
    for u, v in rng.normal(size=(5, 2)):  # of X³ and sinh Y
        x, y = np.cbrt(u), np.arcsinh(v)
        slopes = 1 / (3 * np.cbrt(u) ** 2), 1 / np.hypot(1, v)
        density = joint.pdf([x, y]) * slopes[0] * slopes[1]
        margins = stats.norm.pdf(x) * slopes[0] * stats.norm.pdf(y) * slopes[1]
        assert density / margins == pytest.approx(np.exp(dv.BivariateGaussian(rho).log_density_ratio(x, y)))


def ksg_by_hand(x, y, k):
    """The formula with loops."""
    n, total = len(x), 0.0
    for i in range(n):
        dx, dy = (np.abs(a - a[i]).max(1) for a in (x, y))
        both = np.maximum(dx, dy)
        reach = np.sort(np.delete(both, i))[k - 1]
        a, b = (sum(d[j] < reach for j in range(n) if j != i) for d in (dx, dy))
        total += digamma(a + 1) + digamma(b + 1)
    return digamma(k) + digamma(n) - total / n


def test_eq_ksg(page):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 2))
    y = x[:, :1] + rng.normal(size=(60, 1))
    for k in (1, 3, 7):
        assert page["ksg"](x, y, k) == pytest.approx(ksg_by_hand(x, y, k))


def test_prop_ksg_ceiling(page):
    rng = np.random.default_rng(2)
    for k in (2, 3, 10):
        ceiling = digamma(80) - digamma(k)
        x = rng.normal(size=(80, 1))
        assert page["ksg"](x, x, k) == pytest.approx(ceiling)
        for noise in (1e-3, 0.1, 1):
            assert page["ksg"](x, x + noise * rng.normal(size=(80, 1)), k) < ceiling
    rows = RECORD[RECORD["value"].abs() < np.inf]
    for method, k in (("bmi KSG", 10), ("npeet+ KSG", 3), ("npeet+ KSG, ranks", 3), ("scikit-learn KSG", 3)):
        values = rows.loc[(rows["method"] == method) & (rows["family"] == "0 to 10 nats"), "value"]
        assert values.max() < digamma(1000) - digamma(k) + 0.01, method


def test_eq_score(page):
    numbers = np.random.default_rng(3).exponential(size=30)
    low, high = stats.t.interval(0.95, 29, numbers.mean(), stats.sem(numbers))
    centre, half = page["interval"](numbers)
    assert (centre - half, centre + half) == pytest.approx((low, high))


def test_prop_paired():
    rng = np.random.default_rng(4)
    a, b, c, m = 0.5, 1.0, 0.8, 10
    draws = rng.multivariate_normal([0, 0], [[a * a, c * a * b], [c * a * b, b * b]], size=(40_000, m))
    means = draws.mean(1)
    exact = (a * a + b * b - 2 * c * a * b) / m
    assert (means[:, 0] - means[:, 1]).var() == pytest.approx(exact, rel=0.03)
    assert (means[:20_000, 0] - means[20_000:, 1]).var() == pytest.approx((a * a + b * b) / m, rel=0.03)
    assert (a * a + a * a - 2 * c * a * a) / (a * a + a * a) == pytest.approx(1 - c)


def test_prop_best(page):
    exact = lambda k: quad(lambda z: z * k * stats.norm.pdf(z) * stats.norm.cdf(z) ** (k - 1), -12, 12)[0]  # noqa: E731
    for k, (largest, simulated, nearest, near) in page["largest"].items():
        assert largest == pytest.approx(exact(k), abs=1e-6)
        assert simulated == pytest.approx(largest, abs=0.02) and near == pytest.approx(nearest, abs=0.02)
        folded = quad(lambda z, k=k: z * k * 2 * stats.norm.pdf(z) * (2 * stats.norm.sf(z)) ** (k - 1), 0, 12)[0]
        assert nearest == pytest.approx(folded, abs=1e-5)
        assert (largest < np.sqrt(2 * np.log(k))) if k > 1 else largest == 0
    assert exact(2) == pytest.approx(1 / np.sqrt(np.pi)) and exact(3) == pytest.approx(1.5 / np.sqrt(np.pi))
    said = {k: page["largest"][k] for k in (1, 3, 5, 10)}
    assert f"{said[3][0]:.2f} of their standard deviation" in prose()
    assert f"{said[3][2]:.2f} standard deviations in place of {said[1][2]:.2f}" in prose()
    assert said[1][2] > 2 * said[3][2]
    assert f"({said[1][2]:.2f} and {said[5][2]:.2f}, from" in TEXT
    assert f"lie {said[10][0]:.2f} standard deviations above" in prose()


def test_prop_reversal():
    rng = np.random.default_rng(5)
    turned = 0
    for _ in range(200):
        a = rng.exponential(size=4)
        b, u, v = a + rng.exponential(0.2, 4), rng.dirichlet(np.ones(4)), rng.dirichlet(np.ones(4))
        second = (u - v) @ b
        assert u @ a - v @ b == pytest.approx(u @ (a - b) + second)
        assert u @ a < u @ b  # the same shares
        assert (u @ a > v @ b) == (second > u @ (b - a))
        turned += u @ a > v @ b
    assert turned > 10


# What the page says was seen


def compared(n=1000, family=None):
    """{estimator: (mean errors a task, how many are ahead)} from the record, not by the page's code."""
    rows = board.runs(n)
    rows = rows[rows["family"] == family] if family else rows
    rows = rows.assign(error=(rows["value"] - rows["truth"]).abs().replace(np.inf, np.nan))
    table = rows.groupby(["task", "method"])["error"].mean().unstack()
    differences = {(a, b): (table[a] - table[b]).dropna() for a in table for b in table if a != b}
    ahead = {
        pair: d.mean() + stats.t.ppf(0.975, len(d) - 1) * stats.sem(d) < 0
        for pair, d in differences.items()
        if len(d) > 1
    }
    return table, ahead


def rank(ahead, name):
    return 1 + sum(ahead[pair] for pair in ahead if pair[1] == name)


def test_the_board_as_a_whole():
    table, ahead = compared()
    means = table.mean()
    assert means.idxmin() == "dv.estimate_mi" and rank(ahead, means.idxmin()) == 2
    beaten = {b for a, b in ahead if a == means.idxmin() and ahead[a, b]}
    assert beaten == {"bmi KSG", "MINE, held out", "InfoNCE, held out"}
    assert [a for a, b in ahead if b == means.idxmin() and ahead[a, b]] == ["scikit-learn KSG"]
    ladder, _ = compared(family="0 to 10 nats")
    assert (ladder.mean() > 1).all()
    tasks, lead = compared(family="tasks of bmi")
    others = [name for name in tasks if name != "dv.estimate_mi" and tasks[name].notna().all()]
    assert len(others) == 5 and all(lead["dv.estimate_mi", name] for name in others)
    assert rank(ahead, "scikit-learn KSG") == 1 and table["scikit-learn KSG"].notna().sum() == 38
    assert f"with the {table['scikit-learn KSG'].notna().sum()} tasks of one column a side" in prose()
    assert len(table.columns) == 7 and 7 * 6 // 2 == 21  # pairs
    for of, words in ((table, "rise from {:.3f} to {:.3f}, for {} of those 38"), (tasks, "fall from {:.3f} to {:.3f}")):
        one = of["scikit-learn KSG"].notna()
        own = of["dv.estimate_mi"]
        assert words.format(own.mean(), own[one].mean(), own[one].index.str.contains("nats").sum()) in prose()


def test_pairs_tell_what_two_intervals_apart_do_not(page):
    compared_ = page["compared"]
    assert not any(abs(centre) > apart for centre, _, apart in compared_.values())
    assert sum(abs(centre) > half for centre, half, _ in compared_.values()) == 4
    assert sum(centre > half for centre, half, _ in compared_.values()) == 1


def test_scikit_learns_score_is_that_of_its_tasks(page):
    own, common, centre, half = page["turned"]["dv.estimate_mi"]
    few = page["theirs"][page["one"], page["few"]].mean()
    assert few == pytest.approx(own / 4, rel=0.05)
    for name in ("dv.estimate_mi", "npeet+ KSG, ranks"):
        own, common, centre, half = page["turned"][name]
        assert few < own and common < few and 0 < centre < half


def test_where_we_lose():
    for n in (1000, 10_000):
        table, _ = compared(n)
        lost = table["npeet+ KSG, ranks"] - table["dv.estimate_mi"]
        lost = lost[~lost.index.str.contains("nats")]  # the ladder has a section of its own
        worst = ["four clusters", *(["product 2+1", "five classes and a uniform"] if n == 1000 else [])]
        assert lost.sort_values().index[: len(worst)].tolist() == worst
        assert n == 1000 or (lost.sort_values().iloc[1:] > lost.min() / 3).all()  # far ahead of all others
        assert lost["sparse normal 25+25"] == lost.max() > 5 * -lost.min()  # and by more
    table, ahead = compared(10_000)
    means = table.mean()
    assert means["dv.estimate_mi"] < means["npeet+ KSG, ranks"] / 4
    assert not ahead["dv.estimate_mi", "npeet+ KSG, ranks"] and len(table) == 26
    assert stats.skew((table["npeet+ KSG, ranks"] - table["dv.estimate_mi"]).dropna()) > 3
    _, ahead = compared(family="labels")
    assert not any(ahead.values())


def test_the_ladder_is_what_the_page_and_its_picture_say():
    rows = RECORD[RECORD["family"] == "0 to 10 nats"]
    kind = rows["task"].str.split(", ").str[0]
    means = rows.groupby([kind, "method", "truth"])["value"].mean().unstack("truth")
    rung = lambda name, kind, nats: means.loc[kind, name][min(means.columns, key=lambda t: abs(t - nats))]  # noqa: E731
    names = sorted(set(rows["method"]))
    for nats in (0, 1, 2):
        for where in ("normal 1+1", "its image"):
            assert all(abs(rung(name, where, nats) - nats) < 0.2 for name in names if not name.startswith("MINE"))
        assert abs(rung("MINE, held out", "normal 1+1", nats) - nats) < 0.1
    for nats in (6, 8, 10):
        held = {(name, where): rung(name, where, nats) for name in names for where in set(kind)}
        held = {key: value for key, value in held.items() if np.isfinite(value)}
        assert max(held.values()) < nats
        assert max(value for (_, where), value in held.items() if where != "normal 5+5") < 6
    last = [rung(name, "normal 1+1", 10) for name in names]
    assert (round(min(last), 1), round(max(last), 1)) == (3.4, 5.6)
    for name in ("dv.estimate_mi", "npeet+ KSG, ranks"):
        pair = [means.loc[where, name].to_numpy() for where in ("normal 1+1", "its image")]
        assert pair[0] == pytest.approx(pair[1], abs=2e-3)
    raw = ("bmi KSG", "npeet+ KSG", "scikit-learn KSG")
    for name in raw:
        assert rung(name, "normal 1+1", 10) - rung(name, "its image", 10) == pytest.approx(1.15, abs=0.2)
        assert name == "scikit-learn KSG" or rung(name, "normal 5+5", 1) < 0.75
    assert round(max(rung(name, "its image", 10) for name in raw), 1) == 4.6
    assert rung("MINE, held out", "its image", 10) < 0.1
    mine = lambda nats: rung("dv.estimate_mi", "normal 5+5", nats)  # noqa: E731
    assert abs(mine(4) - 4) < 0.3 and [round(mine(nats), 1) for nats in (6, 8, 10)] == [5.6, 7.3, 8.8]
    assert round(rung("dv.estimate_mi", "normal 1+1", 10)) == 4
    alone = rows[(rows["method"] == "dv.estimate_mi") & (kind != "normal 5+5") & (rows["truth"] > 5)]
    assert len(alone) == 18 and np.isinf(alone["high"]).all()
    assert round(rung("MINE, held out", "normal 5+5", 10), 1) == 5.6
    ours = rows[(rows["method"] == "dv.estimate_mi") & (kind == "normal 5+5") & (rows["truth"] > 5)]
    assert len(ours) == 9 and ours["warned"].astype(str).eq("True").all()
    assert ((ours["low"] < ours["truth"]) & (ours["truth"] < ours["high"])).all()
    assert round((ours["high"] - ours["low"]).max(), 1) == 8.4
    assert min(rung(name, "normal 5+5", 10) for name in ("MINE, held out", "InfoNCE, held out")) > 5


def test_what_sees_ranks_alone_does_not_move_and_ksg_does(page):
    raw, ranked, ours = np.array(list(page["moved"].values())).T
    assert np.ptp(ranked) == 0 == np.ptp(ours)
    assert len(set(raw.round(4))) == len(raw) and np.ptp(raw) > 0.1


def test_only_ours_has_an_interval_and_the_best_run_helps_who_had_several(page):
    assert set(RECORD.loc[RECORD["low"].notna(), "method"]) == {"dv.estimate_mi"}
    seeds = RECORD.groupby("method")["seed"].max()
    assert (seeds[["MINE, held out", "InfoNCE, held out"]] == 0).all() and (
        seeds.drop(["MINE, held out", "InfoNCE, held out"]) == 2
    ).all()
