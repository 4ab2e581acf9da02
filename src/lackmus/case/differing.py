"""What one case says otherwise than another, in words: what a dissent changes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TypeAlias

from lackmus.case import syntax
from lackmus.case.spoken import Speaker, capital, listed, plain
from lackmus.case.text import rounded
from lackmus.case.words import CaseWords, all_moves

#: Per part, by its kind and name, what is compared, and the same in words.
_Parts: TypeAlias = dict[tuple[Hashable, ...], tuple[Hashable, str]]


def differences(before: syntax.Case, after: syntax.Case) -> Iterator[str]:
    """All that a case says otherwise than another about the game, the record and the questions.

    Assumptions and the precision are left out, and claims that only one of the two makes: these
    are told where the numbers and the claims are.

    Args:
        before: The case as it was; it passed its check.
        after: The case as it is now; likewise.

    Yields:
        A sentence or more for each difference.
    """
    old, new = _parts(before), _parts(after)
    for key, (part, text) in new.items():
        if key not in old:
            yield f"New: {text}"
        elif old[key][0] != part:
            yield f"{text} Before: {old[key][1]}"
    yield from (f"Left out: {text}" for key, (_, text) in old.items() if key not in new)
    asked = _questions(before)
    for name, (question, text) in _questions(after).items():
        if name in asked and asked[name][0] != question:
            yield f"Asked otherwise is {text} Before: {asked[name][1]}"


def _parts(case: syntax.Case) -> _Parts:
    return {**_people(case), **_moves(case), **_stakes(case), **_beside(case)}


def _questions(case: syntax.Case) -> dict[str, tuple[Hashable, str]]:
    return {
        claim.id: (
            (claim.observer, claim.for_each, claim.holds_if, claim.matters_from, claim.resolves_if,
             claim.annulled_unless, claim.stated),
            text.removeprefix("- "),
        )
        for claim, text in zip(case.claims, CaseWords(case).claims(), strict=True)
    }  # fmt: skip


def _people(case: syntax.Case) -> _Parts:
    """Actors, observers, facts, and what hangs together."""
    words, parts = CaseWords(case), _Parts()
    people, facts = words.people(), words.facts()
    for actor in case.actors:
        parts["actor", actor.id] = (
            (actor.name, actor.says, actor.aims, actor.known_to),
            next(people),
        )
    for name in case.observers:
        parts["observer", name] = name, next(people)
    for fact in case.facts:
        parts["fact", fact.name] = (fact.says, fact.values, fact.known_to), next(facts)
    for table in case.joint_aims:
        parts["joint", table.over] = table, next(facts)
    return parts


def _moves(case: syntax.Case) -> _Parts:
    """Moves and rounds, and the order of them all."""
    words, parts = CaseWords(case), _Parts()
    for move in all_moves(case):
        parts["move", move.name] = move, words.move(move)
    for item in case.moves:
        if isinstance(item, syntax.Rounds):
            frame = (item.count, item.condition, item.discount, item.state, item.ends_if, item.says)
            parts["rounds", item.name] = (
                frame,
                " ".join([words.repeated(item), *words.carried(item)]),
            )
    parts["order", ""] = _order(case.moves), f"The order of the moves: {_told(case.moves)}."
    return parts


def _order(items: tuple[syntax.Item, ...]) -> Hashable:
    """Which moves follow each other, and which are made in rounds or together."""
    return tuple(
        item.name if isinstance(item, syntax.Move) else (type(item).__name__, _order(item.moves))
        for item in items
    )


def _told(items: tuple[syntax.Item, ...]) -> str:
    told = []
    for item in items:
        if isinstance(item, syntax.Move):
            told.append(plain(item.name))
        else:
            how = "in rounds" if isinstance(item, syntax.Rounds) else "together"
            told.append(f"{how} ({_told(item.moves)})")
    return ", ".join(told)


def _stakes(case: syntax.Case) -> _Parts:
    """Stakes, by their names; one without a name is another where anything in it is."""
    words, say, parts = CaseWords(case), Speaker(case), _Parts()
    for stake in case.stakes:
        key = stake.name or repr(stake)
        parts["stake", stake.actor, key] = (
            stake, f"{capital(say.who(stake.actor))}’s stake, {words.stake(stake)}"
        )  # fmt: skip
    return parts


def _beside(case: syntax.Case) -> _Parts:
    """Events, correlations, the record, and how claims are asked."""
    words, parts = CaseWords(case), _Parts()
    for event, text in zip(case.events, words.events(), strict=True):
        parts["event", event.name] = (event.condition, event.says), text.removeprefix("- ")
    for pair in case.correlations:
        parts["pair", frozenset(pair.between)] = (
            pair.rho, f"The rank correlation of {listed(pair.between)} is {rounded(pair.rho)}."
        )  # fmt: skip
    for seen, text in zip(case.observations, words.observations(), strict=True):
        parts["seen", repr(seen)] = seen, f"In the record: {text.removeprefix('- ')}"
    return parts
