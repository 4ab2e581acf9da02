"""Gambit's extensive-form files (EFG 2) as games; `efg_writer` writes them.

A file is a header, ``EFG 2 R "title" { "player" … } "comment"``, and the nodes in preorder::

    c "node" infoset "name" { "action" probability … } outcome "name" { payoff … }
    p "node" player infoset "name" { "action" … } outcome "name" { payoff … }
    t "node" outcome "name" { payoff … }

Names are optional but for the node's own; an infoset's or outcome's definition is given once, and
then its number is enough; outcome 0 is none. Payoffs at inner nodes count at every terminal
behind them. Numbers are decimals or ratios and are read without rounding.

Numbers identify infosets, so an infoset's label in the `Game` is its number in the file. Labels
of actions and players may be missing or repeated; they are made distinct.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from lackmus.foundation.errors import Fault, FormatError
from lackmus.foundation.tolerances import PROBABILITY
from lackmus.game.assemble import Infoset, assemble
from lackmus.game.game import Game
from lackmus.game.numbers import NUMBER, exact_number
from lackmus.game.source import STRING, Source, load_text, unquoted

_NAME = rf"(?:{STRING}\s*)?"
_BRACES = rf"(?:\{{((?:[^{{}}\"]|{STRING})*+)\}}\s*)?"
_TAIL = rf"(\d++)\s*{_NAME}{_BRACES}"
_RECORD = {
    "c": re.compile(rf"c\s*{STRING}\s*()(\d++)\s*{_NAME}{_BRACES}{_TAIL}", re.DOTALL),
    "p": re.compile(rf"p\s*{STRING}\s*(\d++)\s+(\d++)\s*{_NAME}{_BRACES}{_TAIL}", re.DOTALL),
    "t": re.compile(rf"t\s*{STRING}\s*()()(){_TAIL}", re.DOTALL),
}
_HEADER = re.compile(rf"\s*EFG\s+2\s+[RD]\s*({STRING})\s*\{{((?:\s|{STRING})*+)\}}\s*", re.DOTALL)
_NAMES = re.compile(STRING, re.DOTALL)
_COMMENT = re.compile(rf"{STRING}\s*", re.DOTALL)
_WORDS = re.compile(rf"{STRING}|[^\s\"]+", re.DOTALL)
_CHANCES = re.compile(rf"({STRING})\s*({NUMBER})?|([^\s\",]+)", re.DOTALL)
_RESYNC = re.compile(r"\n\s*[cpt]\s*\"")
_SPACE = re.compile(r"\s*")
_MOST_FAULTS = 100

_EXPECTED = {
    "c": ("a name in quotes", "the infoset's number", "{", "the outcome's number"),
    "p": (
        "a name in quotes",
        "the player's number",
        "the infoset's number",
        "{",
        "the outcome's number",
    ),
    "t": ("a name in quotes", "the outcome's number"),
}


def read_efg(path_or_text: str | Path) -> Game:
    """The game in a file, or in a text that begins with ``EFG``.

    Args:
        path_or_text: The file's path, or the text itself.

    Raises:
        FormatError: The file cannot be read or is faulty; all faults found are listed.
    """
    text, name = load_text(path_or_text, "EFG")
    return parse_efg(text, name)


def parse_efg(text: str, name: str = "<text>") -> Game:
    """The game that a text in Gambit's EFG 2 format describes.

    Args:
        text: The whole file.
        name: What to call it in faults.

    Raises:
        FormatError: The text is faulty; all faults found are listed, each with its place.
    """
    return _Reader(Source(name, text)).game()


@dataclass(slots=True)
class _Set:
    """An infoset as seen so far; `actions` is None until its definition is met."""

    player: int
    number: int
    actions: tuple[str, ...] | None = None
    chance: tuple[Fraction, ...] = ()
    braces: str = ""


@dataclass(slots=True)
class _Record:
    """A node as written; `infoset` is None at a terminal."""

    at: int
    infoset: _Set | None
    outcome: int


@dataclass(slots=True)
class _Reader:
    """Reads one text; faults gather in `faults`."""

    source: Source
    faults: list[Fault] = field(default_factory=list)
    sets: dict[tuple[int, int], _Set] = field(default_factory=dict)
    outcomes: dict[int, tuple[Fraction, ...]] = field(default_factory=dict)
    outcome_texts: dict[int, str] = field(default_factory=dict)
    players: tuple[str, ...] = ()

    def fault(self, code: str, message: str, at: int, end: int = 0, hint: str = "") -> None:
        """Notes a fault at text[at:end]."""
        self.faults.append(Fault(code, message, self.source.span(at, end or at + 1), hint))

    def game(self) -> Game:
        """The game, or all faults."""
        title, at = self.header()
        records = list(self.records(at))
        if not self.faults:
            self.check_definitions(records)
        if not self.faults:
            self.check_shape(records)
        if self.faults:
            raise FormatError(self.faults)
        return self.build(title, records)

    def header(self) -> tuple[str, int]:
        """The title and the place of the first node."""
        text = self.source.text
        match = _HEADER.match(text)
        if match is None:
            start = _space(text, 0)
            self.fault(
                "efg-header",
                "the file does not begin with a header of the format EFG 2",
                start,
                hint='a header reads: EFG 2 R "title" { "player 1" "player 2" }',
            )
            raise FormatError(self.faults)
        self.players = tuple(unquoted(m[0]) for m in _NAMES.finditer(match[2]))
        comment = _COMMENT.match(text, match.end())
        return unquoted(match[1]), comment.end() if comment else match.end()

    def records(self, at: int) -> Iterator[_Record]:
        """The nodes; a faulty one is reported and skipped."""
        text = self.source.text
        while at < len(text):
            pattern = _RECORD.get(text[at])
            match = pattern.match(text, at) if pattern else None
            if match is None:
                self.diagnose(at)
                resume = _RESYNC.search(text, at)
                at = _space(text, resume.start()) if resume else len(text)
            else:
                yield self.record(match)
                at = match.end()
            if len(self.faults) > _MOST_FAULTS:
                return

    def record(self, match: re.Match[str]) -> _Record:
        """One node; what it defines is kept."""
        player, number, braces, outcome, payoffs = match.group(1, 2, 3, 4, 5)
        infoset = None
        if number:
            infoset = self.infoset(match, int(player) - 1 if player else -1, int(number), braces)
        place = int(outcome)
        if payoffs is not None:
            self.outcome(match, place, payoffs)
        return _Record(match.start(), infoset, place)

    def infoset(self, match: re.Match[str], player: int, number: int, braces: str | None) -> _Set:
        """The infoset a node belongs to, with its definition where this node gives it."""
        if player >= len(self.players) or (match[1] and player < 0):
            self.fault(
                "efg-player",
                f"there is no player {player + 1}",
                *match.span(1),
                f"the header names {len(self.players)} players, numbered from 1",
            )
            return _Set(player, number, ("",))
        found = self.sets.get((player, number))
        if found is None:
            found = self.sets[player, number] = _Set(player, number)
        if braces is None or braces == found.braces:
            return found
        actions, chance = self.actions(match, chance=player < 0)
        if found.actions is None:
            found.actions, found.chance, found.braces = actions, chance, braces
        elif actions != found.actions or chance != found.chance:
            what = "other probabilities" if actions == found.actions else "other actions"
            if actions != found.actions and sorted(actions) == sorted(found.actions):
                what = "its actions in another order"
            self.fault(
                "efg-infoset",
                f"infoset {number} has {what} here than where it was defined",
                *match.span(3),
                hint="nodes that share an infoset share its actions; a number means one infoset",
            )
        return found

    def actions(
        self, match: re.Match[str], *, chance: bool
    ) -> tuple[tuple[str, ...], tuple[Fraction, ...]]:
        """Names, and for chance probabilities, between the braces of a node."""
        start, end = match.span(3)
        actions, chances = self.chances(start, end) if chance else (self.names(start, end), ())
        if not actions:
            self.fault("efg-infoset", "an infoset has no action", start - 1, end + 1)
        return actions, chances

    def names(self, start: int, end: int) -> tuple[str, ...]:
        """The names of a personal infoset's actions."""
        found = list(_WORDS.finditer(self.source.text, start, end))
        for word in found:
            if word[0][0] != '"':
                self.fault("efg-action", "an action's name must be in quotes", *word.span())
        return tuple(unquoted(word[0]) for word in found)

    def chances(self, start: int, end: int) -> tuple[tuple[str, ...], tuple[Fraction, ...]]:
        """The actions of a chance node and their probabilities."""
        names, chances = [], []
        for m in _CHANCES.finditer(self.source.text, start, end):
            if m[1] is None or m[2] is None:
                self.fault(
                    "efg-chance",
                    "a chance action needs a name in quotes and a probability",
                    *m.span(),
                )
                continue
            names.append(unquoted(m[1]))
            number = self.number(m[2], m.start(2))
            if number < 0:
                self.fault("efg-chance", f"the probability {m[2]} is negative", *m.span(2))
            chances.append(number)
        total = sum(chances, Fraction())
        if names and abs(total - 1) > PROBABILITY and not self.faults:
            self.fault(
                "efg-chance",
                f"the probabilities sum to {float(total):.10g}, not 1",
                start,
                end,
                "write ratios such as 1/3 where a decimal cannot be exact",
            )
        return tuple(names), tuple(p / total for p in chances) if total > 0 else ()

    def outcome(self, match: re.Match[str], number: int, payoffs: str) -> None:
        """Keeps what an outcome pays."""
        if self.outcome_texts.get(number) == payoffs:
            return
        start, end = match.span(5)
        if number == 0:
            self.fault(
                "efg-outcome",
                "outcome 0 means none and cannot have payoffs",
                start,
                end,
                "number outcomes from 1",
            )
            return
        values = self.payoffs(start, end)
        if len(values) != len(self.players):
            self.fault(
                "efg-outcome",
                f"outcome {number} has {len(values)} payoffs for {len(self.players)} players",
                start,
                end,
            )
        known = self.outcomes.setdefault(number, values)
        if known != values:
            self.fault(
                "efg-outcome",
                f"outcome {number} pays otherwise here than where it was defined",
                start,
                end,
                "different payoffs need different outcome numbers",
            )
        self.outcome_texts.setdefault(number, payoffs)

    def payoffs(self, start: int, end: int) -> tuple[Fraction, ...]:
        """The numbers between two places."""
        text = self.source.text[start:end]
        try:
            return tuple(map(exact_number, text.replace(",", " ").split()))
        except ValueError:
            found = re.finditer(r"[^\s,]+", text)
            return tuple(self.number(m[0], start + m.start()) for m in found)

    def number(self, text: str, at: int) -> Fraction:
        """A number; 0 where it is none, and a fault."""
        try:
            return exact_number(text)
        except ValueError as error:
            self.fault("efg-number", str(error), at, at + len(text))
            return Fraction()

    def diagnose(self, at: int) -> None:
        """Says what is wrong with a node that no pattern matches."""
        text = self.source.text
        kind = text[at]
        after = _space(text, at + 1)
        if kind not in _EXPECTED or text[after : after + 1] not in ('"', "", "0", "1"):
            self.fault(
                "efg-node",
                "a node must begin with c, p or t and its name in quotes",
                at,
                hint='for instance: p "" 1 1 "" { "left" "right" } 0',
            )
            return
        self.source_fault(kind, after)

    def source_fault(self, kind: str, at: int) -> None:
        """Finds the first part of a node that is missing."""
        text = self.source.text
        part = re.compile(
            rf"(?P<name>{STRING})|(?P<number>\d++)|(?P<braces>\{{(?:[^{{}}\"]|{STRING})*+\}})",
            re.DOTALL,
        )
        wanted = list(_EXPECTED[kind])
        while wanted:
            found = part.match(text, at)
            kind_found = found.lastgroup if found else None
            numeric = "number" in wanted[0]
            if numeric == (kind_found == "number") and kind_found is not None:
                wanted.pop(0)
            elif wanted[0] == "{":
                wanted.pop(0)
                continue
            elif kind_found not in ("name", "braces"):
                break
            at = _space(text, found.end()) if found else at
        what = wanted[0] if wanted else "the next node"
        shown = re.compile(r"\S{1,20}").match(text, at)
        self.fault(
            "efg-node",
            f"expected {what}, found {shown[0] if shown else 'the end of the file'}",
            min(at, len(text) - 1),
            shown.end() if shown else 0,
            "a brace or a quote may be left open" if shown and shown[0][0] in '{"' else "",
        )

    def check_definitions(self, records: list[_Record]) -> None:
        """Every infoset and outcome that is used must be defined somewhere."""
        told: set[int] = set()
        for record in records:
            if record.infoset is not None and record.infoset.actions is None:
                record.infoset.actions = ()
                self.fault(
                    "efg-infoset",
                    f"the actions of infoset {record.infoset.number} are given nowhere",
                    record.at,
                )
            if (
                record.outcome
                and record.outcome not in self.outcomes
                and record.outcome not in told
            ):
                told.add(record.outcome)
                self.fault(
                    "efg-outcome",
                    f"the payoffs of outcome {record.outcome} are given nowhere",
                    record.at,
                    hint="0 stands for no outcome",
                )

    def check_shape(self, records: list[_Record]) -> None:
        """The nodes must be one tree: as many as the actions lead to."""
        missing = 1
        for place, record in enumerate(records):
            if missing == 0:
                self.fault(
                    "efg-tree",
                    f"the tree is complete before this node ({len(records) - place} too many)",
                    record.at,
                    hint="does a node above lack an action?",
                )
                return
            actions = record.infoset.actions if record.infoset else None
            missing += len(actions or ()) - 1
        if missing:
            at = max(len(self.source.text.rstrip()) - 1, 0)
            self.fault(
                "efg-tree",
                f"the file ends before the tree is complete (at least {missing} too few nodes)",
                at,
                hint="every action of every node needs its own subtree, in the order of actions",
            )

    def build(self, title: str, records: list[_Record]) -> Game:
        """The game of a file without faults."""
        ordered = sorted(self.sets.values(), key=lambda s: (s.player < 0, s.player, s.number))
        place = {id(s): i for i, s in enumerate(ordered)}
        preorder = [-1 if r.infoset is None else place[id(r.infoset)] for r in records]
        infosets = [Infoset(s.player, str(s.number), s.actions or (), s.chance) for s in ordered]
        return assemble(title, self.players, infosets, preorder, self.terminal_payoffs(records))

    def terminal_payoffs(self, records: list[_Record]) -> list[tuple[Fraction, ...]]:
        """Payoffs per terminal in preorder; those met on the way count."""
        nothing = (Fraction(),) * len(self.players)
        rows: list[tuple[Fraction, ...]] = []
        waiting = [nothing]
        for record in records:
            sofar = waiting.pop()
            if record.outcome:
                here = self.outcomes[record.outcome]
                plain = sofar is nothing
                sofar = here if plain else tuple(map(Fraction.__add__, sofar, here))
            if record.infoset is None:
                rows.append(sofar)
            else:
                waiting.extend([sofar] * len(record.infoset.actions or ()))
        return rows


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
