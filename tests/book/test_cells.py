"""Rules that the code of every chapter keeps."""

import re

import pytest
from dv_course import chapters

CHAPTERS = [path for path in chapters.chapter_paths() if chapters.is_notebook(path)]
LOG_OF_MEAN = re.compile(r"np\.log\((?:[^()]|\([^()]*\))*?(?:\.mean\(|np\.mean\()")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_largest_is_taken_out_before_the_logarithm_of_a_mean(path):
    """Means of exponentials are formed by log_mean_exp, or in a cell that takes out the largest first."""
    cells = [c.source for c in chapters.reader_notebook(path).cells if c.cell_type == "code"]
    assert not [source for source in cells if LOG_OF_MEAN.search(source) and ".max()" not in source]


def test_the_rule_sees_what_it_is_for():
    assert LOG_OF_MEAN.search("np.log(ratio[j, k].mean())") and LOG_OF_MEAN.search("np.log(np.mean(np.exp(t)))")
    assert not LOG_OF_MEAN.search("np.log(p) + x.mean()")
