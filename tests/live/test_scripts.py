"""The page's scripts, without a page."""

from pathlib import Path

import pytest


@pytest.mark.parametrize("script", sorted(Path(__file__).parent.glob("*.test.mjs")), ids=lambda path: path.name)
def test_the_scripts_pass_their_own_tests(node_tests, script):
    done = node_tests(script)
    assert done.returncode == 0, done.stdout
    assert "pass 0" not in done.stdout
