"""From a point far out on the principal branch to the equilibrium it tends to.

At precision t a mixed choice is off by the order of 1/t. What tends to zero is set to zero, and
the log odds are moved as little as possible (least norm) until all actions kept at an infoset have
the same expected payoff, at unreached infosets given beliefs that are still those of trembles,
since they are computed from the log odds of the actions that became zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lackmus.certification.assess import certify
from lackmus.foundation.arrays import Bools, Floats
from lackmus.foundation.errors import SolveError
from lackmus.game.game import Game
from lackmus.solution import certify as reference
from lackmus.solution.solution import Assessment
from lackmus.solvers.kernels.passes import walk
from lackmus.solvers.quantal_response.path_follower import Follower
from lackmus.solvers.quantal_response.points import (
    believe_here,
    expect_here,
    linearize_here,
    respond_here,
)

#: Probabilities and beliefs below this are taken for zero in the limit.
_ZERO: Final = 1e-6

#: A polished profile is no farther than this from the rough one, in any probability.
_NEAR: Final = 1e-3

#: Denominators up to which the limit is sought in fractions, and how far these may be off.
_FRACTIONS: Final = ((20, 1e-5), (10_000, 1e-9))

_ROUNDS: Final = 8
_ROUNDING: Final = 1e-15


class _Desk:
    """A follower's room with some actions held at zero."""

    def __init__(self, follower: Follower) -> None:
        if follower.pattern is None:
            raise SolveError("the limit needs linear systems that are too large for this game")
        self.structure = follower.structure
        self.pattern = follower.pattern
        self.room = follower.desk
        self.possible = self.room.live.copy()
        self.sets = self.structure.action_infoset
        self.starts = self.structure.first_action[: self.structure.n_infosets]
        self.y = follower.y.copy()

    def hold(self, kept: Bools) -> None:
        """Evaluate with the actions not `kept` at zero."""
        s, room = self.structure, self.room
        p, live, mu = room.p, room.live, room.mu
        live[:] = self.possible
        respond_here(s, room, self.y)
        own = p[: s.n_actions]
        own[~kept] = 0.0
        own /= np.add.reduceat(own, self.starts)[self.sets]
        walked = np.empty(s.n_inner, np.bool_)
        walk(s, p, walked)
        reached = np.zeros(len(s.mover), np.bool_)
        reached[s.infoset[walked]] = True
        live[~walked & reached[s.infoset]] = -np.inf
        believe_here(s, room)
        mu[(mu < _ZERO) & ~reached[s.infoset]] = 0.0
        total = np.bincount(s.infoset, weights=mu, minlength=len(s.mover))
        mu /= np.where(total > 0.0, total, 1.0)[s.infoset]
        expect_here(s, room)

    def equations(self, kept: Bools, base: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Gaps between kept actions of an infoset, and their derivative by y."""
        kept_but_base = kept.copy()
        kept_but_base[base] = False
        rows = np.flatnonzero(kept_but_base)
        against = base[self.sets[rows]]
        gaps = self.room.gain[rows] - self.room.gain[against]
        linearize_here(self.structure, self.pattern, self.room, 1.0)
        return gaps, self._row(rows) - self._row(against)

    def _row(self, actions: NDArray[np.intp]) -> Floats:
        """Derivatives of the gains of actions over their infoset's first, dense."""
        pattern, s = self.pattern, self.structure
        out = np.zeros((len(actions), s.n_free))
        for row, a in zip(out, actions.tolist(), strict=True):
            free = a - int(self.sets[a]) - 1
            if a > self.starts[self.sets[a]]:
                at = int(pattern.place[free])
                here = slice(int(pattern.begin[at]), int(pattern.begin[at + 1]))
                row[pattern.column[here]] = -self.room.entry[here]
                row[at] += 1.0
        return out[:, pattern.place]


def polish(follower: Follower) -> tuple[Floats, Floats] | None:
    """Solve for exact indifference near a point far out on the branch.

    Args:
        follower: Stands on that point; it is moved.

    Returns:
        The strategy, shape (A + C,), and beliefs, shape (N,), NaN at terminals and chance nodes;
        None where the equations have no solution near by.

    Raises:
        SolveError: If the game is too large to lay out its linear systems.
    """
    desk = _Desk(follower)
    n = desk.structure.n_actions
    if not n:
        return None
    rough = follower.strategy.copy()
    kept = rough[:n] > _ZERO
    starts = desk.starts.tolist()
    base = np.array(
        [a + int(np.argmax(rough[a:b])) for a, b in zip(starts, [*starts[1:], n], strict=True)]
    )
    worst = np.inf
    for _ in range(_ROUNDS):
        desk.hold(kept)
        gaps, slopes = desk.equations(kept, base)
        before, worst = worst, float(np.abs(gaps).max(initial=0.0))
        if worst <= _ROUNDING or not worst < before:
            break
        desk.y -= np.linalg.lstsq(slopes, gaps, rcond=1e-11)[0]
    if not np.abs(follower.strategy - rough).max() <= _NEAR:
        return None
    return follower.strategy.copy(), follower.beliefs


def candidates(game: Game, follower: Follower) -> list[Assessment]:
    """What polishing makes of the end of the branch and, where that is wanting, the end itself."""
    rough = follower.strategy.copy(), follower.beliefs, follower.log_strategy.copy()
    polished = polish(follower)
    found = []
    if polished is not None:
        strategy, beliefs = polished
        found.append(reference.certify(game, strategy, beliefs=beliefs))
    if not found or not is_settled(found[0]):
        strategy, beliefs, logs = rough
        found.append(certify(game, strategy, beliefs=beliefs, log_strategy=logs))
    return found


def best_of(found: Sequence[Assessment]) -> Assessment:
    """The best certified of some, in small fractions where these are one, too."""
    best = min(found, key=lambda a: (not is_settled(a), a.certificate.regret.agent))
    return _in_fractions(best) or best


def is_settled(assessment: Assessment) -> bool:
    """Whether the certificate has what a limit is to be, as far as it can be shown."""
    certificate = assessment.certificate
    if not assessment.game.perfect_recall:
        return "agent nash" in certificate.concepts
    return "perfect bayesian" in certificate.concepts


def _in_fractions(rough: Assessment) -> Assessment | None:
    """The sequential equilibrium in fractions next to an assessment; None where none is certified.

    What tends to 0 like 1/λ is not yet small on the branch: small denominators may be farther off.
    """
    game = rough.game
    if game.exact is None or not game.perfect_recall:
        return None
    personal = (game.infoset >= 0) & (game.infoset < game.n_infosets)
    nodes = [np.flatnonzero(game.infoset == i) for i in range(game.n_infosets)]
    for denominator, near in _FRACTIONS:
        strategy: list[Fraction] = []
        for infoset in range(game.n_infosets):
            actions = game.actions_of(infoset)
            strategy += _rounded(rough.strategy[actions.start : actions.stop], denominator)
        beliefs: list[Fraction | float | None] = [None] * game.n_nodes
        for own in nodes:
            if not np.isnan(rough.beliefs[own]).any():
                for node, p in zip(own, _rounded(rough.beliefs[own], denominator), strict=True):
                    beliefs[node] = p
        plain = np.array([float(p) for p in strategy])
        believed = np.array([np.nan if p is None else float(p) for p in beliefs])
        away = np.abs(plain - rough.strategy[: game.n_actions]).max(initial=0.0)
        if min(strategy, default=0) < 0 or not away <= near:
            continue
        if not np.nanmax(np.abs(believed - rough.beliefs)[personal], initial=0.0) <= near:
            continue
        found = reference.certify(game, plain, beliefs=beliefs, exact_strategy=strategy)
        if "sequential" in found.certificate.concepts:
            return found
    return None


def _rounded(shares: Floats, denominator: int) -> list[Fraction]:
    """Shares as fractions that sum to one, each but the largest rounded."""
    out = [Fraction(p).limit_denominator(denominator) for p in shares.tolist()]
    most = int(np.argmax(shares))
    out[most] = 1 - sum(out[:most] + out[most + 1 :], Fraction())
    return out
