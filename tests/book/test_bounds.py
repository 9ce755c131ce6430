"""The formulas of *A zoo of bounds, and their limits*, each against a second method, and its record.

Every test of a statement names its label.
"""

import contextlib
import io
import itertools
import re

import numpy as np
import pytest
from alternatives import alternative
from dv_course import chapters
from scipy.optimize import minimize
from scipy.special import log_softmax, logsumexp, rel_entr

import dv
from benchmarks import bounds as benchmark

CHAPTER = chapters.root() / "book" / "bounds.md"
TEXT = CHAPTER.read_text()
P = np.array([[0.30, 0.05, 0.05], [0.05, 0.20, 0.10], [0.05, 0.05, 0.15]])
PX, PY = P.sum(1), P.sum(0)
R = np.outer(PX, PY)
RATIO = P / R
LOG_RATIO = np.log(RATIO)
INFORMATION = rel_entr(P, R).sum()


@pytest.fixture(scope="module")
def page():
    """What the chapter's cells before the exercises define and print: (names, {first line of a cell: text})."""
    names, said = {}, {}
    for cell in chapters.read_chapter(CHAPTER).cells:
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata:
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(cell.source, names)
            said[cell.source.partition("\n")[0]] = out.getvalue()
    names["plt"].close("all")
    return names, said


@pytest.fixture(scope="module")
def record(page):
    """{(K, I): array (7 names, 5 numbers)}: nats, and the share above I."""
    return {key: rows / (100, 100, 100, 100, 1000) for key, rows in page[0]["TABLE"].items()}


def critics(count, seed=0, scale=1.0):
    return np.random.default_rng(seed).normal(0, scale, size=(count, 3, 3))


def table_information(joint):
    """Mutual information of a table of any shape: the first axis against all others."""
    joint = joint.reshape(len(joint), -1)
    return rel_entr(joint, np.outer(joint.sum(1), joint.sum(0))).sum()


def test_eq_nwj_sample_is_the_modules():
    rng = np.random.default_rng(0)
    t, t_ref = rng.normal(size=7), rng.normal(size=11)
    assert t.mean() - sum(np.exp(v - 1) for v in t_ref) / 11 == pytest.approx(dv.nwj_bound(t, t_ref))


def test_prop_nwj_sample_mean_and_variance_on_a_table():
    t, n, n_ref, sets = critics(1)[0], 6, 4, 200_000
    rng = np.random.default_rng(1)
    joint = t.ravel()[rng.choice(9, (sets, n), p=P.ravel())].mean(1)
    reference = np.exp(t.ravel()[rng.choice(9, (sets, n_ref), p=R.ravel())] - 1).mean(1)
    values = joint - reference
    mean = (P * t).sum() - (R * np.exp(t - 1)).sum()
    variance = ((P * t**2).sum() - (P * t).sum() ** 2) / n
    variance += ((R * np.exp(2 * t - 2)).sum() - (R * np.exp(t - 1)).sum() ** 2) / n_ref
    assert values.mean() == pytest.approx(mean, abs=5 * (variance / sets) ** 0.5) and mean <= INFORMATION
    assert values.var() == pytest.approx(variance, rel=0.03)


def test_prop_nwj_sample_for_normal_laws_and_its_least():
    u = np.linspace(-12, 12, 601)
    weight = np.exp(-(u**2) / 2) / np.exp(-(u**2) / 2).sum()
    for rho in (0.3, 0.6, 0.7):
        law = dv.BivariateGaussian(rho)
        x, noise = np.meshgrid(u, u, indexing="ij")
        log_r = law.log_density_ratio(x, rho * x + (1 - rho**2) ** 0.5 * noise)
        mean = weight @ log_r @ weight
        assert mean == pytest.approx(law.mutual_information())
        assert weight @ (log_r - mean) ** 2 @ weight == pytest.approx(rho**2)
        second = weight @ np.exp(2 * law.log_density_ratio(x, noise)) @ weight
        assert second - 1 == pytest.approx(np.expm1(2 * mean), rel=1e-6) and second >= np.exp(mean)


