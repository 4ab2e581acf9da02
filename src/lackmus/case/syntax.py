"""The case language as a tree: this file is the language.

Every node is frozen and carries the place it was read from (`span`, None where a program built it;
never part of equality). Numbers are `Fraction`s, so ``0.1`` and ``1/3`` stay exact. The ``help``
in a field's metadata is what the reference pages print.

Expressions speak of *variables* (aims, facts, signals and moves, each with a finite list of
options), of *assumptions* (numbers), of state carried through rounds, and, in claims only, of
probabilities and expectations.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias

from lackmus.foundation.distributions import Distribution
from lackmus.foundation.spans import Span


def _help(text: str, **more: Any) -> Any:  # noqa: ANN401 - the type of dataclasses.field
    return field(metadata={"help": text}, **more)


#: What may stand in a field that is declared here alone; see `lackmus.case.declared`.
Kind: TypeAlias = Literal[
    "text",
    "viewer",
    "date",
    "number",
    "size",
    "expression",
    "variable",
    "names",
    "cite",
    "flag",
    "words",
    "rate",
    "links",
]


def _declare(kind: Kind, text: str, *, needed: str = "", **more: Any) -> Any:  # noqa: ANN401
    """A field of which all that a file and the builder have to know stands here.

    Args:
        kind: What stands there.
        text: What it is, for the reference.
        needed: Why it has to be there; without it the field may be left out.
        more: For the field itself.
    """
    if not needed:
        empty = {"text": "", "names": (), "cite": (), "words": (), "links": ()}
        more.setdefault("default", empty.get(kind))
    return field(metadata={"help": text, "kind": kind, "needed": needed}, **more)


def _place() -> Any:  # noqa: ANN401 - the type of dataclasses.field
    return field(default=None, compare=False, repr=False)


# --- expressions ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A number, kept exact."""

    value: Fraction
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, an assumption, a state or an option: ``answer``, ``moscow.aim``, ``offer[2]``.

    `index` is a round counted from 1; `back` counts rounds backwards (``previous(offer)`` is 1).
    """

    id: str
    index: int | None = None
    back: int = 0
    span: Span | None = _place()

    def __str__(self) -> str:
        text = self.id if self.index is None else f"{self.id}[{self.index}]"
        return f"previous({text})" if self.back else text


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign or a negation."""

    op: Literal["-", "not"]
    operand: Expr
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, ``and``, ``or``."""

    op: Literal["+", "-", "*", "/", "^", "and", "or"]
    left: Expr
    right: Expr
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison, or a chain of them: ``0.2 < P(answer = accept) < 0.8``."""

    operands: tuple[Expr, ...]
    ops: tuple[Literal["=", "!=", "<", "<=", ">", ">="], ...]
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Member:
    """``answer in [accept, pause]``, or ``not in``."""

    variable: Name
    options: tuple[Name, ...]
    negated: bool = False
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Has:
    """``agenda has line``: a set-valued move in which an item was taken, alone or with others."""

    variable: Name
    item: str
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class IfElse:
    """``a if condition else b``."""

    then: Expr
    condition: Expr
    otherwise: Expr
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Call:
    """A function of numbers (``min max abs exp log sqrt``), of a move, or of rounds.

    ``ever(condition)`` is true when the condition held in some round, ``count(condition)`` is in
    how many, ``made(move)`` is true where the move was made and ``made(move, actor)`` where that
    actor made it, and ``number(move)`` is the number of the option taken.
    """

    function: Literal["min", "max", "abs", "exp", "log", "sqrt", "ever", "count", "made", "number"]
    arguments: tuple[Expr, ...]
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Intervention:
    """What ``do(...)`` changes, with everybody's knowledge.

    ``set`` fixes a move, an aim or a fact to an option, or an assumption to a number; ``no``
    takes a move away; ``without`` takes all moves of an actor away.
    """

    kind: Literal["set", "no", "without"]
    target: Name
    value: Name | Number | None = None
    span: Span | None = _place()

    def __str__(self) -> str:
        if self.kind == "set":
            value = self.value.value if isinstance(self.value, Number) else self.value
            return f"{self.target} = {value}"
        return f"{self.kind} {self.target}"


@dataclass(frozen=True, slots=True)
class Given:
    """What stands behind the bar of ``P(… | …)``.

    Attributes:
        condition: What is known, or None.
        do: The changes of the rules; the game is solved anew under them.
        observed: Whether everything observed so far is known too.
    """

    condition: Expr | None = None
    do: tuple[Intervention, ...] = ()
    observed: bool = False


