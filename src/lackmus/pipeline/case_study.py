"""A case's claims as a function of its assumptions.

A `CaseStudy` plans what the claims need: the game as written and one more for every ``do(...)``,
each compiled once per number of rounds, each solved once per draw.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Final, TypeAlias

import numpy as np

from lackmus.case import syntax
from lackmus.case.text import expression_text
from lackmus.case.writer import write_case
from lackmus.certification.draws import certified
from lackmus.compiler.ask import parts_of, questions_of, rules_in
from lackmus.compiler.compile import Compiled, compile_case
from lackmus.compiler.desugar import desugar
from lackmus.compiler.numbers import Last
from lackmus.foundation.arrays import Codes, Floats, Ints
from lackmus.foundation.outcomes import (
    BAD_CHANCE,
    BAD_PAYOFF,
    BAD_PRECISION,
    CANNOT_BE_ASKED,
    NOT_CERTIFIED,
    NOT_FOLLOWED,
    SOLVED,
    UNSOLVED,
)
from lackmus.game.questions import Question, variants_in
from lackmus.pipeline.observations import record_of
from lackmus.reading.answer import Answers, rounding_of, turning_margins
from lackmus.solution.solution import Play
from lackmus.solvers.quantal_response.plays import play_many
from lackmus.sweep.study import Outcomes, unsolved

#: Draws that are solved before they are asked; more would only fill memory.
_TOGETHER: Final = 1024

#: Draws that are asked together; more would only fill the processor's cache.
_ASKED: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class Variants:
    """The games that one set of claims needs, for one number of rounds.

    Attributes:
        games: As written first, then one for each set of interventions.
        questions: The claims, ready to be put to them, and behind them their parts.
        spoken_of: For each question, the games that it speaks of.
    """

    games: tuple[Compiled, ...]
    questions: tuple[Question, ...]
    spoken_of: tuple[list[int], ...] = field(init=False)

    def __post_init__(self) -> None:
        spoken_of = tuple(sorted(set(variants_in(asked.truth))) for asked in self.questions)
        object.__setattr__(self, "spoken_of", spoken_of)


_Games: TypeAlias = dict[tuple[tuple[str, int], ...], tuple[Compiled, ...]]

#: Called with the rows of a batch, the game as written, the values there, and how it is played.
Beside: TypeAlias = Callable[[np.ndarray, Compiled, Mapping[str, Floats], Play], None]


class CaseStudy:
    """The claims of a case as a function of its assumptions (a `Study` to the sweep).

    Args:
        case: A case that passed its check.
        observed: What has been observed; the claims are judged in its light. The record of the
            case is none of it, unless given: it is what ``observed`` in a claim stands for.
        other: Another light, in which each claim is asked of the same plays too; None for none.
        like: A study of the same case, with which compiled games are shared.
        parts: Whether the parts of claims are asked, too.
    """

    def __init__(
        self,
        case: syntax.Case,
        observed: Sequence[syntax.Expr] = (),
        other: Sequence[syntax.Expr] | None = None,
        like: CaseStudy | None = None,
        *,
        parts: bool = True,
    ) -> None:
        self.written = case
        self.case = desugar(case)
        self.observed = tuple(observed)
        self.other = None if other is None else tuple(other)
        self.parts = parts
        self._variants: dict[tuple[tuple[str, int], ...], Variants] = {}
        #: By number of rounds, as written first; compiled when first needed.
        self.games: _Games = {} if like is None else like.games

    def __getstate__(self) -> dict[str, object]:
        """What travels to a worker: compiled games are made anew there."""
        return self.__dict__ | {"_variants": {}, "games": {}}

    @property
    def assumptions(self) -> tuple[syntax.Assumption, ...]:
        """What varies, precision last."""
        return (*self.case.assumptions, self.case.precision)

    @property
    def correlations(self) -> tuple[syntax.Correlation, ...]:
        """Rank correlations among the assumptions."""
        return self.case.correlations

    @property
    def claims(self) -> tuple[str, ...]:
        """Ids of the claims in order, and behind them those of their parts, as ``claim.1``.

        Last come those of the claims in the other light, as ``claim.other``.
        """
        claims = self.case.claims
        parts = (
            f"{claim.id}.{k}"
            for claim in claims
            for k in range(1, len(parts_of(claim.holds_if)[1]) + 1)
        )
        others = () if self.other is None else (f"{claim.id}.other" for claim in claims)
        return (*(claim.id for claim in claims), *(parts if self.parts else ()), *others)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the case as it is written out, without its name, and of what was observed."""
        said = [write_case(replace(self.written, name="")), *map(expression_text, self.observed)]
        return hashlib.sha256("\0".join(said).encode()).hexdigest()

    def variants(self, rounds: Mapping[str, int] | None = None) -> Variants:
        """The games to solve, the game as written first, and the questions asked of them.

        Args:
            rounds: The number of rounds of each block; as at the base values where unsaid.
        """
        key = tuple(sorted((rounds or {}).items()))
        if key not in self._variants:
            rules = rules_in(self.case.claims)
            if key not in self.games:
                self.games[key] = tuple(
                    compile_case(self.case, do=do, rounds=rounds) for do in rules.values()
                )
            games = self.games[key]
            named = tuple(zip(rules, games, strict=True))
            record = record_of(self.case)
            questions = questions_of(self.case.claims, named, self.observed, record)
            asked = questions if self.parts else ()
            parts = (part for question in asked for part in question.parts)
            others: tuple[Question, ...] = ()
            if self.other is not None:
                others = questions_of(self.case.claims, named, self.other, record)
            self._variants[key] = Variants(games, (*questions, *parts, *others))
        return self._variants[key]

    def levels(self) -> tuple[tuple[float, float], ...]:
        """Of each claim the margins above which it holds and below which it fails, at base."""
        variants = self.variants()
        games = [compiled.game for compiled in variants.games]
        return tuple(turning_margins(question.truth, games) for question in variants.questions)

    def rounding(self) -> tuple[float, ...]:
        """Of each claim, and part, the spread up to which its margins are one number, at base."""
        variants = self.variants()
        games = [compiled.game for compiled in variants.games]
        return tuple(rounding_of(question.truth, games) for question in variants.questions)

    def alone(self, *, parts: bool = True) -> CaseStudy:
        """The claims without the other light; the games compiled so far are shared.

        Args:
            parts: Whether the parts of claims are asked, too, where they are here.
        """
        if self.other is None and parts >= self.parts:
            return self
        study = CaseStudy(self.written, self.observed, like=self, parts=parts and self.parts)
        size = len(study.claims)
        study._variants = {
            key: Variants(found.games, found.questions[:size])
            for key, found in self._variants.items()
        }
        return study

    def run(
        self,
        points: Floats,
        *,
        threads: int = 1,
        claims: Ints | None = None,
        beside: Beside | None = None,
    ) -> Outcomes:
        """Outcomes at `points`, shape (D, assumptions).

        Args:
            points: The draws.
            threads: Threads to solve with.
            claims: The column of the one claim that is asked at each point, for which no games but
                its own are solved; shape (D,). All are asked where it is None.
            beside: Shown each batch of the game as written once it is solved, where all are asked.
        """
        outcomes = unsolved(len(points), len(self.claims), NOT_FOLLOWED)
        for rounds, rows in self.by_rounds(points):
            variants = self.variants(rounds or None)
            for wanted, among in _wanted(variants, rows, claims):
                for begin in range(0, len(among), _TOGETHER):
                    part = among[begin : begin + _TOGETHER]
                    self._run_alike(outcomes, points[part], part, variants, wanted, threads, beside)
        return outcomes

    def settled(self, points: Floats, outcomes: Outcomes) -> list[bool]:
        """Which claims and parts what was observed has decided.

        Each number of rounds is a game with histories of its own: a claim is settled where it is in
        all of them in which it can be asked, and in the same way.

        Args:
            points: The draws, shape (D, assumptions).
            outcomes: What `run` made of them.
        """
        ways: list[set[bool | None]] = [set() for _ in self.claims]
        for rounds, rows in self.by_rounds(points):
            codes = outcomes.holds[rows]
            asked = ((codes != CANNOT_BE_ASKED) & (codes != UNSOLVED)).any(axis=0)
            if not asked.any() or not self.observed:
                continue
            for column, question in enumerate(self.variants(rounds or None).questions):
                if asked[column]:
                    ways[column].add(question.settled)
        return [way in ({True}, {False}) for way in ways]

    def values(self, points: Floats) -> dict[str, Floats]:
        """The values of each assumption by its name, each of shape (D,).

        Args:
            points: The draws, shape (D, assumptions).
        """
        return {a.name: points[:, i] for i, a in enumerate(self.assumptions)}

    def by_rounds(self, points: Floats) -> list[tuple[dict[str, int], np.ndarray]]:
        """Rows of points grouped by the number of rounds that they ask for.

        Args:
            points: The draws; shape (D, assumptions).

        Returns:
            For each such number of rounds per block, the rows of `points` that ask for it.
        """
        names = [a.name for a in self.assumptions]
        blocks = {
            item.name: item.count.id
            for item in self.case.moves
            if isinstance(item, syntax.Rounds) and isinstance(item.count, syntax.Name)
        }
        if not blocks:
            return [({}, np.arange(len(points)))]
        counts = np.stack([points[:, names.index(n)] for n in blocks.values()], axis=1)
        counts = np.maximum(1, np.rint(counts)).astype(int)
        kinds, which = np.unique(counts, axis=0, return_inverse=True)
        return [
            (dict(zip(blocks, map(int, kind), strict=True)), np.flatnonzero(which.reshape(-1) == i))
            for i, kind in enumerate(kinds)
        ]

    def _run_alike(
        self,
        outcomes: Outcomes,
        points: Floats,
        rows: np.ndarray,
        variants: Variants,
        wanted: _Wanted,
        threads: int,
        beside: Beside | None,
    ) -> None:
        values = self.values(points)
        few = Variants(tuple(variants.games[game] for game in wanted.games), ())
        played = self.played(few, values, threads=threads)
        plays = [play for play, _ in played]
        why = np.array([reason for _, reason in played])
        outcomes.failed[rows] = (why != SOLVED).any(axis=0)
        outcomes.turned[rows] = np.any([play.turned for play in plays], axis=0)
        outcomes.forked[rows] = np.any([play.forked for play in plays], axis=0)
        outcomes.residual[rows] = np.max([play.residual for play in plays], axis=0)
        outcomes.regret[rows] = np.max([play.regret for play in plays], axis=0)
        if beside is not None:
            beside(rows, variants.games[0], values, plays[0])
        reasons, codes = np.empty((2, len(rows), len(wanted.questions)), np.int8)
        margins = np.empty(codes.shape)
        for q, column in enumerate(wanted.questions):
            of = [wanted.games.index(game) for game in variants.spoken_of[column]]
            reasons[:, q] = _first(why[of])
        games = [compiled.game for compiled in variants.games]
        for begin in range(0, len(rows), _ASKED):
            part = slice(begin, begin + _ASKED)
            here = {name: drawn[part] for name, drawn in values.items()}
            some = {g: play.of(part) for g, play in zip(wanted.games, plays, strict=True)}
            answers = Answers(games, some, here)
            for q, column in enumerate(wanted.questions):
                truth = answers.truth(variants.questions[column].truth)
                margins[part, q], codes[part, q] = truth
        lost, there = reasons != SOLVED, np.ix_(rows, np.asarray(wanted.questions, np.intp))
        outcomes.why[there] = reasons
        outcomes.margins[there] = np.where(lost, np.nan, margins)
        outcomes.holds[there] = np.where(lost, UNSOLVED, codes)

    def plays(
        self, variants: Variants, values: Mapping[str, Floats], *, threads: int = 1
    ) -> list[Play]:
        """Every variant solved under every draw.

        Args:
            variants: The games, from `variants`.
            values: The values of assumptions, from `values`.
            threads: Threads to solve with.
        """
        return [play for play, _ in self.played(variants, values, threads=threads)]

    def played(
        self, variants: Variants, values: Mapping[str, Floats], *, threads: int = 1
    ) -> list[tuple[Play, Codes]]:
        """Every variant solved under every draw, and why it is not, where it is not.

        Args:
            variants: The games, from `variants`.
            values: The values of assumptions, from `values`.
            threads: Threads to solve with.
        """
        many = partial(play_many, threads=threads, own=True)
        return [
            played(compiled, values, partial(many, compiled.game)) for compiled in variants.games
        ]


