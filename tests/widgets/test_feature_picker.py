"""The numbers of the feature picker against the module's own, and its words against its numbers."""

import re
from itertools import combinations

import numpy as np
import pytest

import dv
from dv.widgets.features import FeaturePicker

RNG = np.random.default_rng(0)
A, B = RNG.integers(2, size=(2, 300))
FEATURES = {"a": A, "b": B, "copy of a": A, "noise": RNG.integers(4, size=300)}
LABEL = A ^ B ^ (RNG.random(300) < 0.1)


@pytest.fixture(scope="module")
def table():
    return FeaturePicker({"coins": (FEATURES, ("the label", LABEL))}).tables[0]


@pytest.fixture(scope="module")
def states(node, table):
    """For every choice what the page shows of it, and its words."""
    code = """out = given.table.together.map((_, k) => {
      const all = features.measures(given.table, k);
      return [all, features.summary(given.table, k), features.kindOf(all.extra)];
    });"""
    return node(code, modules=("features",), table=table)


def choice(*names):
    return sum(1 << list(FEATURES).index(name) for name in names)


def test_each_choice_is_valued_as_the_module_values_it(table):
    for size in range(1, 5):
        for names in combinations(FEATURES, size):
            x, k = np.column_stack([FEATURES[name] for name in names]), choice(*names)
            assert table["together"][k] == pytest.approx(dv.discrete.plug_in(x, LABEL, "jackknife"), abs=1e-6)
            alone = sum(dv.discrete.plug_in(FEATURES[name], LABEL, "jackknife") for name in names)
            assert table["total"][k] == pytest.approx(alone, abs=2e-6)
            assert table["extra"][k] == pytest.approx(table["together"][k] - alone, abs=2e-6)
    assert table["entropy"] == pytest.approx(dv.discrete.entropy(np.bincount(LABEL) / 300), abs=1e-6)


def test_the_standard_error_is_the_scatter_of_the_estimate():
    """Over tables drawn from one law: for what is told together, for the sum and for the difference."""
    found = []
    for stream in np.random.default_rng(1).spawn(200):
        a, b, wrong, other = (stream.random((4, 400)) < np.array([[0.5], [0.4], [0.1], [0.3]])).astype(int)
        made = FeaturePicker({"": ({"a": a, "b": b, "c": a ^ other}, ("", (a | b) ^ wrong))}).tables[0]
        found.append([[made[f"{kind}{end}"] for end in ("", "_error")] for kind in ("together", "total", "extra")])
    values, errors = np.array(found).transpose(2, 1, 3, 0)[:, :, [3, 7]]
    assert errors.mean(axis=-1) == pytest.approx(values.std(axis=-1, ddof=1), rel=0.2)


def test_where_nothing_is_told_the_interval_holds_nothing():
    """At independence the scatter of the rows alone would be too small where luck makes it so."""
    held = []
    for stream in np.random.default_rng(2).spawn(300):
        a, y = stream.integers(4, size=300), stream.integers(3, size=300)
        made = FeaturePicker({"": ({"a": a}, ("", y))}).tables[0]
        held.append(abs(made["together"][1]) <= 1.96 * made["together_error"][1])
    assert np.mean(held) > 0.9


def test_the_words_say_what_the_bars_show(states, table):
    assert "tick a feature" in states[0][1]
    for k, (all_, words, _) in enumerate(states):
        names = [name for j, name in enumerate(FEATURES) if k >> j & 1]
        assert [one["value"] for one in all_["alone"]] == [table["together"][1 << j] for j in range(4)]
        if names:
            assert ", ".join(names) in words
            shown = [float(number.replace("−", "-")) for number in re.findall(r"[-−]?\d+\.\d{3}", words)]
            wanted = [all_["together"]["value"]] + (
                [all_["total"]["value"], all_["extra"]["value"]] if k & (k - 1) else []
            )
            assert shown[1 : 1 + len(wanted)] == pytest.approx(wanted, abs=6e-4)


def test_the_sign_is_named_only_where_the_interval_shows_it(states):
    kinds = {k: kind for k, (*_, kind) in enumerate(states)}
    assert kinds[choice("a", "b")] == "synergy" and kinds[choice("a", "noise")].startswith("no difference")
    for all_, _, kind in states:
        value, error = all_["extra"]["value"], all_["extra"]["error"]
        sure = abs(value) > 1.96 * error
        assert kind == (("synergy" if value > 0 else "redundancy") if sure else "no difference that these rows show")
    strong = FeaturePicker({"copies": ({"a": A, "b": A}, ("a", A))}).tables[0]
    assert strong["extra"][3] == pytest.approx(-strong["together"][3], abs=2e-6)


@pytest.mark.parametrize(
    ("tables", "ticked", "words"),
    [
        ({}, [], "no table"),
        ({"t": ({}, ("y", [0, 1]))}, [], "0 features"),
        ({"t": ({str(k): [0, 1] for k in range(9)}, ("y", [0, 1]))}, [], "9 features"),
        ({"t": ({"a": [0, 1, 1]}, ("y", [0, 1]))}, [], "differ in length"),
        ({"t": ({"a": [0, 1]}, ("y", [0, 1]))}, ["b"], "first table has not: b"),
    ],
)
def test_what_cannot_be_shown_is_refused(tables, ticked, words):
    with pytest.raises(ValueError, match=words):
        FeaturePicker(tables, ticked=ticked)


def test_labels_may_be_names_and_the_page_holds_the_widget(monkeypatch):
    named = FeaturePicker({"t": ({"a": np.array(["x", "y"])[A]}, ("label", np.array(["no", "yes"])[LABEL]))})
    plain = FeaturePicker({"t": ({"a": A}, ("label", LABEL))}, ticked=["a"])
    assert named.tables == plain.tables and plain.ticked == ["a"]
    monkeypatch.setenv("DV_PRECOMPUTE", "1")
    assert plain.model_id in plain._repr_mimebundle_()[0]["text/html"]
