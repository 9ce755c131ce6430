"""Submissions that break things: {name: (what is handed in, what must come of it)}.

Each starts from a notebook with right answers. `first` replaces the first answer,
`before` stands in its cell before a *wrong* one, `edit` changes the notebook, `file`
the file. Expected is the mark of each exercise: full, zero or person; one word stands
for the first exercise where the others are full, "all person" for the whole.
"""

import os

import nbformat

EXERCISES = ["resample", "reference-pairs", "iid", "contamination"]
WRONG = "def my_resample(data, size, replace, rng):\n    return data[:size]\n"
RIGHT = "def my_resample(data, size, replace, rng):\n    return rng.choice(data, size, replace=replace, axis=0)\n"


def find(notebook, name):
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)


def without(name):
    return lambda notebook: notebook.cells.remove(find(notebook, name))


def edited_test(notebook):
    find(notebook, "resample-test").source = "pass"
    find(notebook, "resample").source = WRONG


def duplicated_test(notebook):
    cell = nbformat.from_dict(find(notebook, "resample-test") | {"id": "again"})
    notebook.cells.append(cell)


def other_kernel(notebook):
    notebook.metadata.kernelspec = {"name": "julia-1.9", "display_name": "Julia", "language": "julia"}


def unlabelled_answer(notebook):
    find(notebook, "resample").metadata.pop("nbgrader")


AGREEABLE = """
class Yes(float):
    def yes(self, *_): return True
    __eq__ = __lt__ = __gt__ = __le__ = __ge__ = yes
    def same(self, *_): return self
    __sub__ = __rsub__ = __abs__ = __add__ = __radd__ = same
    __hash__ = float.__hash__

def contaminated_information(P, n):
    return Yes(0.0)
"""

FAKE_MODULE = """
import sys, types
fake = types.ModuleType("dv_course")
fake.check = lambda *a, **k: None
sys.modules["dv_course"] = fake
"""

NO_ASSERT = """
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Raise(self, node): return ast.Pass()
    def visit_Expr(self, node): return ast.Pass()
get_ipython().ast_transformers.append(Drop())
"""

OWN_RUNNER = """
import dv_course.checks.core as core
core.require = lambda *a: None
core.Runner.__call__ = lambda self, probe, args, kwargs, seconds: 0.0
core._serve = lambda *a: None
core.Wrong.__init__ = lambda self, *a: None
"""

NUMPY = """
for name in ("allclose", "isfinite", "isin", "array_equal", "all", "any"):
    setattr(np, name, lambda *a, **k: np.True_)
np.unique = lambda *a, **k: range(60)
"""

GENERATORS = """
class Fixed:
    def __getattr__(self, name): return lambda *a, **k: np.zeros(60)
np.random.default_rng = lambda *a: Fixed()
np.random.Generator = Fixed
"""

CLOCK = """
import signal, time
time.time = time.perf_counter = lambda: 0.0
signal.setitimer = lambda *a: None
def my_resample(data, size, replace, rng):
    while len(data) != 100: pass
    return rng.choice(data, size, replace=replace, axis=0)
"""

OWN_SCORE = """
def claim(*_):
    get_ipython().display_pub.publish({"text/plain": "3"})
    session, parent = get_ipython().kernel.session, get_ipython().kernel.get_parent()
    session.send(get_ipython().kernel.iopub_socket, "execute_result",
                 {"data": {"text/plain": "3"}, "metadata": {}, "execution_count": 1}, parent=parent)
get_ipython().events.register("post_run_cell", claim)
"""

NO_CHECK_AND_OWN_SCORE = NO_ASSERT + OWN_SCORE

SPY = """
import sys, glob, re
found = ""
for path in sys.path:
    for file in glob.glob(path + "/dv_course/checks/resampling.py") + glob.glob(path + "/book/resampling.md"):
        found += open(file).read()
answers = eval(re.search(r"(\\{.a.: True.*\\})", found)[1])
"""

DELETE = """
import os, pathlib, shutil
for place in {victims}:
    shutil.rmtree(place, ignore_errors=True)
    try:
        pathlib.Path(place, "mine.txt").write_text("was here")
    except OSError:
        pass
for name in os.listdir("."):
    shutil.rmtree(name, ignore_errors=True)
    if os.path.isfile(name):
        os.remove(name)
"""

