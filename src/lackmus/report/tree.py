"""The game tree as SVG."""

from __future__ import annotations

from lackmus.pipeline.findings import Findings
from lackmus.report.model import Figure


def figure(findings: Findings) -> Figure | None:
    """The pruned tree."""
    return None
