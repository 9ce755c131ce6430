"""The numbers of the editable table are those of `dv.discrete`."""

import numpy as np
import pytest

import dv
from dv.widgets.table import InformationTable

WEIGHTS = [[8, 2, 2, 8], [3, 6, 4, 8], [10, 0, 0, 10], [8, 0, 4, 8], [5, 15, 0, 0], [0, 0, 0, 7]]
WEIGHTS += np.random.default_rng(0).integers(0, 21, size=(50, 4)).tolist()


def test_measures_are_those_of_python(node):
    code = (
        "out = given.all.map(table.measures).map((m) => ({ ...m, reverse: m.reverse === Infinity ? -1 : m.reverse }));"
    )
    for weights, found in zip(WEIGHTS, node(code, modules=("table",), all=WEIGHTS), strict=True):
        P = np.reshape(weights, (2, 2)) / sum(weights)
        product = np.outer(P.sum(1), P.sum(0))
        reverse = dv.discrete.kl(product, P)
        truth = {
            "hx": dv.discrete.entropy(P.sum(1)),
            "hy": dv.discrete.entropy(P.sum(0)),
            "hxGivenY": dv.discrete.entropy(P) - dv.discrete.entropy(P.sum(0)),
            "information": dv.discrete.mutual_information(P),
            "reverse": -1 if np.isinf(reverse) else reverse,
        }
        assert {name: found[name] for name in truth} == pytest.approx(truth, abs=1e-11)
        assert found["p"] == pytest.approx(P.ravel()) and found["q"] == pytest.approx(product.ravel())


def test_no_weights_are_no_table(node):
    assert node("out = table.measures([0, 0, 0, 0]);", modules=("table",)) is None


def test_the_summary_says_infinite_and_never_minus_zero(node):
    code = "out = given.all.map((w) => table.summary(table.measures(w)));"
    told = node(code, modules=("table",), all=[[8, 0, 4, 8], [3, 6, 4, 8], [10, 0, 0, 10]])
    assert "infinite" in told[0] and "tells 0.000 nats" in told[1] and "-0.000" not in " ".join(told)
    assert "Of the 0.693 nats of H(X), Y tells 0.693 nats and leaves 0.000 nats" in told[2]


@pytest.mark.parametrize("P", [[1, 2, 3, 4], [[1, -1], [1, 1]], [[0, 0], [0, 0]], [[np.nan, 1], [1, 1]]])
def test_what_is_no_table_is_refused(P):
    with pytest.raises(ValueError, match="P"):
        InformationTable(P)


def test_a_table_starts_with_the_weights_it_is_given(monkeypatch):
    widget = InformationTable([[0.4, 0.1], [0.1, 0.4]])
    assert widget.weights == [8, 2, 2, 8]
    monkeypatch.setenv("DV_PRECOMPUTE", "1")
    assert widget.model_id in widget._repr_mimebundle_()[0]["text/html"]
