"""The case language as a tree: this file is the language, with those that it gives on.

Every node is frozen and carries the place it was read from (`span`, None where a program built it;
never part of equality). Numbers are `Fraction`s, so ``0.1`` and ``1/3`` stay exact. How a file and
the builder call a field, what may stand there and what the reference says of it is declared with
it. Expressions stand in `terms`, sources and passages in `cited`, claims and what is known in
`asked`; all are called by the name of this module.
"""

from __future__ import annotations

import datetime
from dataclasses import MISSING, dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias

from lackmus.case.asked import JUDGEMENT as JUDGEMENT
from lackmus.case.asked import Claim as Claim
from lackmus.case.asked import Observation as Observation
from lackmus.case.asked import Reliability as Reliability
from lackmus.case.asked import Statement as Statement
from lackmus.case.cited import CITE
from lackmus.case.cited import Citation as Citation
from lackmus.case.cited import Source as Source
from lackmus.case.declared import Key, declare, declare_keys, named, place
from lackmus.case.terms import Best as Best
from lackmus.case.terms import Binary as Binary
from lackmus.case.terms import Call as Call
from lackmus.case.terms import Compare as Compare
from lackmus.case.terms import Entropy as Entropy
from lackmus.case.terms import Expectation as Expectation
from lackmus.case.terms import Expr as Expr
from lackmus.case.terms import Given as Given
from lackmus.case.terms import Has as Has
from lackmus.case.terms import IfElse as IfElse
from lackmus.case.terms import Information as Information
from lackmus.case.terms import Intervention as Intervention
from lackmus.case.terms import Likeliest as Likeliest
from lackmus.case.terms import Member as Member
from lackmus.case.terms import Name as Name
from lackmus.case.terms import Number as Number
from lackmus.case.terms import Occurs as Occurs
from lackmus.case.terms import Probability as Probability
from lackmus.case.terms import Query as Query
from lackmus.case.terms import Unary as Unary
from lackmus.case.terms import Worth as Worth
from lackmus.case.terms import children as children
from lackmus.foundation.distributions import Distribution
from lackmus.foundation.letters import composed
from lackmus.foundation.spans import Span

#: Keys that several constructs have.
_SAYS: Final = Key("says", "text", "in words")
_BECAUSE: Final = Key("because", "text", "where it comes from, or `assumed`")


# --- numbers ----------------------------------------------------------------------------------


#: With these and a full stop the table of draws begins the names of its own columns.
COLUMNS: Final = ("draw", "solve", "margin", "outcome", "reason")


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number that the case assumes, with the range that a doubter would grant."""

    name: str = named("how expressions call it")
    value: Fraction = declare(
        "number", "base value", needed="the number used unless a draw says otherwise"
    )
    distribution: Distribution = declare_keys(
        Key(
            "range",
            "range",
            "lowest and highest value; all of it equally likely, unless `distribution` says more",
        ),
        Key("distribution", "distribution", "how draws vary it"),
    )
    says: str = declare("text", "what it stands for, in words")
    cite: tuple[Citation, ...] = declare("cite", "passages it rests on")
    because: str = declare_keys(_BECAUSE)
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Correlation:
    """Rank correlation between two assumptions (Gaussian copula)."""

    between: tuple[str, str] = declare("pair", "two assumptions", needed="[one, other]")
    rho: Fraction = declare(
        "number", "rank correlation, between -1 and 1", needed="a number between -1 and 1"
    )
    span: Span | None = place()


# --- who and what -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chance:
    """One value of an aim, fact or chance move with its probability; None means *the rest*."""

    label: str = named("the value")
    probability: Expr | None = declare(
        "probability",
        "how likely it is; `rest` is what the others leave",
        needed="a number, an expression, or rest",
    )
    says: str = declare_keys(_SAYS)
    span: Span | None = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Someone who moves and has a stake."""

    id: str = named("name in expressions")
    name: str = declare("text", "name in print")
    says: str = declare("text", "who this is, in words")
    aims: tuple[Chance, ...] = declare("chances", "hidden aims with their priors")
    known_to: tuple[str, ...] = declare("who", "others who know the aim (a back channel)")
    cite: tuple[Citation, ...] = declare_keys(CITE)
    span: Span | None = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An uncertain fact of the world, settled before the first move."""

    name: str = named("name in expressions")
    values: tuple[Chance, ...] = declare(
        "chances",
        "its values with their probabilities",
        needed="its possible values with their probabilities",
        default=(),
    )
    known_to: tuple[str, ...] = declare("who", "who knows it")
    says: str = declare_keys(_SAYS)
    cite: tuple[Citation, ...] = declare_keys(CITE)
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class JointAims:
    """Priors of several aims (or facts) that are not independent: a probability per combination."""

    over: tuple[str, ...] = declare(
        "names",
        "aims or facts, such as [south.aim, north.aim]",
        needed="the aims, such as [south.aim, north.aim]",
    )
    chances: tuple[tuple[tuple[str, ...], Expr | None], ...] = declare(
        "cells",
        "a probability for each combination, such as peace & settle: 0.2",
        needed="a probability for each combination, such as peace & settle: 0.2",
    )
    span: Span | None = place()


# --- moves ------------------------------------------------------------------------------------

#: Name of the round's number where rounds have no name.
ROUND_NUMBER: Final = "round_number"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a mover can do, and when.

    `number` is what ``number(move)`` gives where it is taken; `items` is what a set-valued option
    has, one or several. One of a chance move has a probability, None where it is the rest.
    """

    label: str = named("the option")
    condition: Expr | None = declare("expression", "when it is open; always, if unsaid", key="if")
    probability: Expr | None = None
    rest: bool = False
    says: str = declare("text", "the option in words")
    number: Fraction | None = declare(
        "number", "what number(…) of the move gives where this is taken"
    )
    items: tuple[str, ...] = ()
    span: Span | None = place()


