"""Each claim as of before the case's record, and in its light: two questions to the same draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lackmus.case import syntax
from lackmus.pipeline.case_study import CaseStudy
from lackmus.sweep.study import Outcomes
from lackmus.sweep.verdict import Astray, Verdict, verdicts


@dataclass(frozen=True, slots=True, eq=False)
class InLight:
    """What the draws make of a claim in one light.

    Attributes:
        verdict: The verdict.
        settled: What was observed has decided, true or false; None where it leaves it open.
    """

    verdict: Verdict
    settled: bool | None


@dataclass(frozen=True, slots=True, eq=False)
class Lights:
    """A claim in both lights. What is observed beside the record counts in either.

    Attributes:
        before: As of before the record, but where the claim says ``observed``.
        after: In the light of what the record settles.
    """

    before: InLight
    after: InLight


def lights_of(
    study: CaseStudy,
    outcomes: Outcomes,
    said: Sequence[Verdict],
    astray: Sequence[Astray] | None = None,
    *,
    recorded: bool,
) -> tuple[Lights | None, ...]:
    """Every claim in both lights; None of each where the study asks in one alone.

    Args:
        study: The claims, in the light that was asked for and in the other one.
        outcomes: What its draws say.
        said: The verdicts in the light that was asked for.
        astray: Draws in which each question comes out otherwise on an arm; None for none.
        recorded: Whether that is the light of the record.
    """
    claims = study.case.claims
    if study.other is None or not claims:
        return (None,) * len(claims)
    questions = study.variants().questions
    others = questions[-len(claims) :]
    settled = [question.settled is not None for question in others]
    found = verdicts(
        [claim.id for claim in claims],
        outcomes.of(slice(-len(claims), None)),
        settled,
        None if astray is None else astray[-len(claims) :],
    )
    lights = []
    for k in range(len(claims)):
        asked, aside = InLight(said[k], questions[k].settled), InLight(found[k], others[k].settled)
        lights.append(Lights(aside, asked) if recorded else Lights(asked, aside))
    return tuple(lights)


def by_hindsight(
    claim: syntax.Claim, verdict: Verdict, lights: Lights | None, *, lit: bool
) -> bool:
    """Whether a verdict rests on what nobody knew when the claim was made.

    So it is where what was observed settles the claim or makes its verdict another, unless the
    claim names the event that decides it: then it is a forecast, which may well be held against it.

    Args:
        claim: The claim.
        verdict: The verdict in the light that was asked for.
        lights: The claim in both lights; None where it is asked in one alone.
        lit: Whether something observed enters what was asked.
    """
    if claim.resolves_if is not None:
        return False
    moved = lights is not None and lights.before.verdict.word != lights.after.verdict.word
    return moved or (verdict.word == "settled" and lit)
