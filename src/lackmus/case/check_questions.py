"""Faults of what a case asks and of what it says was seen and said."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Final

from lackmus.case import syntax
from lackmus.case.fields import ZERO, Faults, closest, constant, place_of
from lackmus.case.scope import Scope, spoken, walk
from lackmus.case.text import rounded
from lackmus.case.typing_rules import AFTER, Here, Typing

#: Assumptions of a rate whose ranges' corners are looked at, at most.
_MOST_CORNERED: Final = 6


def check_questions(case: syntax.Case, scope: Scope, typing: Typing, faults: Faults) -> None:
    """Records what is wrong with claims, observations and statements.

    Args:
        case: The case.
        scope: Its names.
        typing: Checks expressions.
        faults: Where faults go.
    """
    for claim in case.claims:
        if claim.observer is not None:
            typing.viewers((claim.observer,), claim.span)
        asks = claim.holds_if is ZERO or any(map(_is_query, walk(claim.holds_if)))
        if not asks:
            hint = "compare P(…), E(…), best(…), H(…), I(…) or shift(…)"
            span = claim.holds_if.span or claim.span
            faults.add("claim", f"'{claim.id}' asks nothing of the game", span, hint)
            continue
        here = Here(AFTER, None, f"claim '{claim.id}'", assumptions=True, queries=True)
        typing.condition(claim.holds_if, here, observer=claim.observer)
        if claim.for_each is not None:
            typing.variable(claim.for_each, Here(AFTER, None, "'for each'"))
    for claim in case.claims:
        _forecast(claim, scope, typing, faults)
    for observation in case.observations:
        check_observation(observation, scope, faults)
    known = {claim.id for claim in case.claims} | set(scope.names())
    for statement in case.statements:
        for name in statement.bears_on:
            if name not in known:
                message = f"no claim, move or assumption '{name}'"
                place = place_of(statement.span, name)
                faults.add("unknown-name", message, place, closest(name, known))


def _forecast(claim: syntax.Claim, scope: Scope, typing: Typing, faults: Faults) -> None:
    """What decides a claim is an event on moves: aims are never seen."""
    events = {"resolves if": claim.resolves_if, "annulled unless": claim.annulled_unless}
    for key, event in events.items():
        if event is None:
            continue
        before = len(faults.found)
        typing.condition(event, Here(AFTER, None, f"'{key}' of '{claim.id}'"))
        if len(faults.found) > before:
            continue
        for name in _hidden(event, scope):
            message = f"'{name.id}' is never seen, so no record can decide '{claim.id}'"
            faults.add("unseen", message, name.span or event.span, "name a move")
    alone = claim.annulled_unless or claim.stated
    if claim.resolves_if is None and alone is not None:
        message = f"'{claim.id}' has no event to be forecast"
        faults.add("missing", message, claim.span, "add 'resolves if: announce = truce'")


def check_observation(observation: syntax.Observation, scope: Scope, faults: Faults) -> None:
    """Records what is wrong with one observation of a case.

    Args:
        observation: The observation.
        scope: The names of the case.
        faults: Where faults go.
    """
    typing = Typing(scope, faults)
    here = Here(AFTER, None, "an observation")
    typing.condition(observation.saw, here, observer=observation.by)
    if observation.by and observation.by not in scope.viewers:
        message = f"no actor or observer '{observation.by}'"
        place = place_of(observation.span, observation.by)
        faults.add("unknown-name", message, place, closest(observation.by, scope.viewers))
    elif observation.by:
        typing.visible(observation.saw, observation.by, observation.span)
    elif observation.settles:
        hint = (
            "record the move that shows it; or say who knows it (by: NAME), or how far a report of "
            "it can be trusted (reliability: {hit: 0.9, false alarm: 0.1})"
        )
        for name in _hidden(observation.saw, scope):
            message = f"'{name.id}' is never seen, so no record settles it"
            faults.add("unseen", message, name.span or observation.span, hint)
    _check_reliability(observation, scope, typing, faults)
    if observation.via and observation.certain and not observation.reliability:
        message = "what is known through others is taken here for certain"
        hint = "say 'certain: false', or reliability: {hit: 0.9, false alarm: 0.1}"
        faults.add("reliability", message, observation.span, hint, "note")


def _check_reliability(
    observation: syntax.Observation, scope: Scope, typing: Typing, faults: Faults
) -> None:
    """Records rates that are none, and reports that say nothing or the contrary."""
    values = {name: assumption.value for name, assumption in scope.assumptions.items()}
    for link in observation.reliability:
        before = len(faults.found)
        for rate in (link.hit, link.false_alarm):
            typing.number(rate, Here(0, None, "a reliability", assumptions=True))
        hit, alarm = (constant(rate, values) for rate in (link.hit, link.false_alarm))
        if len(faults.found) > before or hit is None or alarm is None:
            continue
        if not (0 <= hit <= 1 and 0 <= alarm <= 1):
            message = "a hit rate and a rate of false alarms lie between 0 and 1"
            rate = link.false_alarm if 0 <= hit <= 1 else link.hit
            faults.add("number", message, rate.span or link.span, "hit: 0.9, false alarm: 0.1")
        elif hit == alarm == 0 and link is observation.reliability[-1]:
            message = "with no hits and no false alarms this report is never made, and yet it was"
            hint = "hit: 0.9 is the chance of it where it is so, false alarm: 0.1 where it is not"
            faults.add("reliability", message, link.span, hint)
        elif hit <= alarm:
            message = (
                "this report is made as often where it is not so, and says nothing"
                if hit == alarm
                else "this report is made more often where it is not so, and speaks against it"
            )
            hint = "a report that speaks for something has more hits than false alarms"
            faults.add("reliability", message, link.span, hint, "warning")
        else:
            _check_draws(link, scope, faults)


def _check_draws(link: syntax.Reliability, scope: Scope, faults: Faults) -> None:
    """Records the first rate of a link that some draw makes no probability of."""
    for rate in (link.hit, link.false_alarm):
        low, high = _ends(rate, scope)
        if low >= 0 and high <= 1:
            continue
        ends = " to ".join(rounded(Fraction(e)) if math.isfinite(e) else "…" for e in (low, high))
        if isinstance(rate, syntax.Name):
            message = f"'{rate.id}' is a probability, and may be drawn from {ends}"
            if not any(fault.message == message for fault in faults.found):
                span = scope.assumptions[rate.id].span
                faults.add("number", message, span, "give it a range within [0, 1]")
        else:
            message = f"this rate is a probability, and may be drawn from {ends}"
            hint = "such a draw counts as unsolved; narrow the ranges"
            faults.add("number", message, rate.span or link.span, hint, "warning")
        return


def _ends(rate: syntax.Expr, scope: Scope) -> tuple[float, float]:
    """The least and the greatest of a rate at the corners of its assumptions' ranges."""
    names = sorted({part.id for part in walk(rate) if isinstance(part, syntax.Name)})
    supports = [scope.assumptions[name].distribution.support() for name in names]
    if isinstance(rate, syntax.Name):
        return supports[0]
    if len(names) > _MOST_CORNERED or not all(
        math.isfinite(end) for ends in supports for end in ends
    ):
        return 0.0, 0.0
    corners = (dict(zip(names, map(Fraction, at), strict=True)) for at in product(*supports))
    found = [float(value) for at in corners if (value := constant(rate, at)) is not None]
    return min(found, default=0.0), max(found, default=0.0)


def _hidden(condition: syntax.Expr, scope: Scope) -> Iterator[syntax.Name]:
    """The aims and facts that a condition speaks of."""
    for name in spoken(condition, scope):
        variable = scope.variables.get(name.id)
        if variable is not None and variable.kind in ("aim", "fact"):
            yield name


def _is_query(part: syntax.Expr) -> bool:
    return isinstance(
        part,
        syntax.Probability | syntax.Expectation | syntax.Best | syntax.Likeliest | syntax.Worth
        | syntax.Entropy | syntax.Information,
    )  # fmt: skip
