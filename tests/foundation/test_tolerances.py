"""What rounding may take, and where it takes too much."""

from __future__ import annotations

import ast
import math
from pathlib import Path

import pytest

from lackmus.foundation import tolerances
from lackmus.foundation.tolerances import fixed_point_limit


def test_the_limit_grows_with_the_load_until_floats_cannot_carry_the_game() -> None:
    """Sixteen units in the last place for a payoff; one of more than 1e-3 is too much."""
    assert fixed_point_limit(0.0) == 1e-9
    assert fixed_point_limit(1e6) == pytest.approx(1e-9 + 16e6 * 2.0**-52, rel=1e-12)
    most = 1e-3 * 2.0**52
    assert fixed_point_limit(most) == pytest.approx(16e-3, rel=1e-5)
    assert math.isnan(fixed_point_limit(most * 1.001))


#: Rooms with small numbers of their own: methods with theirs, and what is too small to be told.
_APART = ("cli", "report", "solvers", "certification", "testing")

#: Small numbers elsewhere that nothing is compared with: steps, ends of a search, guards of a
#: division by time. `thresholds` is a method as those of the solvers are.
_STEPS = {
    "pipeline/derivatives.py": {1e-5},
    "pipeline/estimation.py": {1e-3, 1e-6},
    "sweep/nearest.py": {1e-4, 1e-12},
    "sweep/sweep.py": {1e-9},
    "sweep/thresholds.py": {1e-5, 1e-3},
    "workbench/server.py": {5e-4},
}


def test_small_numbers_stand_in_one_place() -> None:
    package = Path(tolerances.__file__).parents[1]
    found: dict[str, set[float]] = {}
    for path in package.rglob("*.py"):
        name = path.relative_to(package).as_posix()
        if name.startswith(_APART) or path.name == "tolerances.py":
            continue
        numbers = {
            node.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, float)
        }
        if small := {number for number in numbers if 0.0 < number <= 1e-3}:
            found[name] = small
    assert found == _STEPS
