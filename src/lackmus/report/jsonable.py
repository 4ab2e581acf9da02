"""Results as plain data, in the keys that the command line promises.

Every function returns what ``--json`` prints; the schemas in ``lackmus/schemas`` describe it. What
is undefined is None.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

import numpy as np

from lackmus.case.text import claim_text, expression_text
from lackmus.foundation.outcomes import WORDS
from lackmus.game.game import Game
from lackmus.pipeline.findings import ClaimFinding, Findings, PartFinding
from lackmus.pipeline.lights import Lights
from lackmus.pipeline.observations import seen
from lackmus.reading.reading import Reading, Seen
from lackmus.report.learned import learned_json
from lackmus.solution.compare import by_outcome
from lackmus.solution.solution import Assessment, Solution

Json: TypeAlias = dict[str, Any]

#: Beliefs and strategies of larger games are left out of what is printed.
MOST_ACTIONS = 200_000


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def findings_json(findings: Findings) -> Json:
    """What ``lackmus test --json`` prints."""
    return {
        "case": findings.case.name,
        "title": findings.case.title,
        "draws": len(findings.points),
        "failed_draws": findings.failed,
        "error": findings.error or None,
        "turned_draws": findings.turned,
        "forked_draws": findings.forked,
        "seed": findings.seed,
        "design": findings.design,
        "digest": findings.digest,
        "claims": [_claim(finding) for finding in findings.claims],
        "observed": observed_json(map(seen, findings.observed)),
        "notes": list(findings.reading.notes),
        "record": {
            "counts": findings.recorded,
            "observations": len(findings.case.observations),
            "left_out": [
                expression_text(o.saw) for o in findings.case.observations if not o.settles
            ],
        },
        "learned": None if findings.learned is None else learned_json(findings.learned),
        "solver": {
            "method": findings.solution.method,
            "precision": findings.solution.best.precision,
            "status": findings.solution.status.reason,
            "worst_residual": findings.worst_residual,
        },
        "dissents": [
            {
                "name": dissent.case.name,
                "title": dissent.case.title,
                "claims": [_claim(finding) for finding in dissent.claims],
            }
            for dissent in findings.dissents
        ],
        "seconds": {"solve": findings.seconds_solve, "total": findings.seconds_total},
    }


def _claim(finding: ClaimFinding) -> Json:
    turn = finding.thresholds.turns_at if finding.thresholds else None
    return {
        "id": finding.claim.id,
        "by": finding.claim.by,
        "says": finding.claim.says,
        "question": claim_text(finding.claim),
        "unit": finding.question.unit,
        **finding.verdict.to_json(),
        "base": {
            "holds": finding.base_holds,
            "outcome": WORDS[finding.base_code],
            "margin": _number(finding.base_margin),
        },
        "drivers": [driver.to_json() for driver in finding.drivers],
        **_verdict_drivers(finding),
        "op": finding.question.op or None,
        "parts": [_part(part) for part in finding.parts],
        "turns_at": turn.to_json() if turn else None,
        "given": observed_json(map(seen, finding.given)),
        "equilibria": asdict(finding.equilibria) if finding.equilibria else None,
        "disagreement": finding.disagreement or None,
        "box": finding.box.to_json() if finding.box else None,
        "lights": _lights(finding.lights),
        "needs": None if finding.needs is None else [asdict(need) for need in finding.needs],
        "arms": _arms(finding),
    }


def _lights(lights: Lights | None) -> Json | None:
    if lights is None:
        return None
    return {
        name: {**one.verdict.to_json(), "settled": one.settled}
        for name, one in (("before_record", lights.before), ("with_record", lights.after))
    }


def _verdict_drivers(finding: ClaimFinding | PartFinding) -> Json:
    found = finding.verdict_drivers
    return {
        "drivers_of_verdict": [driver.to_json() for driver in found.drivers] if found else [],
        "interaction": found.interaction if found else None,
    }


def _part(part: PartFinding) -> Json:
    return {
        "id": part.question.id,
        "question": part.question.text,
        "unit": part.question.unit,
        **part.verdict.to_json(),
        "margin": _number(part.base_margin),
        "base": {"holds": part.base_holds, "outcome": WORDS[part.base_code]},
        "drivers": [driver.to_json() for driver in part.drivers],
        **_verdict_drivers(part),
        "arms": _arms(part),
    }


def _arms(finding: ClaimFinding | PartFinding) -> Json | None:
    over = finding.arms
    if over is None:
        return None
    base = [{"outcome": word, "margin": _number(margin)} for word, margin in over.base]
    return {
        "forked": over.draws,
        "followed": over.followed,
        "concerned": over.forked,
        "arms": over.arms,
        "differs": over.differs,
        "outcomes": dict(over.outcomes),
        "base": base,
        "left": over.left,
    }


def observed_json(observed: Iterable[Seen]) -> Json:
    """Observations as one object.

    Of a plain one, the move with the option that was seen; of any other, and of a second option
    of the same move, the condition's text with True.
    """
    found: Json = {}
    for one in observed:
        if one.move and one.move not in found:
            found[one.move] = one.option
        elif found.get(one.move) != one.option or not one.move:
            found[one.text] = True
    return found


def reading_json(reading: Reading) -> Json:
    """What ``lackmus read --json`` prints."""
    return {
        "observed": observed_json(reading.observed),
        "observer": reading.observer or None,
        "solution": {
            "status": reading.status.code if reading.status else None,
            "reason": reading.status.reason if reading.status else "",
            "certified": list(reading.certified),
        },
        "notes": list(reading.notes),
        "probability": reading.probability,
        "prior": _plain(reading.prior),
        "posterior": _plain(reading.posterior),
        "indicators": [asdict(indicator) for indicator in reading.indicators],
        "watch": [asdict(watch) for watch in reading.watch],
        "paths": [
            {"steps": dict(path.steps), "probability": path.probability} for path in reading.paths
        ],
        "probes": [asdict(probe) for probe in reading.probes],
        "timeline": [asdict(moment) for moment in reading.timeline],
    }


def _plain(beliefs: Mapping[str, Mapping[str, float]]) -> Json:
    return {variable: dict(shares) for variable, shares in beliefs.items()}


def solution_json(solution: Solution) -> Json:
    """What ``lackmus solve --json`` prints."""
    game, count = solution.game, len(solution.assessments)
    numbered = _numbered(game, (*solution.assessments, *solution.arms))
    return {
        "game": {
            "title": game.title,
            "players": list(game.players),
            "histories": game.n_nodes,
            "terminals": game.n_terminals,
            "infosets": game.n_infosets,
            "actions": game.n_actions,
        },
        "method": solution.method,
        "complete": solution.complete,
        "concept": solution.concept or None,
        "status": {
            "code": solution.status.code,
            "reason": solution.status.reason,
            "advice": solution.status.advice,
        },
        "solutions": numbered[:count],
        "forks": {
            "at": list(solution.forks.at),
            "arms": numbered[count:],
            "left": solution.forks.left,
        },
        "parameters": dict(solution.parameters),
        "citations": list(solution.citations),
        "seconds": solution.seconds,
    }


def _numbered(game: Game, assessments: Sequence[Assessment]) -> list[Json]:
    """Assessments in their order, with the number of their outcome, from 1."""
    groups = enumerate(by_outcome(game, assessments), 1)
    outcome = {id(one): number for number, group in groups for one in group}
    return [{"outcome": outcome[id(one)], **assessment_json(game, one)} for one in assessments]


def assessment_json(game: Game, assessment: Assessment) -> Json:
    """One assessment, keyed by the names of players, infosets and actions."""
    certificate = assessment.certificate
    small = game.n_actions <= MOST_ACTIONS
    return {
        "precision": assessment.precision,
        "payoffs": dict(zip(game.players, map(_number, assessment.payoffs), strict=True)),
        "strategies": strategies(game, assessment) if small else None,
        "beliefs": beliefs(game, assessment) if small else None,
        "belief_sets": belief_sets(game, assessment),
        "regret": {
            "agent": _number(certificate.regret.agent),
            "player": _number(certificate.regret.player),
        },
        "tolerance": certificate.tolerance,
        "fixed_point": _number(certificate.fixed_point),
        "unreached_infosets": certificate.unreached,
        "concepts": list(certificate.concepts),
        "exact": assessment.exact_strategy is not None,
        "kind": assessment.kind or None,
        "notes": list(assessment.notes),
        "deviation": str(certificate.deviation) if certificate.deviation else None,
    }


def strategies(game: Game, assessment: Assessment) -> Json:
    """Per player and infoset, the probability of each action."""
    result: Json = {player: {} for player in game.players}
    for infoset in range(game.n_infosets):
        player = game.players[game.infoset_player[infoset]]
        result[player][game.labels.infosets[infoset]] = {
            game.labels.actions[a]: float(assessment.strategy[a]) for a in game.actions_of(infoset)
        }
    return result


def infoset_keys(game: Game) -> list[str]:
    """A key for each personal infoset: its label, with the player before it if not unique."""
    labels = [game.labels.infosets[i] for i in range(game.n_infosets)]
    unique = len(set(labels)) == len(labels)
    players = [game.players[p] for p in game.infoset_player[: game.n_infosets]]
    return labels if unique else [f"{p}:{k}" for p, k in zip(players, labels, strict=True)]


def beliefs(game: Game, assessment: Assessment) -> Json:
    """Per infoset, the probability of each of its histories, written as the path of actions."""
    keys = infoset_keys(game)
    result: Json = {key: {} for key in keys}
    for node in np.flatnonzero((game.infoset >= 0) & (game.infoset < game.n_infosets)):
        path = " / ".join(history(game, int(node))) or "the start"
        result[keys[game.infoset[node]]][path] = _number(float(assessment.beliefs[node]))
    return result


def belief_sets(game: Game, assessment: Assessment) -> Json:
    """Per infoset off the path whose beliefs are known as a set, the set's extreme points."""
    keys = infoset_keys(game)
    result: Json = {}
    for found in assessment.belief_sets:
        nodes = np.flatnonzero(game.infoset == found.infoset)
        paths = [" / ".join(history(game, int(node))) or "the start" for node in nodes]
        result[keys[found.infoset]] = {
            "example_only": found.example_only,
            "extreme_points": [
                dict(zip(paths, map(float, corner), strict=True)) for corner in found.vertices
            ],
        }
    return result


def history(game: Game, node: int) -> list[str]:
    """The actions that lead to a node."""
    steps: list[str] = []
    while node > 0:
        steps.append(game.labels.actions[int(game.via[node])])
        node = int(game.parent[node])
    return steps[::-1]
