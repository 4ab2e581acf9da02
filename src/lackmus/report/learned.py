"""What a record taught, as plain data and in words."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

from lackmus.case.text import expression_text
from lackmus.foundation.compiling import INCLUDED
from lackmus.learning.weights import QUANTILES
from lackmus.pipeline.learned import AssumptionShift, Learned, Line, Spread
from lackmus.pipeline.postmortem import Failure, Postmortem
from lackmus.report import words
from lackmus.report.arms import record_arms_json, record_arms_said

Json: TypeAlias = dict[str, Any]

#: Ends of ranges that are told to be ruled out, at most.
_ENDS = 4

_EVEN_ODDS = 0.5

#: Probabilities below this are told as powers of ten.
_SMALL = 1e-4

#: Shares from here on are told in percent, those below that one as less than one draw in so many.
_PERCENT, _NONE = 0.01, 1e-12

#: From this many bits on a shift of an assumption is told, of the most moved ones.
_MOVED, _MOST = 0.02, 12


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
        "forks": None if learned.arms is None else {
            **record_arms_json(learned.arms),
            "probability": list(learned.probability_on_arms or ()),
        },
        "seconds": learned.seconds,
    }  # fmt: skip


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
        "ruled_out": [
            {
                "assumption": one.end.assumption,
                "low": one.end.low,
                "high": one.end.high,
                "before": one.before,
            }
            for one in found.ruled_out
        ],
        "base": _number(found.base),
        "highest": found.highest,
        "level": found.level,
        "share": found.region.share.probability,
        "searched": found.searched,
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
    chance = _probability(found.probability)
    each = found.bits / len(learned.record)
    what = "one observation" if len(learned.record) == 1 else f"{len(learned.record)} observations"
    word = "no surprise" if each < 1.0 else "some surprise" if each < 2.5 else "a surprise"
    return (
        f"The record of {what} had a probability of {chance} over the draws: {found.bits:.1f} bits "
        f"(±{words.THIN}{found.error_bits:.2f}), {each:.1f} an observation, {word}."
    )


def moved(learned: Learned) -> tuple[AssumptionShift, ...]:
    """The assumptions whose shift is told, the most moved first."""
    return tuple(shift for shift in learned.assumptions if shift.bits >= _MOVED)[:_MOST]


def still(learned: Learned) -> str:
    """What is said of all other assumptions, in a sentence; empty where there is none."""
    told = moved(learned)
    left = learned.assumptions[len(told) :]
    if not left:
        return ""
    who = words.count(len(left), "other" if told else "assumption")
    if left[0].bits >= _MOVED:
        return words.capital(f"{who} moved by less than these.")
    one_of = "" if told or len(left) > 1 else "the "
    return words.capital(f"{one_of}{who} moved by less than {_MOVED} bits, or by chance alone.")


def trust(learned: Learned, *, compiled: bool = False) -> str:
    """What the result rests on, in a sentence; `compiled` as in `happened`."""
    lost = f", {learned.unsolved:,} of them without a solution" if learned.unsolved else ""
    importance = learned.method == "importance"
    shape = ""
    if not math.isnan(learned.pareto_k):
        whose = "tail shape" if importance else "the weights' tail shape had been"
        shape = f", {whose} {words.decimal(learned.pareto_k, 2)}"
    took = f"; {learned.seconds:.1f}{words.THIN}s" if learned.seconds else ""
    took += INCLUDED if took and compiled else ""
    how = (
        "weighted by the likelihood of the record"
        if importance
        else "of which the record leaves too few, so that the sample was drawn anew by tempering"
    )
    return (
        f"{learned.draws:,} draws{lost}, {how}; worth {learned.size:,.0f} equal draws{shape}; "
        f"seed {learned.seed}{took}."
    )


def forks(learned: Learned) -> str:
    """How far it matters which branch is followed, in a sentence; empty where none forks."""
    ends = learned.probability_on_arms
    if learned.arms is None or ends is None:
        return ""
    low, high = (_probability(end) for end in ends)
    return (
        f"{record_arms_said(learned.arms, len(learned.points))}. Taking in each of them the arm on "
        f"which the record is least likely, or likeliest, it had {low} or {high}."
    )


def _probability(chance: float) -> str:
    return words.percent(chance) if chance >= _SMALL else words.number(chance)


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
    if found.ruled_out:
        ends = words.listed(
            f"{one.end} ({words.percent(one.before)} before)" for one in found.ruled_out[:_ENDS]
        )
        each = "each of " if len(found.ruled_out[:_ENDS]) > 1 else ""
        lines.append(f"The record leaves less than 1 % of the weight to {each}{ends}.")
    base = "no solution" if math.isnan(found.base) else words.percent(found.base)
    lines.append(
        f"At the base values the record had {base}, at the likeliest that was found "
        f"{words.percent(found.highest)}."
    )
    lines.append(_where(found))
    level = words.percent(found.level) if found.level < _EVEN_ODDS else "even odds"
    if found.nearest:
        changes = words.listed(
            f"{name} at {words.number(value)} instead of {words.number(base_value)}"
            for name, base_value, value in found.nearest
        )
        lines.append(
            f"What would have had to be different for {level}: {changes}; then "
            f"{words.percent(found.reached)}."
        )
    if found.box is not None and found.box.limits:
        limits = words.listed(map(str, found.box.limits))
        lines.append(
            f"With {limits} the record had {words.percent(found.box.chance.probability)}; "
            f"{_rare(found.box.mass)} there."
        )
    elif found.box is None and found.level > 0.0:
        lines.append(
            f"No ranges of a few assumptions were found over which it had {level}: that takes "
            "particular values of several at once."
        )
    lines += [
        f"The forecast of {failure.claim.id} failed: '{failure.outcome}' had been given "
        f"{words.percent(failure.probability)}; {_instead(failure)}."
        for failure in found.failures
    ]
    return lines


def _instead(failure: Failure) -> str:
    """Which assumptions would have made likelier what happened."""
    if not failure.hangs_on:
        return "no single assumption is seen to make it likelier"
    hangs = words.listed(
        f"{'higher' if rho > 0 else 'lower'} {name}" for name, rho in failure.hangs_on
    )
    return f"{hangs} would have made it likelier"


def _where(found: Postmortem) -> str:
    """How rare it is that the record was likely, and how that is known."""
    share = found.region.share.probability
    if found.level < _EVEN_ODDS:
        return (
            f"Nothing was found within the ranges that gives it even odds, in a search of "
            f"{found.searched:,} solves; the best tenth of the draws gave it "
            f"{words.percent(found.level)} or more."
        )
    if not found.searched:
        return f"It had even odds or better in {words.percent(share)} of the draws."
    return (
        f"Even odds or better are rare: {_rare(share)} where it had them, as a search of "
        f"{found.searched:,} solves found."
    )


def _rare(share: float) -> str:
    """How many draws lie somewhere, in words that fit rare ones too."""
    if share >= _PERCENT:
        return f"{words.percent(share)} of the draws lie"
    if share < _NONE:
        return f"less than one draw in {1.0 / _NONE:,.0f} lies"
    return f"about one draw in {float(f'{1.0 / share:.2g}'):,.0f} lies"