def test_prop_unseen_bounds_what_is_seen(page):
    draw = page[0]["draw"]
    for information, k in ((8, 16), (8, 128), (5, 16)):
        t, t_ref = draw(k, information, np.random.default_rng(2), sets=2000)
        average = np.exp(t_ref).mean(1)
        for s, epsilon in itertools.product((2, 4, 6), (0.1, 0.5, 2)):
            most = k * np.exp(-s) + (t <= s).mean() / epsilon
            assert (average >= epsilon).mean() <= most + 0.02
    law = dv.BivariateGaussian(np.sqrt(-np.expm1(-16.0)))  # one pair: the bound says a lot
    log_r = law.log_density_ratio(*law.sample(10**5, 3).T)
    assert 16 * np.exp(-5) + (log_r <= 5).mean() / 0.5 < 0.2


def smile(t, c):
    return (P * t).sum() - np.log((R * np.exp(np.clip(t, -c, c))).sum())


def test_eq_smile_is_the_modules_and_prop_smile_holds():
    rows_p, rows_r = (np.repeat(np.arange(9), (10_000 * law).round().astype(int).ravel()) for law in (P, R))
    t = critics(1, scale=2)[0].ravel()
    assert dv.smile_bound(t[rows_p], t[rows_r], 0.7) == pytest.approx(smile(t.reshape(3, 3), 0.7), abs=1e-3)
    for c in (0.1, 0.5, 1, 3, 10):
        assert -np.log1p(np.exp(-c)) < smile(LOG_RATIO, c) - INFORMATION < c
        assert smile(np.full((3, 3), 50.0), c) == pytest.approx(50 - c)
        for t in critics(50, scale=3):
            clipped = np.exp(np.clip(t, -c, c))
            assert (R * clipped**2).sum() - (R * clipped).sum() ** 2 <= np.sinh(c) ** 2


def test_eq_smile_bias_on_a_table_and_by_the_density_of_the_page(page, record):
    for c in (0.2, 0.5, 1):
        clipped = (R * np.clip(RATIO, np.exp(-c), np.exp(c))).sum()
        other = np.exp(-c) + (P * np.maximum(0, np.minimum(1, np.exp(c) / RATIO) - np.exp(-c) / RATIO)).sum()
        assert clipped == pytest.approx(other)
        assert smile(LOG_RATIO, c) - INFORMATION == pytest.approx(-np.log(other))
    x = np.linspace(-80, 80, 2**15, endpoint=False)  # a difference of two gamma variables, by its Fourier transform
    dx = x[1] - x[0]
    density = np.fft.fftshift(np.fft.ifft((1 + (2 * np.pi * np.fft.fftfreq(len(x), dx)) ** 2) ** -10.0).real) / dx
    for information, c in ((1, 1), (4, 1), (8, 1), (4, 5), (8, 5)):
        t = information + benchmark.correlation(information) * x
        seen = np.maximum(0, np.minimum(1, np.exp(c - t)) - np.exp(np.minimum(-c - t, 9)))
        exact = -np.log(np.exp(-c) + (density * seen).sum() * dx)
        assert page[0]["smile_bias"](information, c) == pytest.approx(exact, abs=2e-3)
        if c == 1:  # the record is at the limit already
            assert record[1024, information][3, 0] - information == pytest.approx(exact, abs=0.015)
    bias = page[0]["smile_bias"]
    assert bias(8, 5) > bias(8, 1) > 0.9  # further off, and nearly the whole of c


def test_prop_js():
    mixture = (P + R) / 2
    divergence = (rel_entr(P, mixture) + rel_entr(R, mixture)).sum() / 2
    label = np.stack([P, R]) / 2
    assert table_information(label) == pytest.approx(divergence)

    def value(t):
        return np.log(2) - ((P * np.logaddexp(0, -t)).sum() + (R * np.logaddexp(0, t)).sum()) / 2

    assert value(LOG_RATIO) == pytest.approx(divergence)
    assert all(value(t) < divergence for t in critics(200)) and value(LOG_RATIO + 0.1) < divergence
    rng = np.random.default_rng(4)
    for _ in range(300):
        joint = rng.dirichlet(np.full(9, 0.2)).reshape(3, 3)
        product = np.outer(joint.sum(1), joint.sum(0))
        middle = (joint + product) / 2
        js = (rel_entr(joint, middle) + rel_entr(product, middle)).sum() / 2
        assert js <= min(np.log(2), rel_entr(joint, product).sum() / 2) + 1e-12


