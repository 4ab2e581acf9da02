"""Array types, and the rule that what is public cannot be written to."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int32]
Codes: TypeAlias = NDArray[np.int8]
Bools: TypeAlias = NDArray[np.bool_]

_Scalar = TypeVar("_Scalar", bound="np.generic[Any]")


def freeze(array: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """The same array, C-contiguous and read-only."""
    array = np.ascontiguousarray(array)
    array.setflags(write=False)
    return array
