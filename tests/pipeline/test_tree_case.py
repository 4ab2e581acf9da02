"""A tree told as a case compiles to the tree again."""

from __future__ import annotations

import numpy as np
import pytest

import lackmus
from lackmus.case import syntax
from lackmus.pipeline.tree_case import case_of_tree
from lackmus.testing.classics import BEER_QUICHE, CARD, ENTRY, HORSE, NINE, SEXES, classic
from lackmus.testing.trees import random_tree


def again(game: lackmus.Game) -> lackmus.Game:
    """The game of the case of a game, by way of its text."""
    return lackmus.parse(case_of_tree(game).to_yaml()).compile()


def moves(case: syntax.Case) -> list[syntax.Move]:
    return [item for item in case.moves if isinstance(item, syntax.Move)]


def fingerprint(game: lackmus.Game) -> tuple[object, ...]:
    """What stays the same whatever the order of moves: sizes, ends with their chances, one QRE."""
    solved = lackmus.solve(game, precision=0.3).best
    by_player = np.bincount(game.infoset_player[: game.n_infosets], minlength=len(game.players))
    ends = sorted(map(tuple, np.round(game.payoffs.T, 9).tolist()))
    return game.n_infosets, by_player.tolist(), ends, np.round(solved.payoffs, 8).tolist()


@pytest.mark.parametrize("text", [HORSE, BEER_QUICHE, CARD, ENTRY, NINE, SEXES])
def test_it_is_a_case_as_load_gives_it(text: str) -> None:
    case = case_of_tree(classic(text))
    assert type(case) is lackmus.Case
    assert fingerprint(case.compile()) == fingerprint(classic(text))


@pytest.mark.parametrize("text", [HORSE, BEER_QUICHE, CARD, ENTRY, NINE, SEXES])
def test_classics_come_back(text: str) -> None:
    game = classic(text)
    assert fingerprint(again(game)) == fingerprint(game)


@pytest.mark.parametrize("seed", range(40))
def test_random_trees_come_back(seed: int) -> None:
    game = random_tree(seed, players=2 + seed % 2, depth=3 + seed % 2, highest=9)
    if not game.n_infosets:
        pytest.skip("nobody chooses")
    if not in_one_order(game):
        with pytest.raises(lackmus.UsageError, match="one order"):
            case_of_tree(game)
        return
    assert fingerprint(again(game)) == fingerprint(game)


def in_one_order(game: lackmus.Game) -> bool:
    """Whether no information set is met before and after another, directly or by others."""
    after = np.eye(len(game.labels.infosets), dtype=bool)
    for node in range(1, game.n_nodes):
        if game.infoset[node] >= 0:
            after[game.infoset[game.parent[node]], game.infoset[node]] = True
    for middle in range(len(after)):
        after |= np.outer(after[:, middle], after[middle])
    return not (after & after.T & ~np.eye(len(after), dtype=bool)).any()


def test_most_random_trees_have_one_order() -> None:
    assert sum(in_one_order(random_tree(seed, depth=4)) for seed in range(40)) > 20


def test_who_sees_a_move_is_told() -> None:
    first, second = moves(case_of_tree(classic(SEXES)))
    assert first.seen_by is not None
    assert second.by != first.by
    assert set(first.seen_by) <= set(first.by)


def test_names_become_names_of_the_language() -> None:
    text = (
        'EFG 2 R "t" { "Mr. X" "if" }\np "" 1 1 "(1,1)" { "a b" "50%" } 0\n'
        'p "" 2 1 "made" { "go" "go!" } 0\nt "" 1 "" { 1, 0.5 }\nt "" 2 "" { 0, 1 }\n'
        't "" 3 "" { 1/3, 2 }\n'
    )
    case = case_of_tree(lackmus.read_efg(text))
    assert [actor.id for actor in case.actors] == ["Mr_X", "player_if"]
    first, second = moves(case)
    assert [option.label for option in first.options] == ["a_b", "option_50"]
    assert [option.label for option in second.options] == ["go", "go_2"]
    assert fingerprint(lackmus.Case.of(case).compile()) == fingerprint(lackmus.read_efg(text))


def test_what_is_too_large_or_forgets_is_refused() -> None:
    large = random_tree(3, depth=9, chance=0.0)
    with pytest.raises(lackmus.UsageError, match="too many"):
        case_of_tree(large)
    forgetful = (
        'EFG 2 R "f" { "a" }\np "" 1 1 "" { "l" "r" } 0\np "" 1 2 "" { "l" "r" } 0\n'
        't "" 1 "" { 1 }\nt "" 2 "" { 2 }\np "" 1 2 "" { "l" "r" } 0\nt "" 3 "" { 3 }\n'
        't "" 4 "" { 4 }\n'
    )
    with pytest.raises(lackmus.UsageError, match="remember"):
        case_of_tree(lackmus.read_efg(forgetful))


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        ('t "" 1 "" { 1, 0 }\n', "has none"),
        (
            'c "" 1 "" { "l" 0 "r" 1 } 0\np "" 1 1 "" { "l" "r" } 0\nt "" 1 "" { 1, 2 }\n'
            't "" 2 "" { 0, 1 }\nt "" 3 "" { 5, 5 }\n',
            "reaches the information set 'A_1'",
        ),
    ],
)
def test_what_would_be_no_case_is_refused(tree: str, told: str) -> None:
    with pytest.raises(lackmus.UsageError, match=told):
        case_of_tree(lackmus.read_efg('EFG 2 R "t" { "A" "B" }\n' + tree))
