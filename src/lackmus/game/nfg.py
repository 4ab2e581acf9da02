"""Gambit's strategic-form files (NFG 1), in and out.

A file is a header, ``NFG 1 R "title" { "player" … } { strategies } "comment"``, where strategies
are numbers, ``{ 2 3 }``, or names, ``{ { "up" "down" } { "left" "right" } }``; then either payoffs,
one a player and profile, or outcomes ``{ { "name" payoff … } … }`` and an outcome's number a
profile, 0 being none. The first player's strategy varies fastest.

A strategic game becomes a tree in which the players move one after the other without seeing
anything, each at one infoset, which is labelled ``1``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from pathlib import Path

import numpy as np

from lackmus.foundation.errors import Fault, FormatError, SolveError, UsageError
from lackmus.game.assemble import Infoset, assemble, distinct
from lackmus.game.forms import payoff_table, reduced_strategies
from lackmus.game.game import Game
from lackmus.game.numbers import exact_number, written
from lackmus.game.source import STRING, Source, accepted, load_text, quoted, unquoted

_TOKEN = re.compile(rf"({STRING})|([{{}}])|([^\s,{{}}\"]+)|(\")", re.DOTALL)

#: Profiles above which a strategic form is not written.
MOST_PROFILES = 2_000_000


def read_nfg(path_or_text: str | Path) -> Game:
    """The game in a file, or in a text that begins with ``NFG``.

    Args:
        path_or_text: The file's path, or the text itself.

    Raises:
        FormatError: The file cannot be read or is faulty; all faults found are listed.
    """
    text, name = load_text(path_or_text, "NFG")
    return parse_nfg(text, name)


def parse_nfg(text: str, name: str = "<text>") -> Game:
    """The game that a text in Gambit's NFG 1 format describes.

    Args:
        text: The whole file.
        name: What to call it in faults.

    Raises:
        FormatError: The text is faulty; all faults found are listed, each with its place.
    """
    return _Reader(Source(name, text)).game()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


@dataclass(slots=True)
class _Reader:
    """Reads one text from token to token; faults gather in `faults`."""

    source: Source
    tokens: list[_Token] = field(default_factory=list)
    place: int = 0
    faults: list[Fault] = field(default_factory=list)

    def game(self) -> Game:
        """The game, or all faults."""
        kinds = ("name", "brace", "word", "quote")
        for m in _TOKEN.finditer(self.source.text):
            self.tokens.append(_Token(kinds[(m.lastindex or 1) - 1], m[0], m.start()))
        title = self.header()
        players = self.names("the players' names")
        strategies = self.strategies(len(players))
        if self.peek().kind == "name":
            self.place += 1
        count = prod(map(len, strategies))
        if self.peek().text == "{":
            rows = self.by_outcome(count, len(players))
        else:
            rows = self.by_payoff(count, len(players))
        if self.faults:
            raise FormatError(self.faults)
        return strategic(title, players, strategies, rows)

    def peek(self) -> _Token:
        """The token at hand; an empty one at the end."""
        if self.place < len(self.tokens):
            return self.tokens[self.place]
        return _Token("end", "", max(len(self.source.text.rstrip()) - 1, 0))

    def take(self) -> _Token:
        """The token at hand, and steps on."""
        token = self.peek()
        self.place += 1
        return token

    def fault(self, code: str, message: str, token: _Token, hint: str = "") -> None:
        """Notes a fault at a token."""
        span = self.source.span(token.at, token.at + max(len(token.text), 1))
        self.faults.append(Fault(code, message, span, hint))

    def stop(self, wanted: str, token: _Token) -> FormatError:
        """The error of a text whose structure is lost."""
        found = token.text[:20] or "the end of the file"
        self.fault("nfg-structure", f"expected {wanted}, found {found}", token)
        return FormatError(self.faults)

    def expect(self, text: str) -> None:
        """Steps over a brace."""
        token = self.take()
        if token.text != text:
            raise self.stop(text, token)

    def header(self) -> str:
        """The title."""
        words = [self.take() for _ in range(4)]
        marks = [w.text for w in words[:3]]
        if marks[:2] != ["NFG", "1"] or marks[2] not in ("R", "D") or words[3].kind != "name":
            self.fault(
                "nfg-header",
                "the file does not begin with a header of the format NFG 1",
                words[0],
                'a header reads: NFG 1 R "title" { "player 1" "player 2" } { 2 2 }',
            )
            raise FormatError(self.faults)
        return unquoted(words[3].text)

    def names(self, what: str) -> tuple[str, ...]:
        """Names in braces."""
        self.expect("{")
        names = []
        while self.peek().kind == "name":
            names.append(unquoted(self.take().text))
        if self.peek().text != "}":
            raise self.stop(f"{what} in quotes", self.peek())
        self.place += 1
        return tuple(names)

    def strategies(self, players: int) -> list[tuple[str, ...]]:
        """Names of each player's strategies."""
        start = self.peek()
        self.expect("{")
        found: list[tuple[str, ...]] = []
        while self.peek().text != "}":
            token = self.peek()
            if token.text == "{":
                found.append(self.names("the strategies' names"))
            elif token.text.isdecimal():
                self.place += 1
                found.append(("",) * int(token.text))
            else:
                raise self.stop("numbers or names of strategies", token)
            if not found[-1]:
                self.fault("nfg-strategies", f"player {len(found)} has no strategy", token)
        self.place += 1
        if len(found) != players:
            message = f"there are strategies for {len(found)} players, but {players} players"
            self.fault("nfg-strategies", message, start)
        if self.faults:
            raise FormatError(self.faults)
        return [distinct(names) for names in found]

    def number(self, token: _Token) -> Fraction:
        """A payoff."""
        try:
            return exact_number(token.text)
        except ValueError as error:
            self.fault("nfg-number", str(error), token)
            return Fraction()

    def by_payoff(self, profiles: int, players: int) -> list[tuple[Fraction, ...]]:
        """Payoffs written out for every profile."""
        rest = self.tokens[self.place :]
        if len(rest) != profiles * players:
            self.fault(
                "nfg-payoffs",
                f"there are {len(rest)} payoffs, not {profiles} profiles × {players} players",
                rest[-1] if rest else self.peek(),
            )
        numbers = [self.number(token) for token in rest]
        return list(zip(*[iter(numbers)] * players, strict=False)) if players else [()]

    def by_outcome(self, profiles: int, players: int) -> list[tuple[Fraction, ...]]:
        """Outcomes, then an outcome's number for every profile."""
        outcomes = [(Fraction(),) * players]
        self.expect("{")
        while self.peek().text == "{":
            start = self.take()
            if self.peek().kind == "name":
                self.place += 1
            payoffs = []
            while self.peek().kind == "word":
                payoffs.append(self.number(self.take()))
            self.expect("}")
            if len(payoffs) != players:
                message = f"an outcome has {len(payoffs)} payoffs for {players} players"
                self.fault("nfg-outcome", message, start)
            outcomes.append(tuple(payoffs))
        self.expect("}")
        rest = self.tokens[self.place :]
        if len(rest) != profiles:
            message = f"there are {len(rest)} outcome numbers for {profiles} profiles"
            self.fault("nfg-outcome", message, rest[-1] if rest else self.peek())
        for token in rest:
            if not token.text.isdecimal() or int(token.text) >= len(outcomes):
                self.fault(
                    "nfg-outcome",
                    f"there is no outcome {token.text}",
                    token,
                    f"{len(outcomes) - 1} outcomes are defined; 0 is none",
                )
        if self.faults:
            raise FormatError(self.faults)
        return [outcomes[int(token.text)] for token in rest]