@dataclass(frozen=True, slots=True)
class Probability:
    """``P(event | given)``; ``P[public](…)`` insists that `public` can see what is given."""

    event: Expr
    given: Given = Given()
    observer: str | None = None
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Expectation:
    """``E(actor | given)``: the actor's expected payoff."""

    actor: str
    given: Given = Given()
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Best:
    """``best(move | given)``: the option that pays its maker most, a label to compare."""

    move: Name
    given: Given = Given()
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Likeliest:
    """``likeliest(move | given)``: the option with the highest probability, a label to compare."""

    move: Name
    given: Given = Given()
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Worth:
    """``value(move = option | given)``: what the option pays its maker on average."""

    move: Name
    option: Name
    given: Given = Given()
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Entropy:
    """``H(variable | given)``: entropy of the belief about a variable, in bits."""

    variable: Name
    given: Given = Given()
    observer: str | None = None
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Information:
    """What seeing one variable tells about another.

    ``I(about; of | given)`` is the mutual information in bits; ``shift(about; of | given)`` is
    the expected total variation distance by which the belief moves (0 to 1).
    """

    measure: Literal["I", "shift"]
    about: Name
    of: Name
    given: Given = Given()
    observer: str | None = None
    span: Span | None = _place()


Expr: TypeAlias = (
    Number
    | Name
    | Unary
    | Binary
    | Compare
    | Member
    | Has
    | IfElse
    | Call
    | Probability
    | Expectation
    | Best
    | Likeliest
    | Worth
    | Entropy
    | Information
)

Query: TypeAlias = Probability | Expectation | Best | Likeliest | Worth | Entropy | Information


def children(node: Expr) -> tuple[Expr, ...]:
    """The expressions right within an expression; every walk over expressions is made of this.

    Of a query: the names it asks about, what is given, and what its ``do`` fixes or takes away.
    A label is a part only where it might be a name: on the right of a comparison.
    """
    match node:
        case Number() | Name():
            return ()
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return left, right
        case Compare(parts) | Call(_, parts):
            return parts
        case Member(variable) | Has(variable):
            return (variable,)
        case IfElse(then, condition, otherwise):
            return then, condition, otherwise
        case _:
            known = () if node.given.condition is None else (node.given.condition,)
            changed = (change.target for change in node.given.do if change.kind != "without")
            return (*_asked(node), *known, *changed)


def _asked(query: Query) -> tuple[Expr, ...]:
    match query:
        case Probability(event):
            return (event,)
        case Best(name) | Likeliest(name) | Worth(name) | Entropy(name):
            return (name,)
        case Information(_, about, of):
            return about, of
        case _:
            return ()


# --- citations --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """A text that is cited; it need not be at hand and is never shipped."""

    id: str = _help("name by which citations refer to it")
    title: str = _declare("text", "its title")
    author: str = _declare("text", "its author")
    published: datetime.date | None = _declare("date", "day it was published")
    language: str = _declare("text", "language code, such as `de`")
    url: str = _declare("text", "where it can be read")
    file: str = _declare("text", "its file name in a folder of sources")
    sha256: str = _declare("text", "SHA-256 of the file's bytes, in hex")
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage: W3C TextPositionSelector and the hash of the passage, never its words."""

    source: str = _help("id of the source")
    paragraph: int | None = _help("paragraph, counted from 1, split at blank lines", default=None)
    start: int | None = _help("first character of the passage in the file, from 0", default=None)
    end: int | None = _help("character behind the passage", default=None)
    sha256: str = _help(
        "SHA-256 of the passage in UTF-8, in hex; the first 8 digits or more", default=""
    )
    span: Span | None = _place()


# --- numbers ----------------------------------------------------------------------------------


#: With these and a full stop the table of draws begins the names of its own columns.
COLUMNS: Final = ("draw", "solve", "margin", "outcome", "reason")


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number that the case assumes, with the range that a doubter would grant."""

    name: str = _help("how expressions call it")
    value: Fraction = _help("base value")
    distribution: Distribution = _help("how draws vary it")
    says: str = _help("what it stands for, in words", default="")
    cite: tuple[Citation, ...] = _help("passages it rests on", default=())
    because: str = _help("where it comes from, or `assumed`", default="")
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Correlation:
    """Rank correlation between two assumptions (Gaussian copula)."""

    between: tuple[str, str]
    rho: Fraction
    span: Span | None = _place()


