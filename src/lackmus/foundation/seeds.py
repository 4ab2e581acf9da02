"""One root seed, named children: the same numbers in any order, on any engine.

A child is addressed by a path of names, not by how many children were asked for before it. So the
draws of one assumption stay what they are when another is added, which is what makes a case and
its dissent comparable draw by draw.
"""

from __future__ import annotations

import hashlib

import numpy as np

from lackmus.foundation.errors import UsageError


def generator(seed: int, *path: str | int) -> np.random.Generator:
    """The random stream at `path` under `seed`.

    Args:
        seed: Root seed, a whole number from 0.
        path: Names that lead to the stream, such as ``("lhs", "war_value")``.

    Raises:
        UsageError: The seed is negative.

    References:
        O'Neill (2014), PCG; seeded as in numpy's ``SeedSequence``, with the SHA-256 of the path
        as spawn key.
    """
    if seed < 0:
        raise UsageError(f"the seed is {seed}, and must be a whole number from 0 upwards")
    text = "\0".join(str(part) for part in path)
    words = np.frombuffer(hashlib.sha256(text.encode()).digest(), dtype="<u4")
    sequence = np.random.SeedSequence(entropy=seed, spawn_key=tuple(int(word) for word in words))
    return np.random.Generator(np.random.PCG64(sequence))
