"""The compiler against a slow reading of the same case, history by history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.examples import some

import lackmus.library
from lackmus.case import syntax
from lackmus.case.expression import parse_expression
from lackmus.case.parse import load_case, parse_case
from lackmus.compiler.compile import Compiled, compile_case
from lackmus.foundation.errors import CaseError
from lackmus.game.game import NOT_MADE, Game
from lackmus.testing.cases import cases
from lackmus.testing.slow_compile import Reference, Step, StuckError, Terminal

LIBRARY = Path(lackmus.library.__file__).parent
FILES = sorted(p for p in LIBRARY.rglob("*.yaml") if p.name != "observations.yaml")


def check_columns(game: Game) -> None:
    """What every game's columns satisfy."""
    n, inner = game.n_nodes, np.flatnonzero(game.infoset >= 0)
    counts = np.diff(game.first_action)
    children = counts[game.infoset[inner]]
    assert (children >= 1).all()
    ranges = [
        range(int(f), int(f + c)) for f, c in zip(game.first_child[inner], children, strict=True)
    ]
    assert sorted(i for r in ranges for i in r) == list(range(1, n))
    assert (game.first_child[inner] > inner).all()
    assert np.array_equal(game.terminal, np.flatnonzero(game.infoset < 0))
    depth = np.repeat(np.arange(len(game.level) - 1), np.diff(game.level))
    assert len(depth) == n
    assert (depth[game.parent[1:]] + 1 == depth[1:]).all()
    chance = game.infoset_player < 0
    assert not chance[: game.n_infosets].any()
    assert chance[game.n_infosets :].all()
    for infoset in range(game.n_infosets, len(game.infoset_player)):
        actions = np.array(list(game.actions_of(infoset))) - game.n_actions
        assert abs(game.chance[actions].sum() - 1) < 1e-12
        assert (game.chance[actions] >= 0).all()
    assert set(game.infoset[inner].tolist()) == set(range(len(game.infoset_player)))
    assert game.perfect_recall
    assert game.payoffs.shape == (len(game.players), game.n_terminals)
    assert not game.payoffs.flags.writeable


def histories(compiled: Compiled) -> tuple[list[tuple[Step, ...]], list[float]]:
    """The steps to each node, and the probability that chance lends it."""
    game, table = compiled.game, compiled.game.histories
    assert table is not None
    paths: list[tuple[Step, ...]] = [()] * game.n_nodes
    chance = [1.0] * game.n_nodes
    for node in range(1, game.n_nodes):
        up, action = int(game.parent[node]), int(game.via[node])
        infoset = int(game.infoset[up])
        if infoset < game.n_infosets:
            column = table.columns[table.infoset_column[infoset]].name
        else:
            column = game.labels.infosets[infoset].partition(" (")[0]
            chance[node] = float(game.chance[action - game.n_actions])
        paths[node] = (*paths[up], (column, game.labels.actions[action]))
        chance[node] *= chance[up]
    return paths, chance


def compare(compiled: Compiled, terminals: Sequence[Terminal]) -> None:
    """Histories, payoffs, chances, infosets and open options agree."""
    game, table = compiled.game, compiled.game.histories
    assert table is not None
    check_columns(game)
    paths, chance = histories(compiled)
    mine = {paths[node]: row for row, node in enumerate(game.terminal.tolist())}
    theirs = {t.steps: t for t in terminals if t.chance != 0}
    extra = {steps for steps in mine if steps not in theirs}
    assert not theirs.keys() - mine.keys()
    for steps in extra:  # kept, since an assumption might make them possible
        assert chance[game.terminal[mine[steps]]] == 0
    for steps, terminal in theirs.items():
        row = mine[steps]
        assert chance[game.terminal[row]] == pytest.approx(float(terminal.chance), abs=1e-12)
        for p, payoff in enumerate(terminal.payoffs):
            assert game.payoffs[p, row] == pytest.approx(float(payoff), rel=1e-9, abs=1e-9)
            if game.exact is not None and isinstance(payoff, Fraction):
                assert game.exact.payoffs[p][row] == payoff
        for column, codes in zip(table.columns, table.codes, strict=True):
            if not column.last:
                code = int(codes[row])
                label = None if code == NOT_MADE else column.options[code]
                assert terminal.values.get(column.name) == label
    same_sets(game, paths, terminals)


def same_sets(game: Game, paths: Sequence[tuple[Step, ...]], terminals: Sequence[Terminal]) -> None:
    """Two histories are in one infoset of ours where the slow reading says so."""
    ours = {
        paths[node]: int(game.infoset[node])
        for node in range(game.n_nodes)
        if 0 <= game.infoset[node] < game.n_infosets
    }
    there: dict[tuple[Step, ...], tuple[object, ...]] = {}
    for terminal in terminals:
        for i, decision in enumerate(terminal.path):
            if decision.by is not None:
                there[terminal.steps[:i]] = (decision.by, *decision.infoset)
                infoset = ours.get(terminal.steps[:i])
                if infoset is not None:
                    labels = [game.labels.actions[a] for a in game.actions_of(infoset)]
                    assert labels == list(decision.open)
                    assert game.players[game.infoset_player[infoset]] == decision.by
    pairs = defaultdict(set)
    back = defaultdict(set)
    for path, infoset in ours.items():
        if path in there:
            pairs[infoset].add(there[path])
            back[there[path]].add(infoset)
    assert all(len(found) == 1 for found in pairs.values())
    assert all(len(found) == 1 for found in back.values())


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_library_cases(path: Path) -> None:
    case = load_case(path, lambda name: next(p for p in FILES if name in (p.stem, p.parent.name)))
    compiled = compile_case(case)
    if compiled.game.n_terminals > 6000:
        pytest.skip("too large for the slow reading")
    compare(compiled, Reference(case).terminals())


