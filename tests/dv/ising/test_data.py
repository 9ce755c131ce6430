import sys

import numpy as np
import pytest
from scipy.stats import chisquare

from dv.ising import block_distribution, blocks, correlation, critical_windows, sample_windows
from dv.ising import data as module
from dv.ising.sampling import windows as sampling


@pytest.fixture(scope="module")
def windows():
    return critical_windows()


def test_shipped_file_is_small():
    from importlib.resources import files

    assert len(files("dv.ising").joinpath(module.NAME).read_bytes()) < 1_000_000


def test_shipped_windows_are_what_the_command_makes(windows):
    assert windows.shape == (5000, 27, 27) and set(np.unique(windows)) == {-1, 1}
    np.testing.assert_array_equal(windows[:3], sample_windows(27, 27, 3, rng=module.SEED, progress=False))
    (seed,) = np.random.default_rng(module.SEED).bit_generator.seed_seq.spawn(1)
    draw = sampling._Drawer(27, 27, module.T_C, seed)
    for index in (1234, 4999):
        np.testing.assert_array_equal(windows[index], draw(index))


def test_the_file_is_remade_bit_for_bit(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SIDE", 5)
    monkeypatch.setattr(module, "COUNT", 7)
    for name, workers in (("one.npz", "1"), ("two.npz", "2")):
        monkeypatch.setattr(sys, "argv", ["data", str(tmp_path / name), "--workers", workers])
        module.main()
    one, two = ((tmp_path / name).read_bytes() for name in ("one.npz", "two.npz"))
    assert one == two
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.npz", "two.npz"]


def test_shipped_windows_have_the_exact_correlations(windows):
    w = windows.astype(float)
    for dx, dy in ((1, 0), (0, 1), (1, 1), (3, 0), (7, 7), (26, 0), (26, 26)):
        pairs = (w[:, : 27 - dy, : 27 - dx] * w[:, dy:, dx:]).mean((1, 2))
        error = pairs.std() / np.sqrt(len(pairs))
        assert pairs.mean() == pytest.approx(correlation(dx, dy), abs=3.5 * error)


@pytest.mark.parametrize("corner", [(0, 0), (25, 23), (12, 11)])
def test_blocks_anywhere_in_the_shipped_windows_follow_the_exact_table(windows, corner):
    y, x = corner
    spins = windows[:, y : y + 2, x : x + 4].reshape(-1, 8)
    seen = np.bincount((spins > 0) @ (1 << np.arange(8)[::-1]), minlength=256)
    expected = 5000 * block_distribution(2, 4)
    rare = expected < 5
    seen, expected = (np.append(c[~rare], c[rare].sum()) for c in (seen, expected))
    assert chisquare(seen, expected).pvalue > 1e-3


def test_blocks_are_neighbours_from_every_place():
    """Spins that carry their place: 3 windows of 4 × 6."""
    places = np.arange(3 * 4 * 6).reshape(3, 4, 6)
    x, y = blocks(places, 2, 3000, rng=0)
    assert x.shape == y.shape == (3000, 4)
    np.testing.assert_array_equal(y, x + 2)
    np.testing.assert_array_equal(x - x[:, :1], np.tile([0, 1, 6, 7], (3000, 1)))
    corner = places[:, :3, :3].ravel()  # rows 0 … 2 and columns 0 … 2: the last ones included
    values, counts = np.unique(x[:, 0], return_counts=True)
    np.testing.assert_array_equal(values, corner)
    assert chisquare(counts).pvalue > 1e-3


def test_blocks_are_seeded(windows):
    once, again = (blocks(windows, 3, 10, rng=1) for _ in range(2))
    np.testing.assert_array_equal(once, again)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((np.ones((2, 4, 5)), 3, 1), "two 3×3 blocks side by side do not fit into 4×5"),
        ((np.ones((2, 2, 9)), 3, 1), "do not fit into 2×9"),
        ((np.ones((4, 5)), 1, 1), r"\(4, 5\) must be \(m, rows, cols\)"),
        ((np.ones((2, 4, 5)), 0, 1), "k=0 must be at least 1"),
        ((np.ones((2, 4, 5)), 1, 0), "n=0 must be at least 1"),
    ],
)
def test_bad_input_is_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        blocks(*arguments)
