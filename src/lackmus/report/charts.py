"""Charts of a case put to the test: each takes the findings and gives a chart.

>>> from lackmus.report.charts import margins
>>> margins(findings, "c01_no_agreement_signed").save("margins.svg")        # doctest: +SKIP

A notebook shows a chart as a drawing, without a network.

How to read them is told in ``docs/how-to/read-the-charts.md`` and ``read-the-report.md``.
"""

from __future__ import annotations

from collections.abc import Sequence

from lackmus.case.syntax import Assumption
from lackmus.foundation.arrays import Floats
from lackmus.pipeline.correspondence import Correspondence
from lackmus.pipeline.findings import Findings
from lackmus.pipeline.quantities import Statics
from lackmus.report import specs, specs_reading, specs_statics, specs_sweep
from lackmus.report.theme import Chart, save
from lackmus.sweep.discovery import PairMap
from lackmus.sweep.study import Outcomes

__all__ = [
    "Chart", "assumptions", "beliefs", "box", "driver_map", "drivers", "indicators", "margins",
    "probes", "responses", "save", "share_by", "shares", "slice_map", "statics", "tornado",
    "turns", "verdict_map", "watch",
]  # fmt: skip


def margins(findings: Findings, claim: str) -> Chart:
    """By how much a claim holds: a histogram over the draws with the zero line and the base case.

    Raises:
        UsageError: There is no such claim. So in all charts of a claim.
    """
    return Chart(specs.margins(findings, claim))


def shares(findings: Findings) -> Chart:
    """The share of draws in which each claim holds, with its 95 % interval."""
    return Chart(specs.shares(findings))


def drivers(findings: Findings, claim: str, *, most: int = 8) -> Chart:
    """How much of the margin's variance each assumption explains alone, and which way it works."""
    return Chart(specs.drivers(findings, claim, most=most))


def driver_map(findings: Findings) -> Chart:
    """What hangs on what: claims by assumptions, a dot the larger the more it drives."""
    return Chart(specs.driver_map(findings))


def turns(findings: Findings, claim: str, *, most: int = 10) -> Chart:
    """A tornado of thresholds: each range with its end values, base value and turn."""
    return Chart(specs.turns(findings, claim, most=most))


def verdict_map(
    findings: Findings, claim: str, x: str | None = None, y: str | None = None
) -> Chart:
    """Where in the plane of two assumptions a claim holds; its two top drivers, if unsaid.

    Raises:
        UsageError: A name is unknown, or the claim has too few drivers.
    """
    return Chart(specs.verdict_map(findings, claim, x, y))


def share_by(findings: Findings, claim: str, assumption: str = "precision") -> Chart:
    """The share of draws in which a claim holds against one assumption, with intervals.

    Raises:
        UsageError: A name is unknown.
    """
    return Chart(specs.share_by(findings, claim, assumption))


def box(findings: Findings, claim: str) -> Chart:
    """The box of assumptions in which a claim holds or fails, with the draws as dots.

    Raises:
        UsageError: There is no such claim, or no box was found for it.
    """
    return Chart(specs_sweep.box(findings, claim))


def slice_map(found: PairMap, claim: str) -> Chart:
    """Where in the plane of two assumptions a claim holds, all others at their base values.

    Raises:
        UsageError: The map does not know the claim.
    """
    return Chart(specs_sweep.slice_map(found, claim))


def tornado(over: Sequence[Assumption], points: Floats, outcomes: Outcomes, column: int) -> Chart:
    """A claim's margin from one end of each range to the other, all others at base.

    Args:
        over: The columns of `points`.
        points: A one-at-a-time design.
        outcomes: What was found there.
        column: Which claim.
    """
    return Chart(specs_sweep.tornado(over, points, outcomes, column))


def beliefs(findings: Findings, about: str) -> Chart:
    """Beliefs about one aim or fact along the recorded observations; hollow where unsure.

    Raises:
        UsageError: There is no such aim or fact.
    """
    return Chart(specs_reading.beliefs(findings, about))


def indicators(findings: Findings, about: str) -> Chart:
    """The indicator matrix for one aim or fact: likelihoods, and weight of evidence in bits.

    Raises:
        UsageError: Nothing that is still open tells about it.
    """
    return Chart(specs_reading.indicators(findings, about))


def watch(findings: Findings, *, most: int = 12) -> Chart:
    """What is worth watching: expected information of each move in bits."""
    return Chart(specs_reading.watch(findings, most=most))


def probes(findings: Findings, *, most: int = 12) -> Chart:
    """What tests would teach their makers beyond the game as written, and at what cost."""
    return Chart(specs_reading.probes(findings, most=most))


def assumptions(findings: Findings) -> Chart:
    """Every assumption with the ends of its range and its base value."""
    return Chart(specs.assumptions(findings))


def statics(found: Statics) -> Chart:
    """Quantities along the one assumption that varies, a panel each; several equilibria as dots.

    Raises:
        UsageError: More than one assumption varies, or nothing that was asked is a number.
    """
    return Chart(specs_statics.statics(found))


def responses(found: Correspondence, infosets: Sequence[str] | None = None) -> Chart:
    """The probability of each action against the precision along the principal branch.

    Args:
        found: The correspondence.
        infosets: Labels of the infosets to draw; the first eight actions where None.

    Raises:
        UsageError: There is no such infoset, or more than eight actions are asked for.
    """
    return Chart(specs_statics.responses(found, infosets))
