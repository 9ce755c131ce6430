import numpy as np
import pytest

from dv import BivariateGaussian, Budget, estimate_divergence, estimate_mi
from dv.estimator.certificate import (
    LEVEL,
    OTHER,
    PLAIN,
    TABLE,
    bound,
    centred,
    crossed,
    least,
    log_capitals,
    statistics,
    ways,
)
from dv.estimator.columns import MOST_MASSES, Side

GAUSSIAN = BivariateGaussian(0.8)
CHOICE = (0.85, -2.0, 1.2)
KNOWN_FRESH = crossed(np.arange(1000)), crossed(np.arange(1000, 3000))


def ratio(x, y):
    return lambda i, j: GAUSSIAN.log_density_ratio(x[i], y[j])


def test_crossed_values_are_those_of_the_pairs_of_a_block():
    blocks = crossed(np.array([4, 7, 1, 2, 9]))
    (joint, ref), _ = centred(lambda i, j: 10 * i + j, blocks, blocks)
    assert (joint - joint[0, 0]).tolist() == [[0, 33], [-33, -22]]
    assert (ref - joint[0, 0]).tolist() == [[3, 30], [-32, -23]]


def test_the_mean_of_w_is_the_nwj_bound_of_the_clipped_critic():
    x, y = GAUSSIAN.sample(400_000, rng=0).T
    joint, ref = crossed(np.arange(400_000))
    values = ratio(x, y)
    w = statistics(values(*joint).T, values(*ref).T, *CHOICE)
    scale, low, high = CHOICE
    fresh, fresh_ref = GAUSSIAN.sample(400_000, rng=1), GAUSSIAN.sample_reference(400_000, rng=1)
    t, t_ref = (np.clip(scale * GAUSSIAN.log_density_ratio(*z.T), low, high) for z in (fresh, fresh_ref))
    assert w.mean() == pytest.approx((1 + t).mean() - np.exp(t_ref).mean(), abs=0.01)
    assert w.mean() < GAUSSIAN.mutual_information()
    assert w.min() >= least(*CHOICE)


FLOOR = -3.0
LAWS = {  # a sampler of W, and its mean
    "two points": (lambda rng: np.where(rng.random(60) < 0.02, FLOOR, 1.0), 0.02 * FLOOR + 0.98),
    "skewed": (lambda rng: FLOOR + rng.exponential(size=60), FLOOR + 1),
    "heavy": (lambda rng: FLOOR + np.minimum(rng.pareto(1.5, size=60), 50), FLOOR + 2 * (1 - 51**-0.5)),
    "constant": (lambda rng: np.full(60, 0.3), 0.3),
}


@pytest.mark.parametrize("draw, mean", LAWS.values(), ids=LAWS)
def test_no_capital_grows_in_the_mean_against_a_claim_that_is_true(draw, mean):
    """E K(c) ≤ 1 at c = E W, for laws of W that are unkind to normal approximations."""
    rng, claim = np.random.default_rng(0), np.array([mean])
    capitals = [np.exp(log_capitals(draw(rng), FLOOR, mean + 0.2, 1.0, claim)[0]) for _ in range(10_000)]
    assert np.mean(capitals) < 1 + 4 * np.std(capitals) / np.sqrt(len(capitals)) + 1e-9


def cells(p):
    """A table, its log ratio, and its information."""
    p = np.asarray(p)
    product = np.outer(p.sum(1), p.sum(0))
    table = np.log(np.maximum(p, 1e-9) / product)
    return p, table, float((p * table).sum())


@pytest.mark.parametrize(
    "p, scale",
    [
        ([[0.4, 0.1], [0.1, 0.4]], 1.0),
        ([[0.25, 0.25], [0.25, 0.25]], 1.0),
        ([[0.99, 0.0], [0.0, 0.01]], 1.0),
        ([[0.4, 0.1], [0.1, 0.4]], 4.0),  # a critic that is far too sure
    ],
)
def test_the_bound_exceeds_the_truth_in_at_most_a_twentieth_of_all_data_sets(p, scale):
    p, table, truth = cells(p)
    rng, exceeded = np.random.default_rng(0), 0
    for _ in range(400):
        x, y = np.divmod(rng.choice(p.size, 300, p=p.ravel()), p.shape[1])

        def values(i, j, x=x, y=y):
            return scale * table[x[i], y[j]]

        exceeded += bound([[centred(values, crossed(np.arange(100)), crossed(np.arange(100, 300)))]], [PLAIN]) > truth
    assert exceeded <= 400 * LEVEL


