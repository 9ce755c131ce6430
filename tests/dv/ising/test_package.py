import subprocess
import sys


def test_import_compiles_nothing_and_needs_no_torch():
    code = """
import sys, dv
assert dv.ising.T_C > 2 and not {'numba', 'scipy', 'tqdm'} & set(sys.modules)
dv.discrete, [getattr(dv.ising, name) for name in dv.ising.__all__]
assert not {'torch', 'pandas', 'matplotlib'} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