# --- who and what -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chance:
    """One value of an aim, fact or chance move with its probability; None means *the rest*."""

    label: str
    probability: Expr | None
    says: str = ""
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who moves and has a stake."""

    id: str = _help("name in expressions")
    name: str = _help("name in print", default="")
    says: str = _help("who this is, in words", default="")
    aims: tuple[Chance, ...] = _help("hidden aims with their priors", default=())
    known_to: tuple[str, ...] = _help("others who know the aim (a back channel)", default=())
    cite: tuple[Citation, ...] = _help("passages", default=())
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Fact:
    """An uncertain fact of the world, settled before the first move."""

    name: str
    values: tuple[Chance, ...]
    known_to: tuple[str, ...] = ()
    says: str = ""
    cite: tuple[Citation, ...] = ()
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class JointAims:
    """Priors of several aims (or facts) that are not independent: a probability per combination."""

    over: tuple[str, ...]
    chances: tuple[tuple[tuple[str, ...], Expr | None], ...]
    span: Span | None = _place()


# --- moves ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a mover can do, and when.

    `number` is what ``number(move)`` gives where it is taken; `items` is what a set-valued option
    has, one or several.
    """

    label: str
    condition: Expr | None = None
    probability: Expr | None = None
    rest: bool = False
    says: str = ""
    number: Fraction | None = None
    items: tuple[str, ...] = ()
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Move:
    """A move of an actor, a chance move, or a noisy signal.

    A chance move has nobody in `by` and a probability per option. In rounds `by` may name several:
    round r is moved in by the r-th of them, and behind the last comes the first again. A signal
    is a chance move whose options are those of the variable it is about; it is right with
    probability `right`, and otherwise any wrong option is equally likely.
    """

    name: str = _help("the move's name; its value is the option taken")
    by: tuple[str, ...] = _help(
        "who moves, none for chance and signals; several in rounds: one a round, in turn"
    )
    options: tuple[Option, ...] = _help("what can be done, each perhaps on a condition")
    condition: Expr | None = _help("when the move is made; always, if unsaid", default=None)
    seen_by: tuple[str, ...] | None = _help("who sees what was done; all, if unsaid", default=None)
    noticed_by: tuple[str, ...] = _help("who sees only that it was made", default=())
    signal_of: Name | None = _help("the variable a signal is about", default=None)
    right: Expr | None = _help("probability that the signal is right", default=None)
    says: str = _help("the move in words", default="")
    date: datetime.date | None = _help("when it is due", default=None)
    cite: tuple[Citation, ...] = _help("passages", default=())
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Together:
    """Moves made at the same time: none of their makers sees another's."""

    moves: tuple[Move, ...]
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class State:
    """A number carried from round to round."""

    name: str
    start: Expr
    next: Expr
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Rounds:
    """A block of moves that repeats until a deadline or until its end condition holds."""

    name: str = _help("name of the round's number in expressions")
    count: Expr = _help("how many rounds at most; a whole number or an assumption")
    moves: tuple[Move | Together, ...] = _help("the moves of one round")
    ends_if: Expr | None = _help("after which round no further is played", default=None)
    discount: Expr | None = _help("factor on stakes of each later round", default=None)
    state: tuple[State, ...] = _help("numbers carried on", default=())
    says: str = _help("in words", default="")
    span: Span | None = _place()


Item: TypeAlias = Move | Together | Rounds


# --- stakes -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stake:
    """One term of an actor's payoff: `worth`, where `condition` holds."""

    actor: str = _help("whose payoff")
    worth: Expr = _help("how much")
    condition: Expr | None = _help("when; always, if unsaid", default=None)
    every: str | None = _help("name of a rounds block: counted in each of its rounds", default=None)
    name: str = _help("by which a dissent replaces it", default="")
    says: str = _help("in words", default="")
    cite: tuple[Citation, ...] = _help("passages", default=())
    because: str = _help("where it comes from, or `assumed`", default="")
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class OrdinalStake:
    """Stakes of which only the order is known: best first, tied ones in one group.

    Stands for every set of numbers in that order between 0 (worst) and `scale` (best); a gap
    (``>>``) after a group is drawn three times as wide on average.
    """

    actor: str
    groups: tuple[tuple[Expr, ...], ...]
    gaps: tuple[bool, ...]
    scale: Expr
    condition: Expr | None = None
    every: str | None = None
    name: str = ""
    says: str = ""
    cite: tuple[Citation, ...] = ()
    because: str = ""
    span: Span | None = _place()


