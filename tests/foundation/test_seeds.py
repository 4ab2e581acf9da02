"""One root seed gives the same streams in any order."""

from __future__ import annotations

import numpy as np
import pytest

from lackmus.foundation.errors import UsageError
from lackmus.foundation.seeds import generator


def test_a_stream_depends_on_seed_and_path_alone() -> None:
    first = generator(7, "lhs", "a").random(5)
    generator(7, "lhs", "b").random(100)
    assert np.array_equal(first, generator(7, "lhs", "a").random(5))


def test_different_paths_and_seeds_give_different_streams() -> None:
    streams = [generator(7, "a"), generator(8, "a"), generator(7, "b"), generator(7, "a", "")]
    streams += [generator(7, "ab", "c"), generator(7, "a", "bc"), generator(7, 1), generator(7, 2)]
    assert len({float(stream.random()) for stream in streams}) == len(streams)


def test_a_path_has_the_numbers_it_always_had() -> None:
    drawn = generator(0, "lhs", "war_value").random(2)
    assert drawn.tolist() == pytest.approx([0.846092213933873, 0.15913040120168775], abs=0)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(UsageError, match="-1"):
        generator(-1)