def chance_of(option: Option) -> Chance:
    """An option of a chance move as a value with its probability."""
    return Chance(option.label, None if option.rest else option.probability, option.says)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A move of an actor, a chance move, or a noisy signal.

    A chance move has nobody in `by` and a probability per option. In rounds `by` may name several:
    round r is moved in by the r-th of them, and behind the last comes the first again. A signal
    is a chance move whose options are those of the variable it is about; it is right with
    probability `right`, and otherwise any wrong option is equally likely.
    """

    name: str = named("the move's name; its value is the option taken")
    by: tuple[str, ...] = declare(
        "actors", "who moves; several in rounds: one a round, in turn", forms=("by",)
    )
    signal_of: Name | None = declare(
        "variable", "the variable that a signal is about", taken="of", forms=("signal of",)
    )
    condition: Expr | None = declare(
        "expression", "when the move is made; always, if unsaid", key="if", taken="when"
    )
    options: tuple[Option, ...] = declare_keys(
        Key("options", "options", "what can be done, each perhaps on a condition", forms=("by",)),
        Key(
            "chance",
            "chances",
            "options of a chance move with their probabilities",
            taken="chances",
            forms=("chance",),
        ),
    )
    right: Expr | None = declare(
        "inline", "probability that the signal is right", forms=("signal of",)
    )
    seen_by: tuple[str, ...] | None = declare_keys(
        Key("seen by", "viewers", "who sees what was done; all, if unsaid", forms=("by", "chance")),
        Key("to", "viewers", "who gets the signal", forms=("signal of",)),
    )
    noticed_by: tuple[str, ...] = declare("who", "who sees only that it was made")
    says: str = declare("text", "the move in words")
    date: datetime.date | None = declare("date", "when it is due")
    cite: tuple[Citation, ...] = declare_keys(CITE)
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Together:
    """Moves made at the same time: none of their makers sees another's."""

    moves: tuple[Move, ...]
    span: Span | None = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A number carried from round to round."""

    name: str = named("name in expressions")
    start: Expr = declare(
        "expression", "its value in the first round; 0, if unsaid", default=Number(Fraction(0))
    )
    next: Expr = declare(
        "expression",
        "its value after a round",
        needed="its value after a round, from the round's moves",
    )
    span: Span | None = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """A block of moves that repeats until a deadline or until its end condition holds.

    Where `condition` does not hold as the block begins, no round is played.
    """

    name: str = declare("label", "name of the round's number in expressions", default=ROUND_NUMBER)
    count: Expr = declare(
        "inline",
        "how many rounds at most; a whole number or an assumption",
        needed="how many rounds at most",
    )
    condition: Expr | None = declare(
        "expression",
        "on which condition there are rounds at all; always, if unsaid",
        key="if",
        taken="when",
    )
    discount: Expr | None = declare("inline", "factor on stakes of each later round")
    state: tuple[State, ...] = declare("states", "numbers carried on")
    ends_if: Expr | None = declare("expression", "after which round no further is played")
    says: str = declare_keys(_SAYS)
    moves: tuple[Move | Together, ...] = declare(
        "moves", "the moves of one round", needed="the moves of one round"
    )
    span: Span | None = place()


Item: TypeAlias = Move | Together | Rounds


# --- stakes -----------------------------------------------------------------------------------

_STAKE_NAME: Final = Key("name", "text", "by which a dissent replaces it")
_COUNTS_IF: Final = Key("if", "expression", "when it counts; always, if unsaid", taken="when")
_EVERY: Final = Key("every", "block", "name of a rounds block: counted in each of its rounds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """One term of an actor's payoff: `worth`, where `condition` holds."""

    actor: str = named("whose payoff")
    name: str = declare_keys(_STAKE_NAME)
    worth: Expr = declare("inline", "how much", needed="how much it is worth, in units of payoff")
    condition: Expr | None = declare_keys(_COUNTS_IF)
    every: str | None = declare_keys(_EVERY)
    says: str = declare_keys(_SAYS)
    cite: tuple[Citation, ...] = declare_keys(CITE)
    because: str = declare_keys(_BECAUSE)
    span: Span | None = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdinalStake:
    """Stakes of which only the order is known: best first, tied ones in one group.

    Stands for every set of numbers in that order between 0 (worst) and `scale` (best); a gap
    (``>>``) after a group is drawn three times as wide on average.
    """

    actor: str = named("whose payoff")
    name: str = declare_keys(_STAKE_NAME)
    groups: tuple[tuple[Expr, ...], ...] = declare(
        "order",
        "conditions, best first, where only the order is known: `a > b ~ c >> d`",
        key="order",
        needed="conditions, best first",
    )
    gaps: tuple[bool, ...] = ()
    scale: Expr = declare(
        "inline",
        "what the best of an order is worth; the worst is worth 0",
        default=Number(Fraction(1)),
    )
    condition: Expr | None = declare_keys(_COUNTS_IF)
    every: str | None = declare_keys(_EVERY)
    says: str = declare_keys(_SAYS)
    cite: tuple[Citation, ...] = declare_keys(CITE)
    because: str = declare_keys(_BECAUSE)
    span: Span | None = place()


