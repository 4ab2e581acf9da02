"""Rewrites the golden playthroughs."""

from __future__ import annotations

from pathlib import Path

from lackmus.pipeline.loading import load
from lackmus.testing.playthrough import playthrough

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"

for path in sorted(GOLDEN.glob("*.txt")):
    path.write_text(playthrough(load(path.stem)), encoding="utf-8")
