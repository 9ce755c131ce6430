from pathlib import Path

import pytest

from dv.widgets.brush import FilterBrush
from dv.widgets.explorer import BoundExplorer
from dv.widgets.features import FeaturePicker
from dv.widgets.front import bundle
from dv.widgets.interactive import Interactive
from dv.widgets.lattice import IsingLattice
from dv.widgets.leaders import LeaderBoard
from dv.widgets.machine import ResamplingMachine
from dv.widgets.reference import ReferenceExplorer
from dv.widgets.table import InformationTable
from dv.widgets.tangent import TangentExplorer
from dv.widgets.training import TrainingMachine


@pytest.mark.parametrize("script", sorted(Path(__file__).parent.glob("*.test.mjs")), ids=lambda path: path.name)
def test_the_scripts_pass_their_own_tests(node_tests, script):
    done = node_tests(script)
    assert done.returncode == 0, done.stdout
    assert "pass 0" not in done.stdout


def test_a_bundle_holds_its_files_without_their_imports():
    text = bundle("controls.js", "interactive.js")
    assert "export const textOf" in text and "export default { render }" in text
    assert 'from "./' not in text


@pytest.mark.parametrize(
    "widget",
    [
        *(BoundExplorer, FeaturePicker, FilterBrush, InformationTable, Interactive, IsingLattice, LeaderBoard),
        *(ReferenceExplorer, ResamplingMachine, TangentExplorer, TrainingMachine),
    ],
)
def test_a_bundle_is_one_module_that_loads(node, widget, tmp_path):
    path = tmp_path / "bundle.mjs"
    path.write_text(str(widget._esm))
    code = f'out = typeof (await import("{path.as_uri()}")).default.render;'
    assert node(code, modules=()) == "function"
