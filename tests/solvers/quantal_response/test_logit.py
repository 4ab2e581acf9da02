"""The logit branch against closed forms, peers, and what must not change an answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

from lackmus.compiler.compile import compile_at
from lackmus.foundation import tolerances
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import SolveError, UsageError
from lackmus.game.efg import parse_efg, read_efg
from lackmus.game.efg_writer import write_efg
from lackmus.game.game import Game
from lackmus.game.nfg import parse_nfg
from lackmus.pipeline.loading import load
from lackmus.solution.solution import Play
from lackmus.solvers.large_games.cfr import nash_by_cfr
from lackmus.solvers.quantal_response.logit import sensitivity, solve_limit, solve_logit
from lackmus.solvers.quantal_response.plays import play_many

# Ochs's asymmetric matching pennies: the row player gains 9 at (left, left).
PENNIES = """EFG 2 R "pennies" { "row" "column" } ""
p "" 1 1 "" { "left" "right" } 0
p "" 2 1 "" { "left" "right" } 0
t "" 1 "" { 9 0 }
t "" 2 "" { 0 1 }
p "" 2 1 "" { "left" "right" } 0
t "" 3 "" { 0 1 }
t "" 4 "" { 1 0 }
"""

ONE = """EFG 2 R "one" { "alone" } ""
p "" 1 1 "" { "a" "b" "c" } 0
t "" 1 "" { 3 }
t "" 2 "" { 1 }
t "" 3 "" { 5/2 }
"""

# Cho and Kreps (1987), figure 1: surly with probability 9/10.
BEER_QUICHE = """EFG 2 R "beer and quiche" { "A" "B" } ""
c "" 1 "" { "surly" 9/10 "wimp" 1/10 } 0
p "" 1 1 "" { "beer" "quiche" } 0
p "" 2 1 "" { "duel" "not" } 0
t "" 1 "" { 1 0 }
t "" 2 "" { 3 1 }
p "" 2 2 "" { "duel" "not" } 0
t "" 3 "" { 0 0 }
t "" 4 "" { 2 1 }
p "" 1 2 "" { "beer" "quiche" } 0
p "" 2 1 "" { "duel" "not" } 0
t "" 5 "" { 0 1 }
t "" 6 "" { 2 0 }
p "" 2 2 "" { "duel" "not" } 0
t "" 7 "" { 1 1 }
t "" 8 "" { 3 0 }
"""

# Selten (1975), figure 1.
HORSE = """EFG 2 R "horse" { "1" "2" "3" } ""
p "" 1 1 "" { "across" "down" } 0
p "" 2 1 "" { "across" "down" } 0
t "" 1 "" { 1 1 1 }
p "" 3 1 "" { "left" "right" } 0
t "" 2 "" { 4 4 0 }
t "" 3 "" { 0 0 1 }
p "" 3 1 "" { "left" "right" } 0
t "" 4 "" { 3 3 2 }
t "" 5 "" { 0 0 0 }
"""

# Found by search: the principal branch of this 3 × 3 game turns back and forth.
TURNING = np.array(
    [[[5, 2, 9], [5, 4, 6], [9, 8, 1]], [[1, 6, 4], [3, 2, 8], [3, 5, 2]]], dtype=float
)

# The receiver's first infoset has a node below a chance move of probability 0 and its third is
# reached only through such moves.
NEVER = """EFG 2 R "never" { "A" "B" } ""
c "" 1 "" { "x" 1/2 "y" 1/2 "z" 0 } 0
p "" 1 1 "" { "l" "r" } 0
p "" 2 1 "" { "u" "d" } 0
t "" 1 "" { 1 2 }
t "" 2 "" { 4 1 }
p "" 2 2 "" { "u" "d" } 0
t "" 3 "" { 2 0 }
t "" 4 "" { 0 3 }
p "" 1 2 "" { "l" "r" } 0
p "" 2 1 "" { "u" "d" } 0
t "" 5 "" { 0 1 }
t "" 6 "" { 3 2 }
p "" 2 2 "" { "u" "d" } 0
t "" 7 "" { 5 1 }
t "" 8 "" { 1 0 }
p "" 1 3 "" { "l" "r" "m" } 0
p "" 2 1 "" { "u" "d" } 0
t "" 9 "" { 8 8 }
t "" 10 "" { 0 0 }
p "" 2 2 "" { "u" "d" } 0
t "" 11 "" { 8 8 }
t "" 12 "" { 0 0 }
p "" 2 3 "" { "u" "d" } 0
t "" 13 "" { 1 2 }
t "" 14 "" { 3 4 }
"""

ABSENT = """EFG 2 R "absent-minded driver" { "driver" } ""
p "" 1 1 "" { "exit" "on" } 0
t "" 1 "" { 0 }
p "" 1 1 "" { "exit" "on" } 0
t "" 2 "" { 4 }
t "" 3 "" { 1 }
"""


def strategic(payoffs: Floats) -> Game:
    """The two-player game with these payoffs per player, row and column."""
    rows, columns = payoffs.shape[1:]
    cells = " ".join(
        f"{payoffs[0, i, j]:g} {payoffs[1, i, j]:g}" for j in range(columns) for i in range(rows)
    )
    return parse_nfg(f'NFG 1 R "" {{ "1" "2" }} {{ {rows} {columns} }} {cells}')


def softmax(x: Floats) -> Floats:
    weights = np.exp(x - x.max())
    return np.asarray(weights / weights.sum())


def with_numbers(game: Game, payoffs: Floats, chance: Floats | None = None) -> Game:
    return replace(
        game, payoffs=payoffs, chance=game.chance if chance is None else chance, exact=None
    )


def random_draws(game: Game, draws: int, seed: int) -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    payoffs = 3.0 * rng.normal(size=(draws, *game.payoffs.shape))
    chance = np.empty((draws, len(game.chance)))
    for i in range(game.n_infosets, len(game.infoset_player)):
        mine = np.array(game.actions_of(i)) - game.n_actions
        chance[:, mine] = rng.dirichlet(np.ones(len(mine)), draws)
    return payoffs, chance, rng.uniform(0.0, 20.0, draws)


def test_a_lone_mover_plays_softmax() -> None:
    solution = solve_logit(read_efg(ONE), 2.0)
    assert np.allclose(solution.best.strategy, softmax(2.0 * np.array([3.0, 1.0, 2.5])), atol=1e-14)
    assert solution.status.code == "converged"


@pytest.mark.parametrize("precision", [0.1, 1.0, 5.0, 40.0])
def test_asymmetric_pennies_solve_their_two_equations(precision: float) -> None:
    def column(p: float) -> float:
        return float(1.0 / (1.0 + np.exp(-precision * ((1.0 - p) - p))))

    def error(p: float) -> float:
        q = column(p)
        return float(1.0 / (1.0 + np.exp(-precision * (9.0 * q - (1.0 - q))))) - p

    p = brentq(error, 1e-12, 1.0 - 1e-12, xtol=1e-15)
    strategy = solve_logit(read_efg(PENNIES), precision).best.strategy
    assert np.allclose(strategy, [p, 1.0 - p, column(p), 1.0 - column(p)], atol=1e-11)


def test_uniform_play_at_precision_zero() -> None:
    solution = solve_logit(read_efg(BEER_QUICHE), 0.0)
    assert np.array_equal(solution.best.strategy[:8], np.full(8, 0.5))


def test_beer_and_quiche_pools_on_beer_in_the_limit() -> None:
    # McKelvey and Palfrey (1998), section 6: the intuitive equilibrium is selected.
    solution = solve_limit(read_efg(BEER_QUICHE))
    beer_surly, beer_wimp, duel_beer, duel_quiche = solution.best.strategy[[0, 2, 4, 6]]
    assert (beer_surly, beer_wimp, duel_beer) == (1.0, 1.0, 0.0)
    assert duel_quiche >= 0.5
    assert "sequential" in solution.best.certificate.concepts


def test_the_horse_tends_to_a_perfect_equilibrium() -> None:
    # Selten (1975): the perfect equilibria are (across, across, left with at most 1/4).
    solution = solve_limit(read_efg(HORSE))
    across_1, across_2, left = solution.best.strategy[[0, 2, 4]]
    assert (across_1, across_2) == (1.0, 1.0)
    assert left <= 0.25 + 1e-9
    assert "sequential" in solution.best.certificate.concepts


def test_pennies_tend_to_their_mixture_exactly() -> None:
    solution = solve_limit(read_efg(PENNIES))
    assert np.allclose(solution.best.strategy, [0.5, 0.5, 0.1, 0.9], atol=1e-14)
    assert solution.best.certificate.regret.player <= 1e-13
    assert solution.best.precision is None


def test_a_branch_that_turns_is_followed_and_told() -> None:
    game = strategic(TURNING)
    turned = solve_logit(game, 3.0, trace=True)
    assert turned.status.code == "turned"
    assert turned.status.good
    assert turned.trace is not None
    back, forth = turned.trace.turning_points
    assert (back, forth) == pytest.approx((2.4085, 0.7338), abs=2e-3)
    # Below its first turning point the branch is another sheet, and it is the first arrival.
    early = solve_logit(game, 0.99 * back)
    assert early.status.code == "converged"
    assert np.abs(early.best.strategy - turned.best.strategy).max() > 0.5
    # Between the turning points there are three quantal responses on the branch alone.
    middle = 0.5 * (back + forth)
    crossings = np.count_nonzero(np.diff(np.sign(turned.trace.precision - middle)))
    assert crossings == 3
    for t, strategy in zip(turned.trace.precision, turned.trace.strategy, strict=True):
        p, q = strategy[:3], strategy[3:]
        assert np.allclose(p, softmax(t * (TURNING[0] @ q)), atol=1e-4)
        assert np.allclose(q, softmax(t * (p @ TURNING[1])), atol=1e-4)


def test_the_branch_bends_without_a_gap() -> None:
    solution = solve_logit(strategic(TURNING), 3.0, trace=True)
    assert solution.trace is not None
    steps = np.abs(np.diff(solution.trace.strategy, axis=0)).max(axis=1)
    assert steps.max() < 0.5


def test_a_symmetric_crossing_is_followed_straight_and_told() -> None:
    coordination = np.array([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]]])
    solution = solve_logit(strategic(coordination), 6.0)
    assert np.allclose(solution.best.strategy, 0.5, atol=1e-12)
    assert "crosses" in solution.status.reason


@pytest.mark.parametrize("text", [PENNIES, BEER_QUICHE, HORSE])
@pytest.mark.parametrize("precision", [0.5, 3.0])
def test_agrees_with_gambit(text: str, precision: float) -> None:
    assert_as_gambit(read_efg(text), precision)


@pytest.mark.shared
@pytest.mark.parametrize(("name", "precision"), [("summit_mini", 5.0), ("summit_nodeleg", 1.0)])
def test_agrees_with_gambit_on_a_summit(shared: Path, name: str, precision: float) -> None:
    assert_as_gambit(read_efg(shared / "games" / f"{name}.efg"), precision)


def assert_as_gambit(game: Game, precision: float) -> None:
    gambit: Any = pytest.importorskip("pygambit")
    theirs = gambit.read_efg(_stream(write_efg(game)))
    profile = gambit.qre.logit_solve_lambda(theirs, precision)[0]
    solution = solve_logit(game, precision)
    assert solution.best.certificate.fixed_point is not None
    assert solution.best.certificate.fixed_point <= 1e-11
    numbers = [float(profile[i]) for i in range(game.n_actions)]
    # Gambit lists players, then their infosets in the file's order, as our ids do.
    assert np.allclose(solution.best.strategy[: game.n_actions], numbers, atol=1e-6)


def _stream(text: str) -> Any:
    import io

    return io.StringIO(text)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["summit_nodeleg", "summit_full", "growth_R1", "growth_R2"])
def test_limits_are_certified(shared: Path, name: str) -> None:
    game = read_efg(shared / "games" / f"{name}.efg")
    solution = solve_limit(game)
    certificate = solution.best.certificate
    assert solution.status.good
    assert certificate.regret.agent <= tolerances.REGRET * game.payoff_range.max()
    assert certificate.regret.player <= tolerances.REGRET * game.payoff_range.max()
    assert "sequential" in certificate.concepts


@pytest.mark.parametrize("text", [PENNIES, BEER_QUICHE, HORSE])
def test_units_and_shifts_change_nothing(text: str) -> None:
    game = read_efg(text)
    strategy = solve_logit(game, 3.0).best.strategy
    shifted = game.payoffs + 17.25 * (1.0 + np.arange(len(game.players)))[:, None]
    for payoffs, precision in (
        (1e6 * game.payoffs, 3e-6),
        (1e-7 * game.payoffs, 3e7),
        (shifted, 3),
    ):
        again = solve_logit(with_numbers(game, payoffs), precision)
        assert np.allclose(again.best.strategy, strategy, atol=1e-10)


def test_the_order_of_players_and_actions_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    for _ in range(10):
        payoffs = rng.normal(size=(2, 3, 4))
        one = solve_logit(strategic(payoffs), 4.0).best.strategy
        order = rng.permutation(4)
        mixed = payoffs[:, :, order]
        other = solve_logit(strategic(mixed), 4.0).best.strategy
        swapped = solve_logit(strategic(payoffs[::-1].transpose(0, 2, 1)), 4.0).best.strategy
        assert np.allclose(other, np.concatenate([one[:3], one[3:][order]]), atol=1e-10)
        assert np.allclose(swapped, np.concatenate([one[3:], one[:3]]), atol=1e-10)


def test_chance_moves_of_probability_zero_make_no_nan() -> None:
    game = read_efg(NEVER)
    solution = solve_logit(game, 2.0)
    assert np.isfinite(solution.best.strategy).all()
    # Where the third branch is nearly impossible, play is nearly the same, everywhere.
    near = game.chance.copy()
    near[:] = [0.5 - 1e-9, 0.5 - 1e-9, 2e-9]
    close = solve_logit(with_numbers(game, game.payoffs, near), 2.0)
    assert np.allclose(solution.best.strategy[:-3], close.best.strategy[:-3], atol=1e-7)
    play = play_one(game, 2.0)
    assert np.array_equal(play.strategy[0], solution.best.strategy)
    below = np.exp(play.log_reach[0])
    assert below.sum() == pytest.approx(1.0, abs=1e-14)
    assert np.isneginf(play.log_reach[0][8:]).all()


def play_one(game: Game, precision: float) -> Play:
    return play_many(game, game.payoffs[None], game.chance[None], np.array([precision]), threads=1)


@pytest.mark.parametrize("text", [BEER_QUICHE, HORSE, NEVER])
def test_a_batch_is_its_rows_bit_by_bit(text: str) -> None:
    game = read_efg(text)
    payoffs, chance, precision = random_draws(game, 70, seed=5)
    one = play_many(game, payoffs, chance, precision, threads=1)
    two = play_many(game, payoffs[::-1], chance[::-1], precision[::-1], threads=2)
    for name in ("strategy", "action_values", "log_reach", "residual", "regret", "turned"):
        assert np.array_equal(getattr(one, name), getattr(two, name)[::-1]), name
    for d in (0, 33, 69):
        row = slice(d, d + 1)
        alone = play_many(game, payoffs[row], chance[row], precision[row], threads=1)
        assert np.array_equal(alone.strategy[0], one.strategy[d])
        single = solve_logit(with_numbers(game, payoffs[d], chance[d]), float(precision[d]))
        assert np.array_equal(single.best.strategy, one.strategy[d])
        traced = solve_logit(
            with_numbers(game, payoffs[d], chance[d]), float(precision[d]), trace=True
        )
        assert np.allclose(traced.best.strategy, one.strategy[d], rtol=0.0, atol=1e-13)


def test_a_draw_that_fails_leaves_its_neighbours_alone() -> None:
    game = read_efg(BEER_QUICHE)
    payoffs, chance, precision = random_draws(game, 20, seed=6)
    sound = play_many(game, payoffs, chance, precision, threads=1)
    broken = payoffs.copy()
    broken[7] = np.nan
    play = play_many(game, broken, chance, precision, threads=1)
    assert play.failed.tolist() == [d == 7 for d in range(20)]
    assert np.isnan(play.strategy[7]).all()
    others = np.arange(20) != 7
    assert np.array_equal(play.strategy[others], sound.strategy[others])
    assert np.array_equal(play.log_reach[others], sound.log_reach[others])


def test_a_play_says_what_certification_says() -> None:
    game = read_efg(BEER_QUICHE)
    payoffs, chance, precision = random_draws(game, 20, seed=8)
    seen: list[int] = []
    play = play_many(game, payoffs, chance, precision, threads=2, progress=seen.append)
    assert seen[-1] == 20
    assert not play.failed.any()
    assert play.residual.max() <= tolerances.FIXED_POINT
    for d in range(20):
        best = solve_logit(with_numbers(game, payoffs[d], chance[d]), float(precision[d])).best
        assert np.allclose(play.action_values[d], best.action_values, atol=1e-10)
        reach = np.exp(play.log_reach[d])
        assert np.allclose(play.payoffs[d] @ reach, best.payoffs, atol=1e-10)
        widest = np.ptp(payoffs[d], axis=1).max()
        assert play.regret[d] * widest == pytest.approx(best.certificate.regret.agent, abs=1e-10)


@pytest.mark.shared
def test_draws_of_a_summit_do_not_fail(shared: Path) -> None:
    game = read_efg(shared / "games" / "summit_full.efg")
    payoffs, chance, precision = random_draws(game, 200, seed=1)
    play = play_many(game, payoffs, chance, precision)
    assert not play.failed.any()
    assert play.turned.any()
    assert play.residual.max() <= tolerances.FIXED_POINT


def test_a_draw_without_an_answer_is_flagged() -> None:
    game = read_efg(PENNIES)
    payoffs = np.stack([game.payoffs, np.full_like(game.payoffs, np.nan)])
    play = play_many(game, payoffs, np.empty((2, 0)), np.array([2.0, 2.0]))
    assert play.failed.tolist() == [False, True]
    assert np.isnan(play.strategy[1]).all()
    assert not np.isnan(play.strategy[0]).any()


def test_what_makes_no_sense_is_refused() -> None:
    game = read_efg(PENNIES)
    with pytest.raises(UsageError, match="precision"):
        solve_logit(game, -1.0)
    with pytest.raises(UsageError, match="shape"):
        play_many(game, game.payoffs[None, :, :2], np.empty((1, 0)), np.array([1.0]))
    with pytest.raises(SolveError, match="twice"):
        solve_logit(parse_efg(ABSENT), 1.0)


def test_constant_payoffs_leave_play_uniform() -> None:
    game = read_efg(PENNIES)
    solution = solve_logit(with_numbers(game, np.full_like(game.payoffs, 3.0)), 5.0)
    assert np.allclose(solution.best.strategy, 0.5)


@pytest.mark.parametrize("text", [PENNIES, BEER_QUICHE, HORSE])
@pytest.mark.parametrize("precision", [0.7, 6.0])
def test_derivatives_are_those_of_differences(text: str, precision: float) -> None:
    game = read_efg(text)
    rng = np.random.default_rng(11)
    k, step = 4, 1e-5
    d_payoffs = rng.normal(size=(k, *game.payoffs.shape))
    d_chance = np.zeros((k, len(game.chance)))
    if len(game.chance):
        d_chance[:, 0] = rng.normal(size=k)
        d_chance[:, 1] = -d_chance[:, 0]
    d_precision = rng.normal(size=k)
    base = solve_logit(game, precision).best
    found = sensitivity(game, base.strategy, precision, d_payoffs, d_chance, d_precision)

    def at(sign: float) -> Play:
        shift = sign * step
        return play_many(
            game,
            game.payoffs + shift * d_payoffs,
            game.chance + shift * d_chance,
            precision + shift * d_precision,
        )

    up, down = at(1.0), at(-1.0)
    for ours, high, low in zip(
        found,
        (up.strategy, up.action_values, up.log_reach),
        (down.strategy, down.action_values, down.log_reach),
        strict=True,
    ):
        assert np.allclose(ours, (high - low) / (2.0 * step), rtol=1e-5, atol=1e-6)


def test_derivatives_hold_where_probabilities_underflow() -> None:
    game = read_efg(BEER_QUICHE)
    base = solve_logit(game, 2000.0).best
    assert base.strategy.min() == 0.0
    payoffs = np.zeros((1, *game.payoffs.shape))
    found = sensitivity(game, base.strategy, 2000.0, payoffs, np.zeros((1, 2)), np.ones(1))
    play = play_many(
        game,
        np.repeat(game.payoffs[None], 2, axis=0),
        np.repeat(game.chance[None], 2, axis=0),
        np.array([2000.0 + 1e-3, 2000.0 - 1e-3]),
    )
    expected = (play.log_reach[0] - play.log_reach[1]) / 2e-3
    assert np.allclose(found[2][0], expected, rtol=1e-5, atol=1e-6)


def test_derivatives_of_a_profile_that_is_no_equilibrium_are_refused() -> None:
    game = read_efg(PENNIES)
    args = np.zeros((1, *game.payoffs.shape)), np.zeros((1, 0)), np.ones(1)
    with pytest.raises(SolveError, match="no logit equilibrium"):
        sensitivity(game, np.array([0.9, 0.1, 0.9, 0.1]), 5.0, *args)
    with pytest.raises(UsageError, match="directions"):
        sensitivity(game, np.full(4, 0.5), 0.0, args[0][:, :1], args[1], args[2])


@pytest.fixture
def without_factors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Games are too large for factors, whatever their size."""
    monkeypatch.setattr("lackmus.solvers.quantal_response.path_follower.pattern_of", lambda _: None)


