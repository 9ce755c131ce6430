"""What a student's code finds around it: its folder, what it may read, and nothing of the course."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import matplotlib

from .. import repository
from . import box

CLIENT = ("__init__", "core", "plain", "timelimit", "wire")  # the part of `checks` that the kernel has


def lay_out(folder, submitted):
    """`run`, the kernel's folder with the student's files; `client`, what it may only read."""
    run, client = folder / "run", folder / "client" / "dv_course"
    shutil.copytree(submitted, run, dirs_exist_ok=True)
    (client / "checks").mkdir(parents=True)
    for name in ("__init__.py", *(f"checks/{part}.py" for part in CLIENT)):
        shutil.copy(repository.PACKAGE / name, client / name)
    _copy_fonts(run)


def _copy_fonts(folder):
    """What matplotlib would else look for all over the system."""
    for fonts in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):
        shutil.copy(fonts, folder)


def environment_of_imports(folder):
    """What a process inherits that kernels are forked from: as theirs, since they can read it."""
    (folder / "run").mkdir()
    _copy_fonts(folder / "run")
    kept = {name: os.environ[name] for name in ("DV_BOOK", "DV_COURSE") if name in os.environ}
    kept |= {"TMPDIR": tempfile.gettempdir(), "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    return environment(folder) | kept


def environment(folder):
    """What the kernel inherits: no more than it needs, and homes in its own folder."""
    run, client = folder / "run", folder / "client"
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LD_LIBRARY_PATH") if key in os.environ}
    path = [str(client), *map(os.path.abspath, filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)))]
    homes = ("HOME", "IPYTHONDIR", "TMPDIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR", "NUMBA_CACHE_DIR")
    own = {name: str(run) for name in homes}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # nbgrader takes any word on stderr for a failure: no warnings, no progress bars.
    quiet = {"PYTHONWARNINGS": "ignore", "TQDM_DISABLE": "1", "NBGRADER_EXECUTION": "autograde"}
    python = {"PYTHONPATH": os.pathsep.join(path), "PYTHONHASHSEED": "0"}
    python |= {"PYTHONNOUSERSITE": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    return kept | own | threads | quiet | python | {"DV_COURSE_JUDGE": str(client / "judge")}


def kernel_box(folder, course, memory, way):
    """The box of the kernel that works in `folder`."""
    # What it imports stays readable, wherever it lies.
    kept = (folder / "client", sys.prefix, sys.base_prefix, *filter(None, [repository.module()]))
    hidden = (course, repository.workspace(), repository.PACKAGE, *_clone())
    return box.Box(str(folder / "run"), memory, tuple(map(str, hidden)), tuple(map(str, kept)), way)


def _clone():
    try:
        return (repository.root(),)
    except FileNotFoundError:
        return ()


def find_way(course, memory):
    """The way by which the box of a kernel can be closed here, or `NoBox`."""
    with tempfile.TemporaryDirectory(prefix="dv-", dir=repository.workspace()) as name:
        folder = Path(name)
        for part in ("run", "client"):
            (folder / part).mkdir()
        return box.find_way(kernel_box(folder, course, memory, None))
