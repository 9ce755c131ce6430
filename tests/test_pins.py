"""Versions are pinned in pyproject.toml; every other list of versions follows it."""

import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler import MatchSpec

ROOT = Path(__file__).parents[1]


def pins(lines):
    """{name: version} of requirements that are all exact pins."""
    requirements = [Requirement(line) for line in lines]
    for requirement in requirements:
        assert [s.operator for s in requirement.specifier] == ["=="], f"{requirement} is not an exact pin"
    return {canonicalize_name(r.name): next(iter(r.specifier)).version for r in requirements}


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def pinned(*extras):
    extra_lists = project()["optional-dependencies"]
    return pins(project()["dependencies"] + [line for extra in extras for line in extra_lists[extra]])


def test_conda_environment_has_the_pinned_versions():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    (from_pip,) = [item["pip"] for item in environment["dependencies"] if isinstance(item, dict)]
    assert from_pip[-1] == "-e ."
    assert pins(from_pip[:-1]) == pinned("book", "lab")
    specs = [MatchSpec(item) for item in environment["dependencies"] if isinstance(item, str)]
    assert [spec.name.normalized for spec in specs] == ["python", "pip"]
    assert str(specs[0].version).removesuffix(".*") in project()["requires-python"]


def test_constraints_have_the_pinned_versions_and_all_beneath():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    constraints = pins(line for line in lines if not line.startswith("#"))
    chosen = pinned(*project()["optional-dependencies"])
    assert {name: constraints.get(name) for name in chosen} == chosen
    assert len(constraints) > len(chosen), "what lies beneath is pinned too: run 'make lock'"


def test_installed_versions_are_the_pinned_ones():
    from importlib.metadata import version

    for name, expected in pinned(*project()["optional-dependencies"]).items():
        assert version(name).split("+")[0] == expected, f"{name}: remove .venv and run make again"
