import numpy as np
import pytest

from dv._fast.losses import dv_loss
from dv.estimator.base import fit_base
from dv.estimator.budget import Budget
from dv.estimator.columns import Side
from dv.estimator.paired import PairedSamples
from dv.estimator.ring import Critics, Ring
from dv.estimator.samples import together
from dv.estimator.two import TwoSamples


def paired(n=300, d=1, groups=3, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d))
    y = 0.8 * x + 0.6 * rng.normal(size=(n, d))
    return PairedSamples(Side(list(x.T)), Side(list(y.T)), groups, rng), rng


def two(z, z_ref, groups, rng):
    return TwoSamples(Side(list(np.concatenate([z, z_ref]).T)), len(z), groups, rng)


def test_no_critic_is_trained_on_the_groups_it_is_valued_on():
    source, rng = paired()
    ring = Ring(source, Budget(2, checks=1, groups=3), rng)
    for k in range(3):
        kept = set(ring.training[k][0])
        for g in (k, (k + 1) % 3):
            assert not kept & set(source.groups[g][0])
    assert sorted(together(source.groups)[0]) == list(range(300))


def test_a_critic_sees_nothing_of_the_rows_it_leaves_out():
    """Whatever they are, its view, its base and its minibatches are the same."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 300))
    flag = (rng.random(300) < 0.04) * 1
    left_out = np.arange(100)
    views = []
    for change in (0, 1):
        a, b, c = x.copy(), y.copy(), flag.copy()
        if change:
            a[left_out], b[left_out], c[left_out] = rng.permutation(100) * 7.0, -np.arange(100.0), 1
        samples = PairedSamples(Side([a, c]), Side([b]), 3, np.random.default_rng(1))
        rows = (np.arange(100, 300),)
        view = samples.view(rows)
        base = fit_base(view, rows)
        (i, j), _ = view.batch(20, 40, np.random.default_rng(2))
        views.append((view.take(i, j), base.weights, base.quadratic, base.table_values((i, j))))
    for before, after in zip(*views, strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("shifts", [1, 4, 20])
def test_references_of_a_group_use_each_row_equally_and_never_its_partner(shifts):
    source, _ = paired()
    blocks = list(source.references(source.groups[0], shifts))
    assert len(blocks) == shifts
    view = source.view(source.groups[1])
    for block in blocks:
        i, j = block.origin
        assert (i != j).all()
        assert block.log_weight == 0
        np.testing.assert_array_equal(view.take(i, j), np.concatenate([view.x[i], view.y[j]], axis=1))
        assert sorted(j) == sorted(i) == sorted(source.groups[0][0])


def test_rare_rows_are_drawn_often_and_weighted_down():
    rng = np.random.default_rng(0)
    flag = (np.arange(2000) < 20) * 1.0
    samples = PairedSamples(Side([rng.normal(size=2000), flag]), Side([flag]), 3, rng)
    view = samples.view((np.arange(2000),))
    (i, j), drawn = view.batch(20_000, 20_000, rng)
    joint, ref = slice(0, 20_000), slice(20_000, None)
    assert 0.2 < flag[i[joint]].mean() < 0.3
    weights = np.exp(drawn)
    assert (weights[joint] * flag[i[joint]]).mean() == pytest.approx(0.01, rel=0.1)
    assert (weights[ref] * flag[i[ref]] * flag[j[ref]]).mean() == pytest.approx(1e-4, rel=0.1)
    assert weights.max() <= 4


def test_stratified_references_weigh_as_all_pairs_do():
    flag, other = (np.arange(600) < 15) * 1.0, (np.arange(600) % 50 == 0) * 1.0
    samples = PairedSamples(Side([flag]), Side([other]), 3, np.random.default_rng(0))
    blocks = list(samples.references((np.arange(600),), 4))
    weight = np.concatenate([np.full(len(b), np.exp(b.log_weight)) for b in blocks])
    i, j = (np.concatenate([b.origin[side] for b in blocks]) for side in (0, 1))
    assert (i != j).all()
    assert weight.mean() == pytest.approx(1)
    table = np.array([[0.0, 1.0], [2.0, 5.0]])
    exact = table[flag.astype(int)][:, other.astype(int)][~np.eye(600, dtype=bool)].mean()
    found = (weight * table[flag[i].astype(int), other[j].astype(int)]).mean()
    assert found == pytest.approx(exact, rel=2e-3)


@pytest.mark.parametrize("d", [1, 3])
def test_the_gaussian_ratio_is_the_log_density_ratio_of_gaussian_data(d):
    source, _ = paired(n=20_000, d=d)
    everything = (np.arange(20_000),)
    ((quadratic, linear),) = source.view(everything).gaussians(everything)
    z = np.random.default_rng(0).normal(size=(100, 2 * d))
    t = ((z @ quadratic) * z).sum(1) + z @ linear
    x, y = z[:, :d], z[:, d:]
    exact = (-(0.64 * (x * x + y * y) - 1.6 * x * y) / (2 * 0.36)).sum(1)
    assert np.corrcoef(t, exact)[0, 1] > 0.999
    assert (t - exact).std() < 0.15


@pytest.mark.parametrize("mean, sd", [(1.0, 1.0), (0.0, 0.5), (0.5, 1.3)])
def test_the_base_of_two_samples_is_near_their_divergence(mean, sd):
    rng = np.random.default_rng(0)
    z, z_ref = rng.normal(mean, sd, (20_000, 1)), rng.normal(size=(20_000, 1))
    source = two(z, z_ref, 3, rng)
    rows = together(source.groups)
    view = source.view(rows)
    base = fit_base(view, rows)
    t = [((view.take(side) @ base.quadratic + base.linear) * view.take(side)).sum(1) for side in rows]
    truth = -np.log(sd) + (sd**2 + mean**2 - 1) / 2
    assert t[0].mean() - np.log(np.exp(t[1]).mean()) == pytest.approx(truth, abs=0.03)


def test_training_climbs_where_the_gaussian_start_sees_nothing():
    rng = np.random.default_rng(0)
    x = rng.normal(size=2000)
    y = x**2 - 1 + 0.5 * rng.normal(size=2000)
    samples = PairedSamples(Side([x]), Side([y]), 3, rng)
    ring = Ring(samples, Budget(60, groups=3, checks=3, rate=2e-2), rng)
    curve = ring.train(progress=False)
    assert [step for step, _ in curve] == [0, 20, 40, 60]
    assert curve[0][1] == pytest.approx(0, abs=1e-6) and curve[-1][1] > 0.3


def test_standard_error_is_the_spread_over_repetitions():
    values, errors = [], []
    for seed in range(40):
        source, rng = paired(n=300, seed=seed)
        ring = Ring(source, Budget(1, groups=3, checks=1, rate=1e-9), rng)
        ring.average[:, -1] = 1  # the exact critic, but for its fit
        ring.train(progress=False)
        value, error, *_ = ring.held_out(20)
        values.append(value), errors.append(error)
    assert 0.8 < np.mean(errors) / np.std(values, ddof=1) < 1.6


def test_values_beyond_what_the_references_can_tell_are_refused():
    x = Side([np.random.default_rng(0).normal(size=300)])
    source = PairedSamples(x, x, 3, np.random.default_rng(0))
    ring = Ring(source, Budget(100, groups=3, checks=10), np.random.default_rng(0))
    ring.train(progress=False)
    assert ring.best_value.max() < np.log(200) - 1


def test_the_gradient_of_the_critics_is_that_of_their_bounds():
    source, rng = paired(d=2)
    critics = Ring(source, Budget(2, checks=1, groups=3), rng).critics
    parameters = critics.parameters + rng.normal(0, 0.1, critics.parameters.shape)
    z, offset = rng.normal(size=(3, 60, 4)), rng.normal(size=(3, 60))
    drawn = np.where(np.arange(60) % 2, 0.0, np.log([[2.0], [1.0], [0.5]]))
    critics = Critics(
        critics.width,
        parameters,
        *(a.astype(float) for a in (critics.quadratic, critics.linear)),
        np.zeros(parameters.shape),
    )
    for weights in (None, drawn):
        critics.backward(dv_loss(critics.forward(z, offset), 20, weights)[1])
        for k in range(3):
            for p in [*rng.integers(parameters.shape[1], size=20), -1]:
                values = []
                for step in (1e-6, -2e-6, 1e-6):
                    critics.parameters[k, p] += step
                    values.append(dv_loss(critics.forward(z, offset), 20, weights)[0])
                assert (values[0] - values[1]) / 2e-6 == pytest.approx(critics.gradient[k, p], rel=1e-3, abs=1e-6)


def test_two_samples_are_kept_apart_group_by_group():
    rng = np.random.default_rng(0)
    source = two(rng.normal(size=(50, 1)), rng.normal(size=(70, 1)), 3, rng)
    z, z_ref = together(source.groups)
    assert sorted(z) == list(range(50))
    assert sorted(z_ref) == list(range(50, 120))
    (block,) = source.references(source.groups[1], 4)
    np.testing.assert_array_equal(block.origin[0], source.groups[1][1])
