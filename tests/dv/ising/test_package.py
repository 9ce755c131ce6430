import subprocess
import sys


def run(code):
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_import_compiles_nothing_and_needs_no_torch():
    run(
        "import sys; sys.modules['torch'] = None\n"
        "import dv; assert dv.ising.T_C > 2 and 'numba' not in sys.modules\n"
        "assert not {'scipy', 'pandas'} & set(sys.modules)\n"
        "dv.discrete; [getattr(dv.ising, name) for name in dv.ising.__all__]"
    )


def test_compiled_code_leaves_no_file_behind():
    run(
        "import dv, pathlib\n"
        "dv.ising.block_distribution(1, 2); dv.ising.swendsen_wang(3, 1, rng=0, progress=False)\n"
        "folder = pathlib.Path(dv.ising.__file__).parent\n"
        "assert not [*folder.rglob('*.nbi'), *folder.rglob('*.nbc')]"
    )