# --- events -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A condition that has a name, by which expressions call it wherever a condition may stand."""

    name: str = named("name in expressions")
    condition: Expr = declare(
        "expression",
        "the condition that it stands for",
        key="if",
        needed="the condition that it stands for, such as answer = accept",
        taken="when",
    )
    says: str = declare("text", "the event in words, as a clause: `the two sides agree`")
    cite: tuple[Citation, ...] = declare_keys(CITE)
    span: Span | None = place()


# --- the case ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A standoff as an analyst wrote it down, with the claims to be tested."""

    title: str = declare(
        "text",
        "what the case is about, in a few words",
        needed="say in a few words what the case is about",
    )
    author: str = declare("text", "who wrote the case")
    summary: str = declare("text", "one paragraph")
    notes: str = declare("text", "why these assumptions, and what was left out")
    asked: datetime.date | None = declare("date", "day on which the questions are asked")
    sources: tuple[Source, ...] = declare("section", "texts that are cited")
    actors: tuple[Actor, ...] = declare(
        "section", "who moves and has a stake", needed="name those who move"
    )
    observers: tuple[str, ...] = declare("who", "those who see and do not move")
    facts: tuple[Fact, ...] = declare("section", "what nobody decides")
    joint_aims: tuple[JointAims, ...] = declare("section", "aims or facts that hang together")
    assumptions: tuple[Assumption, ...] = declare("section", "numbers that nobody knows")
    correlations: tuple[Correlation, ...] = declare("section", "between assumptions")
    precision: Assumption = declare(
        "section", "how sharply better options are preferred", default=MISSING
    )
    moves: tuple[Item, ...] = declare("section", "moves in order", needed="list the moves in order")
    stakes: tuple[Stake | OrdinalStake, ...] = declare("section", "terms of each actor's payoff")
    events: tuple[Event, ...] = declare("section", "conditions that have a name")
    claims: tuple[Claim, ...] = declare("section", "what is asked")
    statements: tuple[Statement, ...] = declare("section", "what was said")
    observations: tuple[Observation, ...] = declare("section", "what was seen")
    dissents: tuple[str, ...] = declare("texts", "files beside the case that extend it")
    comments: tuple[str, ...] = declare("texts", "remarks")
    known_answer: str = declare("text", "what the literature says")
    name: str = field(default="", compare=False)
    digest: str = field(default="", compare=False)

    def claim(self, claim_id: str) -> Claim:
        """One of the claims.

        Args:
            claim_id: Its id.

        Raises:
            KeyError: There is no such claim.
        """
        name = composed(claim_id)
        for claim in self.claims:
            if claim.id == name:
                return claim
        raise KeyError(claim_id)


#: Whatever has keys of its own in a file.
CONSTRUCTS: Final = (
    Case, Source, Citation, Actor, Chance, Fact, JointAims, Assumption, Correlation, Move, Option,
    Rounds, State, Stake, OrdinalStake, Event, Claim, Statement, Observation, Reliability,
)  # fmt: skip
