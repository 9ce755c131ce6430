"""The record of the experiments on coarse graining is that of the code, and its figures hold."""

import json

import numpy as np
import pytest
import torch

from benchmarks import coarse_critics, coarse_data, coarse_filters, coarse_graining
from dv.discrete import mutual_information
from dv.ising import coarse_table, patterns

ABSOLUTE = {"2×2 fine": 0.01, "2×2 mean": 0.01, "3×3 ring mean": 0.01, "3×3 fine": 0.02}


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def recorded(name, **key):
    table = coarse_graining.load(name)
    for column, value in key.items():
        table = table[table[column] == value]
    (row,) = table.to_dict("records")
    return row


def assert_near(made, row, tolerance=2e-3):
    for name in made.keys() - {"cpu_s"}:
        assert made[name] == pytest.approx(row[name], abs=tolerance), name


def test_record_is_complete_and_made_with_the_settings_of_the_code():
    settings = json.loads((coarse_graining.FOLDER / "settings.json").read_text())
    assert settings == json.loads(json.dumps(coarse_graining.SETTINGS))
    for name, (_, jobs) in coarse_graining.EXPERIMENTS.items():
        assert coarse_graining.load(name)[list(jobs[0])].to_dict("records") == jobs


def test_histogram_made_anew_is_the_recorded_one():
    made = coarse_critics.histogram("3×3 ring mean")
    assert_near(made, recorded("plug_in", setup="3×3 ring mean"), 1e-5)


def test_estimate_made_anew_is_the_recorded_one():
    made = coarse_critics.target("2×2 mean", 0)
    assert_near(made, recorded("targets", setup="2×2 mean", seed=0))


def test_critic_trained_anew_goes_the_recorded_way():
    key = {"setup": "2×2 mean", "net": "ResidualNet", "loss": "mine", "lr": 1e-3, "gamma": 1.0}
    made, row = coarse_critics.grid_run(**key, epochs=10), recorded("grid", **key)
    assert_near({name: made[name] for name in ("training_10", "population_10", "exact")}, row)


def test_filter_learned_anew_is_the_recorded_one():
    key = {"kind": "mirrored", "seed": 0}
    made, row = coarse_filters.filter_run(**key), recorded("filters", **key)
    assert made["exact"] == pytest.approx(row["exact"], abs=1e-3)
    assert_near({name: made[name] for name in ("value", "w0", "w1")}, row, 0.1)


def test_held_out_estimates_of_every_seed_are_near_the_exact_value():
    runs = coarse_graining.load("targets")
    error = (runs["value"] - runs["exact"]).abs()
    assert (error < runs["setup"].map(ABSOLUTE)).all()
    assert (runs["low"] < runs["value"]).all() and (runs["value"] < runs["high"]).all()


def test_rates_were_really_stepped():
    runs = coarse_graining.load("grid")
    whole = runs[runs["epochs"] == coarse_critics.GRID["epochs"]]
    assert len(whole) > 0.9 * len(runs)
    np.testing.assert_allclose(whole["last_rate"], whole["lr"] * whole["gamma"] ** 3)


def test_population_value_is_that_of_endless_fresh_data():
    """At the log density ratio it is the information; of any critic, the held-out value's mean."""
    table = coarse_table(coarse_data.critical(2), lambda s: s.mean(axis=-1))
    ratio = torch.from_numpy(np.log(table / table.sum(1, keepdims=True) / table.sum(0))).float()

    class Ratio(torch.nn.Module):
        def forward(self, x, y):
            return ratio[(2 * x[:, 0] + 2).long(), (2 * y[:, 0] + 2).long()]

    value = coarse_data.population(Ratio(), "2×2 mean")
    assert value == pytest.approx(mutual_information(table), abs=1e-6)
    seen = coarse_data.held_out(Ratio(), lambda n, rng: coarse_data.sample("2×2 mean", n, rng), 0)
    assert seen["low"] < value < seen["high"]


def test_learned_filters_come_near_the_exact_optimum_and_never_beat_it():
    runs = coarse_graining.load("filters")
    for kind in coarse_filters.RUNS:
        left = runs.loc[runs["kind"] == kind, "exact"]
        optimum = coarse_filters.optimum(kind)
        assert optimum - 0.01 < left.max() < optimum + 1e-6


def test_best_common_bit_is_a_majority_whose_ties_all_go_one_way():
    bits, value = coarse_filters.best_common_bit(coarse_data.critical(2))
    total = patterns(4).sum(axis=1)
    assert any((bits == 1 - (total > cut)).all() or (bits == (total > cut)).all() for cut in (-1, 0))
    assert value == pytest.approx(mutual_information(coarse_table(coarse_data.critical(2), lambda s: bits)))
    assert value == pytest.approx(0.27325279, abs=1e-8)
