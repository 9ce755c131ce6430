"""Ranges stand in pyproject.toml, exact versions in constraints.txt alone; all else follows these two."""

import re
from importlib.metadata import PackageNotFoundError, requires, version

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from rattler import MatchSpec
from versions import ROOT, extras, group, groups, pins, requirements

import dv


def everything():
    """All that is asked for anywhere: (where, requirement)."""
    found = [("pyproject.toml", r) for r in requirements(*extras()).values()]
    found += [(f"group {name}", r) for name in groups() for r in group(name).values()]
    return found + [("course", r) for r in requirements(*extras("course"), folder="course").values()]


@pytest.mark.parametrize("where, requirement", everything(), ids=lambda value: getattr(value, "name", value))
def test_a_range_has_a_lower_end_and_holds_the_pin(where, requirement):
    operators = [s.operator for s in requirement.specifier]
    assert operators.count(">=") == 1, f"{requirement} in {where} has no lower end"
    assert "==" not in operators, f"{requirement} in {where} is a pin; pins stand in constraints.txt"
    pin = pins().get(canonicalize_name(requirement.name))
    assert pin, f"{requirement.name} is not in constraints.txt: run 'make lock'"
    assert requirement.specifier.contains(pin, prereleases=True)


def test_conda_environment_is_the_pinned_one_with_both_packages():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    (from_pip,) = [item["pip"] for item in environment["dependencies"] if isinstance(item, dict)]
    options, names = from_pip[:3], from_pip[3:]
    assert options == ["-c constraints.txt", "-e .[course]", "-e ./course"]
    assert {canonicalize_name(name): Requirement(name) for name in names} == {
        name: Requirement(r.name) for name, r in group("book").items()
    }
    specs = [MatchSpec(item) for item in environment["dependencies"] if isinstance(item, str)]
    assert [spec.name.normalized for spec in specs] == ["python", "pip"]


def beneath(names):
    """These packages and all that they stand on, {name: version}, as installed here."""
    found, waiting = {}, list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue  # of a group that is not installed here
        needs = map(Requirement, requires(name) or ())
        waiting += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    return found


def test_what_is_installed_here_is_what_is_pinned():
    pinned = pins()
    installed = beneath(requirement.name for _, requirement in everything())
    assert not installed.keys() - pinned.keys(), "in no list: run 'make lock'"
    wrong = {name: found for name, found in installed.items() if Version(found).public != pinned[name]}
    assert not wrong, "remove .venv and run make again"


def test_one_version_is_told_everywhere():
    told = [
        version("donsker-varadhan"),
        yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"],
        re.search(r"^## \[(\d\S*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[1],
    ]
    assert set(told) == {dv.__version__}
