"""What one solution says about hidden aims: posteriors, indicators, what is worth watching.

Terms: the *likelihood ratio* of an observation between two aims is P(observation | one aim) /
P(observation | other); its logarithm to base 2 is the *weight of evidence* in bits (Good 1950).
The *information* of a move about an aim is their mutual information in bits (Shannon 1948).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lackmus.foundation.arrays import Bools, Codes
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.tolerances import NO_EVIDENCE
from lackmus.game.game import NOT_MADE
from lackmus.reading.weights import Places, Weights, information
from lackmus.solution.reach import log_sum
from lackmus.solution.solution import Status

#: Courses of events that are told, and digits by which they are ranked.
_MOST_PATHS = 3
_PATH_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation as it is told.

    Attributes:
        text: The condition, in the language of cases.
        move: The move of which one option was seen; empty where the condition says something else.
        option: That option, or empty.
    """

    text: str
    move: str = ""
    option: str = ""

    def __str__(self) -> str:
        return self.text


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
        gain: `bits` minus what he would learn in the game as written; negative where he would
            learn less.
        gain_shift: `shift` minus that in the game as written.
        cost: His expected payoff as written minus that under the probe, in units of his payoff.
    """

    move: str
    option: str
    by: str
    about: str
    bits: float
    shift: float
    gain: float
    gain_shift: float
    cost: float


@dataclass(frozen=True, slots=True)
class Path:
    """A whole course of events: every move that is made, whatever is hidden.

    Attributes:
        steps: Move and option in order.
        probability: P(all of it | what was observed).
    """

    steps: tuple[tuple[str, str], ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Moment:
    """Beliefs after one more observation.

    Attributes:
        date: The day, or empty.
        saw: What was seen, in words.
        certain: Whether the record settles it; else it counts as far as its report can be trusted.
        probability: Probability of all that was seen so far; 0 where the model rules it out.
        posterior: Per variable, P(value | all seen so far); empty where impossible.
    """

    date: str
    saw: str
    certain: bool
    probability: float
    posterior: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, repr=False)
class Reading(Shown):
    """What may be said after an observation.

    Attributes:
        observed: What was observed.
        observer: Who looks; empty for an onlooker who is told just what was observed.
        probability: Probability of what was observed; see `possible`.
        prior: Per aim and fact, the probabilities before.
        posterior: The same after.
        indicators: One for each option of each move still open, visible to the observer.
        watch: What is worth watching, most telling first.
        probes: What tests would reveal and cost, most telling first.
        timeline: Beliefs along the recorded observations.
        status: Why the solver stopped; None where that is not known.
        certified: The concepts that the solution is certified to meet.
        notes: How what was observed has been understood, where that may surprise.
        possible: Whether what was observed can occur; if not, posterior, indicators and probes
            are empty. A probability too small for a float is 0, and possible.
        record: Probability of all that the record settles; None where there is no record.
        paths: The likeliest courses of events after what was observed, likeliest first.
    """

    observed: tuple[Seen, ...]
    observer: str
    probability: float
    prior: Mapping[str, Mapping[str, float]]
    posterior: Mapping[str, Mapping[str, float]]
    indicators: tuple[Indicator, ...] = field(repr=False)
    watch: tuple[Watch, ...] = field(repr=False)
    probes: tuple[Probe, ...] = field(default=(), repr=False)
    timeline: tuple[Moment, ...] = field(default=(), repr=False)
    status: Status | None = None
    certified: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    possible: bool = True
    record: float | None = None
    paths: tuple[Path, ...] = field(default=(), repr=False)

    @property
    def solved(self) -> bool:
        """Whether the solution is what was asked for, and certified to be one."""
        return self.status is not None and self.status.good and bool(self.certified)

    def card(self) -> Card:
        """What was observed, and beliefs before and after."""
        seen = ", ".join(map(str, self.observed)) or "nothing observed"
        who = f", as {self.observer} sees it" if self.observer else ""
        rows = [
            (name, value, f"{p:.4f}", f"{after[value]:.4f}" if after else "")
            for name, before in self.prior.items()
            for after in (self.posterior.get(name),)
            for value, p in before.items()
        ]
        line = f"probability of what was observed: {self.probability:.4g}"
        return Card(f"{seen}{who}", (line,), ("about", "value", "before", "after"), rows)


def read_weights(
    weights: Weights, given: Bools, observed: tuple[Seen, ...] = (), observer: str = ""
) -> Reading:
    """The reading of a solved game after the histories have been narrowed down to `given`."""
    everything = np.ones_like(given)
    probability = min(1.0, float(weights.reach[given].sum()))
    names = {i: weights.histories.columns[i].name for i in weights.hidden()}
    prior = weights.beliefs(everything)
    if weights.log_probability(given) == -math.inf:
        return Reading(observed, observer, 0.0, prior, {}, (), (), possible=False)
    posterior = weights.beliefs(given)
    views = [
        view
        for i in range(len(weights.histories.columns))
        if (view := _view(weights, i, given, observer)) is not None
    ]
    indicators = tuple(
        indicator
        for view in views
        for about in names
        for indicator in _indicators(weights, view, about, given)
    )
    return Reading(
        observed, observer, probability, prior, posterior, indicators,
        _watch(weights, views, list(names), given), paths=_paths(weights, given),
    )  # fmt: skip


def _paths(weights: Weights, given: Bools) -> tuple[Path, ...]:
    """The likeliest courses of events, summed over aims and facts."""
    columns = weights.histories.columns
    told = [i for i, c in enumerate(columns) if c.kind not in ("aim", "fact") and not c.last]
    if not told:
        return ()
    codes = weights.histories.codes[told]
    first, which = _courses(codes, [len(columns[i].options) + 1 for i in told])
    courses = codes[:, first]
    shares = np.bincount(which, weights.conditional(given), minlength=len(first))
    best = np.argsort(-np.round(shares, _PATH_DIGITS), kind="stable")[:_MOST_PATHS]
    return tuple(
        Path(
            tuple(
                (columns[i].name, columns[i].options[code])
                for i, code in zip(told, courses[:, course].tolist(), strict=True)
                if code != NOT_MADE
            ),
            min(1.0, float(shares[course])),
        )
        for course in best
        if shares[course] > 0
    )


def _courses(codes: Codes, sizes: Sequence[int]) -> tuple[Places, Places]:
    """The first terminal of each course of events, in their order, and the course of each."""
    keys, count = np.zeros(codes.shape[1], np.int64), 1
    for column, size in zip(codes, sizes, strict=True):
        if count > np.iinfo(np.int64).max // size:
            keys = np.unique(keys, return_inverse=True)[1].astype(np.int64)
            count = len(keys)
        keys, count = keys * size + (column.astype(np.int64) - NOT_MADE), count * size
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    return first.astype(np.int64), which.astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """What may be seen of one column.

    Attributes:
        move: Its name.
        labels: What may be seen.
        masks: The terminals of each label; shape (labels, Z).
        codes: A class per terminal for what is seen there, "not made" the first; shape (Z,).
    """

    move: str
    labels: tuple[str, ...]
    masks: Bools
    codes: Places


def _view(weights: Weights, index: int, given: Bools, observer: str) -> _View | None:
    """What an observer may still see of a column; None where that is nothing.

    Who notices a move sees whether it is made.
    """
    column, codes = weights.histories.columns[index], weights.histories.codes[index]
    if column.kind in ("aim", "fact") or column.last:
        return None
    labels, masks = column.options, weights.masks(index)
    if observer and observer not in column.seen_by:
        if observer not in column.noticed_by:
            return None
        codes = (codes != NOT_MADE).astype(np.int8)
        labels, masks = ("made", "not made"), np.array([codes == 1, codes == 0])
    left = codes[given & (weights.log_reach > -np.inf)]
    if not left.size or left.min() == left.max():
        return None
    return _View(column.name, labels, masks, codes - np.int64(codes.min()))


def _indicators(weights: Weights, view: _View, about: int, given: Bools) -> list[Indicator]:
    aims = weights.histories.columns[about].options
    by_aim = weights.masks(about)
    known = weights.given(given)
    log_aims = known.log_masses(by_aim)
    result = []
    for option, mask in zip(view.labels, view.masks, strict=True):
        log_joint = known.log_masses(by_aim & mask)
        log_total = float(log_sum(log_joint))
        ratios = {
            aim: float(part - mass) if mass > -np.inf else None
            for aim, part, mass in zip(aims, log_joint, log_aims, strict=True)
        }
        likelihood = {aim: None if r is None else _chance(r) for aim, r in ratios.items()}
        posterior = None
        if log_total > -np.inf:
            logs_after = (log_joint - log_total).tolist()
            posterior = dict(zip(aims, map(_chance, logs_after), strict=True))
        bits, favours = _weight(ratios)
        result.append(
            Indicator(
                view.move, option, weights.histories.columns[about].name, likelihood, posterior,
                _chance(log_total - known.log_probability), bits, favours,
            )
        )  # fmt: skip
    return result


def _chance(log: float) -> float:
    """A probability from its logarithm, which rounding may have lifted above 0."""
    return min(1.0, math.exp(log))


def _weight(ratios: Mapping[str, float | None]) -> tuple[float | None, str]:
    """The weight of evidence in bits of log likelihoods, and the value that it speaks for."""
    known = {aim: r for aim, r in ratios.items() if r is not None}
    if not known or max(known.values()) == -math.inf:
        return None, ""
    best = max(known, key=lambda aim: known[aim])
    least = min(known.values())
    if least == -math.inf:
        return None, best
    bits = (known[best] - least) / math.log(2.0)
    return bits, best if bits > NO_EVIDENCE else ""


def _watch(
    weights: Weights, views: list[_View], hidden: list[int], given: Bools
) -> tuple[Watch, ...]:
    found = []
    for view in views:
        for about in hidden:
            bits, shift = information(weights.joint(about, view.codes, given))
            found.append(Watch(view.move, weights.histories.columns[about].name, bits, shift))
    # What tells as much comes in the order of the game, whatever rounding says.
    return tuple(sorted(found, key=lambda w: -round(w.bits, _PATH_DIGITS)))
