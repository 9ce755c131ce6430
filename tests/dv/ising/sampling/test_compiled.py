"""Machine code is kept between processes, and never for longer than its source."""

import ast
import inspect
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numba
import pytest
from numba.core.dispatcher import Dispatcher

import dv
from dv.ising.sampling import elimination, sweeps

PROGRAM = """
from dv import ising
print(ising.sample_windows(2, 2, 4, rng=0, progress=False).tolist(), ising.wolff(3, 4, rng=0, progress=False).tolist())
from dv.ising.sampling import elimination, sweeps
used = [elimination.eliminate, sweeps.wolff_clusters, sweeps._thinned, sweeps._next_word]
print([sum(f.stats.cache_misses.values()) for f in used], [sum(f.stats.cache_hits.values()) for f in used])
"""


class Copy:
    """A copy of `dv`, run in processes of its own with a cache folder of its own."""

    def __init__(self, folder):
        self.root, self.cache = folder, folder / "cache"
        shutil.copytree(Path(dv.__file__).parent, folder / "dv", ignore=shutil.ignore_patterns("__pycache__"))

    def run(self, program=PROGRAM, **environment):
        """Return what a program printed, line by line."""
        given = {"PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1", "NUMBA_CACHE_DIR": str(self.cache)}
        command = [sys.executable, "-W", "error", "-c", program]
        done = subprocess.run(
            command, cwd=self.root, env=os.environ | given | environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def edit(self, name, old, new):
        """Change a source without changing its length or, where numba reads the text itself, its time."""
        path = self.root / "dv" / "ising" / "sampling" / name
        text, status = path.read_text(encoding="utf-8"), path.stat()
        assert text.count(old) == 1 and len(old) == len(new)
        path.write_text(text.replace(old, new), encoding="utf-8")
        if numba.version_info >= (0, 68):
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    def close_all_folders(self):
        """Leave numba nowhere to write: files stand where it would make its folders."""
        (self.root / "dv" / "ising" / "sampling" / "__pycache__").touch()
        (self.root / "home").touch()
        home = str(self.root / "home")
        return {"NUMBA_CACHE_DIR": f"{home}/cache", "HOME": home, "XDG_CACHE_HOME": home, "LOCALAPPDATA": home}


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A copy that has run once, and what it said; each test is given a cache of its own."""
    copy = Copy(tmp_path_factory.mktemp("filled"))
    before, _ = copy.run()
    shutil.copytree(copy.cache, kept := copy.root / "kept")
    return copy, kept, before


@pytest.fixture
def used(filled):
    """A copy whose cache is as its first run left it, and what that run said."""
    copy, kept, before = filled
    shutil.rmtree(copy.cache) if copy.cache.is_dir() else copy.cache.unlink()
    shutil.copytree(kept, copy.cache)
    return copy, before


def test_two_processes_at_once_fill_the_cache_and_a_third_compiles_nothing(copy):
    with ThreadPoolExecutor() as pool:
        (once, _), (again, _) = (running.result() for running in [pool.submit(copy.run) for _ in range(2)])
    third, counts = copy.run()
    assert once == again == third
    assert counts.split("] [")[0] == "[0, 0, 0, 0"
    assert counts != "[0, 0, 0, 0] [0, 0, 0, 0]"


def test_a_change_of_a_called_function_is_seen(copy):
    before, _ = copy.run()
    copy.edit("sweeps.py", "state[0] += _GOLDEN", "state[0] += _MIX_1 ")
    after, counts = copy.run()
    assert after != before
    assert counts.startswith("[0, ")  # the other file is as it was, and so is what was kept for it


def test_where_no_folder_can_be_written_nothing_is_kept_and_nothing_fails(used):
    copy, before = used
    after, counts = copy.run(**copy.close_all_folders())
    assert after == before and counts.endswith("[0, 0, 0, 0]")


SPOIL = {
    "closed": "shutil.rmtree(cache); cache.touch()",
    "emptied": "[path.write_bytes(b'') for path in cache.rglob('*.nb?')]",
    "cut short": "[path.write_bytes(path.read_bytes()[:99]) for path in cache.rglob('*.nb?')]",
}


@pytest.mark.parametrize("spoil", SPOIL.values(), ids=SPOIL)
def test_a_folder_spoilt_after_the_import_costs_time_alone(used, spoil):
    copy, before = used
    said, counts = copy.run()
    assert said == before and counts.startswith("[0, 0, 0, 0]")  # what is spoilt next had been used
    lines = ["import os, shutil, pathlib", "import dv.ising.sampling.elimination, dv.ising.sampling.sweeps"]
    lines += ["cache = pathlib.Path(os.environ['NUMBA_CACHE_DIR'])", spoil, PROGRAM]
    after, counts = copy.run("\n".join(lines))
    assert after == before and counts.endswith("[0, 0, 0, 0]")


@pytest.mark.parametrize("module", [elimination, sweeps])
def test_compiled_functions_use_nothing_from_other_files(module):
    """What numba keeps for a function it drops when its file changes, and only then."""
    source = ast.parse(inspect.getsource(module))
    own = {target.id for node in source.body if isinstance(node, ast.Assign) for target in names(node.targets)}
    own |= {node.name for node in source.body if isinstance(node, ast.FunctionDef)}
    compiled = [value for value in vars(module).values() if isinstance(value, Dispatcher)]
    assert compiled
    for function in compiled:
        used = {name for name in function.py_func.__code__.co_names if hasattr(module, name)}
        assert used <= own | {"np"}


def names(targets):
    return [node for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]


def test_every_compiled_function_is_kept():
    """One home for the decorator: no other file calls `numba.njit`."""
    users = {p.name for p in Path(dv.__file__).parent.rglob("*.py") if "njit" in p.read_text(encoding="utf-8")}
    assert users == {"_compiled.py"}