def strategic(
    title: str,
    players: tuple[str, ...],
    strategies: list[tuple[str, ...]],
    payoffs: list[tuple[Fraction, ...]] | list[tuple[float, ...]],
) -> Game:
    """The tree of a strategic game.

    Args:
        title: What it is called.
        players: Names of the players.
        strategies: Names of each player's strategies.
        payoffs: Payoffs per profile, one a player; the first player's strategy varies fastest.
    """
    infosets = [Infoset(p, "1", names) for p, names in enumerate(strategies)]
    counts = [len(names) for names in strategies]
    preorder: list[int] = []
    for profile in product(*map(range, counts)):
        opened = next((i for i in range(len(counts), 0, -1) if profile[i - 1]), 0)
        preorder += [*range(opened, len(counts)), -1]
    order = np.arange(prod(counts)).reshape(counts, order="F").ravel().tolist()
    return assemble(title, players, infosets, preorder, [payoffs[i] for i in order])


def write_nfg(game: Game) -> str:
    """The game as a file in Gambit's format NFG 1, by its reduced strategic form.

    Args:
        game: A game whose players all have perfect recall.

    Raises:
        UsageError: Some player lacks perfect recall, or there are too many strategies or profiles.
    """
    if not game.perfect_recall:
        raise UsageError("a game without perfect recall has no reduced strategic form here")
    try:
        plans = [reduced_strategies(game, p, MOST_PROFILES) for p in range(len(game.players))]
    except SolveError as error:
        raise UsageError(str(error), hint="write an .efg file, which holds the tree") from None
    if prod(map(len, plans)) > MOST_PROFILES:
        raise UsageError(
            f"the strategic form has more than {MOST_PROFILES:,} profiles", "write an .efg file"
        )
    names = [distinct(map(accepted, _strategy_names(game, own))) for own in plans]
    table = payoff_table(game, plans)
    listed = " ".join("{ " + " ".join(map(quoted, own)) + " }" for own in names)
    players = " ".join(map(quoted, distinct(map(accepted, game.players))))
    head = f"NFG 1 R {quoted(game.title)} {{ {players} }}"
    rows = zip(*(t.ravel(order="F").tolist() for t in table), strict=True)
    body = "\n".join(" ".join(map(written, row)) for row in rows)
    return f'{head}\n{{ {listed} }}\n""\n\n{body}\n'


def _strategy_names(game: Game, plans: list[tuple[int, ...]]) -> tuple[str, ...]:
    actions = game.labels.actions
    return distinct(", ".join(actions[a] for a in plan) for plan in plans)