# --- questions and what is known --------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim of the commentary as a question with a yes or no."""

    id: str = _help("short name")
    by: str = _declare("text", "who makes it")
    reported_by: str = _declare("text", "who reports it, where at second hand")
    says: str = _declare("text", "the claim in words (a paraphrase)")
    date: datetime.date | None = _declare("date", "when it was made")
    resolves: datetime.date | None = _declare("date", "when it can be judged")
    cite: tuple[Citation, ...] = _declare("cite", "passages")
    observer: str | None = _declare("viewer", "whose knowledge all conditions must respect")
    for_each: Name | None = _declare(
        "variable",
        "a variable: the comparison is asked given each of its values, and holds for all",
    )
    holds_if: Expr = _declare(
        "expression",
        "a comparison; the claim holds where it is true",
        needed="the comparison that is true where the claim holds",
    )
    matters_from: Fraction | None = _declare(
        "size", "from what size on a difference between two computed numbers counts"
    )
    reason: str = _declare("text", "why it is asked like this: the reason for its threshold")
    resolves_if: Expr | None = _declare(
        "expression", "an event on moves: the forecast that the record decides"
    )
    annulled_unless: Expr | None = _declare(
        "expression", "a condition on moves without which the forecast is annulled"
    )
    stated: Fraction | None = _declare(
        "number", "the probability of `resolves if` that the speaker gives or implies"
    )
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Reliability:
    """How a report hangs on what it reports: two probabilities."""

    hit: Expr = _declare(
        "rate",
        "chance of the report where it is so",
        needed="the chance of the report where it is so",
    )
    false_alarm: Expr = _declare(
        "rate",
        "chance of the report where it is not so",
        needed="the chance of the report where it is not so",
    )
    span: Span | None = _place()


#: How an observation counts that is not `certain` and says no more: four to one, two bits.
JUDGEMENT: Final = Reliability(Number(Fraction(4, 5)), Number(Fraction(1, 5)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Something that was seen, perhaps in part."""

    date: datetime.date | None = _declare("date", "when")
    saw: Expr = _declare(
        "expression",
        "a condition on moves, such as `announce != breakthrough`",
        needed="a condition on moves, such as announce != breakthrough",
    )
    by: str = _declare("text", "which observer saw it")
    certain: bool = _declare("flag", "whether the record settles it", default=True)
    reliability: tuple[Reliability, ...] = _declare(
        "links",
        "how far the report can be trusted; several form a chain, the nearest to the event first",
    )
    via: tuple[str, ...] = _declare(
        "words", "through whom it is known; one event told twice by the same counts once"
    )
    says: str = _declare("text", "in words")
    cite: tuple[Citation, ...] = _declare("cite", "passages")
    because: str = _declare("text", "the record it rests on")
    span: Span | None = _place()

    @property
    def chain(self) -> tuple[Reliability, ...]:
        """How the report hangs on the event, link by link; empty where it is the event."""
        return self.reliability or (() if self.certain else (JUDGEMENT,))

    @property
    def settles(self) -> bool:
        """Whether the report is the event itself, not a judgement or of limited reliability."""
        return not self.chain


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Something that was said, by whom, reported by whom."""

    id: str = _help("short name")
    speaker: str = _declare("text", "who said it", needed="who said it")
    reporter: str = _declare("text", "who reports it, where at second hand")
    date: datetime.date | None = _declare("date", "when")
    says: str = _declare("text", "what, in a paraphrase", needed="what was said, in your own words")
    bears_on: tuple[str, ...] = _declare("names", "claims, assumptions or moves it bears on")
    cite: tuple[Citation, ...] = _declare("cite", "passages")
    span: Span | None = _place()


@dataclass(frozen=True, slots=True)
class Case:
    """A standoff as an analyst wrote it down, with the claims to be tested."""

    title: str
    actors: tuple[Actor, ...]
    moves: tuple[Item, ...]
    precision: Assumption
    name: str = field(default="", compare=False)
    author: str = ""
    summary: str = ""
    notes: str = ""
    asked: datetime.date | None = None
    sources: tuple[Source, ...] = ()
    observers: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    joint_aims: tuple[JointAims, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    stakes: tuple[Stake | OrdinalStake, ...] = ()
    claims: tuple[Claim, ...] = ()
    observations: tuple[Observation, ...] = ()
    statements: tuple[Statement, ...] = ()
    dissents: tuple[str, ...] = ()
    known_answer: str = ""
    comments: tuple[str, ...] = ()
    digest: str = field(default="", compare=False)

    def claim(self, claim_id: str) -> Claim:
        """One of the claims.

        Args:
            claim_id: Its id.

        Raises:
            KeyError: There is no such claim.
        """
        for claim in self.claims:
            if claim.id == claim_id:
                return claim
        raise KeyError(claim_id)
