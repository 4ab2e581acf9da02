"""What one solution says about hidden aims: posteriors, indicators, what is worth watching.

Terms: the *likelihood ratio* of an observation between two aims is P(observation | one aim) /
P(observation | other); its logarithm to base 2 is the *weight of evidence* in bits (Good 1950).
The *information* of a move about an aim is their mutual information in bits (Shannon 1948).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from lackmus.foundation.arrays import Bools, Floats
from lackmus.foundation.errors import UsageError
from lackmus.game.game import NOT_MADE, Column, Game, Histories
from lackmus.reading.answer import entropy
from lackmus.solution.reach import node_reach
from lackmus.solution.solution import Solution

AIM = ".aim"


@dataclass(frozen=True, slots=True)
class Indicator:
    """What seeing one option of a move says about one aim.

    Attributes:
        move: The move.
        option: The option.
        about: The variable it tells about, such as ``moscow.aim``.
        likelihood: P(option is taken | aim), for each aim; None where the aim is ruled out.
        posterior: P(aim | option is taken); None where the option cannot occur.
        probability: P(option is taken).
        bits: Weight of evidence in bits between the aims it tells apart best: log2 of the largest
            over the smallest likelihood; None where undefined or infinite.
        favours: The aim under which it is likeliest; empty where all are alike.
    """

    move: str
    option: str
    about: str
    likelihood: Mapping[str, float | None]
    posterior: Mapping[str, float] | None
    probability: float
    bits: float | None
    favours: str


@dataclass(frozen=True, slots=True)
class Watch:
    """How much seeing a move's outcome tells about an aim, on average.

    Attributes:
        move: The move.
        about: The variable.
        bits: Mutual information in bits.
        shift: Expected total variation distance by which the belief moves.
    """

    move: str
    about: str
    bits: float
    shift: float


@dataclass(frozen=True, slots=True)
class Probe:
    """A test: what one option, if its maker were bound to it, would reveal and cost.

    Attributes:
        move: The move that is fixed.
        option: What it is fixed to.
        by: Who would make the probe.
        about: The aim that is tested.
        bits: Information about that aim in all that the maker sees by the end, in bits.
        shift: Expected total variation distance by which his belief moves.
        gain: `bits` minus what he would learn in the game as written.
        cost: His expected payoff as written minus that under the probe.
    """

    move: str
    option: str
    by: str
    about: str
    bits: float
    shift: float
    gain: float
    cost: float


@dataclass(frozen=True, slots=True)
class Moment:
    """Beliefs after one more observation.

    Attributes:
        date: The day, or empty.
        saw: What was seen, in words.
        certain: Whether the record settles it.
        probability: Probability of all that was seen so far; 0 where the model rules it out.
        posterior: Per variable, P(value | all seen so far); empty where impossible.
    """

    date: str
    saw: str
    certain: bool
    probability: float
    posterior: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What may be said after an observation.

    Attributes:
        observed: What was observed: move to option, ``!=`` before an option that was not taken.
        observer: Who looks; empty for an onlooker who is told just what was observed.
        probability: Probability of what was observed; 0 is an impossible observation, and then
            posterior, indicators and probes are empty.
        prior: Per aim and fact, the probabilities before.
        posterior: The same after.
        indicators: One for each option of each move still open, visible to the observer.
        watch: What is worth watching, most telling first.
        probes: What tests would reveal and cost, most telling first.
        timeline: Beliefs along the recorded observations.
    """

    observed: Mapping[str, str]
    observer: str
    probability: float
    prior: Mapping[str, Mapping[str, float]]
    posterior: Mapping[str, Mapping[str, float]]
    indicators: tuple[Indicator, ...] = field(repr=False)
    watch: tuple[Watch, ...] = field(repr=False)
    probes: tuple[Probe, ...] = field(default=(), repr=False)
    timeline: tuple[Moment, ...] = field(default=(), repr=False)


