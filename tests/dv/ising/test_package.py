import subprocess
import sys
from pathlib import Path

import dv


def test_import_compiles_nothing_and_needs_no_torch():
    code = """
import sys, dv
assert dv.ising.T_C > 2 and not {'numba', 'scipy', 'tqdm'} & set(sys.modules)
dv.discrete, [getattr(dv.ising, name) for name in dv.ising.__all__]
assert not {'torch', 'pandas', 'matplotlib'} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_compiled_code_leaves_no_file_behind():
    dv.ising.block_distribution(1, 2)
    dv.ising.wolff(3, 1, rng=0, progress=False)
    folder = Path(dv.ising.__file__).parent
    assert not [*folder.rglob("*.nbi"), *folder.rglob("*.nbc")]