def candidates(k):
    """Every x and y_1 … y_K with its law for each place of the joint sample: {(x, ys): array (K,)}."""
    for x, *ys in itertools.product(range(3), repeat=k + 1):
        yield x, ys, np.array([P[x, ys[i]] * np.prod([PY[y] for j, y in enumerate(ys) if j != i]) for i in range(k)])


def contest(t, k):
    """The mean of InfoNCE, by enumeration with the joint sample in the first place."""
    return sum(law[0] * (log_softmax(t[x, ys])[0] + np.log(k)) for x, ys, law in candidates(k))


def test_prop_infonce_by_enumeration():
    shortfalls = []
    for k in (2, 3, 4):
        places = np.array([law for *_, law in candidates(k)]).T / k  # k against (x, ys)
        best = table_information(places)
        with_x = places.sum(0).reshape(3, -1)  # x against ys
        assert INFORMATION - best == pytest.approx(table_information(with_x))  # (3)
        assert contest(LOG_RATIO, k) == pytest.approx(best)  # (2)
        of_x = np.array([[3.0], [-1.0], [0.5]])
        assert contest(LOG_RATIO + of_x, k) == pytest.approx(best)
        assert all(contest(t, k) < best for t in critics(20))
        assert contest(LOG_RATIO + of_x.T, k) < best < min(np.log(k), INFORMATION)
        shortfalls.append(INFORMATION - best)
        assert shortfalls[-1] <= (P * np.log1p((RATIO - 1) / k)).sum()  # (4)
    assert shortfalls == sorted(shortfalls, reverse=True)
    assert (P * np.log1p((RATIO - 1) / 1e6)).sum() < 1e-5
    assert contest(np.zeros((3, 3)), 3) == pytest.approx(0)


def test_eq_infonce_is_the_modules_and_below_log_k():
    scores = np.random.default_rng(5).normal(0, 20, (9, 9))
    value = np.mean([scores[i, i] - logsumexp(scores[i]) + np.log(9) for i in range(9)])
    assert dv.infonce_bound(scores) == pytest.approx(value) and value < np.log(9)


def anchored(t, k, nu):
    """N(t), by enumeration."""
    total = 0.0
    for x, ys, law in candidates(k):
        apart = PX[x] * np.prod(PY[ys])
        scores = np.append(t[x, ys], np.log(nu))
        shares = scores - logsumexp(scores)
        total += (k * law[0] * shares[0] + nu * apart * shares[-1]) / (k + nu)
    return total


def test_eq_anchor_and_prop_anchor():
    for k, nu in ((1, 1.0), (2, 0.7), (3, 2.0)):
        best = anchored(LOG_RATIO, k, nu)
        assert all(anchored(t, k, nu) < best for t in critics(20))
        assert anchored(LOG_RATIO + 0.1, k, nu) < best > anchored(LOG_RATIO + np.array([[0.2], [0], [0]]), k, nu)
        if k == 2:
            found = minimize(lambda t: -anchored(t.reshape(3, 3), 2, 0.7), np.zeros(9))
            assert found.x == pytest.approx(LOG_RATIO.ravel(), abs=1e-3)
    t = critics(1, seed=6)[0]
    cost = (P * np.logaddexp(0, -t)).sum() + (R * np.logaddexp(0, t)).sum()
    assert anchored(t, 1, 1.0) == pytest.approx(-cost / 2)
    assert anchored(t, 3, 1e-9) + np.log(3) == pytest.approx(contest(t, 3), abs=1e-6)  # without an anchor, InfoNCE


