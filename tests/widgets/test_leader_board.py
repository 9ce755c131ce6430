"""The leader board of the page against a second computation, on a record of its own."""

import numpy as np
import pytest
from scipy.stats import t as student

from dv.widgets.leaders import LeaderBoard

NAMES = ["one", "two", "three", "four"]


@pytest.fixture(scope="module")
def record():
    """Tasks of two families at two sizes; the fourth refuses one family, the third has intervals."""
    rng, rows = np.random.default_rng(0), []
    for n, count in ((100, 12), (1000, 9)):
        for task in range(count):
            truth, hard = rng.uniform(0, 2), rng.exponential(0.1)
            for k, name in enumerate(NAMES):
                for _ in range(1 if name == "two" else 3):
                    value = truth + hard * (1 + 0.1 * k) * rng.choice([-1, 1]) * rng.uniform(0.8, 1.2)
                    none = name == "four" and task % 2
                    marks = (rng.random() < 0.7, rng.random() < 0.2) if name == "three" else (None, None)
                    rows.append(
                        (f"task {task}", "ab"[task % 2], n, truth, name, np.nan if none else value, 0.1 * k, *marks)
                    )
    keys = ("task", "family", "n", "truth", "estimator", "value", "seconds", "held", "noted")
    return dict(zip(keys, map(list, zip(*rows, strict=True)), strict=True))


def errors(record, n, family, empty, best):
    table = {name: {} for name in NAMES}
    for task, kind, size, truth, name, value in zip(
        *(record[key] for key in ("task", "family", "n", "truth", "estimator", "value")), strict=True
    ):
        if size == n and family in ("all families", kind):
            known = table[name].setdefault(task, [])
            if np.isfinite(value) or empty:
                known.append(abs((value if np.isfinite(value) else 0) - truth))
    reduce = min if best else np.mean
    return {name: {task: reduce(e) for task, e in own.items() if e} for name, own in table.items()}


def standing(own, name):
    """Score, half an interval, rank."""
    sizes = np.array(list(own[name].values()))
    if not len(sizes):
        return None
    half = student.ppf(0.975, len(sizes) - 1) * sizes.std(ddof=1) / np.sqrt(len(sizes))
    rank = 1
    for other in own:
        d = np.array([own[other][t] - own[name][t] for t in own[name] if t in own[other]])
        if len(d) > 1:
            rank += d.mean() + student.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d)) < 0
    return sizes.mean(), half, rank


@pytest.mark.parametrize("best", [False, True])
@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("family", ["all families", "a", "b"])
@pytest.mark.parametrize("n", [100, 1000])
def test_scores_intervals_and_ranks_are_those_of_a_second_computation(node, record, n, family, empty, best):
    widget = LeaderBoard(record)
    code = """
    const [empty, runs] = [leaders.EMPTY[given.empty], leaders.RUNS[given.best]];
    const state = { n: given.n, family: given.family, empty, runs };
    const lines = leaders.board(given.rows, given.quantiles, state);
    const order = (key) => leaders.sorted(lines, key).map(({ name }) => name);
    const orders = Object.fromEntries(leaders.COLUMNS.map(({ key }) => [key, order(key)]));
    out = [lines, orders, leaders.summary(lines, state)];"""
    given = {"n": n, "family": family, "empty": int(empty), "best": int(best)}
    lines, orders, words = node(code, modules=("leaders",), rows=widget.rows, quantiles=widget.quantiles, **given)
    own = errors(record, n, family, empty, best)
    assert [line["name"] for line in lines] == NAMES
    for line in lines:
        expected = standing(own, line["name"])
        if expected is None:
            assert line["error"] is None and line["none"] == line["runs"]
            continue
        assert line["error"]["centre"] == pytest.approx(expected[0])
        assert line["error"]["half"] == pytest.approx(expected[1], rel=1e-4)
        assert line["rank"] == expected[2]
        assert line["worst"] == pytest.approx(max(own[line["name"]].values()))
    scores = {line["name"]: line["error"]["centre"] if line["error"] else np.inf for line in lines}
    assert orders["error"] == sorted(NAMES, key=lambda name: scores[name])
    assert orders["held"][0] == "three"  # the only one with intervals
    first = [line["name"] for line in lines if line["rank"] == 1 and line["error"]]
    assert all(name in words for name in first) and ("share rank 1" in words) == (len(first) > 1)
    if family != "a" and not empty:
        assert "four" in words or orders["none"][-1] == "four"


def test_shares_of_intervals_and_of_warnings_are_over_runs(node, record):
    widget = LeaderBoard(record)
    code = """out = leaders.board(given.rows, given.quantiles,
      { n: 100, family: leaders.ALL, empty: leaders.EMPTY[0], runs: leaders.RUNS[0] });"""
    lines = node(code, modules=("leaders",), rows=widget.rows, quantiles=widget.quantiles)
    for line in lines:
        rows = [k for k, name in enumerate(record["estimator"]) if name == line["name"] and record["n"][k] == 100]
        for what in ("held", "noted"):
            known = [record[what][k] for k in rows if record[what][k] is not None]
            assert line[what] == (pytest.approx(np.mean(known)) if known else None)
        assert line["runs"] == len(rows) and line["none"] == sum(np.isnan(record["value"][k]) for k in rows)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"truth": None}, "truth"),
        ({"task": ["a"]}, "one length"),
        ({"truth": [np.inf] * 3}, "truth"),
    ],
)
def test_what_is_no_record_is_refused(change, message):
    rows = {"task": ["a", "b", "c"], "family": ["f"] * 3, "n": [10] * 3, "truth": [0.5] * 3}
    rows |= {
        "estimator": ["one"] * 3,
        "value": [0.4] * 3,
        "seconds": [1.0] * 3,
        "held": [None] * 3,
        "noted": [None] * 3,
    }
    LeaderBoard(rows)
    with pytest.raises(ValueError, match="n=7"):
        LeaderBoard(rows, n=7)
    rows |= change
    if change == {"truth": None}:
        del rows["truth"]
    with pytest.raises(ValueError, match=message):
        LeaderBoard(rows)
