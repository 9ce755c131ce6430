"""What needs no compiler runs without one, and the rest says what to install."""

import subprocess
import sys

import numpy as np

from dv import ising

BLOCK = "import sys; sys.modules['numba'] = None\n"
TABLES = """
import numpy as np
from dv import ising
fine = ising.neighbouring_blocks(2, 2)
tables = [
    fine,
    ising.neighbouring_blocks(3, 3),
    ising.neighbouring_blocks(2, 3, 2.0, phase="plus"),
    ising.block_distribution(3, 3, 2.5, 9),
    ising.surrounded_block(2, 2),
    [ising.correlation(7, -4), ising.correlation(3, 2, 2.0, 8)],
    [ising.energy(2.0), ising.specific_heat(2.0, 27), ising.magnetization(2.0)],
    ising.coarse_table(fine, ising.block_mean),
    [ising.noisy_information(fine, [0.5, 1, 0.5, 1], 0.3), ising.best_bit(fine, 5, rng=0)[1]],
    np.stack(ising.blocks(ising.critical_windows(), 2, 100, rng=0)),
]
"""


def run(code):
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_exact_tables_are_the_same_without_numba(tmp_path):
    path = tmp_path / "tables.npz"
    run(BLOCK + TABLES + f"np.savez({str(path)!r}, *tables)")
    here = {"ising": ising}
    exec(TABLES, here)
    with np.load(path) as stored:
        for table, kept in zip(here["tables"], stored.values(), strict=True):
            np.testing.assert_allclose(kept, table, rtol=0, atol=1e-12)


def test_exact_tables_do_not_even_load_numba():
    assert run("import sys\n" + TABLES + "print('numba' in sys.modules)") == "False\n"


def test_samplers_say_what_they_need():
    code = """
from dv import ising
for call in (lambda: ising.swendsen_wang(8, 1), lambda: ising.wolff(8, 1), lambda: ising.sample_windows(2, 2, 1)):
    try:
        call()
    except ImportError as error:
        print(error)
"""
    told = run(BLOCK + code).splitlines()
    install = "pip install 'donsker-varadhan[ising]'"
    assert told == [f"dv.ising.{name} needs numba: {install}" for name in ("swendsen_wang", "wolff", "sample_windows")]
