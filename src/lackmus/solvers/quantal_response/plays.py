"""Many draws of one structure's numbers, each at its own precision: their plays.

What is played, and in which units, is said in `logit`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from lackmus.foundation import tolerances
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import UsageError
from lackmus.game.game import Game
from lackmus.solution.solution import Play
from lackmus.solvers.kernels.structure import structure_of
from lackmus.solvers.kernels.vectors import LANES
from lackmus.solvers.quantal_response.arms import Arms, may_fork
from lackmus.solvers.quantal_response.continuation import REACHED
from lackmus.solvers.quantal_response.path_follower import Follower, follow_draws
from lackmus.solvers.quantal_response.workspace import make_draws

#: Most draws that a thread takes at a time.
_CHUNK: Final = 1024


def play_many(
    game: Game,
    payoffs: Floats,
    chance: Floats,
    precision: Floats,
    *,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
    own: bool = False,
) -> Play:
    """Play one structure under many draws of its numbers, each at its own precision.

    Every draw is followed along its own principal branch from λ = 0; none starts from another, so
    a row depends on nothing but its own numbers, bit by bit, whatever the threads and the order.

    Args:
        game: The structure; its own payoffs and chance probabilities are not looked at.
        payoffs: Payoff of each player at each terminal, per draw; shape (D, P, Z).
        chance: Probability of each chance action, per draw; shape (D, C).
        precision: λ of each draw; shape (D,).
        threads: How many to use; None is one for each processor.
        progress: Called now and then, from the calling thread, with the number of draws done.
        own: Whether the payoffs are handed over; they need not be copied then.

    Returns:
        The play. A draw whose branch cannot be followed to its precision, or which ends with a
        fixed-point error above `tolerances.FIXED_POINT` and what rounding adds, has `failed` set
        and NaN in its rows. Whether floats can carry a draw is for `solution.draws` to say.

    Raises:
        UsageError: If shapes do not fit, or a precision is negative or not finite.
        SolveError: If the game is absent-minded.
    """
    payoffs = np.require(payoffs, np.float64, ["C", "W"])
    chance = np.require(chance, np.float64, ["C", "W"])
    precision = np.require(precision, np.float64, ["C", "W"])
    check_shapes(game, payoffs, chance, precision)
    draws, n = len(precision), game.n_actions
    play = Play(
        strategy=np.empty((draws, n + len(game.chance))),
        action_values=np.empty((draws, n)),
        log_reach=np.empty((draws, game.n_terminals)),
        payoffs=payoffs if own else payoffs.copy(),
        residual=np.empty(draws),
        regret=np.empty(draws),
        turned=np.empty(draws, np.bool_),
        forked=np.empty(draws, np.bool_),
        failed=np.empty(draws, np.bool_),
    )

    def work(begin: int, end: int) -> int:
        _play(game, play, chance, precision, slice(begin, end))
        return end - begin

    _spread(work, draws, threads or os.cpu_count() or 1, progress)
    for part in fields(play):
        getattr(play, part.name).setflags(write=False)
    return play


class Single:
    """Plays one structure under one draw of its numbers after the other, for someone who waits.

    Each draw is followed from λ = 0 as in `play_many`, with the same bits, by one follower that
    keeps its room. It belongs to one thread.

    Args:
        game: The structure.
    """

    def __init__(self, game: Game) -> None:
        self._game = game
        self._follower = Follower(game)

    def play(self, payoffs: Floats, chance: Floats, precision: Floats) -> Play:
        """The play of one draw, in the shapes and with the words of `play_many`, D = 1."""
        payoffs = np.require(payoffs, np.float64, ["C", "W"])
        chance = np.require(chance, np.float64, ["C", "W"])
        check_shapes(self._game, payoffs, chance, precision)
        follower = self._follower
        found = follower.follow(payoffs[0], chance[0], float(precision[0]))
        failed = found.code != REACHED or not found.error <= _limit(payoffs, float(precision[0]))
        rows = (follower.strategy, follower.action_values, follower.log_reach)
        kept = [np.where(failed, np.nan, row)[None] for row in rows]
        return Play(
            strategy=kept[0],
            action_values=kept[1],
            log_reach=kept[2],
            payoffs=payoffs.copy(),
            residual=np.array([np.nan if failed else found.error]),
            regret=np.array([np.nan if failed else found.regret]),
            turned=np.array([found.turns > 0]),
            forked=np.array([found.crossings > 0]),
            failed=np.array([failed]),
        )


class ArmsOfDraws:
    """Follows the arms of draws of one structure's numbers, one draw after the other.

    It belongs to one thread.

    Args:
        game: The structure.
    """

    def __init__(self, game: Game) -> None:
        self._game = game
        self._follower = Follower(game)

    def play(
        self, payoffs: Floats, chance: Floats, precision: float, *, unseen: bool = False
    ) -> DrawForks:
        """The arms of one draw.

        Args:
            payoffs: Shape (P, Z).
            chance: Shape (C,).
            precision: λ.
            unseen: Whether bifurcations are looked for even where the branch was followed without
                noticing any.
        """
        payoffs = np.array(payoffs, np.float64)
        chance = np.array(chance, np.float64)
        follower = self._follower
        found = Arms(follower, payoffs, chance, precision)
        rows: list[tuple[Floats, Floats, Floats, float, float, bool]] = []
        if found.branch.crossings or (unseen and may_fork(follower, found.branch.t)):
            for arm in found:
                values = (follower.strategy, follower.action_values, follower.log_reach)
                copies = (values[0].copy(), values[1].copy(), values[2].copy())
                rows.append((*copies, arm.error, arm.regret, arm.turns > 0))
        count, game = len(rows), self._game
        limit = _limit(payoffs, precision)
        columns = [np.array([row[k] for row in rows], np.float64) for k in range(6)]
        play = Play(
            strategy=columns[0].reshape(count, int(game.first_action[-1])),
            action_values=columns[1].reshape(count, game.n_actions),
            log_reach=columns[2].reshape(count, game.n_terminals),
            payoffs=np.repeat(payoffs[None], count, axis=0),
            residual=columns[3],
            regret=columns[4],
            turned=columns[5] > 0.0,
            forked=np.ones(count, np.bool_),
            failed=~(columns[3] <= limit),
        )
        return DrawForks(play, tuple(found.forks), found.lost, found.unseen)


@dataclass(frozen=True, slots=True, eq=False)
class DrawForks:
    """The arms of one draw.

    Attributes:
        play: A row an arm, as if each were a draw.
        at: λ of each bifurcation of the branch.
        left: Arms and bifurcations that were not followed.
        unseen: Whether the branch was followed without noticing them.
    """

    play: Play
    at: tuple[float, ...]
    left: int
    unseen: bool


def _play(game: Game, play: Play, chance: Floats, precision: Floats, part: slice) -> None:
    """Write the rows of some draws."""
    draws = make_draws(
        structure_of(game),
        play.payoffs[part],
        chance[part],
        precision[part],
        strategy=play.strategy[part],
        gain=play.action_values[part],
        log_reach=play.log_reach[part],
    )
    follow_draws(game, draws)
    ending = draws.ending
    limits = _limits(draws.largest, precision[part])
    failed = (ending["code"] != REACHED) | ~(ending["error"] <= limits)
    play.turned[part], play.forked[part] = ending["turns"] > 0, ending["crossings"] > 0
    play.failed[part] = failed
    play.residual[part], play.regret[part] = ending["error"], ending["regret"]
    movers = np.repeat(game.infoset_player, np.diff(game.first_action))[: game.n_actions]
    play.action_values[part] *= draws.widest[:, None]
    play.action_values[part] += draws.shift[:, movers]
    for rows in (play.strategy, play.action_values, play.log_reach, play.residual, play.regret):
        rows[part][failed] = np.nan


def _limits(largest: Floats, precision: Floats) -> Floats:
    """Largest fixed-point error of each draw that counts as followed to its end."""
    return np.asarray(tolerances.FIXED_POINT + tolerances.ROUNDING * precision * largest)


def _limit(payoffs: Floats, precision: float) -> float:
    """Likewise of one draw; payoffs of any shape."""
    largest = np.abs(payoffs).max(initial=0.0)
    return float(_limits(np.array([largest]), np.array([precision]))[0])


def _spread(
    play: Callable[[int, int], int],
    draws: int,
    threads: int,
    progress: Callable[[int], None] | None,
) -> None:
    """Run `play` on chunks of draws, in a pool of threads if there are several: none holds a lock.

    Each thread has two chunks, so that none waits long for the other; one alone has no use of that.
    """
    parts = 2 * threads if threads > 1 else 1
    chunk = max(LANES, min(_CHUNK, -(-draws // parts)))
    done = 0
    if threads == 1 or draws <= chunk:
        for at in range(0, draws, chunk):
            done += play(at, min(at + chunk, draws))
            if progress is not None:
                progress(done)
        return
    with ThreadPoolExecutor(threads) as pool:
        jobs = [pool.submit(play, at, min(at + chunk, draws)) for at in range(0, draws, chunk)]
        try:
            for job in as_completed(jobs):
                done += job.result()
                if progress is not None:
                    progress(done)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def check_shapes(game: Game, payoffs: Floats, chance: Floats, precision: Floats) -> None:
    """Raise a `UsageError` unless draws have the shapes of a game; as in `play_many`."""
    draws = len(precision)
    wanted = (draws, len(game.players), game.n_terminals)
    if payoffs.shape != wanted:
        raise UsageError(f"payoffs have shape {payoffs.shape}, not {wanted}")
    if chance.shape != (draws, len(game.chance)):
        raise UsageError(f"chance has shape {chance.shape}, not {(draws, len(game.chance))}")
    if not np.all((precision >= 0.0) & (precision < np.inf)):
        raise UsageError("a precision is a finite number from 0 on")
