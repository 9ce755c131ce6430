"""The reference of the module names what the module gives, and nothing else."""

import re

from dv_course import chapters

import dv

TEXT = (chapters.root() / "book" / "api.md").read_text()


def test_every_public_name_is_described():
    named = set(re.findall(r"^\.\. (?:auto(?:function|class)|py:data):: (\w+)$", TEXT, re.MULTILINE))
    assert named | {"discrete", "ising", "plots"} == set(dv.__all__) | set(dv.ising.__all__)
    assert ".. automodule:: dv.discrete\n   :members:" in TEXT


def test_what_is_described_says_what_it_is():
    for module in (dv, dv.ising):
        for name in set(module.__all__) - {"T_C"}:
            assert getattr(module, name).__doc__, name
