"""Whether beliefs are a limit of Bayes' rule along trembles.

An assessment (σ, μ) is consistent exactly where there are, for every action a that σ never takes,
a whole number e(a) ≥ 1 and a weight ζ(a) > 0 such that the profiles that take a with probability
ζ(a)·ε^e(a), and the other actions as σ does, generate μ as ε → 0 (Kreps and Wilson 1982, Lemmas
A1 and A2; Streufert 2015). Per infoset, with E(h) the sum of e along the way to node h:

* E is equal at all nodes that μ deems possible, and larger at the others: linear in e;
* the coefficients of the possible nodes are in proportion to μ: linear in log ζ.

The two systems share no unknown. A solution of the first is found by linear programming and then
verified in whole numbers; that there is none is proven by a combination of its rows that no e can
meet (Stiemke's lemma), verified likewise. The second is solvable where its left null space says so,
which is checked in fractions where the assessment is rational. Of a profile in floats nothing is
disproven.

Where two nodes of an infoset are reached by the same trembles, whatever these are, they cancel: the
beliefs there keep the odds that chance and the rest of the play gave them. That is the part of
consistency by which no move signals what its mover does not know (Fudenberg and Tirole 1991).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Literal, TypeAlias

import numpy as np

from lackmus.foundation.arrays import Bools
from lackmus.foundation.tolerances import PROBABILITY
from lackmus.game.game import Game
from lackmus.solution.walk import Numbers, levels_of

#: Rows of the systems above which consistency is left open.
MOST_ROWS = 20_000

#: Equations on weights above which consistency is left open.
MOST_EQUATIONS = 400

#: Rounds in which orders are raised before linear programming is asked.
_RAISES = 8

_LARGEST_DENOMINATOR = 10_000


@dataclass(slots=True)
class _Path:
    """The way to a node within its subgame.

    Attributes:
        trembles: How often each action that is never taken is taken on the way.
        weight: Product of the probabilities of the other actions on the way.
        belief: Belief at the node.
    """

    trembles: dict[int, int]
    weight: Any
    belief: Any


Answer: TypeAlias = Literal["proven", "disproven", "open"]


def consistency(game: Game, strategy: Numbers, beliefs: Numbers, derived: Bools) -> Answer:
    """Whether beliefs are a limit of Bayes' rule along trembles.

    Args:
        game: A game with perfect recall.
        strategy: Probabilities, float64 or fractions; shape (A + C,).
        beliefs: Beliefs of the same kind, by Bayes' rule at the infosets that are `derived`.
        derived: Infosets within reach of the others in their subgame, where nothing is left to
            check: their beliefs are the same whatever the trembles.

    Returns:
        What was shown.
    """
    if derived.all():
        return "proven"
    wrong: Answer = "disproven" if strategy.dtype == object else "open"
    groups = _groups(game, strategy, beliefs, derived)
    if groups is None:
        return "open"
    lower: list[dict[int, int]] = []
    equal: list[dict[int, int]] = []
    ratios: list[Fraction | float] = []
    for paths in groups:
        possible = [path for path in paths if path.belief > 0]
        if not possible or any(path.weight <= 0 for path in possible):
            return wrong
        paths = [path for path in paths if path.weight > 0]  # noqa: PLW2901 - chance never trembles
        first = possible[0]
        for path in possible[1:]:
            equal.append(_difference(path.trembles, first.trembles))
            ratios.append((path.belief * first.weight) / (first.belief * path.weight))
        lower += [_difference(p.trembles, first.trembles) for p in paths if p.belief <= 0]
    if len(lower) + len(equal) > MOST_ROWS or len(equal) > MOST_EQUATIONS:
        return "open"
    if not _weights_exist(equal, ratios):
        return wrong
    if _orders_exist(lower, equal):
        return "proven"
    return wrong if _no_orders(lower, equal) else "open"


def keeps_what_is_unknown(
    game: Game, strategy: Numbers, beliefs: Numbers, derived: Bools
) -> bool | None:
    """Whether beliefs keep the odds of nodes that the same trembles lead to.

    Where they do not, some move changed beliefs about what its mover did not know.

    Args:
        game: A game with perfect recall.
        strategy: As for `consistency`.
        beliefs: Likewise.
        derived: Likewise.

    Returns:
        None where there are too many nodes to look at.
    """
    if derived.all():
        return True
    groups = _groups(game, strategy, beliefs, derived)
    if groups is None:
        return None
    for paths in groups:
        kin: dict[tuple[tuple[int, int], ...], list[_Path]] = {}
        for path in paths:
            kin.setdefault(tuple(sorted(path.trembles.items())), []).append(path)
        for own in kin.values():
            weight = sum(path.weight for path in own)
            belief = sum(path.belief for path in own)
            off = (abs(path.belief * weight - belief * path.weight) for path in own)
            if weight > 0 and max(off) > (0 if strategy.dtype == object else PROBABILITY * weight):
                return False
    return True


def _groups(
    game: Game, strategy: Numbers, beliefs: Numbers, derived: Bools
) -> list[list[_Path]] | None:
    """The ways to the nodes of each infoset not within reach; None if too many."""
    mover = levels_of(game).mover
    nodes = np.flatnonzero(mover >= 0)
    nodes = nodes[~derived[game.infoset[nodes]]]
    if len(nodes) > MOST_ROWS:
        return None
    groups: dict[int, list[_Path]] = {}
    for node in nodes.tolist():
        path = _path(game, strategy, node)
        path.belief = beliefs[node]
        groups.setdefault(int(game.infoset[node]), []).append(path)
    return [group for group in groups.values() if len(group) > 1]


def _path(game: Game, strategy: Numbers, node: int) -> _Path:
    parent, via, piece = game.parent, game.via, levels_of(game).piece
    trembles: dict[int, int] = {}
    weight: Fraction | float = Fraction(1) if strategy.dtype == object else 1.0
    while piece[node] != node:
        action = int(via[node])
        if strategy[action] > 0:
            weight = weight * strategy[action]
        elif action < game.n_actions:
            trembles[action] = trembles.get(action, 0) + 1
        else:
            weight = weight * 0
        node = int(parent[node])
    return _Path(trembles, weight, weight)


def _difference(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
    result = dict(one)
    for action, count in other.items():
        result[action] = result.get(action, 0) - count
    return {action: count for action, count in result.items() if count}


def _orders_exist(lower: list[dict[int, int]], equal: list[dict[int, int]]) -> bool:
    """Whether e ≥ 1 exists with rows of `lower` at least 1 and rows of `equal` 0."""
    rows = [*lower, *equal]
    used = sorted({action for row in rows for action in row})
    if not used:
        return not lower
    if any(not row for row in lower):
        return False
    if _raise_orders(lower, equal):
        return True
    from scipy.optimize import linprog  # noqa: PLC0415 - costs 0.3 s, and most runs need it not

    place = {action: i for i, action in enumerate(used)}
    above: Any = _matrix(lower, place)
    level: Any = _matrix(equal, place)
    found = linprog(
        np.ones(len(used)),
        A_ub=-above if lower else None,
        b_ub=-np.ones(len(lower)) if lower else None,
        A_eq=level if equal else None,
        b_eq=np.zeros(len(equal)) if equal else None,
        bounds=(1, None),
        method="highs",
    )
    if found.status != 0:
        return False
    point = np.asarray(found.x, np.float64).tolist()
    order = [Fraction(x).limit_denominator(_LARGEST_DENOMINATOR) for x in point]
    value = [sum((order[place[a]] * n for a, n in row.items()), Fraction()) for row in rows]
    return (
        min(order) > 0 and all(v > 0 for v in value[: len(lower)]) and not any(value[len(lower) :])
    )


def _no_orders(lower: list[dict[int, int]], equal: list[dict[int, int]]) -> bool:
    """Whether it is shown in fractions that no e > 0 has rows of `lower` positive, of `equal` 0.

    By Stiemke's lemma there is none exactly where some combination of the rows, with weights from
    0 on for `lower` and of any sign for `equal`, is nowhere positive, and some weight of `lower` or
    some place of the combination is not 0.
    """
    if any(not row for row in lower):
        return True
    from scipy.optimize import linprog  # noqa: PLC0415 - as above

    rows = [*lower, *equal]
    used = sorted({action for row in rows for action in row})
    place = {action: i for i, action in enumerate(used)}
    matrix: Any = _matrix(rows, place)
    # The sum of the weights of `lower`, less that of the combination, is to be 1.
    total = -matrix.sum(axis=1)
    total[: len(lower)] += 1.0
    found = linprog(
        np.concatenate([np.ones(len(lower)), np.zeros(len(equal))]),
        A_ub=matrix.T,
        b_ub=np.zeros(len(used)),
        A_eq=total[None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * len(lower) + [(None, None)] * len(equal),
        method="highs",
    )
    if found.status != 0:
        return False
    point = np.asarray(found.x, np.float64).tolist()
    weights = [Fraction(x).limit_denominator(_LARGEST_DENOMINATOR) for x in point]
    combined = dict.fromkeys(used, Fraction())
    for weight, row in zip(weights, rows, strict=True):
        for action, count in row.items():
            combined[action] += weight * count
    return (
        min(weights[: len(lower)], default=0) >= 0
        and max(combined.values(), default=0) <= 0
        and (any(weights[: len(lower)]) or any(combined.values()))
    )


def _raise_orders(lower: list[dict[int, int]], equal: list[dict[int, int]]) -> bool:
    """Whether e is found by raising, from 1 everywhere, what a row of `lower` wants larger."""
    order = {action: 1 for row in (*lower, *equal) for action in row}
    for _ in range(_RAISES):
        short = [
            (row, lack)
            for row in lower
            if (lack := 1 - sum(order[action] * count for action, count in row.items())) > 0
        ]
        if not short:
            level = (sum(order[action] * count for action, count in row.items()) for row in equal)
            return not any(level)
        for row, lack in short:
            for action, count in row.items():
                if count > 0:
                    order[action] += lack
    return False


def _matrix(rows: list[dict[int, int]], place: dict[int, int]) -> Any:  # noqa: ANN401 - scipy has no types
    from scipy.sparse import csr_array  # noqa: PLC0415 - as above

    entries = [(i, place[a], n) for i, row in enumerate(rows) for a, n in row.items()]
    row, column, value = zip(*entries, strict=True) if entries else ((), (), ())
    shape = (len(rows), len(place))
    return csr_array((np.array(value, np.float64), (row, column)), shape=shape)


def _weights_exist(equal: list[dict[int, int]], ratios: list[Fraction | float]) -> bool:
    """Whether ζ > 0 exists with the product of ζ(a)^row(a) equal to each row's ratio."""
    rest: list[tuple[dict[int, Fraction], dict[int, Fraction]]] = [
        ({a: Fraction(n) for a, n in row.items()}, {i: Fraction(1)}) for i, row in enumerate(equal)
    ]
    while rest:
        row, combination = rest.pop()
        if not row:
            if not _balanced(combination, ratios):
                return False
            continue
        pivot, count = next(iter(row.items()))
        rest = [
            (_minus(r, row, r[pivot] / count), _minus(c, combination, r[pivot] / count))
            if pivot in r
            else (r, c)
            for r, c in rest
        ]
    return True


def _minus(
    one: dict[int, Fraction], other: dict[int, Fraction], factor: Fraction
) -> dict[int, Fraction]:
    result = dict(one)
    for key, value in other.items():
        result[key] = result.get(key, Fraction()) - factor * value
    return {key: value for key, value in result.items() if value}


def _balanced(combination: dict[int, Fraction], ratios: list[Fraction | float]) -> bool:
    """Whether the product of the ratios to these powers is one."""
    if all(isinstance(ratios[i], Fraction) for i in combination):
        scale = lcm(*(power.denominator for power in combination.values()))
        product = Fraction(1)
        for i, power in combination.items():
            product *= Fraction(ratios[i]) ** int(power * scale)
        return product == 1
    logs = sum(float(power) * np.log(float(ratios[i])) for i, power in combination.items())
    return bool(abs(logs) <= PROBABILITY)