def test_the_loss_of_the_page_has_the_slope_that_it_says(page):
    names = page[0]
    rows = names["candidates"](np.random.default_rng(7))
    weights, step = np.array([0.3, -0.2, 0.1, 0.4]), 1e-6
    for nu in (0.0, 1.0, 0.3):
        slope = names["loss"](weights, *rows, nu)[1]
        for k in range(4):
            up, down = (names["loss"](weights + d * np.eye(4)[k], *rows, nu)[0] for d in (step, -step))
            assert slope[k] == pytest.approx((up - down) / (2 * step), abs=1e-6)


def test_prop_certificate_is_kept_by_tables_and_a_code_book():
    rng, b, k, m, delta = np.random.default_rng(8), 1.0, 4, 6, 0.2
    width = 2 * b + min(2 * b, np.log(k))
    for law in (P, np.eye(5) / 5, R):
        information = table_information(law)
        with np.errstate(divide="ignore"):
            t = np.clip(np.log(law / np.outer(law.sum(1), law.sum(0))), -b, b)
        wrong, values = 0, []
        for _ in range(400):
            places = rng.choice(law.size, (m, k), p=law.ravel())
            x, y = np.divmod(places, len(law))
            batches = [dv.infonce_bound(t[np.ix_(a, c)]) for a, c in zip(x, y, strict=True)]
            assert max(batches) <= min(2 * b, np.log(k)) and min(batches) >= -2 * b
            values.append(np.mean(batches) - width * np.sqrt(np.log(1 / delta) / (2 * m)))
            wrong += values[-1] > information
        assert wrong <= 400 * delta and max(values) < np.log(k)


def test_the_record_is_what_the_benchmark_printed_and_prints():
    held = re.search(r'RECORD = """\n(.*?)\n"""', TEXT, re.DOTALL)[1]
    assert held == (chapters.root() / "benchmarks" / "results" / "bounds.txt").read_text().strip()
    lines = held.splitlines()
    assert len(lines) == len(benchmark.SIZES) * len(benchmark.INFORMATION)
    for k, information in ((16, 4), (128, 8)):
        (line,) = [line for line in lines if line.startswith(f"{k} {information} ")]
        made, kept = (np.array(text.split(), float) for text in (benchmark.line(k, information), line))
        assert made == pytest.approx(kept, abs=1)
    assert "`python -m benchmarks.bounds`" in TEXT


def test_the_page_draws_what_the_benchmark_draws(page):
    t, t_ref = page[0]["draw"](16, 3, np.random.default_rng(9))
    values = benchmark.values(16, 3, np.random.default_rng(9))
    assert dv.dv_bound(t[0], t_ref[0]) == pytest.approx(values[0])
    assert dv.nwj_bound(t[0] + 1, t_ref[0] + 1) == pytest.approx(values[1])


def test_what_the_page_says_was_seen(record):
    names = ["DV", "NWJ", "SMILE 5", "SMILE 1", "InfoNCE", "JS", "mean"]
    one, eight = (dict(zip(names, record[128, i], strict=True)) for i in (1, 8))
    assert all((abs(one[name][0] - 1) < 0.1) == (name not in ("JS", "SMILE 1")) for name in names)
    assert round(eight["NWJ"][4], 2) == 0.88 and abs(eight["NWJ"][0] - 8) < 0.1
    assert "is 7.97." in TEXT and eight["NWJ"][0] == 7.97 and "mean is 8.59." in TEXT and record[16, 8][1, 0] == 8.59
    assert round((np.expm1(16) / 128 / 1000) ** 0.5, 1) == 8.3  # the standard error of that mean
    assert eight["NWJ"][2] >= 8.8  # the median: half of all by 0.8 or more
    assert eight["DV"][0] > 8 and abs(eight["mean"][0] - 8) < 0.05
    assert eight["mean"][3] - eight["mean"][1] == pytest.approx(1, abs=0.05)
    for (k, information), rows in record.items():
        of = dict(zip(names, rows, strict=True))
        assert of["JS"][3] < 0.7 and of["InfoNCE"][3] <= np.log(k) + 0.005
        if information:
            assert of["SMILE 1"][0] > information and of["SMILE 1"][0] - information < 1
    at = np.array([[record[128, i][4, j] for j in (0, 1, 3)] for i in (4, 5, 6, 7, 8)])
    assert (np.diff(at[:, 0]) > 0).all() and (np.diff(at[:, 2] - at[:, 1]) < 0).all()  # creeps up, its band narrowing
    spread = [record[128, i][1, 3] - record[128, i][1, 1] for i in (1, 2, 4, 6, 8)]
    assert spread == sorted(spread)  # NWJ spreads


