"""Every perfect Bayesian equilibrium of a small game, in exact arithmetic.

Signalling games, and all games in which one player moves and others answer, fall into two linear
halves and are solved completely (`signalling_equilibria`). Other games are solved by going through
the supports, see `support_enumeration`; that ends in good time for games of a few infosets only.
"""

from __future__ import annotations

from collections.abc import Iterator

from lackmus.foundation.counting import counted
from lackmus.foundation.errors import SolveError
from lackmus.game.game import Game
from lackmus.solution.solution import Assessment, Solution, Status
from lackmus.solvers.budget import Clock, OutOfTimeError, finish
from lackmus.solvers.enumeration.signalling_equilibria import signalling_equilibria
from lackmus.solvers.enumeration.support_enumeration import SupportSearch
from lackmus.solvers.refinements.signalling import as_signalling

CITATIONS = (
    "Fudenberg and Tirole (1991), Perfect Bayesian equilibrium and sequential equilibrium, Journal "
    "of Economic Theory 53",
    "Kreps and Wilson (1982), Sequential equilibria, Econometrica 50",
    "Cho and Kreps (1987), Signaling games and stable equilibria, Quarterly Journal of Economics "
    "102",
)


def solve_perfect_bayesian(game: Game, *, seconds: float | None = None) -> Solution:
    """All perfect Bayesian equilibria of a game with perfect recall.

    Args:
        game: The game; inexact numbers are taken at their floating-point value.
        seconds: Budget.

    Returns:
        Isolated equilibria, and corners of families, each with its off-path beliefs as sets.
        `complete` is proven where every case was closed by an exact argument. What each
        assessment is, up to sequential equilibrium, is in its certificate.

    Raises:
        SolveError: Some player lacks perfect recall.
    """
    if not game.perfect_recall:
        raise SolveError("perfect-bayesian needs perfect recall")
    clock = Clock(seconds)
    one = as_signalling(game)
    search = None if one is not None else SupportSearch(game, clock)
    source: Iterator[Assessment]
    source = signalling_equilibria(one, clock) if one is not None else iter(search or ())
    found: list[Assessment] = []
    ended = ""
    try:
        found.extend(source)
    except OutOfTimeError as error:
        ended = str(error)
    found.sort(key=_rank)
    if search is not None and not ended:
        ended = search.doubt
    status = (
        Status("out of budget" if "budget" in ended else "incomplete", ended, _ADVICE)
        if ended
        else Status("complete", _reason(found, search))
    )
    return finish(
        game,
        "perfect-bayesian",
        tuple(found),
        status,
        clock,
        complete=not ended,
        citations=CITATIONS,
        concept="perfect bayesian",
        engine="signalling" if one is not None else "supports",
    )


_ADVICE = (
    "limit gives one sequential equilibrium; extreme-nash lists Nash equilibria of two players"
)


def _reason(found: list[Assessment], search: SupportSearch | None) -> str:
    how = "what the sender and the receiver may do was matched exactly, corner by corner"
    if search is not None:
        how = f"{search.closed} patterns of supports were closed exactly"
    stand = counted(len(found), "equilibrium stands", "equilibria stand")
    return f"{how}; {stand} alone or at corners of families, which hold all others"


def _rank(one: Assessment) -> tuple[int, int, int]:
    passed = sum(note.startswith("Passes") for note in one.notes)
    mixed = sum(0 < p < 1 for p in one.strategy.tolist())
    return -len(one.certificate.concepts), -passed, mixed
