"""Cases show what they showed; ``scripts/regenerate`` rewrites, a person reads the diff."""

from __future__ import annotations

from pathlib import Path

import pytest

from lackmus.pipeline.loading import load
from lackmus.testing.playthrough import playthrough

GOLDEN = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_a_case_plays_as_recorded(path: Path) -> None:
    assert playthrough(load(path.stem)).splitlines() == path.read_text("utf-8").splitlines()


def test_there_is_something_recorded() -> None:
    assert {"alaska-2025", "india-tariffs-2025", "beer-quiche"} <= {path.stem for path in GOLDEN}
