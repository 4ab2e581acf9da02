"""``lackmus`` driven from outside, and what it says held against this telling of the case."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from tests.meaning.claims import NOT_ASKED, OWN, Answer, World
from tests.meaning.play import NoPlayError, Play, Stage
from tests.meaning.reading import Number, WrongError
from tests.meaning.story import Data, Ending, Story, TooLongError

import lackmus

NEAR = 1e-7
"""Margins, probabilities and payoffs nearer than this, relative to their size or to 1, agree."""


@dataclass(frozen=True)
class Disagreement:
    """One thing on which the two differ."""

    what: str
    ours: object
    theirs: object

    def __str__(self) -> str:
        return f"{self.what}: {self.ours} by the reference, {self.theirs} by the program"


@dataclass(frozen=True)
class Outcome:
    """A case held against the program.

    Attributes:
        disagreements: What differs.
        claims: Number of claims compared, draws counted apart.
        skipped: Why the case could not be compared; empty where it was.
    """

    disagreements: tuple[Disagreement, ...] = ()
    claims: int = 0
    skipped: str = ""


def load(path: Path) -> Data:
    """A case file as plain data, all scalars as text."""
    data: Data = YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8"))
    return data


def text_of(case: Data) -> str:
    """A case as YAML; JSON is YAML."""
    return json.dumps(case, indent=1)


def near(ours: float, theirs: float | None) -> bool:
    """Whether two numbers agree; both may be missing."""
    if theirs is None or not math.isfinite(theirs) or not math.isfinite(ours):
        return not math.isfinite(ours) and (theirs is None or not math.isfinite(theirs))
    return abs(ours - theirs) <= NEAR * max(1.0, abs(ours), abs(theirs))


def hold(
    case: Data,
    *,
    draws: int = 1,
    observed: Sequence[str] = (),
    recorded: bool = False,
    most: int = 1_000,
) -> Outcome:
    """A case put to both."""
    try:
        story = Story(case, most=most)
        all_are_made(story)
        stage = Stage(story)
        own = stage.solve(float(story.values["precision"]))
    except (TooLongError, NoPlayError) as problem:
        return Outcome(skipped=type(problem).__name__)
    except WrongError as problem:
        wrong = Disagreement("check", f"a fault: {problem}", "none")
        return Outcome(() if faults(case) else (wrong,), skipped="fault")
    try:
        parsed = lackmus.parse(text_of(case))
        findings = lackmus.test(
            parsed, draws=draws, turns=False, probes=False,
            observed=list(observed) or None, recorded=recorded,
        )  # fmt: skip
    except lackmus.LackmusError as problem:
        return Outcome((Disagreement("check", "no fault", _first(problem)),))
    except Exception as problem:  # noqa: BLE001 - whatever it raises, it is a disagreement
        return Outcome((Disagreement("check", "no fault", f"{type(problem)}: {problem}"),))
    found, base = _same_game(stage, own, findings)
    if found:
        return Outcome(tuple(found))
    first = World(case, {}, observed, base, recorded=recorded)
    return _same_claims(case, _worlds(first, findings), findings)


def _worlds(first: World, findings: Any) -> list[tuple[str, World, int]]:
    """The base values, and each draw; how an order was drawn is not told."""
    worlds = [("base", first, -1)]
    if _has_order(first.case):
        return worlds
    for row, point in enumerate(findings.points):
        drawn: dict[str, Number] = {
            assumption.name: float(value)
            for assumption, value in zip(findings.assumptions, point, strict=True)
        }
        worlds.append((f"draw {row}", first.at(drawn), row))
    return worlds


def _same_claims(case: Data, worlds: Sequence[tuple[str, World, int]], findings: Any) -> Outcome:
    found: list[Disagreement] = []
    compared = 0
    for finding in findings.claims:
        answers = []
        for name, world, row in worlds:
            try:
                answer = world.ask(case["claims"][finding.claim.id])
            except (NoPlayError, TooLongError, WrongError):
                continue
            compared += 1
            found += _same_claim(f"{finding.claim.id} at {name}", answer, finding, row)
            if row >= 0:
                answers.append(answer)
        if len(answers) == len(findings.points):
            found += _same_word(answers, finding)
    return Outcome(tuple(found), compared)


def _same_word(answers: Sequence[Answer], finding: Any) -> list[Disagreement]:
    """Whether both say alike that what was observed has decided a claim, by its draws."""
    asked = [answer for answer in answers if answer.code != NOT_ASKED]
    ours = len({one.code for one in asked}) == 1 and all(one.settled for one in asked)
    if ours == (finding.verdict.word == "settled"):
        return []
    told = "settled" if ours else "not settled"
    return [Disagreement(f"verdict of {finding.claim.id}", told, finding.verdict.word)]


def faults(case: Data) -> str:
    """What the program finds wrong with a case; empty where nothing."""
    try:
        lackmus.parse(text_of(case)).compile()
    except lackmus.LackmusError as problem:
        return _first(problem)
    return ""


def all_are_made(story: Story) -> None:
    """Raises a fault where a move is made in no history, at whatever number of rounds."""
    if any(spec in story.varied for spec in _counts(story.case)):
        return
    made = {key for ending in story.endings for key, label in ending.moment.made.items() if label}
    names = {column.name for column in story.columns if column.key in made}
    for column in story.columns:
        if column.name and column.name not in names:
            raise WrongError(f"{column.name} is never made")


def _counts(case: Data) -> list[str]:
    return [str(item["rounds"]["count"]) for item in case["moves"] if "rounds" in item]


def _first(problem: Exception) -> str:
    lines = str(problem).splitlines()
    return " / ".join(line.strip() for line in lines[:3])


def _has_order(case: Data) -> bool:
    return any(
        "order" in stake for stakes in (case.get("stakes") or {}).values() for stake in stakes
    )


# The game


def _same_game(stage: Stage, own: Play, findings: Any) -> tuple[list[Disagreement], Play | None]:
    game, story = findings.game, stage.story
    theirs = _paths(game)
    ours = {
        frozenset((key, label) for key, label in ending.moment.made.items() if label): ending
        for ending in story.endings
    }
    if set(ours) != set(theirs):
        only = [sorted(history) for history in set(ours) - set(theirs)][:1]
        more = [sorted(history) for history in set(theirs) - set(ours)][:1]
        return [Disagreement("histories", only, more)], None
    found: list[Disagreement] = []
    for history, ending in ours.items():
        found += _same_ending(f"at {sorted(history)}", ending, theirs[history], game)
    infosets, actions, apart = _matched(story, [(ours[one], theirs[one]) for one in ours])
    found += apart
    for mine, their in infosets.items():
        owner = game.players[game.infoset_player[their]]
        if owner != story.infosets[mine].mover:
            found.append(Disagreement("mover", story.infosets[mine].mover, owner))
    if found:
        return found[:3], None
    return _same_play(stage, own, findings.solution.best, actions)


def _same_ending(where: str, ending: Ending, way: _Way, game: Any) -> list[Disagreement]:
    found = []
    chance = math.prod(way.chances, start=Fraction(1)) if game.exact else math.prod(way.chances)
    ours = Fraction(0) if ending.order else ending.chance
    if abs(ours - chance) > 1e-12:
        found.append(Disagreement(f"chance {where}", ours, chance))
    for player, actor in enumerate(game.players):
        paid = ending.payoffs[actor]
        exact = game.exact is not None and isinstance(paid, Fraction | int)
        theirs = (game.exact.payoffs if exact else game.payoffs)[player][way.row]
        if not near(float(paid), float(theirs)) or (exact and paid != theirs):
            found.append(Disagreement(f"payoff of {actor} {where}", paid, theirs))
    return found


def _matched(
    story: Story, ways: Sequence[tuple[Ending, _Way]]
) -> tuple[dict[int, int], dict[int, int], list[Disagreement]]:
    """Their infoset for each of ours, their action for each of ours, and what does not fit."""
    infosets: dict[int, int] = {}
    actions: dict[int, int] = {}
    found = []
    for ending, way in ways:
        if len(way.infosets) != len(ending.infosets):
            found.append(Disagreement("decisions", ending.infosets, way.infosets))
            continue
        actions.update(zip(ending.actions, way.actions, strict=True))
        for mine, their in zip(ending.infosets, way.infosets, strict=True):
            if infosets.setdefault(mine, their) != their:
                found.append(Disagreement(f"infoset {story.infosets[mine]}", "one", "several"))
    if len(set(infosets.values())) != len(infosets):
        found.append(Disagreement("infosets", len(infosets), len(set(infosets.values()))))
    return infosets, actions, found


def _same_play(
    stage: Stage, own: Play, solved: Any, actions: Mapping[int, int]
) -> tuple[list[Disagreement], Play | None]:
    size = stage.story.n_actions
    given = np.array([solved.strategy[actions[act]] for act in range(size)])
    error = stage.error(float(stage.story.values["precision"]), given)
    if error > NEAR:
        return [Disagreement("error of the fixed point", 0, error)], None
    base = own if np.allclose(given, own.strategy, atol=1e-8) else stage.play(given)
    theirs = [float(solved.action_values[actions[act]]) for act in range(size)]
    found = [
        Disagreement(f"EU of action {act}", base.values[act], theirs[act])
        for act in range(size)
        if not near(float(base.values[act]), theirs[act])
    ]
    return found[:3], base


@dataclass(frozen=True)
class _Way:
    """A terminal of theirs: its row, chances, personal infosets and actions on the way."""

    row: int
    chances: tuple[Any, ...]
    infosets: tuple[int, ...]
    actions: tuple[int, ...]


def _paths(game: Any) -> dict[frozenset[tuple[str, str]], _Way]:
    """Per history how their game gets there."""
    histories = game.histories
    shares = game.exact.chance if game.exact else game.chance
    personal = int((game.infoset_player >= 0).sum())
    first_chance = int(game.first_action[personal])
    names = {about.name for about in histories.columns}
    told = {}
    for row, node in enumerate(game.terminal):
        chances, infosets, actions = [], [], []
        place = int(node)
        while game.parent[place] >= 0:
            action, place = int(game.via[place]), int(game.parent[place])
            if action >= first_chance:
                chances.append(shares[action - first_chance])
            else:
                infosets.append(int(game.infoset[place]))
                actions.append(action)
        made = frozenset(
            (about.name, about.options[code])
            for about, code in zip(histories.columns, histories.codes[:, row], strict=True)
            if code >= 0 and f"{about.name}[1]" not in names
        )
        told[made] = _Way(row, tuple(chances), tuple(infosets[::-1]), tuple(actions[::-1]))
    return told


# Claims


def _same_claim(what: str, answer: Answer, finding: Any, row: int) -> list[Disagreement]:
    if row < 0:
        margin, code = finding.base_margin, int(finding.base_code)
    else:
        margin, code = float(finding.margins[row]), int(finding.holds[row])
    told = row < 0 or not math.isnan(answer.margin)
    if told and OWN not in answer.unit and not near(answer.margin, margin):
        return [Disagreement(f"margin of {what}", answer.margin, margin)]
    if answer.code == code or answer.doubt < NEAR:
        return []
    return [Disagreement(f"outcome of {what}", answer.code, code)]