class Weights:
    """Probabilities of the terminal histories of one solved game, ready to be summed."""

    def __init__(self, game: Game, strategy: Floats) -> None:
        if game.histories is None:
            raise UsageError("a reading needs a game made from a case")
        self.game = game
        self.histories: Histories = game.histories
        self.reach = node_reach(game, strategy)[game.terminal]

    def hidden(self) -> list[int]:
        """Columns that are aims or facts: chance settled before anyone moves."""
        first = next(
            (i for i, c in enumerate(self.histories.columns) if c.by is not None),
            len(self.histories.columns),
        )
        return [
            i
            for i, column in enumerate(self.histories.columns[:first])
            if column.by is None and len(column.options) > 1
        ]

    def given(self, observed: Mapping[str, str]) -> Bools:
        """Terminals that agree with what was observed; see `observation_mask`."""
        return observation_mask(self.histories, observed)

    def masks(self, column: int) -> Bools:
        """A mask per option of a column; shape (options, Z)."""
        size = len(self.histories.columns[column].options)
        return np.asarray(self.histories.codes[column] == np.arange(size)[:, None])

    def shares(self, column: int, given: Bools) -> dict[str, float]:
        """P(option | given) of a column; `given` must be possible."""
        reach = np.where(given, self.reach, 0.0)
        parts = self.masks(column) @ reach / reach.sum()
        return dict(zip(self.histories.columns[column].options, parts.tolist(), strict=True))

    def joint(self, about: int, of: Floats, given: Bools) -> Floats:
        """P(value of `about`, class in `of` | given); `of` labels each terminal; (n, classes)."""
        labels = np.unique(of, return_inverse=True)[1]
        reach = np.where(given, self.reach, 0.0)
        total = reach.sum()
        return np.array(
            [
                np.bincount(labels, weights=reach * mask, minlength=labels.max() + 1) / total
                for mask in self.masks(about)
            ]
        )

    def seen_by(self, viewer: str) -> Floats:
        """A number per terminal for all that a viewer has seen by the end; shape (Z,)."""
        keys = np.zeros(self.game.n_terminals, np.int64)
        for column, codes in zip(self.histories.columns, self.histories.codes, strict=True):
            if column.last:
                continue
            if viewer in column.seen_by:
                part = codes.astype(np.int64) + 1
            elif viewer in column.noticed_by:
                part = (codes != NOT_MADE).astype(np.int64)
            else:
                continue
            mixed = keys * (len(column.options) + 1) + part
            keys = np.unique(mixed, return_inverse=True)[1].astype(np.int64)
        return keys.astype(np.float64)


def information(joint: Floats) -> tuple[float, float]:
    """Mutual information in bits and expected total variation of a joint distribution."""
    about, of = joint.sum(axis=1), joint.sum(axis=0)
    bits = float(entropy(about) + entropy(of) - entropy(joint.reshape(-1)))
    shift = float(np.abs(joint - about[:, None] * of[None, :]).sum() / 2)
    return max(0.0, bits), shift


def observation_mask(histories: Histories, observed: Mapping[str, str]) -> Bools:
    """Terminals that agree with what was observed.

    Args:
        histories: The table of histories.
        observed: Column name to option; ``!=`` before an option that was not taken.

    Raises:
        UsageError: Unknown names, all of them at once.
    """
    mask = np.ones(histories.codes.shape[1], np.bool_)
    wrong = []
    for name, value in observed.items():
        option = value.removeprefix("!=").strip()
        try:
            here = histories.where(name, option)
        except KeyError:
            known = ", ".join(c.name for c in histories.columns)
            wrong.append(f"no move '{name}'; there are {known}")
        except ValueError:
            options = ", ".join(histories.columns[histories.index(name)].options)
            wrong.append(f"'{name}' has no option '{option}'; there are {options}")
        else:
            mask &= ~here if value.startswith("!=") else here
    if wrong:
        raise UsageError("; ".join(wrong))
    return mask


