"""The bounds that the page computes are those of a second implementation."""

import numpy as np
import pytest
from scipy.special import logsumexp, rel_entr

import dv

COIN = [[0.4, 0.1], [0.1, 0.4]]


@pytest.fixture
def in_the_page(node):
    """Run the page's `evaluate` on every (table, t)."""
    code = "out = given.cases.map(([table, t]) => explorer.evaluate(table, t));"
    return lambda cases: node(code, modules=["explorer"], cases=cases)


def tables_and_critics(rng):
    for scale in (0.1, 1, 4, 1000):
        for shape in ((2, 2), (2, 3), (3, 3)):
            P = rng.dirichlet(np.full(np.prod(shape), 0.7)).reshape(shape)
            if scale == 1:
                P[0, 1] = 0
            yield P / P.sum(), rng.normal(size=P.size) * scale
    yield np.eye(2) / 2, np.array([1.0, -700, -700, 1])
    yield np.array(COIN), np.full(4, 1000.0)


def test_the_page_computes_the_bounds_the_tilted_law_and_the_information(in_the_page):
    cases = list(tables_and_critics(np.random.default_rng(0)))
    found = in_the_page([(P.tolist(), t.tolist()) for P, t in cases])
    for (P, t), page in zip(cases, found, strict=True):
        R, P = np.outer(P.sum(1), P.sum(0)).ravel(), P.ravel()
        log_mean = logsumexp(t, b=R)
        assert page["information"] == pytest.approx(rel_entr(P, R).sum(), abs=1e-12)
        assert page["dv"] == pytest.approx(P @ t - log_mean, rel=1e-10, abs=1e-12)
        assert page["tilted"] == pytest.approx(R * np.exp(t - log_mean), abs=1e-12)
        fdiv = P @ t - np.exp(log_mean - 1) if log_mean < 700 else None  # infinity is null in JSON
        assert page["fdiv"] == (None if fdiv is None else pytest.approx(fdiv, rel=1e-10))
        assert page["dv"] <= page["information"] + 1e-12


def test_the_log_ratio_reaches_the_information_and_a_shift_changes_nothing(in_the_page):
    t = (np.log(COIN) - np.log(0.25)).ravel()
    best, shifted = in_the_page([(COIN, t.tolist()), (COIN, (t + 3).tolist())])
    assert best["dv"] == pytest.approx(best["information"], abs=1e-15)
    assert shifted["dv"] == pytest.approx(best["dv"], abs=1e-15)
    assert shifted["fdiv"] < best["fdiv"] < best["dv"]
    assert best["logRatio"] == pytest.approx(t)


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({}, "at least one table"),
        ({"a": COIN, "b": np.eye(3) / 3}, "tables of one shape"),
        ({"a": np.ones(4) / 4}, r"shape \(4,\)"),
        ({"a": np.eye(4) / 4}, r"shape \(4, 4\)"),
        ({"a": [[0.4, 0.1], [0.1, 0.3]]}, "sum to 1"),
        ({"a": [[1.2, -0.2], [0, 0]]}, "probabilities"),
        ({"a": [[np.nan, 1], [0, 0]]}, "probabilities"),
    ],
)
def test_what_is_no_table_is_refused_with_words(tables, words):
    with pytest.raises(ValueError, match=words):
        dv.BoundExplorer(tables)


def test_the_widget_carries_its_tables_to_the_page():
    assert dv.BoundExplorer({"coin": COIN}).tables == {"coin": COIN}


def test_every_slider_holds_the_best_value_of_every_table(node):
    best = [np.log(1.6), -np.inf, np.log(2), 0.0]
    values = node(
        "out = explorer.valuesOf(given.best.map((v) => v ?? -Infinity));",
        modules=["explorer"],
        best=[None if np.isinf(v) else v for v in best],
    )
    assert values == sorted(set(values)) and (values[0], values[-1]) == (-4, 4)
    assert {0, -4, np.log(2), np.log(1.6)} <= set(values)
