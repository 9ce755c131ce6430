"""The bars of the reference explorer against integration and against a law that is counted out."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

import dv
from dv.widgets.reference import KINDS, ReferenceExplorer

INFORMATION = dv.BivariateGaussian.running_example().mutual_information()
DENSITY = {"uniform": lambda x, w: (abs(x) <= w) / (2 * w), "Gaussian": lambda x, w: norm.pdf(x, scale=w)}


@pytest.fixture(scope="module")
def states(node):
    """Every state of the widget: {kind, width, pairs}, its measures and its words."""
    code = """out = given.kinds.flatMap((kind) => reference.WIDTHS.flatMap((width) => [1, 5, 10].map((pairs) => {
      const state = { kind, width, pairs }, all = reference.measures(given.information, state);
      const readable = ([name, value]) => [name, Number.isFinite(value) ? value : String(value)];
      const plain = Object.fromEntries(Object.entries(all).map(readable));
      return [state, plain, reference.summary(state, all)];
    })));"""
    return node(code, modules=("reference",), kinds=KINDS, information=INFORMATION)


def test_the_marginal_divergence_is_that_of_an_even_law(states):
    for state, all_, _ in states:
        kind, w, pairs = state["kind"], state["width"], state["pairs"]
        if kind == "uniform" and w < 1:
            assert all_["joint"] == all_["x"] == all_["y"] == "Infinity" and all_["difference"] == "NaN"
            continue
        exact = quad(lambda x, kind=kind, w=w: 0.5 * np.log(0.5 / DENSITY[kind](x, w)), -1, 1)[0]
        assert all_["x"] == all_["y"] == pytest.approx(pairs * exact, abs=1e-9)
        assert all_["joint"] - all_["x"] - all_["y"] == pytest.approx(pairs * INFORMATION)
        assert all_["difference"] == pytest.approx(pairs * INFORMATION)


def test_the_share_that_lands_on_the_data(states):
    for state, all_, _ in states:
        kind, w = state["kind"], state["width"]
        one = min(1, 1 / w) if kind == "uniform" else norm.cdf(1 / w) - norm.cdf(-1 / w)
        assert all_["share"] == pytest.approx(one ** (2 * state["pairs"]), rel=1e-6)


def test_the_words_say_what_the_bars_show(states):
    for state, all_, words in states:
        if all_["difference"] == "NaN":
            assert "infinite" in words
        else:
            assert f"= {state['pairs'] * INFORMATION:.3f} nats" in words and f"{all_['joint']:.3f} −" in words
    told = {(s["kind"], s["width"], s["pairs"]): words for s, _, words in states}
    assert "about 250 in 1000 land" in told["uniform", 2, 1] and "All reference points land" in told["uniform", 1, 1]
    assert "about 1 in 1,000,000 land" in told["uniform", 4, 5] or "about 1 in 1,000,000 land" in told["uniform", 2, 10]


def test_the_joint_law_has_even_margins_and_the_information_of_the_gaussian():
    """Through their own distribution functions the coordinates become even, and nothing is lost."""
    from scipy.special import ndtr

    x, y = 2 * ndtr(dv.BivariateGaussian.running_example().sample(100_000, rng=0).T) - 1
    grid = np.linspace(-1, 1, 21)
    assert np.histogram(x, grid)[0] / 1e5 == pytest.approx(np.full(20, 0.05), abs=0.004)
    counts = np.histogram2d(x, y, np.linspace(-1, 1, 41))[0]
    assert dv.discrete.mutual_information(counts / counts.sum()) == pytest.approx(INFORMATION, abs=0.03)


@pytest.mark.parametrize("given", [{"kind": "normal"}, {"width": 0.1}, {"width": np.nan}, {"width": 11}])
def test_what_the_slider_does_not_hold_is_refused(given):
    with pytest.raises(ValueError, match=next(iter(given))):
        ReferenceExplorer(**given)


def test_same_seed_same_points(monkeypatch):
    a, b, c = (ReferenceExplorer(width=3, rng=seed) for seed in (0, 0, 1))
    assert a.sample == b.sample != c.sample and a.uniform == b.uniform and max(map(abs, a.sample + a.uniform)) <= 1
    monkeypatch.setenv("DV_PRECOMPUTE", "1")
    assert a.model_id in a._repr_mimebundle_()[0]["text/html"]
