"""What a record taught, as plain data and in words."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

from lackmus.case.text import expression_text
from lackmus.learning.weights import QUANTILES
from lackmus.pipeline.learned import Learned, Line, Spread
from lackmus.pipeline.postmortem import Postmortem
from lackmus.report import words

Json: TypeAlias = dict[str, Any]

#: From this many bits on a shift of an assumption is told.
MOVED = 0.05


def learned_json(learned: Learned) -> Json:
    """What ``lackmus learn --json`` prints."""
    found = learned.evidence
    return {
        "case": learned.case.name,
        "title": learned.case.title,
        "draws": learned.draws,
        "failed_draws": learned.unsolved,
        "seed": learned.seed,
        "record": [_line(line) for line in learned.record],
        "evidence": {
            "probability": found.probability,
            "bits": _number(found.bits),
            "error": _number(found.error_bits),
        },
        "ess": learned.size,
        "pareto_k": _number(learned.pareto_k),
        "method": learned.method,
        "trouble": learned.trouble or None,
        "claims": [
            {"id": shift.claim.id, "before": _number(shift.before), "after": _number(shift.after)}
            for shift in learned.claims
        ],
        "assumptions": [
            {
                "name": shift.assumption.name,
                "before": _spread(shift.before),
                "after": _spread(shift.after),
                "bits": shift.bits,
                "contradicted": shift.contradicted,
            }
            for shift in learned.assumptions
        ],
        "beliefs": [
            {
                "about": shift.about,
                "value": shift.value,
                "before": _band(shift.before),
                "after": _band(shift.after),
                "along": [_band(spread) for spread in shift.along],
            }
            for shift in learned.beliefs
        ],
        "dissents": [
            {
                "title": against.title,
                "bits": _number(against.bits),
                "error": _number(against.error),
                "says": against.sentence(),
            }
            for against in learned.dissents
        ],
        "seconds": learned.seconds,
    }


def _line(line: Line) -> Json:
    seen = line.observation
    return {
        "date": seen.date.isoformat() if seen.date else None,
        "saw": expression_text(seen.saw),
        "says": seen.says,
        "certain": not seen.chain,
        "via": list(seen.via),
        "counted": line.counted,
        "probability": line.probability,
        "given_before": _number(line.given_before),
    }


def _spread(spread: Spread) -> Json:
    named = zip(QUANTILES, spread.quantiles, strict=True)
    return {
        "mean": _number(spread.mean),
        "quantiles": {f"{q:g}": _number(value) for q, value in named},
    }


def _band(spread: Spread) -> Json:
    return {"mean": _number(spread.mean), "band": [_number(end) for end in spread.band]}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def postmortem_json(found: Postmortem) -> Json:
    """What ``--why`` adds."""
    return {
        "contradicted": [shift.assumption.name for shift in found.contradicted],
        "base": _number(found.base),
        "highest": found.highest,
        "level": found.level,
        "share": found.share,
        "nearest": [
            {"assumption": name, "base": base, "value": value}
            for name, base, value in found.nearest
        ],
        "reached": _number(found.reached),
        "box": None if found.box is None else found.box.to_json(),
        "failures": [
            {
                "id": failure.claim.id,
                "outcome": failure.outcome,
                "probability": failure.probability,
                "hangs_on": [
                    {"assumption": name, "correlation": rho} for name, rho in failure.hangs_on
                ],
            }
            for failure in found.failures
        ],
    }


# --- in words ---


def surprise(learned: Learned) -> str:
    """How surprised the model is, in a sentence."""
    found = learned.evidence
    if not learned.record:
        return "Nothing is recorded, so there is nothing to learn."
    chance = words.percent(found.probability) if found.probability >= 1e-4 else (
        f"{found.probability:.1e}"
    )  # fmt: skip
    each = found.bits / len(learned.record)
    what = "one observation" if len(learned.record) == 1 else f"{len(learned.record)} observations"
    word = "no surprise" if each < 1.0 else "some surprise" if each < 2.5 else "a surprise"
    return (
        f"The record of {what} had a probability of {chance} over the draws: {found.bits:.1f} bits "
        f"(±{words.THIN}{found.error_bits:.2f}), {each:.1f} an observation, {word}."
    )


def trust(learned: Learned) -> str:
    """What the result rests on, in a sentence."""
    lost = f", {learned.unsolved:,} of them without a solution" if learned.unsolved else ""
    shape = "" if math.isnan(learned.pareto_k) else f", tail shape {learned.pareto_k:.2f}"
    took = f"; {learned.seconds:.1f} s" if learned.seconds else ""
    how = (
        "weighted by the likelihood of the record"
        if learned.method == "importance"
        else "of which the record leaves too few, so that the sample was drawn anew by tempering"
    )
    return (
        f"{learned.draws:,} draws{lost}, {how}; worth {learned.size:,.0f} equal draws{shape}; "
        f"seed {learned.seed}{took}."
    )


def why(found: Postmortem) -> list[str]:
    """The post-mortem in sentences."""
    lines = []
    if found.contradicted:
        names = words.listed(
            f"{s.assumption.name} ({words.number(s.before.quantiles[2])} to "
            f"{words.number(s.after.quantiles[2])})"
            for s in found.contradicted
        )
        lines.append(f"The outcome contradicts what was assumed of {names}.")
    else:
        lines.append("The outcome contradicts no assumption: no median left its prior's middle.")
    base = "no solution" if math.isnan(found.base) else words.percent(found.base)
    lines.append(
        f"At the base values the record had {base}, in the likeliest draw "
        f"{words.percent(found.highest)}."
    )
    level = words.percent(found.level)
    if found.level < 0.5:
        few = "No draw" if found.highest < 0.5 else "Hardly a draw"
        lines.append(f"{few} gave it even odds; the best tenth of them gave it {level} or more.")
    if found.nearest:
        changes = words.listed(
            f"{name} at {words.number(value)} instead of {words.number(base_value)}"
            for name, base_value, value in found.nearest
        )
        lines.append(
            f"What would have had to be different for {level}: {changes}; then "
            f"{words.percent(found.reached)}."
        )
    if found.box is not None:
        where = words.listed(map(str, found.box.limits))
        lines.append(
            f"The record had {level} or more in {words.percent(found.box.density)} of the draws "
            f"with {where}, against {words.percent(found.box.overall)} of all."
        )
    for failure in found.failures:
        hangs = words.listed(
            f"{'higher' if rho > 0 else 'lower'} {name}" for name, rho in failure.hangs_on
        )
        lines.append(
            f"The forecast of {failure.claim.id} failed: '{failure.outcome}' had been given "
            f"{words.percent(failure.probability)}; {hangs} would have made it likelier."
        )
    return lines
