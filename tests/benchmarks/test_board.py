"""The truths of the leader board, each by a second way, and the record of the runs."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks import board, tasks

RECORD = pd.read_csv(board.RESULTS / "board.csv")
TRUTHS = RECORD.groupby("task")["truth"].first()


def by_formula(name):
    """The truth of a task of bmi from our own closed forms: maps of single sides leave it alone."""
    kind = re.sub(r"^(normal_cdf|wiggly|half_cube|asinh|spiral|swissroll_x|bmi )-?", "", name)
    while kind != name:
        name, kind = kind, re.sub(r"^(normal_cdf|wiggly|half_cube|asinh|spiral|swissroll_x)-", "", kind)
    numbers = [float(number) for number in re.findall(r"-([\d.]+)", name)]
    if name.startswith(("1v1-normal", "1v1-bimodal")):
        return tasks.gaussian_mi(tasks.dense(1, 1, numbers[-1]), 1)
    if name.startswith("1v1-additive"):
        return tasks.additive_noise("", numbers[-1]).truth
    if name.startswith("student-identity"):
        dx, dy, df = map(int, numbers)
        return tasks.student_mi(np.eye(dx + dy), dx, df)
    if name.startswith("multinormal-dense"):
        dx, dy, rho = numbers
        return tasks.gaussian_mi(tasks.dense(int(dx), int(dy), rho), int(dx))
    assert name.startswith("multinormal-sparse")
    dx, dy, pairs, strength = numbers  # a pair is strength times a common part, plus noise of size 1 for each
    rho = strength**2 / (1 + strength**2)
    return tasks.gaussian_mi(tasks.sparse(int(dx), int(dy), rho, int(pairs)), int(dx))


def test_every_truth_of_bmi_is_that_of_our_formula():
    names = [name for name in TRUTHS.index if name.startswith("bmi ")]
    assert len(names) == 40
    for name in names:
        assert TRUTHS[name] == pytest.approx(by_formula(name.removeprefix("bmi ")), abs=2e-5), name


@pytest.mark.parametrize("nats", board.RUNGS)
def test_every_rung_holds_what_it_says_by_its_sampler(nats):
    for task in (task for task in board.ladder() if task.name.endswith(f" {nats:g} nats")):
        assert TRUTHS[task.name] == pytest.approx(task.truth, abs=1e-5) == pytest.approx(nats, abs=1e-5)
        if "image" in task.name:
            continue
        x, y = task.sample(20_000, 5)
        pairs = x.shape[1]
        rho = np.corrcoef(x[:, 0], y[:, 0])[0, 1]
        assert rho == pytest.approx(np.sqrt(-np.expm1(-2 * nats / pairs)), abs=0.03)
        exact = np.sqrt(-np.expm1(-2 * nats / pairs))
        spread = np.sqrt(np.exp(-2 * nats / pairs))
        ratio = (stats.norm.logpdf(y, exact * x, spread) - stats.norm.logpdf(y)).sum(1)
        assert ratio.mean() == pytest.approx(nats, abs=4 * ratio.std() / np.sqrt(len(x)) + 1e-12)


def test_the_images_are_images():
    rungs = {task.name: task for task in board.ladder()}
    x, y = rungs["normal 1+1, 2 nats"].sample(50, 1)
    u, v = rungs["its image, 2 nats"].sample(50, 1)
    assert u == pytest.approx(x**3) and v == pytest.approx(np.sinh(y))


def test_truths_of_our_own_tasks_are_those_of_the_list():
    for task in tasks.all_tasks():
        assert TRUTHS[task.name] == pytest.approx(task.truth, abs=1e-5)


def test_a_part_of_the_record_is_made_again():
    """Where another processor's rounding does not lead training elsewhere, as it does at 4 nats."""
    sampled = {task.name: task for task in [*tasks.all_tasks(), *board.ladder()]}
    for name, method in (("normal 5+5, 1 nats", "dv.estimate_mi"), ("parabola", "MINE, held out")):
        x, y = sampled[name].sample(board.N, 1000)
        (row,) = RECORD[(RECORD["task"] == name) & (RECORD["method"] == method) & (RECORD["seed"] == 0)].itertuples()
        assert board.METHODS[method](x, y, 0)["value"] == pytest.approx(row.value, abs=5e-3)


def test_every_estimator_has_a_row_for_every_task_failures_too():
    table = RECORD.groupby(["method", "task"]).size().unstack("task")
    assert not table.isna().any().any() and len(table) == 7 and len(table.columns) == 87
    assert set(RECORD.loc[RECORD["method"] == "bmi KSG", "task"]) == set(TRUTHS.index)


def test_an_adapter_has_at_most_twenty_lines():
    source = (board.RESULTS.parent / "peers.py").read_text()
    for function in re.split(r"\n(?=def |METHODS|\S)", source):
        if function.startswith("def ") and not function.startswith("def main"):
            assert len(function.strip().splitlines()) <= 20
