"""What a command on a new machine has compiled in a second process."""

from __future__ import annotations

import numpy as np

from lackmus.certification.assess import certify
from lackmus.certification.draws import examine
from lackmus.compiler.compile import compile_at
from lackmus.pipeline.loading import load
from lackmus.solvers.solve import solve


def compile_from_the_end() -> None:
    """Compile what certifies a solution, what finds one, and what certifies those of many draws.

    A command asks for these in another order: what solves many draws is compiled there meanwhile.
    """
    game = compile_at(load("beer-quiche"), {}).game
    sizes = np.diff(game.first_action[: game.infoset_player.size + 1])
    evenly = np.repeat(1.0 / sizes, sizes)
    certify(game, evenly, log_strategy=np.log(evenly), precision=1.0)
    solve(game, precision=1.0)
    examine(
        game.infoset, game.first_child, game.infoset_player, game.first_action, game.terminal,
        np.concatenate([evenly, game.chance])[np.newaxis], np.array(game.payoffs[np.newaxis]),
        np.ones(1), np.ones(1),
    )  # fmt: skip
