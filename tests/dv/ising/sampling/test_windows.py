import numpy as np
import pytest
from scipy.stats import chisquare

from dv.ising import T_C, block_distribution, correlation, sample_windows
from dv.ising.sampling import windows as module


def codes(spins):
    """Index of each window among the patterns."""
    flat = spins.reshape(len(spins), -1) > 0
    return flat @ (1 << np.arange(flat.shape[1])[::-1])


@pytest.mark.parametrize("shape", [(2, 3), (3, 2), (1, 6)])
@pytest.mark.parametrize("temperature", [1.8, T_C, 4.0])
def test_windows_follow_the_exact_table(shape, temperature):
    n = 6000
    windows = sample_windows(*shape, n, temperature, rng=1, progress=False)
    expected = n * block_distribution(*shape, temperature)
    seen = np.bincount(codes(windows), minlength=expected.size)
    rare = expected < 5
    seen, expected = (np.append(c[~rare], c[rare].sum()) for c in (seen, expected))
    assert chisquare(seen + 1e-9, expected + 1e-9).pvalue > 1e-3


def test_large_windows_have_the_exact_correlations():
    """More bonds than one panel of the elimination holds."""
    n = 400
    windows = sample_windows(9, 11, n, rng=2, progress=False).astype(float)
    for dx, dy in ((10, 0), (0, 8), (10, 8), (3, 5)):
        product = windows[:, 0, 0] * windows[:, dy, dx]
        assert product.mean() == pytest.approx(correlation(dx, dy), abs=4 / np.sqrt(n))
    bonds = (windows[:, :, 1:] * windows[:, :, :-1]).mean((1, 2))
    error = bonds.std() / np.sqrt(n)
    assert bonds.mean() == pytest.approx(0.5**0.5, abs=4 * error)


def test_same_seed_same_windows_whatever_the_workers_and_the_number():
    first = sample_windows(4, 5, 30, rng=3, progress=False)
    np.testing.assert_array_equal(sample_windows(4, 5, 30, rng=3, workers=3, progress=False), first)
    np.testing.assert_array_equal(sample_windows(4, 5, 7, rng=3, progress=False), first[:7])
    assert (sample_windows(4, 5, 30, rng=4, progress=False) != first).any()


def test_a_generator_gives_new_windows_each_time():
    rng = np.random.default_rng(0)
    once, again = (sample_windows(3, 3, 20, rng=rng, progress=False) for _ in range(2))
    assert (once != again).any()


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path, monkeypatch, workers):
    whole = sample_windows(3, 4, 40, rng=5, progress=False)
    drawn, draw = [], module._Drawer.__call__

    def interrupted(self, index):
        drawn.append(index)
        if len(drawn) == 25:
            raise KeyboardInterrupt
        return draw(self, index)

    monkeypatch.setattr(module._Drawer, "__call__", interrupted)
    call = dict(rng=5, workers=workers, checkpoint=tmp_path / "windows.npz", progress=False)
    with pytest.raises(KeyboardInterrupt):
        sample_windows(3, 4, 40, **call)
    drawn.clear()
    np.testing.assert_array_equal(sample_windows(3, 4, 40, **call), whole)
    assert len(drawn) < 24 and max(drawn) == 39  # two workers need not begin in order
    drawn.clear()
    np.testing.assert_array_equal(sample_windows(3, 4, 10, **call), whole[:10])
    np.testing.assert_array_equal(sample_windows(3, 4, 40, **call), whole)
    assert not drawn, "what was drawn once is kept"
    assert [path.name for path in tmp_path.iterdir()] == ["windows.npz"]


def test_a_checkpoint_of_another_call_is_refused(tmp_path):
    path = tmp_path / "windows.npz"
    sample_windows(3, 4, 2, rng=5, checkpoint=path, progress=False)
    for call in (dict(rng=6), dict(rng=5, temperature=2.0)):
        with pytest.raises(ValueError, match="belongs to the call"):
            sample_windows(3, 4, 2, **call, checkpoint=path, progress=False)
    with pytest.raises(ValueError, match="checkpoint needs a seed"):
        sample_windows(3, 4, 2, checkpoint=path)


def test_one_spin_and_frozen_windows():
    coins = sample_windows(1, 1, 200, rng=0, progress=False)
    assert 70 < (coins > 0).sum() < 130
    frozen = sample_windows(4, 4, 50, 1e-3, rng=0, progress=False)
    assert (frozen == frozen[:, :1, :1]).all() and 10 < (frozen[:, 0, 0] > 0).sum() < 40


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((3, 3, 0), "n=0 must be at least 1"),
        ((0, 3, 1), "rows=0 must be at least 1"),
        ((3, 3, 1, -2.0), "temperature=-2.0 must be"),
        ((300, 300, 1), r"300×300 spins with workers=1 would take about 778 GB, more than 4 GB"),
    ],
)
def test_bad_input_is_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        sample_windows(*arguments, rng=0)


def test_global_generator_is_left_alone():
    before = np.random.get_state()[1].copy()
    sample_windows(2, 2, 3, progress=False)
    np.testing.assert_array_equal(np.random.get_state()[1], before)