@pytest.mark.parametrize("text", [PENNIES, BEER_QUICHE, HORSE, NEVER])
def test_krylov_methods_find_the_same(text: str, request: pytest.FixtureRequest) -> None:
    game = read_efg(text)
    direct = solve_logit(game, 4.0).best.strategy
    args = np.ones((1, *game.payoffs.shape)) * game.payoffs**2, np.zeros((1, len(game.chance)))
    moves = sensitivity(game, direct, 4.0, *args, np.ones(1))
    request.getfixturevalue("without_factors")
    free = solve_logit(game, 4.0)
    assert free.best.certificate.fixed_point is not None
    assert free.best.certificate.fixed_point <= tolerances.FIXED_POINT
    assert np.allclose(free.best.strategy, direct, atol=1e-9)
    again = sensitivity(game, direct, 4.0, *args, np.ones(1))
    for one, other in zip(moves, again, strict=True):
        assert np.allclose(one, other, atol=1e-8)


@pytest.mark.usefixtures("without_factors")
def test_krylov_methods_follow_a_branch_round_its_turns() -> None:
    solution = solve_logit(strategic(TURNING), 3.0)
    assert solution.status.code == "turned"
    assert solution.trace is not None
    assert solution.trace.turning_points == pytest.approx((2.4085, 0.7338), abs=0.05)
    assert solution.best.strategy[2] > 0.99


