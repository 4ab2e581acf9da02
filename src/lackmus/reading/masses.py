"""Sums of many draws' probabilities over sets of histories, compiled."""

from __future__ import annotations

import numpy as np

from lackmus.compiled.jit import jit
from lackmus.foundation.arrays import Bools, Floats, Ints


def masses(reach: Floats, masks: Bools) -> Floats:
    """Sum of each row over each mask; a row's sums depend on no other row, bit by bit.

    Args:
        reach: Probability of each history per draw, writeable; shape (D, Z).
        masks: Shape (masks, Z).

    Returns:
        Shape (D, masks).
    """
    sets, members = np.nonzero(masks)
    begin = np.searchsorted(sets, np.arange(len(masks) + 1))
    sums = np.empty((len(reach), len(masks)))
    add_up(reach, members.astype(np.int32), begin.astype(np.int32), sums)
    return sums


@jit
def add_up(reach: Floats, members: Ints, begin: Ints, sums: Floats) -> None:
    """Write the sum of each row over the members begin[m]:begin[m+1] of each set."""
    for d in range(sums.shape[0]):
        for m in range(sums.shape[1]):
            total = 0.0
            for e in range(begin[m], begin[m + 1]):
                total += reach[d, members[e]]
            sums[d, m] = total
