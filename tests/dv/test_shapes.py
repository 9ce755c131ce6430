"""The shapes that signatures tell are checked here, and cost a user nothing."""

import subprocess
import sys

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from dv._fast.losses import infonce_loss
from dv.estimator.concave import best_weights


def test_shapes_in_signatures_are_checked_while_the_tests_run():
    with pytest.raises(TypeCheckError, match="n n"):
        infonce_loss(np.zeros((2, 3)))
    with pytest.raises(TypeCheckError, match="n_ref p"):
        best_weights(np.zeros((40, 2)), np.zeros((40, 3)), np.zeros(40))


def test_without_the_tests_nothing_is_checked_and_nothing_more_is_imported():
    code = "import sys, dv.estimator.estimate; assert not {'jaxtyping', 'beartype'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