def read(
    solution: Solution, observed: Mapping[str, str] | None = None, *, observer: str = ""
) -> Reading:
    """What the first assessment of a solution says after an observation.

    Args:
        solution: A solution of a game made from a case.
        observed: Column name to option; ``!=`` before an option that was not taken.
        observer: Whose eyes to look through; he must be able to see what was observed.

    Raises:
        UsageError: A name is unknown, or the observer cannot see what was observed.
    """
    weights = Weights(solution.game, solution.best.strategy)
    given = observation_mask(weights.histories, observed or {})
    if observer:
        _check_visible(weights.histories, observed or {}, observer)
    return read_weights(weights, given, observed or {}, observer)


def _check_visible(histories: Histories, observed: Mapping[str, str], observer: str) -> None:
    hidden = [
        name
        for name in observed
        if observer not in histories.columns[histories.index(name)].seen_by
    ]
    if hidden:
        raise UsageError(f"{observer} cannot see {', '.join(hidden)}")


def read_weights(
    weights: Weights, given: Bools, observed: Mapping[str, str], observer: str = ""
) -> Reading:
    """The reading of a solved game after the histories have been narrowed down to `given`."""
    everything = np.ones_like(given)
    probability = min(1.0, float(weights.reach[given].sum()))
    names = {i: weights.histories.columns[i].name for i in weights.hidden()}
    prior = {name: weights.shares(i, everything) for i, name in names.items()}
    if not probability > 0:
        return Reading(observed, observer, 0.0, prior, {}, (), ())
    posterior = {name: weights.shares(i, given) for i, name in names.items()}
    moves = [
        i
        for i, column in enumerate(weights.histories.columns)
        if _worth_watching(weights, i, column, given, observer)
    ]
    indicators = tuple(
        indicator
        for move in moves
        for about in names
        if about != move
        for indicator in _indicators(weights, move, about, given)
    )
    return Reading(
        observed, observer, probability, prior, posterior, indicators,
        _watch(weights, moves, list(names), given),
    )  # fmt: skip


def _worth_watching(
    weights: Weights, index: int, column: Column, given: Bools, observer: str
) -> bool:
    """Whether a column is visible to the observer and not settled by what is given."""
    if index in weights.hidden() or column.last:
        return False
    if observer and observer not in column.seen_by:
        return False
    codes = weights.histories.codes[index][given & (weights.reach > 0)]
    return bool(len(np.unique(codes)) > 1)


def _indicators(weights: Weights, move: int, about: int, given: Bools) -> list[Indicator]:
    column = weights.histories.columns[move]
    aims = weights.histories.columns[about].options
    by_aim = weights.masks(about)
    reach = np.where(given, weights.reach, 0.0)
    aim_mass = by_aim @ reach
    result = []
    for option, mask in zip(column.options, weights.masks(move), strict=True):
        joint = by_aim @ (reach * mask)
        likelihood = {
            aim: float(part / whole) if whole > 0 else None
            for aim, part, whole in zip(aims, joint, aim_mass, strict=True)
        }
        total = float(joint.sum())
        posterior = dict(zip(aims, (joint / total).tolist(), strict=True)) if total > 0 else None
        bits, favours = _weight(likelihood)
        result.append(
            Indicator(
                column.name, option, weights.histories.columns[about].name, likelihood, posterior,
                total / float(reach.sum()), bits, favours,
            )
        )  # fmt: skip
    return result


def _weight(likelihood: Mapping[str, float | None]) -> tuple[float | None, str]:
    known = {aim: p for aim, p in likelihood.items() if p is not None}
    if not known or not max(known.values()) > 0:
        return None, ""
    best = max(known, key=lambda aim: known[aim])
    least = min(known.values())
    if not least > 0:
        return None, best
    bits = float(np.log2(known[best] / least))
    return bits, best if bits > 1e-12 else ""


def _watch(
    weights: Weights, moves: list[int], hidden: list[int], given: Bools
) -> tuple[Watch, ...]:
    columns, codes = weights.histories.columns, weights.histories.codes
    found = []
    for move in moves:
        for about in hidden:
            bits, shift = information(weights.joint(about, codes[move].astype(np.float64), given))
            found.append(Watch(columns[move].name, columns[about].name, bits, shift))
    return tuple(sorted(found, key=lambda w: -w.bits))
