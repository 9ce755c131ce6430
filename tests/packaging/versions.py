"""What pyproject.toml asks for and what constraints.txt pins, as the tests and `make ends` read them."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
OURS = {"donsker-varadhan", "dv-course"}


def _read(folder):
    return tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))


def requirements(*extras, folder="."):
    """The requirements of a distribution, and of some of its extras, each once by name."""
    project = _read(folder)["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras)]
    return _by_name(line for lines in lists for line in lines)


def extras(folder="."):
    """The names of the extras of a distribution."""
    return list(_read(folder)["project"]["optional-dependencies"])


def group(name):
    """The requirements of a dependency group, those of the groups that it includes among them."""
    lines = _read(".")["dependency-groups"][name]
    included = [group(line["include-group"]) for line in lines if isinstance(line, dict)]
    own = _by_name(line for line in lines if isinstance(line, str))
    return {key: value for part in (*included, own) for key, value in part.items()}


def groups():
    """The names of the dependency groups."""
    return list(_read(".")["dependency-groups"])


def pins():
    """{name: version} of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {}
    for requirement in map(Requirement, (line for line in lines if not line.startswith("#"))):
        (specifier,) = requirement.specifier
        assert specifier.operator == "==", f"{requirement} is not an exact pin"
        pinned[canonicalize_name(requirement.name)] = specifier.version
    return pinned


def lowest(requirement):
    """The least version that a range lets in."""
    (version,) = [s.version for s in requirement.specifier if s.operator == ">="]
    return version


def _by_name(lines):
    """{name: requirement}; those of our own distributions are left out."""
    found = {canonicalize_name(r.name): r for r in map(Requirement, lines)}
    return {name: r for name, r in found.items() if name not in OURS}
