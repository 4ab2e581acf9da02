"""Random cases for property tests (Hypothesis strategies).

`cases` makes small cases that pass their check and use the language widely; `texts` and
`expressions` make parts. What is made is readable, so that a failing example can be told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from lackmus.case import syntax
from lackmus.case.builder import CaseBuilder
from lackmus.case.move_list import MoveList

_ACTORS = ("north", "south", "west")
_LABELS = ("accept", "refuse", "pause", "hold")
_NUMBERS = ("0", "1", "2.5", "-1/3", "0.1", "1e-3", "5 %", "12")


@dataclass
class _Known:
    """What expressions may speak of so far.

    Attributes:
        variables: Name to labels, in order of play.
        seen: Viewer to the variables he sees.
        assumptions: Names of assumptions.
        repeated: Moves in rounds that are over.
        turns: Those who make such a move, one a round in turn.
        states: States carried through rounds that are over.
    """

    variables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)
    assumptions: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    turns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    states: list[str] = field(default_factory=list)


def texts() -> st.SearchStrategy[str]:
    """Texts that a case may hold, nasty ones for YAML among them."""
    nasty = st.sampled_from((
        "a: b", "# no comment", "- item", "'quoted'", '"double"', "{flow", "[x]", "*alias", "yes",
        "&anchor", "null", "1e3", "two\nlines", "two\n\n  paragraphs\n\nhere", "tab\tinside",
        "a #b", "|", ">", "%", "@", "`", "ends:", "ü ß “”", "\U0001f54a", "x " * 80, "!tag", "?",
        "---", "...", "back\\slash", "\u2028", "\u00a0", "\ufeff",
    ))  # fmt: skip
    plain = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=30)
    return st.one_of(nasty, plain).map(str.strip)


@st.composite
def conditions(
    draw: st.DrawFn,
    variables: dict[str, tuple[str, ...]],
    depth: int = 2,
    repeated: Sequence[str] = (),
) -> str:
    """A condition on some variables, as text.

    Args:
        draw: Hypothesis's.
        variables: Name to labels.
        depth: How many conditions may stand within each other.
        repeated: The variables that are moves in rounds, seen from outside of these.
    """
    kind = draw(st.integers(0, 6 if depth else 3))
    if kind <= 3:
        name = draw(st.sampled_from(sorted(variables)))
        return draw(_simple(name, variables[name], repeated=name in repeated))
    left, right = (draw(conditions(variables, depth - 1, repeated)) for _ in range(2))
    if kind == 4:
        return f"not ({left})"
    return f"({left}) {'and' if kind == 5 else 'or'} ({right})"


@st.composite
def _simple(draw: st.DrawFn, name: str, labels: Sequence[str], *, repeated: bool) -> str:
    """A condition on one variable."""
    label = draw(st.sampled_from(labels))
    equal = f"{name} {draw(st.sampled_from(('=', '!=')))} {label}"
    some = ", ".join(draw(st.lists(st.sampled_from(labels), min_size=1, unique=True)))
    kinds = [equal, equal, f"{name} in [{some}]", f"{name} not in [{some}]", f"made({name})"]
    if repeated:
        kinds += [
            f"ever({equal})", f"count({equal}) > 1", f"{name}[1] = {label}", f"made({name}[2])",
            f"ever({equal} and previous({name}) = {label})",
        ]  # fmt: skip
    return draw(st.sampled_from(kinds))


@st.composite
def numbers(draw: st.DrawFn, known: _Known, depth: int = 2) -> str:
    """A number over assumptions and variables, as text."""
    kind = draw(st.integers(0, 9)) if depth else 0
    if kind <= 1:
        return draw(st.sampled_from((*_NUMBERS, *known.assumptions, *known.states)))
    if kind == 7 and known.repeated:
        name = draw(st.sampled_from(known.repeated))
        label = draw(st.sampled_from(known.variables[name]))
        counted = [f"count({name} = {label})"]
        for maker in known.turns.get(name, ()):
            counted += [f"count(made({name}, {maker}))", f"(1 if made({name}, {maker}) else 0)"]
        return f"{draw(st.sampled_from(counted))} {draw(st.sampled_from(('^ 2', '/ 3', '* 1/7')))}"
    if kind == 8 and known.states:
        return f"{draw(st.sampled_from(known.states))}[{draw(st.integers(1, 2))}]"
    left, right = draw(numbers(known, depth - 1)), draw(numbers(known, depth - 1))
    if kind == 2 and known.variables:
        return f"({left}) if {draw(_condition(known, 1))} else {right}"
    if kind == 3:
        return f"{draw(st.sampled_from(('min', 'max')))}({left}, {right})"
    if kind == 4:
        return f"-({left})"
    return f"({left}) {draw(st.sampled_from('+-*'))} ({right})"


def _condition(known: _Known, depth: int = 2) -> st.SearchStrategy[str]:
    return conditions(known.variables, depth, known.repeated)


@st.composite
def chances(draw: st.DrawFn, labels: Sequence[str]) -> dict[str, str]:
    """A probability for each label, in whole parts; the last may be the rest."""
    parts = draw(st.lists(st.integers(1, 5), min_size=len(labels), max_size=len(labels)))
    found = {label: f"{n}/{sum(parts)}" for label, n in zip(labels, parts, strict=True)}
    if draw(st.booleans()):
        found[labels[-1]] = "rest"
    return found


@st.composite
def cases(draw: st.DrawFn, *, claims: bool = True, plain: bool = False) -> syntax.Case:
    """A small case that passes its check.

    Args:
        draw: Hypothesis's.
        claims: Whether it asks anything.
        plain: Whether its texts are left out.
    """
    some_text = st.just("") if plain else texts()
    builder = CaseBuilder(draw(some_text) or "A case", notes=draw(some_text))
    known = _Known()
    _draw_people(draw, builder, known, some_text)
    _draw_assumptions(draw, builder, known, some_text)
    for i in range(draw(st.integers(1, 3))):
        _draw_item(draw, builder, known, i, some_text)
    _draw_stakes(draw, builder, known, some_text)
    if claims:
        _draw_claims(draw, builder, known, some_text)
    return builder.build("random")


def _draw_people(
    draw: st.DrawFn, builder: CaseBuilder, known: _Known, says: st.SearchStrategy[str]
) -> None:
    actors = _ACTORS[: draw(st.integers(1, 3))]
    known.seen = {viewer: set() for viewer in (*actors, "public")}
    if draw(st.booleans()):
        builder.fact("winter", draw(chances(("hard", "mild"))), known_to=actors[:1])
        known.variables["winter"] = ("hard", "mild")
        known.seen[actors[0]].add("winter")
    with_aims = []
    for actor in actors:
        labels = draw(st.sampled_from(((), ("settle", "outwait"), ("peace", "deals", "war"))))
        others = tuple(a for a in actors if a != actor)
        friends = draw(st.sampled_from(((), others[:1])))
        builder.actor(
            actor, aims=draw(chances(labels)) if labels else None, known_to=friends, says=draw(says)
        )
        if labels:
            with_aims.append(actor)
            known.variables[f"{actor}.aim"] = labels
            for viewer in (actor, *friends):
                known.seen[viewer].add(f"{actor}.aim")
    builder.observer("public")
    if len(with_aims) > 1 and draw(st.booleans()):
        _draw_joint(draw, builder, known, with_aims[:2])


def _draw_joint(
    draw: st.DrawFn, builder: CaseBuilder, known: _Known, actors: Sequence[str]
) -> None:
    one, other = (f"{actor}.aim" for actor in actors)
    pairs = [(a, b) for a in known.variables[one] for b in known.variables[other]]
    parts = draw(st.lists(st.integers(0, 3), min_size=len(pairs), max_size=len(pairs)))
    parts[draw(st.integers(0, len(pairs) - 1))] = 4
    cells = [(p, f"{n}/{sum(parts)}") for p, n in zip(pairs, parts, strict=True)]
    builder.joint_aims([one, other], cells)


_SPREADS: tuple[dict[str, Any], ...] = (
    {},
    {"range": (0, "5/3")},
    {"range": ("1/2", 4), "distribution": "loguniform"},
    {"range": (0, 3), "distribution": "triangular"},
    {"distribution": {"pert": (0, 2, 5)}},
    {"distribution": {"normal": (1, "0.5")}},
    {"distribution": {"normal": (1, "0.5")}, "range": (-2, 2)},
    {"distribution": {"lognormal": (1, "0.5")}},
    {"distribution": {"beta": (2, 5)}, "range": (0, 3)},
    {"distribution": {"exponential": (2,)}},
    {"distribution": {"choice": {1: "1/3", 2: "2/3"}}},
    {"distribution": {"choice": (1, 2, 4)}},
)


def _draw_assumptions(
    draw: st.DrawFn, builder: CaseBuilder, known: _Known, says: st.SearchStrategy[str]
) -> None:
    for name in ("cost", "gain", "doubt")[: draw(st.integers(0, 3))]:
        spread = draw(st.sampled_from(_SPREADS))
        builder.assume(name, 1, **spread, says=draw(says), because=draw(says))
        known.assumptions.append(name)
    if len(known.assumptions) > 1 and draw(st.booleans()):
        builder.correlate("cost", "gain", "0.3")
    for name, value in (("risk", "0.3"), ("never", 0)):
        builder.assume(name, value, range=(0, "1/2"))
    if draw(st.booleans()):
        builder.precision(draw(st.sampled_from(("1", "3.5"))), range=(1, 5))


def _draw_item(
    draw: st.DrawFn, builder: CaseBuilder, known: _Known, i: int, says: st.SearchStrategy[str]
) -> None:
    kind = draw(st.sampled_from(("move", "move", "chance", "signal", "together", "rounds")))
    if kind == "signal" and known.variables:
        of = draw(st.sampled_from(sorted(known.variables)))
        to = draw(_viewers(known))
        right = draw(st.sampled_from(("0.8", "1", "1 - risk", "never + 1/2")))
        builder.moves(
            MoveList().signal(f"hint{i}", of, to=to, right=right, when=_maybe(draw, known))
        )
        _note(known, f"hint{i}", known.variables[of], to)
    elif kind == "together":
        both = MoveList()
        before = _Known(dict(known.variables), {v: set(s) for v, s in known.seen.items()})
        for part, actor in zip("ab", (v for v in known.seen if v != "public"), strict=False):
            _draw_move(draw, both, before, f"bid{i}{part}", says, known, by=actor)
        builder.moves(MoveList().together(both))
    elif kind == "rounds":
        _draw_rounds(draw, builder, known, i, says)
    elif kind == "chance":
        luck = draw(_luck(known))
        builder.moves(MoveList().chance(f"luck{i}", luck, when=_maybe(draw, known)))
        _note(known, f"luck{i}", ("storm", "calm"), tuple(known.seen))
    else:
        moves = MoveList()
        _draw_move(draw, moves, known, f"act{i}", says, known)
        builder.moves(moves)


@st.composite
def _luck(draw: st.DrawFn, known: _Known) -> dict[str, str]:
    """Chances of a move that nobody decides; they may hang on what came before."""
    ways: list[st.SearchStrategy[str]] = [
        st.sampled_from(("0.7", "risk", "never", "0", "1 - risk"))
    ]
    if known.variables:
        ways.append(_condition(known).map(lambda here: f"0.9 if {here} else risk / 2"))
        ways.append(_condition(known).map(lambda here: f"1/3 if {here} else 0"))
    ways += [
        st.just(f"0.1 + 0.4 * count({name} = {known.variables[name][0]})")
        for name in known.repeated
    ]
    ways += [st.just(f"min(1, max(0, {name} / 7))") for name in known.states]
    return {"storm": draw(st.one_of(ways)), "calm": "rest"}


def _draw_rounds(
    draw: st.DrawFn, builder: CaseBuilder, known: _Known, i: int, says: st.SearchStrategy[str]
) -> None:
    inner = MoveList()
    name, held, block = f"step{i}", f"held{i}", f"term{i}"
    again = draw(st.sampled_from(("", f"previous({name}) != refuse", f"{block} < 2 or {held} < 1")))
    makers = _draw_turns(draw, known)
    when = _maybe(draw, known)
    _draw_move(draw, inner, known, name, says, known, by=makers, when=again or None)
    label = known.variables[name][0]
    turn = f"made({name}, {makers[-1]})"
    count: int | str = 2
    if draw(st.booleans()):
        count = f"terms{i}"
        builder.assume(count, 2, range=(1, 2))
    up = draw(st.sampled_from(("1", "0.1", block, f"previous({held}) + 1")))
    builder.rounds(
        block, count, inner, when=when,
        ends_if=draw(st.sampled_from((
            "", f"{name} = {label}", f"{held} > 0", f"{held} >= 0.1 and previous({held}) = 0",
            f"{turn} and {name} = {label}",
        ))),
        discount=draw(st.sampled_from((None, "0.9"))),
        state={held: (0, f"{held} + {up} if {name} = {label} or {turn} else {held}")},
    )  # fmt: skip
    known.repeated.append(name)
    known.turns[name] = makers
    known.states.append(held)


def _draw_turns(draw: st.DrawFn, known: _Known) -> tuple[str, ...]:
    """Who moves in rounds: one, or several in turn."""
    actors = [viewer for viewer in known.seen if viewer != "public"]
    several = st.lists(st.sampled_from(actors), min_size=1, max_size=3)
    return tuple(draw(several))


def _maybe(draw: st.DrawFn, known: _Known) -> str:
    wanted: bool = draw(st.booleans())
    return draw(_condition(known, 1)) if known.variables and wanted else ""


def _draw_move(
    draw: st.DrawFn,
    moves: MoveList,
    before: _Known,
    name: str,
    says: st.SearchStrategy[str],
    after: _Known,
    by: str | tuple[str, ...] = (),
    when: str | None = None,
) -> None:
    """A move on conditions over `before`, or on `when`; it is noted in `after`."""
    actors = [viewer for viewer in before.seen if viewer != "public"]
    by = by or draw(st.sampled_from(actors))
    makers = {by} if isinstance(by, str) else {*by}
    labels = _LABELS[: draw(st.integers(2, 3))]
    shown = set.intersection(*(before.seen[maker] for maker in makers))
    visible = {v: o for v, o in before.variables.items() if v in shown}
    options: dict[str, str | dict[str, str] | None] = dict.fromkeys(labels)
    narrowed: bool = draw(st.booleans())
    if visible and narrowed:
        here = draw(conditions(visible, 1, before.repeated))
        options[labels[-1]] = {"if": here, "says": draw(says)}
    seen = draw(st.one_of(st.none(), _viewers(before)))
    noticed = [v for v in before.seen if seen is not None and v not in (*seen, *makers)][:1]
    moves.move(
        name, by, options, when=_maybe(draw, before) if when is None else when,
        seen_by=seen, noticed_by=noticed, says=draw(says),
        date=draw(st.sampled_from((None, "2025-08-15"))),
    )  # fmt: skip
    # Who takes turns sees his own rounds, and those of others only where all is shown to him.
    alone = makers if len(makers) == 1 else ()
    _note(after, name, labels, tuple(after.seen) if seen is None else (*seen, *alone))


def _viewers(known: _Known) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(known.seen)), unique=True)


def _note(known: _Known, name: str, labels: Sequence[str], seen: Sequence[str]) -> None:
    known.variables[name] = tuple(labels)
    for viewer in seen:
        known.seen[viewer].add(name)


def _draw_stakes(
    draw: st.DrawFn, builder: CaseBuilder, known: _Known, says: st.SearchStrategy[str]
) -> None:
    for actor in (viewer for viewer in known.seen if viewer != "public"):
        for _ in range(draw(st.integers(0, 2))):
            builder.stake(
                actor, draw(numbers(known)), when=_maybe(draw, known), says=draw(says),
                name=draw(st.sampled_from(("", "cost of it", "cost_of_it"))),
            )  # fmt: skip
        if draw(st.booleans()):
            first, second = (draw(_condition(known, 0)) for _ in range(2))
            sign = draw(st.sampled_from((">", ">>")))
            scale = draw(st.sampled_from((None, 3)))
            builder.order(
                actor, f"({first}) {sign} ({second})", scale=scale, when=_maybe(draw, known)
            )
    inner = [name for name in known.variables if name.startswith("step")]
    if inner:
        label = known.variables[inner[0]][0]
        block = inner[0].replace("step", "term")
        held = inner[0].replace("step", "held")
        worth = draw(st.sampled_from(("-1", held, f"previous({held}) + {block}", f"{block} ^ -1")))
        builder.stake("north", worth, when=f"{inner[0]} = {label}", every=block)
        if draw(st.booleans()):
            builder.order("north", f"{inner[0]} = {label} > ({held} > 0)", every=block)


def _draw_claims(
    draw: st.DrawFn, builder: CaseBuilder, known: _Known, says: st.SearchStrategy[str]
) -> None:
    event, given = draw(_condition(known)), draw(_condition(known, 1))
    name = draw(st.sampled_from(sorted(known.variables)))
    label = known.variables[name][0]
    for i, claim in enumerate((
        f"P({event} | {given}) > 0.5",
        f"E(north | {given}, do({name} = {label})) > E(north) or H({name}) < 1/2",
        f"likeliest({name} | {given}) = {label} and shift({name}; {name} | observed) < 0.3",
    )):  # fmt: skip
        builder.claim(
            f"c{i}", claim, says=draw(says), by=draw(says), resolves=draw(
                st.sampled_from((None, "2025-12-31"))
            )
        )  # fmt: skip
    hidden = {name for name in known.variables if name == "winter" or name.endswith(".aim")}
    shown = {name: labels for name, labels in known.variables.items() if name not in hidden}
    saw, certain = draw(_condition(known, 0)), False
    open_to_see: bool = draw(st.booleans())
    if shown and open_to_see:
        saw, certain = draw(conditions(shown, 0, known.repeated)), True
    builder.observation(saw, by="", certain=certain, says=draw(says))
