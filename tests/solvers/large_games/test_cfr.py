"""Regret matching against known values and the certificate."""

from __future__ import annotations

from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import pytest

from lackmus.foundation.errors import SolveError, UsageError
from lackmus.game.efg import parse_efg, read_efg
from lackmus.game.game import Game
from lackmus.solution.certify import certify
from lackmus.solvers.large_games.cfr import RegretMatching, nash_by_cfr

FORGETFUL = """EFG 2 R "forgetful" { "A" } ""
p "" 1 1 "" { "l" "r" } 0
p "" 1 2 "" { "u" "d" } 0
t "" 1 "" { 1 }
t "" 2 "" { 0 }
p "" 1 2 "" { "u" "d" } 0
t "" 3 "" { 0 }
t "" 4 "" { 2 }
"""


def kuhn() -> Game:
    """Kuhn's poker (1950): three cards, one bet."""
    deals = list(permutations(range(3), 2))
    lines = ['EFG 2 R "kuhn" { "1" "2" } ""']
    lines.append(f'c "" 1 "" {{ {" ".join(f"{chr(34)}{a}{b}{chr(34)} 1/6" for a, b in deals)} }} 0')
    ends = 0

    def end(stake: int) -> str:
        nonlocal ends
        ends += 1
        return f't "" {ends} "" {{ {stake} {-stake} }}'

    for a, b in deals:
        win = 1 if a > b else -1
        lines += [
            f'p "" 1 {a + 1} "" {{ "check" "bet" }} 0',
            f'p "" 2 {b + 1} "" {{ "check" "bet" }} 0',
            end(win),
            f'p "" 1 {a + 4} "" {{ "fold" "call" }} 0',
            end(-1),
            end(2 * win),
            f'p "" 2 {b + 4} "" {{ "fold" "call" }} 0',
            end(1),
            end(2 * win),
        ]
    return parse_efg("\n".join(lines))


def test_kuhn_poker_is_worth_a_loss_of_one_eighteenth() -> None:
    solution = nash_by_cfr(kuhn(), iterations=3000)
    assert solution.best.payoffs[0] == pytest.approx(-1.0 / 18.0, abs=1e-4)
    assert solution.best.certificate.regret.player <= 2e-3
    assert solution.status.code == "out of budget"
    assert solution.complete is None


def test_more_iterations_leave_less_regret() -> None:
    few = nash_by_cfr(kuhn(), iterations=30).best.certificate.regret.player
    many = nash_by_cfr(kuhn(), iterations=3000).best.certificate.regret.player
    assert many < 0.1 * few


def test_gains_are_the_certificate_s_regret() -> None:
    game = kuhn()
    rng = np.random.default_rng(2)
    state = RegretMatching(game)
    for _ in range(20):
        strategy = np.concatenate([rng.uniform(size=game.n_actions), game.chance])
        for i in range(game.n_infosets):
            own = slice(int(game.first_action[i]), int(game.first_action[i + 1]))
            strategy[own] /= strategy[own].sum()
        regret = certify(game, strategy).certificate.regret.player
        assert state.gains(strategy).max() == pytest.approx(regret, abs=1e-12)


class ByTheBook:
    """CFR+ as its papers write it: a walk over histories, with no shared code."""

    def __init__(self, game: Game) -> None:
        self.game = game
        begin = game.first_action.tolist()
        self.actions = [range(a, b) for a, b in pairwise(begin)]
        self.regret = np.zeros(game.n_actions)
        self.average = np.zeros(game.n_actions)
        uniform = [1.0 / len(own) for own in self.actions[: game.n_infosets] for _ in own]
        self.strategy = np.concatenate([uniform, game.chance])
        self.place = {int(node): z for z, node in enumerate(game.terminal)}

    def value(self, node: int, player: int, others: float, gain: np.ndarray) -> float:
        """Expected payoff; adds counterfactual values of the player's actions to `gain`."""
        game = self.game
        if node in self.place:
            return float(game.payoffs[player, self.place[node]])
        s = int(game.infoset[node])
        own = int(game.infoset_player[s]) == player
        total = 0.0
        for i, a in enumerate(self.actions[s]):
            p = self.strategy[a]
            below = int(game.first_child[node]) + i
            worth = self.value(below, player, others if own else others * p, gain)
            total += p * worth
            if own:
                gain[a] += others * worth
        return total

    def sum_up(self, node: int, player: int, own: float, seen: set[int], weight: float) -> None:
        s = int(self.game.infoset[node])
        if s < 0:
            return
        mine = int(self.game.infoset_player[s]) == player
        for i, a in enumerate(self.actions[s]):
            if mine and a not in seen:
                seen.add(a)
                self.average[a] += weight * own * self.strategy[a]
            onward = own * self.strategy[a] if mine else own
            self.sum_up(int(self.game.first_child[node]) + i, player, onward, seen, weight)

    def iterate(self, weight: float) -> None:
        for player in range(len(self.game.players)):
            gain = np.zeros(self.game.n_actions)
            self.value(0, player, 1.0, gain)
            for s, own in enumerate(self.actions[: self.game.n_infosets]):
                if int(self.game.infoset_player[s]) == player:
                    here = slice(own.start, own.stop)
                    worth = self.strategy[here] @ gain[here]
                    self.regret[here] = np.maximum(self.regret[here] + gain[here] - worth, 0.0)
                    total = self.regret[here].sum()
                    even = np.full(len(own), 1.0 / len(own))
                    self.strategy[here] = self.regret[here] / total if total > 0.0 else even
            self.sum_up(0, player, 1.0, set(), weight)


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_iterations_are_those_of_the_book(count: int) -> None:
    game, book = kuhn(), ByTheBook(kuhn())
    state = RegretMatching(game)
    for k in range(count):
        book.iterate(float(k + 1))
    state.iterate(count)
    assert np.allclose(state.strategy, book.strategy, rtol=0.0, atol=1e-9)
    for own in book.actions[: game.n_infosets]:
        mine = book.average[own.start : own.stop]
        expected = mine / mine.sum() if mine.sum() > 0.0 else np.full(len(own), 1.0 / len(own))
        assert np.allclose(state.average[own.start : own.stop], expected, rtol=0.0, atol=1e-9)


def test_many_iterations_are_one_after_the_other() -> None:
    at_once, singly = RegretMatching(kuhn()), RegretMatching(kuhn())
    at_once.iterate(25)
    for _ in range(25):
        singly.iterate()
    assert np.array_equal(at_once.strategy, singly.strategy)
    assert np.array_equal(at_once.average, singly.average)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["summit_full", "growth_R3"])
def test_a_general_sum_game_may_come_to_rest(shared: Path, name: str) -> None:
    solution = nash_by_cfr(read_efg(shared / "games" / f"{name}.efg"), iterations=2000)
    assert solution.status.code == "converged"
    assert "nash" in solution.best.certificate.concepts


def test_a_budget_of_time_is_kept() -> None:
    solution = nash_by_cfr(kuhn(), seconds=0.05)
    assert solution.status.code == "out of budget"
    assert dict(solution.parameters)["seconds"] == 0.05


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(SolveError, match="perfect recall"):
        nash_by_cfr(read_efg(FORGETFUL))
    with pytest.raises(UsageError, match="positive"):
        nash_by_cfr(kuhn(), iterations=0)
