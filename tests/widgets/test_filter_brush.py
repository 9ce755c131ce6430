"""What the page computes of a filter is what `dv.ising` and `dv.discrete` compute of it."""

import numpy as np
import pytest

import dv
from dv.ising import coarse_table, linear_filter, majority, neighbouring_blocks, patterns
from dv.widgets.brush import _kernel

TABLES = {k: neighbouring_blocks(k, k) for k in (2, 3)}
KERNELS = {str(k): _kernel(k).ravel().tolist() for k in (2, 3)}
MODULES = ("controls", "panel", "blocks", "brush")


def mirror(spins):
    k = round(spins.shape[-1] ** 0.5)
    return spins.reshape(-1, k, k)[:, :, ::-1].reshape(len(spins), -1)


def by_python(weights, one_bit, mirrored):
    """Joint table of the two block variables, and the values of the left one."""
    w = np.array(weights) / 100
    value = (lambda s: majority(s, weights=w)) if one_bit else (lambda s: linear_filter(s, w))
    table = TABLES[2 if len(w) == 4 else 3]
    right = (lambda s: value(mirror(s))) if mirrored else value
    return coarse_table(table, value, right), np.unique(np.round(value(patterns(len(w))), 9))


@pytest.fixture(scope="module")
def in_the_page(node):
    code = """
      const tables = Object.fromEntries(
        [2, 3].map((k) => [k, blocks.jointTable(Float64Array.from(given.kernels[k]), k)]));
      out = given.cases.map(([weights, oneBit, mirror]) =>
        blocks.coarse(tables[Math.sqrt(weights.length)], weights, { oneBit, mirror }));
    """
    return lambda cases: node(code, modules=MODULES, kernels=KERNELS, cases=cases)


def test_the_page_makes_the_exact_tables(node):
    code = "out = [2, 3].map((k) => blocks.jointTable(Float64Array.from(given.kernels[k]), k));"
    for k, found in zip((2, 3), node(code, modules=MODULES, kernels=KERNELS), strict=True):
        np.testing.assert_allclose(np.reshape(found, TABLES[k].shape), TABLES[k], atol=1e-15)


def test_tables_values_and_information_are_those_of_python(in_the_page, node):
    rng, cases = np.random.default_rng(0), []
    for k, filters in node("out = brush.FILTERS;", modules=MODULES).items():
        weights = [*filters.values(), *(10 * rng.integers(-20, 21, size=(6, int(k) ** 2))).tolist()]
        cases += [
            (w, one, turn) for w in [*weights, [0] * int(k) ** 2] for one in (False, True) for turn in (False, True)
        ]
    for case, found in zip(cases, in_the_page(cases), strict=True):
        table, values = by_python(*case)
        scale = 1 if case[1] else 100
        np.testing.assert_allclose(np.array(found["values"]) / scale, values, atol=1e-12)
        np.testing.assert_allclose(np.reshape(found["table"], table.shape), table, atol=1e-15)
        assert found["value"] == pytest.approx(dv.discrete.mutual_information(table), abs=1e-12)
        np.testing.assert_allclose(found["p"], table.sum(axis=1), atol=1e-14)


def test_the_filters_offered_are_what_they_are_called(node):
    filters = node("out = brush.FILTERS;", modules=MODULES)
    for k in (2, 3):
        for name, weights in filters[str(k)].items():
            levels = len(by_python(weights, False, False)[1])
            told = {"four different": 16, "nine different": 512, "eight different": 256, "(a, b": 9}
            assert all(levels == count for start, count in told.items() if name.startswith(start))
            assert ("no centre" not in name) or weights[4] == 0


def test_the_summary_names_value_ceiling_and_levels(node):
    code = "out = brush.summary({ value: 0.37391, values: [1, 2, 3, 4, 5] }, 0.42286);"
    told = node(code, modules=MODULES)
    assert told == "The filter keeps 0.3739 of 0.4229 nats, 88%. Its block variable takes 5 values."


@pytest.mark.parametrize("weights", [[1, 2], [1, 1, 1, 3], [1, 1, 1, np.nan], [[1, 1], [1, 1]], np.ones(16)])
def test_what_is_no_filter_is_refused_with_words(weights):
    with pytest.raises(ValueError, match="4 or 9 numbers from −2 to 2"):
        dv.FilterBrush(weights)


def test_a_brush_begins_with_the_weights_it_is_given(monkeypatch):
    brush = dv.FilterBrush([0.5, 1, 0.5, 1.001])
    assert brush.weights == [0.5, 1.0, 0.5, 1.0]
    monkeypatch.setenv("DV_PRECOMPUTE", "1")
    assert brush.model_id in brush._repr_mimebundle_()[0]["text/html"]
