"""Profiles by name, and what is none."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from lackmus.foundation.errors import UsageError
from lackmus.game.game import Game
from lackmus.solution.certify import certify
from lackmus.solution.profile import Profile
from lackmus.testing.classics import BEER_QUICHE, ENTRY, HORSE, SEXES, classic

F = Fraction


def test_a_profile_is_read_by_player_infoset_and_action() -> None:
    game = classic(HORSE)
    profile = Profile.of(
        game,
        {
            "1": {"1": {"C": F(1)}},
            "2": {"1": {"c": F(1)}},
            "3": {"1": {"L": F(1, 3), "R": F(2, 3)}},
        },
    )
    assert list(profile) == ["1", "2", "3"]
    assert dict(profile["3"]["1"]) == {"L": F(1, 3), "R": F(2, 3)}
    assert profile["1"]["1"]["D"] == 0
    found = certify(game, profile.array, exact_strategy=profile.exact)
    assert found.profile["3"]["1"]["R"] == F(2, 3)
    assert found.certificate.exact


def test_an_infoset_of_one_player_alone_needs_no_player() -> None:
    game = classic(BEER_QUICHE)
    row = np.array([p for i in range(game.n_infosets) for p in (0.25, 0.75)])
    profile = Profile(game, row)
    a, b = game.players
    both = set(profile[a]) & set(profile[b])
    for player in game.players:
        for infoset in profile[player]:
            if infoset in both:
                with pytest.raises(KeyError, match="name the player"):
                    profile[infoset]
            else:
                assert dict(profile[infoset]) == dict(profile[player][infoset])
    with pytest.raises(KeyError, match="no player or infoset"):
        profile["nobody"]


def test_strategic_games_have_names_too() -> None:
    game = classic(SEXES)
    profile = Profile(game, np.array([0.75, 0.25, 0.25, 0.75]))
    assert [sum(choice.values()) for own in profile.values() for choice in own.values()] == [1, 1]


@pytest.mark.parametrize(
    "strategy",
    [[1, 0, -1, 2], [0, 0, 1, 0], [5, 0, 0, 1], [np.nan, 1, 1, 0], [1, 0], [1, 1e-6, 1, 0]],
)
def test_what_is_no_profile_is_refused(strategy: list[float]) -> None:
    game = classic(ENTRY)
    with pytest.raises(UsageError):
        certify(game, np.array(strategy, float))
    with pytest.raises(UsageError):
        Profile(game, np.array(strategy, float))


def test_all_faults_of_a_profile_are_told_at_once() -> None:
    game = classic(ENTRY)
    with pytest.raises(UsageError) as told:
        certify(game, np.array([-1, 2, -1, 2.0]), beliefs=[0.5] * game.n_nodes, precision=-1.0)
    assert len(told.value.faults) == 5


def test_fractions_must_sum_to_one_exactly_and_be_the_floats() -> None:
    game = classic(ENTRY)
    third = np.array([1, 0, 1 / 3, 2 / 3])
    certify(game, third, exact_strategy=[F(1), F(0), F(1, 3), F(2, 3)])
    with pytest.raises(UsageError, match="sum to"):
        certify(game, third, exact_strategy=[F(1), F(0), F(1 / 3), F(2 / 3) + F(1, 10**30)])
    with pytest.raises(UsageError, match="in fractions"):
        certify(game, third, exact_strategy=[F(0), F(1), F(1, 3), F(2, 3)])
    with pytest.raises(UsageError, match="log"):
        certify(game, third, log_strategy=np.log([0.5, 0.5, 1 / 3, 2 / 3]), precision=1.0)


def horse() -> tuple[Game, np.ndarray, list[int]]:
    game = classic(HORSE)
    three = [i for i in range(game.n_infosets) if game.players[game.infoset_player[i]] == "3"]
    return game, np.array([1, 0, 1, 0, 0, 1.0]), np.flatnonzero(game.infoset == three[0]).tolist()


@pytest.mark.parametrize(
    "belief", [(0.0, 0.0), (1e-12, 1e-12), (-1.0, 2.0), (0.5, 0.6), (np.nan, 1.0)]
)
def test_what_is_no_belief_is_refused(belief: tuple[float, float]) -> None:
    game, strategy, nodes = horse()
    beliefs = np.full(game.n_nodes, np.nan)
    beliefs[nodes] = belief
    with pytest.raises(UsageError):
        certify(game, strategy, beliefs=beliefs)
    beliefs[nodes] = (0.25, 0.75)
    certify(game, strategy, beliefs=beliefs)


def test_beliefs_in_fractions_sum_to_one_exactly() -> None:
    game, strategy, nodes = horse()
    beliefs: list[Fraction | None] = [None] * game.n_nodes
    beliefs[nodes[0]], beliefs[nodes[1]] = F(1, 3), F(2, 3) - F(1, 10**20)
    with pytest.raises(UsageError, match="sum to"):
        certify(game, strategy, beliefs=beliefs)


def test_games_of_cases_have_their_words() -> None:
    from lackmus.pipeline.front import load
    from lackmus.solvers.solve import solve

    game = load("beer-quiche").compile()
    profile = solve(game, precision=1.0).best.profile
    for player, strategy in profile.items():
        for infoset, choice in strategy.items():
            assert choice == profile[player][infoset]
            assert sum(choice.values()) == pytest.approx(1.0)