def played(
    compiled: Compiled,
    values: Mapping[str, Floats],
    solve: Callable[..., Play],
    last: Last | None = None,
) -> tuple[Play, Codes]:
    """A game solved under every draw, and why it is not, where it is not.

    Args:
        compiled: The game.
        values: The drawn values of assumptions, each of shape (D,).
        solve: Payoffs, chances and precisions of the draws to their play.
        last: What is kept from the draw before, where there is one draw.
    """
    draws = compiled.draws(values) if last is None else compiled.after(values, last)
    precision = compiled.complete(values)["precision"]
    sound = np.isfinite(precision) & (precision >= 0.0)
    play = solve(draws.payoffs, draws.chance, np.where(sound, precision, 0.0))
    why = np.zeros(len(precision), np.int8)
    why[~certified(compiled.game, play, precision)] = NOT_CERTIFIED
    why[play.failed] = NOT_FOLLOWED
    why[~draws.valid] = BAD_CHANCE
    why[~draws.finite] = BAD_PAYOFF
    why[~sound] = BAD_PRECISION
    return replace(play, failed=why != SOLVED), why


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which games of a case are to be solved, and which questions asked, by their places."""

    games: Sequence[int]
    questions: Sequence[int]


def _wanted(
    variants: Variants, rows: np.ndarray, claims: Ints | None
) -> Iterator[tuple[_Wanted, np.ndarray]]:
    """What is wanted, and in which of the rows; rows that want the same games go together."""
    if claims is None:
        yield _Wanted(range(len(variants.games)), range(len(variants.questions))), rows
        return
    alike: dict[tuple[int, ...], list[int]] = {}
    for column in np.unique(claims[rows]).tolist():
        alike.setdefault(tuple(variants.spoken_of[column]) or (0,), []).append(column)
    for games, columns in alike.items():
        yield _Wanted(games, columns), rows[np.isin(claims[rows], columns)]


def _first(why: Codes) -> Codes:
    """Per draw the first reason among several games; shape (games, D) to (D,)."""
    if not len(why):
        return np.zeros(why.shape[1:], np.int8)
    return np.asarray(np.take_along_axis(why, (why != SOLVED).argmax(axis=0)[None], axis=0)[0])
