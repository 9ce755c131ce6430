import numpy as np
import pytest
import torch

from dv.copula import gaussian_ranks
from dv.crossfit import Budget, Ring
from dv.sources import PairedSamples, TwoSamples


def paired(n=300, d=1, groups=3, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)).astype(np.float32)
    y = (0.8 * x + 0.6 * rng.normal(size=(n, d))).astype(np.float32)
    return PairedSamples(x, y, groups, rng), rng


def test_ranks_become_normal_scores_and_ties_stay_ties():
    scores = gaussian_ranks(np.array([[3.0], [1.0], [1.0], [100.0]]))[:, 0]
    assert scores[1] == scores[2] < scores[0] < scores[3]
    data = np.random.default_rng(0).standard_cauchy((5000, 2))
    scores = gaussian_ranks(data)
    assert scores.std(0) == pytest.approx(1, abs=1e-3)
    assert scores.mean(0) == pytest.approx(0, abs=1e-3)


def test_no_critic_is_trained_on_the_groups_it_is_valued_on():
    source, rng = paired()
    ring = Ring(source, Budget(2, 3), rng)
    for k in range(3):
        kept = set(ring.training[k].tolist())
        for g in (k, (k + 1) % 3):
            assert not kept & set(source.groups[g].tolist())
    assert sorted(torch.cat(source.groups).tolist()) == list(range(300))


@pytest.mark.parametrize("shifts", [1, 4, 20])
def test_references_of_a_group_use_each_row_equally_and_never_its_partner(shifts):
    source, _ = paired()
    blocks = list(source.references(source.groups[0], shifts))
    assert len(blocks) == shifts
    for z, (i, j) in blocks:
        assert (i != j).all()
        assert torch.equal(z, torch.cat([source.x[i], source.y[j]], 1))
        assert sorted(j.tolist()) == sorted(source.groups[0].tolist())


@pytest.mark.parametrize("d", [1, 3])
def test_the_gaussian_start_is_the_log_density_ratio_of_gaussian_data(d):
    source, _ = paired(n=20_000, d=d)
    quadratic, linear = source.gaussian(torch.arange(20_000))
    z = torch.randn(100, 2 * d, generator=torch.Generator().manual_seed(0))
    t = ((z @ quadratic) * z).sum(1) + z @ linear
    x, y = z[:, :d], z[:, d:]
    exact = (-(0.64 * (x * x + y * y) - 1.6 * x * y) / (2 * 0.36)).sum(1)
    assert np.corrcoef(t, exact)[0, 1] > 0.999
    assert (t - exact).std() < 0.15


def test_the_gaussian_start_of_two_samples_knows_their_means():
    rng = np.random.default_rng(0)
    z, z_ref = (rng.normal(m, 1, (20_000, 1)).astype(np.float32) for m in (1, 0))
    source = TwoSamples(z, z_ref, 3, rng)
    quadratic, linear = source.gaussian(source.rows([0, 1, 2]))
    assert quadratic.item() == pytest.approx(0, abs=0.02)  # the log ratio is z - 1/2
    assert linear.item() == pytest.approx(1, abs=0.05)


def test_training_climbs_where_the_gaussian_start_sees_nothing():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2000, 1)).astype(np.float32)
    y = (x**2 - 1 + 0.5 * rng.normal(size=(2000, 1))).astype(np.float32)
    ring = Ring(PairedSamples(gaussian_ranks(x), gaussian_ranks(y), 3, rng), Budget(60, 3, checks=3), rng)
    curve = ring.train(progress=False)
    assert [step for step, _ in curve] == [0, 20, 40, 60]
    assert curve[0][1] == pytest.approx(0, abs=1e-6) and curve[-1][1] > 0.3


def test_standard_error_is_the_spread_over_repetitions():
    values, errors = [], []
    for seed in range(40):
        source, rng = paired(n=300, seed=seed)
        source.trust = 1.0  # the exact critic, but for its fit
        ring = Ring(source, Budget(1, 3, checks=1, rate=1e-9), rng)
        ring.train(progress=False)
        value, error, *_ = ring.held_out(20)
        values.append(value), errors.append(error)
    assert 0.8 < np.mean(errors) / np.std(values, ddof=1) < 1.6


def test_values_beyond_what_the_references_can_tell_are_refused():
    x = np.random.default_rng(0).normal(size=(300, 1)).astype(np.float32)
    source = PairedSamples(x, x.copy(), 3, np.random.default_rng(0))
    ring = Ring(source, Budget(100, 3, checks=10), np.random.default_rng(0))
    ring.train(progress=False)
    assert ring.best_value.max() < np.log(200) - 1


def test_the_steps_are_those_of_torch_adamw():
    source, rng = paired()
    ring = Ring(source, Budget(10, 3, weight_decay=0.1), rng)
    reference = torch.nn.Parameter(ring.vector.clone())
    adamw = torch.optim.AdamW([reference], lr=0.01, weight_decay=0.1)
    for step in range(1, 6):
        ring.slope.copy_(torch.from_numpy(rng.normal(size=ring.slope.shape)))
        reference.grad = ring.slope.clone()
        adamw.step()
        ring._adamw(step, 0.01)
    torch.testing.assert_close(ring.vector, reference.detach())
