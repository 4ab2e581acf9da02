"""What a test of a case finds: its claims over draws of all its assumptions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lackmus.case import syntax
from lackmus.foundation.arrays import Codes, Floats
from lackmus.foundation.counting import counted
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.figures import change, percent
from lackmus.foundation.letters import composed
from lackmus.foundation.outcomes import FAILS, HOLDS, WORDS
from lackmus.game.game import Game
from lackmus.game.questions import Question
from lackmus.pipeline import frames
from lackmus.pipeline.arms import OverArms
from lackmus.pipeline.equilibria import OverEquilibria
from lackmus.pipeline.frames import Rows
from lackmus.pipeline.learned import Learned
from lackmus.pipeline.lights import Lights
from lackmus.pipeline.needs import Need
from lackmus.reading.reading import Reading
from lackmus.solution.solution import Solution
from lackmus.sweep.discovery import Box
from lackmus.sweep.sensitivity import Driver, VerdictDrivers
from lackmus.sweep.thresholds import Thresholds
from lackmus.sweep.verdict import Verdict


@dataclass(frozen=True, slots=True, eq=False)
class PartFinding:
    """What the test says about one operand of a claim's ``and`` or ``or``.

    Attributes:
        question: What was asked, with its text and unit.
        verdict: What the draws make of it.
        base_code: What it comes out as at the base values.
        base_margin: By how much it holds there, in its unit; None where it cannot be asked.
        drivers: Assumptions that drive its margin, largest first.
        verdict_drivers: What it hangs on whether it holds; None where the draws cannot tell.
        arms: What it comes out as on arms of the branch; None where that forks in no draw.
    """

    question: Question
    verdict: Verdict
    base_code: int
    base_margin: float | None
    drivers: tuple[Driver, ...]
    verdict_drivers: VerdictDrivers | None
    arms: OverArms | None = None

    @property
    def base_holds(self) -> bool | None:
        """Whether it holds at the base values; None where it neither holds nor fails there."""
        return {HOLDS: True, FAILS: False}.get(self.base_code)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ClaimFinding(Shown):
    """What the test says about one claim.

    Attributes:
        claim: The claim as written.
        verdict: What the draws make of it.
        base_code: What it comes out as at the base values; see `lackmus.foundation.outcomes`.
        base_margin: By how much it holds there, in its unit; None where it cannot be asked.
        drivers: Assumptions that drive the margin, largest first; none where units are mixed.
        verdict_drivers: What it hangs on whether it holds; None where the draws cannot tell.
        thresholds: Where the base-case verdict turns; None where it was not looked for.
        given: Observations in whose light it was judged.
        question: What was asked.
        margins: Margin per draw in the unit of `question`, NaN where it cannot be asked or is
            unsolved; shape (D,).
        holds: What it comes out as in each draw; shape (D,).
        equilibria: In which equilibria it holds at the base values; None where not asked for.
        box: The box of assumptions in which it holds or fails, whichever is rarer; None where no
            box tells.
        parts: The same of each operand of its ``and`` or ``or``.
        needs: Named stakes without which the verdict would fall, most needed first; None where
            that was not looked for, or the verdict is not one that a stake could carry.
        lights: As of before the record, and in its light; None where no record settles anything.
        arms: What it comes out as on arms of the branch; None where that forks in no draw.
    """

    claim: syntax.Claim
    verdict: Verdict
    base_code: int
    base_margin: float | None
    drivers: tuple[Driver, ...]
    verdict_drivers: VerdictDrivers | None
    thresholds: Thresholds | None
    given: tuple[syntax.Expr, ...]
    question: Question
    margins: Floats = field(repr=False)
    holds: Codes = field(repr=False)
    equilibria: OverEquilibria | None = None
    box: Box | None = None
    parts: tuple[PartFinding, ...] = ()
    needs: tuple[Need, ...] | None = None
    lights: Lights | None = None
    arms: OverArms | None = None

    @property
    def base_holds(self) -> bool | None:
        """Whether it holds at the base values; None where it neither holds nor fails there."""
        return {HOLDS: True, FAILS: False}.get(self.base_code)

    @property
    def disagreement(self) -> str:
        """How the equilibria without noise contradict the base case, in words; empty if not."""
        over = self.equilibria
        if over is None or self.base_holds is None:
            return ""
        if self.base_holds and over.extent == "none":
            return "with noise, at the same values, it holds: the two disagree"
        if not self.base_holds and over.extent == "all":
            return "with noise, at the same values, it fails: the two disagree"
        return ""

    def card(self) -> Card:
        """The claim in words, what was asked, the verdict, and what the margin hangs on."""
        words = (self.claim.says or self.claim.id, f"holds if {self.question.text}")
        rows = [(d.assumption, percent(d.index), change(d.direction, ".2f")) for d in self.drivers]
        head = ("hangs on", "share of variance", "direction") if rows else ()
        return Card(f"{self.claim.id}: {_told(self.verdict)}", words, head, rows)

    @property
    def stands(self) -> bool:
        """Whether the claim follows, or is settled as true."""
        word = self.verdict.word
        return word == "follows" or self.verdict.settled_true


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Findings(Shown):
    """A case put to the test.

    Attributes:
        case: The case, as its author wrote it.
        game: The game at the base values.
        solution: Its logit AQRE at the base precision, with certificate.
        reading: Beliefs, indicators, probes and timeline at the base values.
        claims: One finding a claim, in order.
        assumptions: The columns of `points`; precision last.
        points: The draws, shape (D, assumptions), each in its own unit; precision in 1/payoff.
        failed: Number of draws in which some game has no certified solution.
        error: What the first draw raised that failed by an error; empty where none did.
        turned: Number of draws whose branch turned on its way.
        forked: Number of draws whose branch met a bifurcation and was followed straight on; where
            bifurcations pass unnoticed, as many as were found on looking.
        worst_residual: Largest fixed-point error over the draws, in log probability.
        worst_regret: Largest agent regret over the draws relative to the payoff range; of a
            quantal response it is what noise costs, not an error.
        observed: In the light of what the claims are judged.
        recorded: Whether the case's record is part of it; else claims are asked as of before it.
        seed: Seed of the draws.
        design: How they were drawn.
        digest: SHA-256 of the case and what was observed.
        seconds_solve: Time in the draws.
        seconds_total: Time in all.
        dissents: The same draws under each dissent.
        unfinished: What Ctrl-C cut short; empty where all that was asked for was done.
        learned: What the case's record teaches, by the weight of these draws; None where it has
            none, or where that says nothing.
        unlearned: Why the record teaches nothing; empty where it does or there is none.
    """

    case: syntax.Case
    game: Game
    solution: Solution
    reading: Reading
    claims: tuple[ClaimFinding, ...]
    assumptions: tuple[syntax.Assumption, ...]
    points: Floats = field(repr=False)
    failed: int
    error: str
    turned: int
    forked: int
    worst_residual: float
    worst_regret: float
    observed: tuple[syntax.Expr, ...]
    recorded: bool
    seed: int
    design: str
    digest: str
    seconds_solve: float
    seconds_total: float
    dissents: tuple[Findings, ...] = ()
    unfinished: str = ""
    learned: Learned | None = field(default=None, repr=False)
    unlearned: str = ""

    def __getitem__(self, claim_id: str) -> ClaimFinding:
        name = composed(claim_id)
        for finding in self.claims:
            if finding.claim.id == name:
                return finding
        raise KeyError(claim_id)

    def card(self) -> Card:
        """The verdict on each claim, and what it hangs on most."""
        rows = [
            (
                f.claim.id,
                f.verdict.said,
                "" if f.verdict.share is None else percent(f.verdict.share),
                ", ".join(driver.assumption for driver in f.drivers[:2]),
            )
            for f in self.claims
        ]
        line = (
            f"{counted(len(self.points), 'draw')}, {self.failed:,} with a game that is not solved"
        )
        head = ("claim", "verdict", "holds in", "hangs on")
        return Card(self.case.title, (line, *filter(None, (self.unfinished,))), head, rows)

    def columns(self, rows: Rows = "draws") -> dict[str, Any]:
        """The draws, or the claims, by columns, for whatever takes a mapping of names to values.

        Columns of the draws are those of a sweep's Parquet file; see `lackmus.sweep.table`.

        Args:
            rows: ``draws`` for a row a draw, ``claims`` for a row a claim.

        Raises:
            UsageError: There are no such rows.
        """
        frames.check_rows(rows)
        return _draw_columns(self) if rows == "draws" else _claim_columns(self.claims)

    def to_pandas(self, rows: Rows = "draws") -> Any:  # noqa: ANN401 - pandas is optional
        """The draws, or the claims, one a row, as a data frame of pandas.

        Args:
            rows: ``draws`` for a row a draw, ``claims`` for a row a claim.

        Raises:
            UsageError: There are no such rows, or the extra `pandas` is not
                installed.
        """
        return frames.to_pandas(self.columns(rows))

    def to_polars(self, rows: Rows = "draws") -> Any:  # noqa: ANN401 - polars is optional
        """The draws, or the claims, one a row, as a data frame of polars.

        Args:
            rows: ``draws`` for a row a draw, ``claims`` for a row a claim.

        Raises:
            UsageError: There are no such rows, or the extra `polars` is not
                installed.
        """
        return frames.to_polars(self.columns(rows))

    def to_arrow(self, rows: Rows = "draws") -> Any:  # noqa: ANN401 - pyarrow is optional
        """The draws, or the claims, one a row, as a table of Arrow.

        Args:
            rows: ``draws`` for a row a draw, ``claims`` for a row a claim.

        Raises:
            UsageError: There are no such rows, or the extra `parquet` is not
                installed.
        """
        return frames.to_arrow(self.columns(rows))


def _draw_columns(findings: Findings) -> dict[str, Any]:
    found: dict[str, Any] = {"draw.index": np.arange(len(findings.points))}
    for k, assumption in enumerate(findings.assumptions):
        found[assumption.name] = findings.points[:, k].copy()
    for claim in findings.claims:
        found[f"margin.{claim.claim.id}"] = claim.margins
    for claim in findings.claims:
        found[f"outcome.{claim.claim.id}"] = [WORDS[int(code)] for code in claim.holds]
    return found


def _claim_columns(told: Sequence[ClaimFinding]) -> dict[str, Any]:
    return {
        "claim": [f.claim.id for f in told],
        "says": [f.claim.says for f in told],
        "by": [f.claim.by for f in told],
        "question": [f.question.text for f in told],
        "verdict": [f.verdict.word for f in told],
        "firm": [f.verdict.firm for f in told],
        "share": [_number(f.verdict.share) for f in told],
        "low": [_end(f.verdict, 0) for f in told],
        "high": [_end(f.verdict, 1) for f in told],
        "draws": [f.verdict.counts.draws for f in told],
        "base.outcome": [WORDS[f.base_code] for f in told],
        "base.margin": [_number(f.base_margin) for f in told],
        "unit": [f.question.unit for f in told],
    }


def _told(verdict: Verdict) -> str:
    if verdict.share is None:
        return verdict.said
    return (
        f"{verdict.said}; holds in {percent(verdict.share)} of the draws in which it can be asked"
    )


def _end(verdict: Verdict, which: int) -> float:
    return math.nan if verdict.interval is None else verdict.interval[which]


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
