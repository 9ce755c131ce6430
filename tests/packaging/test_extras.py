"""What is imported is asked for, and what a missing package is said to need is what brings it."""

import ast
import sys

import pytest
from packaging.utils import canonicalize_name
from versions import ROOT, requirements

from dv._extras import EXTRAS

# Where the name on the index is another.
DISTRIBUTIONS = {
    "otter": "otter-grader",
    "PIL": "pillow",
    "IPython": "ipython",
    "dateutil": "python-dateutil",
    "yaml": "pyyaml",
}
LEFT_TO_OTHERS = {
    "ipywidgets": "what anywidget stands on, and tqdm's bars in notebooks",
}


def distribution(package):
    return canonicalize_name(DISTRIBUTIONS.get(package, package))


def imported(folder):
    """The packages of others that some file in a folder imports."""
    found = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found.add(node.module.partition(".")[0])
    ours = {"dv", "dv_course", "jaxtyping"}  # the last where tests have loaded it
    return found - set(sys.stdlib_module_names) - ours


@pytest.mark.parametrize("package", sorted(EXTRAS))
def test_the_extra_that_is_named_brings_the_package(package):
    extra = requirements(EXTRAS[package]).keys() - requirements().keys()
    assert distribution(package) in extra


def test_the_core_brings_the_rest_and_no_extra_brings_what_is_not_used():
    core = set(requirements())
    packages = {distribution(package) for package in imported("dv")}
    optional = {distribution(package) for package in EXTRAS}
    assert packages - optional == core
    brought = requirements("torch", "widgets", "ising").keys() - core
    assert brought - optional == LEFT_TO_OTHERS.keys()


def test_the_course_asks_for_all_that_it_imports_beside_dv():
    packages = {distribution(package) for package in imported("course/dv_course")}
    assert packages - {"torch"} <= requirements("cluster", "otter", folder="course").keys()