@settings(max_examples=some(50), deadline=None, suppress_health_check=list(HealthCheck))
@given(cases(claims=False, plain=True), st.data())
def test_random_cases(case: syntax.Case, data: st.DataObject) -> None:
    reference = Reference(case)
    choices: list[tuple[syntax.Intervention, ...]] = [()]
    for name, labels in reference.labels.items():
        choices += [_do(f"{name} = {label}") for label in labels]
        if not name.endswith(".aim") and name != "winter":
            choices.append(_do(f"no {name}"))
        if name in reference.block_of:
            first, second = labels[:2]
            choices += [
                _do(f"{name}[1] = {first}"), _do(f"{name} = {first}, {name}[2] = {second}"),
                _do(f"{name} = {first}, no {name}[1]"), _do(f"no {name}, {name}[1] = {first}"),
                _do(f"without north, {name}[1] = {first}"),
            ]  # fmt: skip
    choices += [_do("without north"), _do("risk = 1/2, never = 1/4")]
    choices += [_do(f"{name} = 1") for name in reference.base if name.startswith("terms")]
    do = data.draw(st.sampled_from(choices))
    compiled, codes = _compiled(case, do)
    reference = Reference(case, do)
    terminals = _terminals(reference)
    if compiled is None:
        assert codes <= {"never", "no-option", "number"}
        if codes == {"never"}:
            assert terminals is not None
            assert any(_never(terminals, name) for name in reference.labels)
        return
    assert terminals is not None
    compare(compiled, terminals)


def _do(text: str) -> tuple[syntax.Intervention, ...]:
    query = parse_expression(f"E(a | do({text})) > 0")
    assert isinstance(query, syntax.Compare)
    first = query.operands[0]
    assert isinstance(first, syntax.Expectation)
    return first.given.do


def _compiled(
    case: syntax.Case, do: tuple[syntax.Intervention, ...]
) -> tuple[Compiled | None, set[str]]:
    try:
        return compile_case(case, do=do, limit=5000), set()
    except CaseError as error:
        codes = {fault.code for fault in error.faults}
        assume(codes != {"too-large"})
        return None, codes


def _terminals(reference: Reference) -> list[Terminal] | None:
    try:
        return reference.terminals()
    except StuckError:
        return None


def _never(terminals: Sequence[Terminal], name: str) -> bool:
    return not any(
        label is not None
        for t in terminals
        for column, label in t.values.items()
        if t.chance != 0 and column.partition("[")[0] == name
    )


RULES = """
title: Rules
actors:
  north: {aims: {settle: 1/3, outwait: rest}}
  south: {aims: {peace: 0.5, deals: 0.5}, known to: [north]}
  west: {}
observers: [public]
facts: {winter: {values: {hard: 0.3, mild: rest}, known to: [west]}}
joint aims:
  - over: [south.aim, north.aim]
    chances: {peace & settle: 0.2, peace & outwait: 0.3, deals & settle: 0.1, deals & outwait: rest}
assumptions: {cost: {value: 1/7, range: [0, 1]}, n: {value: 2, distribution: {choice: [1, 2, 3]}}}
moves:
  - offer: {by: south, options: [line, business], seen by: [north], noticed by: [public]}
  - weather: {chance: {storm: 0.1 if winter = hard else 0.02, calm: rest}, seen by: [west]}
  - leak: {signal of: offer, to: [west], right: 0.8}
  - together:
    - bid_a: {by: north, if: offer = line, options: [high, low]}
    - bid_b: {by: south, options: {high: , low: {if: south.aim = deals}}}
  - rounds:
      name: term
      count: n
      discount: 0.9
      state: {held: {start: 1, next: held + term if demand = hold else held}}
      ends if: demand = yield or held > 3
      moves:
        - demand: {by: north, if: previous(reply) != accept, options: [hold, yield]}
        - reply: {by: west, options: [accept, refuse], seen by: [north]}
  - last: {by: south, if: "ever(demand = yield) and reply[1] = refuse", options: [stop, go]}
stakes:
  north:
    - {worth: -cost * held, if: bid_a = bid_b}
    - {worth: term, if: demand = hold and weather != storm, every: term}
    - {order: last = stop >> reply = accept ~ made(bid_a) > term = 2, scale: 5}
  south: [{worth: "count(demand = hold) / 3 + max(1, held)", if: "last not in [stop]"}]
  west: [{worth: exp(-held) + 2 ^ -1}]
"""


@pytest.mark.parametrize(
    "do",
    [
        "", "offer = line", "no offer", "no leak", "without north", "without west",
        "north.aim = settle", "winter = hard", "bid_b = low", "demand[1] = yield", "no reply[2]",
        "cost = 1/2", "n = 3", "weather = storm, no bid_a, south.aim = deals",
    ],
)  # fmt: skip
def test_the_whole_language_at_once(do: str) -> None:
    case = parse_case(RULES)
    changes = _do(do) if do else ()
    compare(compile_case(case, do=changes), Reference(case, changes).terminals())
