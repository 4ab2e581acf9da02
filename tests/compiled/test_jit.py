"""Kernels that only kernels call, linked into those that have a door to Python."""

from __future__ import annotations

import numpy as np
import pytest

from lackmus.compiled.jit import jit, kernel
from lackmus.foundation.arrays import Floats


@kernel
def scale(x: Floats, by: float) -> Floats:
    """New numbers."""
    if by == 0.0:
        raise ValueError("by nought")
    return x / by


@kernel
def share(x: Floats) -> Floats:
    """Each number's part in their sum."""
    return scale(x, x.sum())


@jit
def shares(x: Floats) -> Floats:
    """The door to `share`, and to what it calls, twice."""
    return scale(share(x), 1.0) + share(x)


def test_kernels_of_kernels_compute_what_python_does() -> None:
    x = np.array([1.0, 2.0, 5.0])
    assert shares(x).tolist() == [0.25, 0.5, 1.25]
    with pytest.raises(ValueError, match="by nought"):
        shares(np.array([1.0, -1.0]))