def test_the_picture_of_the_spread_is_what_its_words_say(page):
    names = page[0]
    theory, spread, levels = names["theory"], names["spread"], names["levels"].tolist()
    nwj, donsker, clipped = (np.array(values) for values in spread.values())
    said = alternative(CHAPTER, "fig-bounds-spread")
    assert f"rises from {theory[0]:.2f}" in said and f"to {theory[-1]:.0f} at eight nats" in said
    assert f"to {nwj[-1]:.1f} at eight" in said and f"ends at {donsker[-1]:.1f}" in said and clipped.max() < 0.3
    two, three = levels.index(2), levels.index(3)
    assert nwj[: two + 1] == pytest.approx(theory[: two + 1], rel=0.2)
    assert donsker[: levels.index(1) + 1] == pytest.approx(theory[: levels.index(1) + 1], rel=0.2)
    assert nwj[three] == pytest.approx(theory[three] / 2, rel=0.1) and nwj[-1] < theory[-1] / 50
    assert (theory > np.sqrt(np.expm1(levels) / 128)).all()


def test_the_mended_form_is_seen_to_be_mended(page):
    _, said = page
    text = next(text for text in said.values() if "weights of 1" in text)
    without, mended = (np.array(re.findall(r"-?\d+\.\d+", row), float) for row in text.splitlines()[1:3])
    assert (without[:2] == 0).all() and abs(without[4] - 2) > 20 and without[5] < -100
    assert mended[:4] == pytest.approx([2, -26.8, -26.8, 54.1], rel=0.03)
    assert mended[4] == pytest.approx(2, abs=0.1) and mended[4] > np.log(4) + 0.5
    bound = float(re.search(r"last critic (\S+);", text)[1])
    assert bound < np.log(4) < 2
    rho2 = -np.expm1(-4.0)
    exact = [2, -rho2 / 2 / (1 - rho2), rho2**0.5 / (1 - rho2)]
    assert np.round(exact, 1).tolist() == [2, -26.8, 54.1] and round(np.log(4), 2) == 1.39


def test_the_certificate_says_what_the_text_says(page):
    _, said = page
    text = next(text for text in said.values() if "certified" in text)
    certified = [float(number) for number in re.findall(r"at 95% +(\S+)", text)]
    assert certified == sorted(certified) and certified[-1] == 2.95 and certified[0] < 0
    assert all(c < i for c, i in zip(certified, (0.5, 2, 4, 8), strict=True)) and certified[-1] < np.log(64)
    n = 64 * 256
    assert f"{np.log(n * (n - 1) / 0.1):.1f} nats" in text


def test_the_lower_end_of_j_k_lies_below_the_record(page):
    _, said = page
    text = next(text for text in said.values() if "J_K" in text)
    rows = [list(map(float, row.split())) for row in text.splitlines()[1:]]
    assert len(rows) == 3 and all(least < found < 2 and high < log_k for _, found, least, high, log_k in rows)


def test_ex_certify_its_marking_scheme():
    n, m = 1000, 10**7
    assert n * (n - 1) / (2 * m) == pytest.approx(0.04995) and 0.95 - 0.04995 > 0.9
    assert round(np.log(m), 2) == 16.12


def test_the_self_checks_say_what_is_so(page):
    assert round(np.log(256), 3) == 5.545
    rng = np.random.default_rng(10)
    t, t_ref = (v[0] for v in page[0]["draw"](10**5, 8, rng))
    rise = dv.smile_bound(t + 5, t_ref + 5, 1.0) - dv.smile_bound(t, t_ref, 1.0)
    assert round(rise, 1) == 4.7 and 0.85 < (t_ref + 5 <= -1).mean() < 0.9
    average = np.exp(page[0]["draw"](128, 8, rng, sets=2000)[1]).mean(1)
    assert np.median(average) < 0.1  # almost always almost 0
