"""The examples in the docstrings of all modules."""

import doctest
from importlib import import_module
from pkgutil import walk_packages

import pytest

import dv

MODULES = sorted(module.name for module in walk_packages(dv.__path__, "dv."))


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name):
    assert not doctest.testmod(import_module(name)).failed


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    assert sum(bool(found.examples) for name in MODULES for found in finder.find(import_module(name))) > 30
