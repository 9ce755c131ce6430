"""One seed may serve for data and for all that is done with them."""

import ast
from collections import Counter
from pathlib import Path

import numpy as np

import dv
from dv._random import as_generator

SAMPLERS = {  # they draw from the stream of ``numpy.random.default_rng(seed)``: the data of an analysis
    "discrete/tables.py": 1,  # sample_table
    "gaussian.py": 2,
    "ising/data.py": 1,
    "ising/sampling/clusters.py": 2,
    "ising/sampling/windows.py": 1,
    "widgets/lattice.py": 1,
    "widgets/machine.py": 1,
    "widgets/reference.py": 1,
    "widgets/training.py": 1,
}


def calls():
    """File and purpose of each call that turns ``rng`` into a generator."""
    root = Path(dv.__file__).parent
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(getattr(node, "func", None), "id", None)
            if name in ("as_generator", "torch_generator") and path.name != "_random.py":
                purpose = node.args[1].value if len(node.args) > 1 else None
                yield path.relative_to(root).as_posix(), purpose


def test_all_but_samplers_draw_for_a_purpose_of_their_own():
    assert Counter(file for file, purpose in calls() if purpose is None) == SAMPLERS
    purposes = {}
    for file, purpose in calls():
        if purpose is not None:
            purposes.setdefault(purpose, set()).add(file)
    assert all(len(files) == 1 for files in purposes.values()), purposes
    streams = [as_generator(0, purpose).random(4).tolist() for purpose in [None, *purposes]]
    assert len(np.unique(streams)) == 4 * len(streams)


def test_an_interval_does_not_draw_the_numbers_of_its_data():
    drawn = as_generator(0, "bootstrap").random(100)
    assert not np.isin(drawn, np.random.default_rng(0).random(1000)).any()
