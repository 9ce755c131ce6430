"""The core on NumPy and SciPy alone, and what the rest says it needs."""

import re
import subprocess
import sys

import pytest

HEAVY = ("torch", "numba")
DRAWING = ("pandas", "matplotlib", "seaborn", "PIL", "anywidget", "ipywidgets", "traitlets", "IPython")


def run(code, without=HEAVY):
    """What a fresh process prints in which some packages cannot be imported."""
    block = f"import sys; sys.modules.update(dict.fromkeys({without!r}))\n"
    done = subprocess.run([sys.executable, "-W", "error", "-c", block + code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("without", [HEAVY, HEAVY + DRAWING], ids=["no torch, no numba", "NumPy and SciPy alone"])
def test_the_core_gives_numbers(without):
    out = run(
        """
import numpy as np, dv
gaussian = dv.BivariateGaussian.running_example()
Z, Z_ref = gaussian.sample(1000, rng=0), gaussian.sample_reference(1000, rng=1)
result = dv.estimate_mi(*Z.T, rng=0, budget="quick", progress=False)
assert result.low < gaussian.mutual_information() < result.high, result
divergence = dv.estimate_divergence(Z, Z_ref, rng=0, budget="quick", progress=False)
assert 0.3 < divergence.value < 1, divergence
t, t_ref = gaussian.log_density_ratio(*Z.T), gaussian.log_density_ratio(*Z_ref.T)
for bound in (dv.dv_bound, dv.nwj_bound, dv.fdiv, dv.js_bound, dv.smile_bound):
    assert type(bound(t, t_ref)) is float
assert type(dv.infonce_bound(np.eye(3))) is float
assert dv.resample(Z, 1500, replace=True, rng=0).shape == (1500, 2)
assert abs(dv.discrete.mutual_information([[0.4, 0.1], [0.1, 0.4]]) - 0.19274) < 1e-5
assert 2.269 < dv.ising.T_C < 2.2692
print("done")
""",
        without,
    )
    assert out == "done\n"


@pytest.mark.parametrize(
    "call, package, extra",
    [
        ("dv.Net", "torch", "torch"),
        ("dv.DVTrainer", "torch", "torch"),
        ("dv.MINETrainer", "torch", "torch"),
        ("dv.pair_scores", "torch", "torch"),
        ("dv.interact", r"\w+", "widgets"),
        ("dv.InformationTable", r"\w+", "widgets"),
        ("dv.ising.wolff(3, 1)", "numba", "ising"),
        ("dv.ising.sample_windows(1, 1, 1)", r"\w+", "ising"),
        ("dv.plots.plot_samples_with_kde(None)", r"\w+", "widgets"),
    ],
)
def test_what_needs_more_says_what_to_install(call, package, extra):
    code = f"""
import dv
try:
    {call}
except ModuleNotFoundError as error:
    print(error)
"""
    said = run(code, HEAVY + DRAWING)
    assert re.fullmatch(rf"dv\.\S+ needs {package}: pip install 'donsker-varadhan\[{extra}\]'\n", said), said


def test_a_name_that_is_none_is_an_attribute_error():
    assert run("import dv\nprint(hasattr(dv, 'nets'))") == "False\n"
