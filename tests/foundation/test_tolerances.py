"""What rounding may take, and where it takes too much."""

from __future__ import annotations

import math

import pytest

from lackmus.foundation.tolerances import fixed_point_limit


def test_the_limit_grows_with_the_load_until_floats_cannot_carry_the_game() -> None:
    """Sixteen units in the last place for a payoff; one of more than 1e-3 is too much."""
    assert fixed_point_limit(0.0) == 1e-9
    assert fixed_point_limit(1e6) == pytest.approx(1e-9 + 16e6 * 2.0**-52, rel=1e-12)
    most = 1e-3 * 2.0**52
    assert fixed_point_limit(most) == pytest.approx(16e-3, rel=1e-5)
    assert math.isnan(fixed_point_limit(most * 1.001))