def test_several_critics_share_their_capital():
    x, y = GAUSSIAN.sample(3000, rng=0).T
    bet = centred(ratio(x, y), *KNOWN_FRESH)
    alone, twice = bound([[bet]], [PLAIN]), bound([[bet], [bet]], [PLAIN, PLAIN])
    assert alone == twice > 0.2
    useless = centred(lambda i, j: np.zeros(len(i)), *KNOWN_FRESH)
    assert 0.2 < bound([[bet], [useless]], [PLAIN, PLAIN]) < alone
    assert 0.2 < bound([[bet]], [OTHER * 50]) < alone


def masses_on_the_edge(fresh):
    """1000 rows, the first 600 of which never change; three values have 5% of those, and some of the others."""
    rng = np.random.default_rng(0)
    known = np.concatenate([np.repeat([0.0, 1.0, 2.0], 30), rng.normal(size=510)])
    later = np.concatenate([np.repeat([0.0, 1.0, 2.0], fresh), rng.normal(size=400)])
    return np.concatenate([known, later[:400]])


def test_what_fresh_rows_change_of_a_critic_is_paid_for():
    """Rows that a critic bets on decide how many masses there are, and nothing else that it is shown."""
    known, shown = np.arange(600), {}
    for fresh in [(k, m, p) for k in (0, 60) for m in (0, 60) for p in (0, 60)]:
        side = Side([masses_on_the_edge(fresh)])
        key = ways([side], known), side.columns[0].masses
        shown.setdefault(key, set()).add(side.seen_by(known).scores[known].tobytes())
    assert all(len(scores) == 1 for scores in shown.values()) and 2 < len(shown) <= MOST_MASSES + 1
    assert {share for share, masses in shown if masses == 0} == {PLAIN}
    assert {share for share, masses in shown if masses} == {OTHER * 2 * (MOST_MASSES + 2)}


@pytest.mark.parametrize("given", [1, 2, 5])
def test_the_shares_of_the_confidence_add_up_to_one_at_most(given):
    """Left out or with 0 to 3 masses, each column; codes of whole rows or none."""
    side = Side(list(np.random.default_rng(0).normal(size=(1, 50))), given)
    assert 1 / PLAIN + 1 / TABLE + 2 * (1 + 1 + MOST_MASSES) ** given / (OTHER * side.ways()) <= 1


def test_a_column_that_only_fresh_rows_tell_from_a_constant_is_paid_for():
    late = np.zeros(100)
    late[90] = 1
    varied = np.random.default_rng(0).normal(size=100)
    assert not Side([late, varied]).plain(np.arange(80)) and Side([late, varied]).plain(np.arange(100))
    twin = varied.copy()
    twin[90] = 9
    assert not Side([twin, varied]).plain(np.arange(80)) and Side([twin, varied]).plain(np.arange(95))


def test_an_estimate_of_the_running_example_carries_one():
    gaussian = BivariateGaussian.running_example()
    found = [estimate_mi(*gaussian.sample(1000, rng=seed).T, rng=seed).certified for seed in range(3)]
    assert 0.4 < np.median(found) < gaussian.mutual_information()


def test_rows_that_are_not_independent_have_none():
    walk = np.random.default_rng(0).normal(size=(2, 500)).cumsum(1)
    assert estimate_mi(*walk, rng=0, budget=Budget(20, groups=3, checks=2)).certified == 0


def test_a_divergence_carries_one_too():
    rng = np.random.default_rng(0)
    result = estimate_divergence(rng.normal(1, 1, 2000), rng.normal(0, 1, 3000), rng=0)
    assert 0.2 < result.certified < 0.5
    assert estimate_divergence(*rng.normal(size=(2, 500)), rng=0, budget=Budget(20, groups=3, checks=2)).certified == 0