@pytest.mark.shared
def test_krylov_methods_find_the_same_on_a_summit(
    shared: Path, request: pytest.FixtureRequest
) -> None:
    game = read_efg(shared / "games" / "growth_R3.efg")
    direct = solve_logit(game, 5.0).best.strategy
    request.getfixturevalue("without_factors")
    assert np.allclose(solve_logit(game, 5.0).best.strategy, direct, atol=1e-8)


NOTHING_TO_CHOOSE = (
    'EFG 2 R "end" { "A" "B" } ""\nt "" 1 "" { 1 2 }',
    'EFG 2 R "luck" { "A" } ""\nc "" 1 "" { "h" 1/3 "t" 2/3 } 0\nt "" 1 "" { 3 }\nt "" 2 "" { 0 }',
    'EFG 2 R "must" { "A" } ""\np "" 1 1 "" { "go" } 0\np "" 1 2 "" { "on" } 0\nt "" 1 "" { 3 }',
)


@pytest.mark.parametrize("text", NOTHING_TO_CHOOSE)
def test_games_without_a_choice_are_solved(text: str) -> None:
    game = read_efg(text)
    for solution in (solve_logit(game, 2.0), solve_limit(game), nash_by_cfr(game)):
        assert solution.status.code == "converged"
        assert solution.best.certificate.regret.agent == 0.0
    reach = np.exp(play_one(game, 2.0).log_reach[0])
    assert reach.sum() == pytest.approx(1.0, abs=1e-15)
    assert np.allclose(game.payoffs @ reach, solve_logit(game, 2.0).best.payoffs)


def test_solving_again_has_the_bits_of_solving_first() -> None:
    """Whatever was solved of the same game before, and on several threads at once."""
    precisions = [0.0, 3.0, 0.2, 40.0, 3.0, 1.0]

    def bits(game: Game, precision: float) -> bytes:
        best = solve_logit(game, precision, trace=precision == 1.0).best
        return best.strategy.tobytes() + best.beliefs.tobytes() + best.action_values.tobytes()

    text = write_efg(compile_at(load("audience-costs"), {}).game)
    first = [bits(parse_efg(text), precision) for precision in precisions]
    game = parse_efg(text)
    assert [bits(game, precision) for precision in precisions] == first
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(lambda precision: bits(game, precision), precisions * 20))
    assert again == first * 20
