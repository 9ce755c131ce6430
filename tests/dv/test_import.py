import subprocess
import sys

BLOCK = "import sys; sys.modules['torch'] = None\n"  # makes `import torch` fail


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_needs_no_torch_runs_without_it():
    out = run(
        BLOCK
        + """
import numpy as np, dv
g = dv.BivariateGaussian.running_example()
Z = g.sample(100, rng=0)
print(dv.resample(Z, 150, replace=True, rng=0).shape, g.log_density_ratio(*Z.T).shape)
"""
    )
    assert out == "(150, 2) (100,)\n"


def test_import_loads_neither_torch_nor_pandas_and_every_name_can_be_loaded():
    run("import sys, dv; assert not {'torch', 'pandas', 'matplotlib'} & set(sys.modules)")
    run("import dv; [getattr(dv, name) for name in dv.__all__]")
