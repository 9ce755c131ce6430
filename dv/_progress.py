"""One progress bar for all long work, which knows when to keep silent."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tqdm import tqdm


def progress_bar(total: int, progress: bool | None = None, unit: str = "epoch", initial: int = 0) -> "tqdm[int]":
    """A tqdm bar over ``range(total)`` that shows itself only after two seconds.

    ``progress=False`` turns it off, and so do the environment variable
    ``TQDM_DISABLE`` and nbgrader, which fails a test cell that writes to stderr.
    """
    from tqdm.auto import tqdm

    # In a notebook tqdm itself takes no notice of TQDM_DISABLE.
    unwanted = {"NBGRADER_EXECUTION", "TQDM_DISABLE"} & os.environ.keys()
    hidden = progress is False or (progress is None and bool(unwanted))
    return tqdm(range(total), unit=unit, initial=initial, delay=2, leave=False, disable=hidden)
