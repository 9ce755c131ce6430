"""The numbers of the tangent explorer against a search over a grid."""

import numpy as np
import pytest

from dv.widgets.tangent import FAMILY, TangentExplorer

MEMBERS = {  # f, and where its conjugate ends
    "Kullback–Leibler": (lambda u: u * np.log(u), np.inf),
    "reverse Kullback–Leibler": (lambda u: -np.log(u), 0),
    "χ²": (lambda u: (u - 1) ** 2, np.inf),
    "Jensen–Shannon": (lambda u: (u * np.log(u) - (1 + u) * np.log((1 + u) / 2)) / 2, np.log(2) / 2),
    "squared Hellinger": (lambda u: (np.sqrt(u) - 1) ** 2 / 2, 0.5),
    "total variation": (lambda u: np.abs(u - 1) / 2, 0.5),
}
GRID = np.concatenate([np.geomspace(1e-12, 1e-3, 2000), np.linspace(1e-3, 10, 200_001), np.geomspace(10, 1e6, 100_000)])


@pytest.fixture(scope="module")
def lines(node):
    """{name: {slope: [u, conjugate, words] or None}} for every slope of the slider."""
    code = """out = Object.fromEntries(Object.entries(tangent.FAMILY).map(([name, member]) => [
      name,
      tangent.slopesOf(member).map((t) => {
        const line = tangent.lineOf(member, t);
        return [t, line && [line.u, line.conjugate], tangent.summary(member, t, line)];
      }),
    ]));"""
    return node(code, modules=("tangent",))


def test_both_sides_name_the_same_functions(lines):
    assert tuple(lines) == FAMILY == tuple(MEMBERS)


@pytest.mark.parametrize("name", MEMBERS)
def test_every_line_touches_and_stays_below(lines, name):
    f, end = MEMBERS[name]
    slopes = np.array([t for t, *_ in lines[name]])
    assert np.diff(slopes) == pytest.approx(0.05)
    for t, line, words in lines[name]:
        if line is None:
            assert t >= end and "f*(t) = ∞" in words
            assert t > end or name != "total variation"
            continue
        u, conjugate = line
        assert t <= end and (u * t - f(max(u, 1e-300))) == pytest.approx(conjugate, abs=1e-9)
        assert (t * GRID - f(GRID)).max() == pytest.approx(conjugate, abs=1e-4)
        shown = words.rpartition("f*(t) = ")[2].rstrip(".").replace("−", "-")
        assert float(shown) == pytest.approx(conjugate, abs=5.1e-4)


@pytest.mark.parametrize("name", MEMBERS)
def test_the_slope_of_the_drag_is_the_derivative(node, name):
    f, _ = MEMBERS[name]
    u = np.array([0.1, 0.5, 1.7, 3.9])
    code = "out = given.u.map((u) => [tangent.FAMILY[given.name].f(u), tangent.FAMILY[given.name].slope(u)]);"
    values, slopes = np.array(node(code, modules=("tangent",), u=u.tolist(), name=name)).T
    assert values == pytest.approx(f(u))
    assert slopes == pytest.approx((f(u + 1e-6) - f(u - 1e-6)) / 2e-6, abs=1e-6)


def test_a_graph_leaves_out_what_is_infinite(node):
    ends = node("out = tangent.graph(tangent.FAMILY['reverse Kullback–Leibler'].f, 0, 4);", modules=("tangent",))
    assert np.isfinite(ends).all() and ends[0] > 0 and ends[-2] == pytest.approx(4)


@pytest.mark.parametrize("given", [{"f": "Rényi"}, {"slope": np.nan}, {"slope": np.inf}])
def test_what_cannot_be_drawn_is_refused(given):
    with pytest.raises(ValueError, match=next(iter(given))):
        TangentExplorer(**given)


def test_it_starts_as_it_is_told(monkeypatch):
    widget = TangentExplorer("χ²", slope=0.5)
    assert (widget.f, widget.slope) == ("χ²", 0.5)
    monkeypatch.setenv("DV_PRECOMPUTE", "1")
    assert widget.model_id in widget._repr_mimebundle_()[0]["text/html"]
