"""Claims asked of the arms, too: of every branch that leads from where the one followed forks.

Where actors are symmetric the principal branch meets a bifurcation and is followed straight on,
mostly to a mixture that nobody would expect; what leads away from there are equilibria as good. So
in draws whose branch forks every claim is asked of each arm beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice, product
from math import ceil
from typing import Final

import numpy as np

from lackmus.compiler.compile import Compiled
from lackmus.foundation.arrays import Codes, Floats
from lackmus.foundation.outcomes import UNSOLVED, WORDS
from lackmus.game.questions import Question, variants_in
from lackmus.pipeline.case_study import CaseStudy, Variants
from lackmus.reading.answer import Answers
from lackmus.solution.draws import certified
from lackmus.solution.solution import Play
from lackmus.solvers.quantal_response.arms import FEW_UNKNOWNS
from lackmus.solvers.quantal_response.plays import ArmsOfDraws, DrawForks
from lackmus.sweep.study import Outcomes
from lackmus.sweep.verdict import Astray

#: Draws whose arms are followed, at most; enough to tell how a verdict fares on them.
MOST_DRAWS: Final = 100

#: Arms of games under different rules are combined in every way, up to this many a draw.
_MOST_COMBINATIONS: Final = 256


@dataclass(frozen=True, slots=True)
class OverArms:
    """What a claim comes out as on the arms.

    Attributes:
        draws: Draws whose branch forks, in whichever game; the arms of some of them are followed.
            Where forks pass unnoticed, they are counted at the rate of the draws looked at.
        followed: Draws whose arms were followed.
        forked: Of these, draws in which a game that the claim speaks of forks.
        arms: Arms found in them (or combinations, where rules differ).
        differs: Of these draws, those in which the claim comes out otherwise on an arm than on the
            branch followed.
        outcomes: In how many draws it comes out otherwise on an arm, by what it comes out as.
        base: What it comes out as on each arm at the base values, and by how much it holds there.
        base_differs: Whether it comes out otherwise on one of these than on the branch.
        left: Whether some arms could not be followed.
    """

    draws: int
    followed: int
    forked: int
    arms: int
    differs: int
    outcomes: Mapping[str, int]
    base: tuple[tuple[str, float | None], ...]
    base_differs: bool
    left: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """One claim in one draw, on the branch and its arms.

    Attributes:
        said: What it comes out as on the branch.
        codes: What it comes out as on each arm.
        margins: By how much it holds there.
        left: Whether some arms could not be followed.
    """

    said: int
    codes: Codes
    margins: Floats
    left: bool

    @property
    def others(self) -> set[int]:
        """What it comes out as on some arm, and not on the branch."""
        return set(map(int, self.codes)) - {self.said, UNSOLVED}


class Forks:
    """Follows the arms of draws of games, one draw after the other."""

    def __init__(self) -> None:
        self._players: dict[int, ArmsOfDraws] = {}

    def of(
        self, compiled: Compiled, values: Mapping[str, Floats], *, seen: bool, unseen: bool
    ) -> DrawForks | None:
        """The arms of one game in one draw; None where none can be found.

        Args:
            compiled: The game.
            values: The values of assumptions in that draw, each of shape (1,).
            seen: Whether its branch was seen to fork.
            unseen: Whether to look for bifurcations that pass unnoticed.
        """
        few = compiled.game.n_actions - compiled.game.n_infosets <= FEW_UNKNOWNS
        if not (seen or few):
            return None
        if id(compiled) not in self._players:
            self._players[id(compiled)] = ArmsOfDraws(compiled.game)
        draws = compiled.draws(values)
        precision = compiled.complete(values)["precision"]
        return self._players[id(compiled)].play(
            draws.payoffs[0], draws.chance[0], float(precision[0]), unseen=unseen
        )


class _Judge:
    """Follows the arms of draws of a case, and asks all claims on them."""

    def __init__(self, study: CaseStudy) -> None:
        self._study = study
        self._forks = Forks()
        self.unseen = False

    def ask(
        self, points: Floats, outcomes: Outcomes, row: int, *, unseen: bool
    ) -> list[_Asked | None]:
        """Each claim on the arms of one draw; None where no game that it speaks of forks."""
        study, said = self._study, outcomes.holds[row]
        seen = bool(outcomes.forked[row])
        if outcomes.failed[row] or not (seen or unseen):
            return [None] * len(said)
        point = points[row]
        ((rounds, _),) = study.by_rounds(point[None])
        variants = study.variants(rounds or None)
        values = study.values(point[None])
        forks = [
            self._forks.of(compiled, values, seen=seen, unseen=unseen)
            for compiled in variants.games
        ]
        self.unseen = self.unseen or any(f is not None and f.unseen for f in forks)
        if not any(map(_does_fork, forks)):
            return [None] * len(said)
        branches = study.plays(variants, values)
        return [
            self._asked(variants, question, values, branches, forks, int(code))
            for question, code in zip(variants.questions, said, strict=True)
        ]

    def _asked(
        self,
        variants: Variants,
        question: Question,
        values: Mapping[str, Floats],
        branches: list[Play],
        forks: list[DrawForks | None],
        said: int,
    ) -> _Asked | None:
        used = sorted(set(variants_in(question.truth)))
        if said == UNSOLVED or not any(_does_fork(forks[v]) for v in used):
            return None
        arms = [forks[v] for v in used]
        ways = product(*(range(len(f.play.failed) + 1 if f else 1) for f in arms))
        chosen = list(islice(ways, 1, _MOST_COMBINATIONS))
        left = any(f is not None and f.left for f in arms)
        if not chosen:
            return _Asked(said, np.zeros(0, np.int8), np.zeros(0), left)
        games = [compiled.game for compiled in variants.games]
        place = {v: k for k, v in enumerate(used)}
        plays = [
            _rows(branch, beside, [pick[place[v]] if v in place else 0 for pick in chosen])
            for v, (branch, beside) in enumerate(zip(branches, forks, strict=True))
        ]
        drawn = {name: np.repeat(value, len(chosen)) for name, value in values.items()}
        margins, codes = Answers(games, dict(enumerate(plays)), drawn).truth(question.truth)
        sound = np.ones(len(chosen), np.bool_)
        for v in used:
            precision = variants.games[v].complete(drawn)["precision"]
            sound &= certified(games[v], plays[v], precision) & ~plays[v].failed
        return _Asked(
            said, np.where(sound, codes, UNSOLVED), np.where(sound, margins, np.nan), left
        )


def _does_fork(found: DrawForks | None) -> bool:
    return found is not None and bool(found.at or found.left)


def _rows(branch: Play, forks: DrawForks | None, rows: list[int]) -> Play:
    """The branch (0) and its arms (from 1 on) as draws, in some order."""
    parts = (branch,) if forks is None else (branch, forks.play)
    return Play(
        *(np.concatenate([getattr(part, name) for part in parts])[rows] for name in Play.__slots__)
    )


def over_arms(
    study: CaseStudy, points: Floats, outcomes: Outcomes, base: tuple[Floats, Outcomes]
) -> tuple[tuple[OverArms | None, ...], tuple[Astray, ...]]:
    """What the claims, and behind them their parts, come out as on arms.

    Args:
        study: The claims of a case.
        points: Its draws.
        outcomes: What was found there.
        base: The base values, shape (1, K), and what was found there.

    Returns:
        Per claim what it comes out as on arms, None where no draw of it forks; and how many draws
        go astray, those whose arms were not followed counted at the rate of those that were.
    """
    judge = _Judge(study)
    at_base = judge.ask(*base, 0, unseen=True)
    # Bifurcations that pass unnoticed are looked for in every draw only where the base has one.
    rows = np.flatnonzero(np.ones_like(outcomes.forked) if judge.unseen else outcomes.forked)
    followed = rows[:MOST_DRAWS]
    asked = [judge.ask(points, outcomes, int(row), unseen=judge.unseen) for row in followed]
    draws, looked = len(rows), len(followed)
    if judge.unseen and looked:
        asked = [draw for draw in asked if any(one is not None for one in draw)]
        draws, looked = ceil(draws * len(asked) / looked), len(asked)
    told, astray = [], []
    for q in range(outcomes.holds.shape[1]):
        here = [one for draw in asked if (one := draw[q]) is not None]
        told.append(_told(here, at_base[q], draws, looked))
        astray.append(_astray(here, draws, looked))
    return tuple(told), tuple(astray)


def _told(found: list[_Asked], base: _Asked | None, draws: int, followed: int) -> OverArms | None:
    if not found and base is None:
        return None
    outcomes: dict[str, int] = {}
    for one in found:
        for code in sorted(one.others, reverse=True):
            outcomes[WORDS[code]] = outcomes.get(WORDS[code], 0) + 1
    return OverArms(
        draws=draws,
        followed=followed,
        forked=len(found),
        arms=sum(len(one.codes) for one in found),
        differs=sum(bool(one.others) for one in found),
        outcomes=outcomes,
        base=()
        if base is None
        else tuple(
            (WORDS[int(code)], float(margin) if np.isfinite(margin) else None)
            for code, margin in zip(base.codes, base.margins, strict=True)
        ),
        base_differs=base is not None and bool(base.others),
        left=any(one.left for one in (*found, *([] if base is None else [base]))),
    )


def _astray(found: list[_Asked], draws: int, followed: int) -> Astray:
    scale = draws / followed if followed else 1.0
    lost: dict[int, int] = {}
    gained: dict[int, int] = {}
    for one in found:
        if one.others:
            lost[one.said] = lost.get(one.said, 0) + 1
        for code in one.others:
            gained[code] = gained.get(code, 0) + 1
    return Astray(*({code: ceil(n * scale) for code, n in c.items()} for c in (lost, gained)))
