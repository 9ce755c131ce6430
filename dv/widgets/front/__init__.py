"""The scripts and styles of the widgets, each file a module with tests of its own."""

import re
from pathlib import Path

_IMPORT = re.compile(r'^import .* from "\./.*";\n', re.MULTILINE)


def bundle(*names):
    """Join files of this folder into one; what a script imports from here must precede it."""
    texts = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in names)
    return "\n".join(_IMPORT.sub("", text) for text in texts)
