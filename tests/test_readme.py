"""The code that greets a newcomer runs as printed."""

import re

import pytest
from dv_course.repository import root


@pytest.mark.parametrize("page", ["README.md", "book/intro.md"])
def test_python_on_the_first_page_runs(page, capfd):
    (code,) = re.findall(r"^```python\n(.*?)^```", (root() / page).read_text(), re.MULTILINE | re.DOTALL)
    exec(code, {})
    said = capfd.readouterr().out
    assert said.split()[-1].startswith("0.830")