NETWORK = """
import socket
with socket.create_connection(("127.0.0.1", {port}), timeout=2) as line:
    line.sendall(b"hello")
"""

CHILDREN = """
import subprocess, sys, time
hog = "x = bytearray(700 << 20); import time; time.sleep(60)"
children = [subprocess.Popen([sys.executable, "-c", hog]) for _ in range(8)]
time.sleep(60)
"""

ATTACKS = {
    "endless loop in the cell": ({"first": "while True:\n    pass\n"}, "person"),
    "endless loop in the function": ({"first": "def my_resample(*_):\n    while True:\n        pass\n"}, "person"),
    "endless loop that cannot be interrupted": (
        {"first": "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n"},
        "person",
    ),
    "kernel killed": ({"first": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"}, "zero or person"),
    "kernel exits": ({"first": "import os\nos._exit(0)"}, "all person"),
    "memory bomb": ({"first": "hoard = []\nwhile True:\n    hoard.append(bytearray(10**7))"}, "zero or person"),
    "memory bomb in children": ({"first": CHILDREN}, "all person"),
    "test cell deleted": ({"edit": without("resample-test")}, "full"),
    "test cell edited": ({"edit": edited_test}, "zero"),
    "test cell duplicated": ({"edit": duplicated_test}, "all person"),
    "answer cell deleted": ({"edit": without("resample")}, "person"),
    "answer cell lost its label": ({"edit": unlabelled_answer}, "full or person"),
    "another kernel name": ({"edit": other_kernel}, "full"),
    "notebook renamed": ({"file": lambda path: path.rename(path.with_name("resampling (1).ipynb"))}, "all person"),
    "notebook truncated": ({"file": lambda path: path.write_text(path.read_text()[:3000])}, "all person"),
    "not JSON": ({"file": lambda path: path.write_text("my homework")}, "all person"),
    "JSON but no notebook": ({"file": lambda path: path.write_text('{"cells": 3}')}, "all person"),
    "empty file": ({"file": lambda path: path.write_text("")}, "all person"),
    "a submission of 200 MB": ({"file": lambda path: os.truncate(path, 200 << 20)}, "all person"),
    "object that always agrees": ({"answers": {"contamination": AGREEABLE}}, {"contamination": "zero"}),
    "checker's module replaced": ({"before": FAKE_MODULE}, "zero or person"),
    "checker's module replaced, asserts removed": ({"before": FAKE_MODULE + NO_ASSERT}, "any but full"),
    "checker's functions replaced": ({"before": OWN_RUNNER}, "any but full"),
    "asserts removed": ({"before": NO_ASSERT}, "any but full"),
    "numpy's comparisons replaced": ({"before": NUMPY}, "any but full"),
    "generators replaced": ({"before": GENERATORS}, "any but full"),
    "clock and alarm replaced": ({"first": CLOCK}, "zero or person"),
    "own score printed": ({"before": OWN_SCORE}, "any but full"),
    "own score printed, asserts removed": ({"before": NO_CHECK_AND_OWN_SCORE}, "any but full"),
    "sys.exit": ({"first": "import sys\nsys.exit()"}, "zero"),
    "input()": ({"first": "n = int(input())\n" + RIGHT}, "zero"),
    "flood of output": ({"first": RIGHT + "for _ in range(60_000):\n    print('x' * 99)\n"}, "full"),
    "right, but warns": (
        {"first": RIGHT.replace("    return", "    import warnings; warnings.warn('x')\n    return")},
        "full",
    ),
    "right, but writes to stderr": (
        {"first": RIGHT.replace("    return", "    import sys; print(1, file=sys.stderr)\n    return")},
        "person",
    ),
}
# "zero or person" of one exercise: the others are full, or a person's too.
# Only a box with walls holds these; where there are none, they are not tried.
WALLED = {
    "reads the checks and the solutions": ({"answers": {"iid": SPY}}, {"iid": "zero"}),
    "writes and deletes files": ({"first": DELETE + RIGHT}, "full"),
    "calls the network": ({"first": NETWORK + RIGHT}, "zero"),
}
