"""Five articles of other kinds, and what a reader drafts from them."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from lackmus.case.syntax import Source
from lackmus.drafting.draft import Draft, draft

FOLDER = Path(__file__).parent / "articles"
#: Lines that the rules may miss of all: they are no reader.
MISSED = 0.1


def expected() -> dict[str, list[str]]:
    """Per article its lines; the first has actors and days."""
    found: dict[str, list[str]] = {}
    for line in (FOLDER / "expected.txt").read_text("utf-8").splitlines():
        if line.startswith("p"):
            found[list(found)[-1]].append(line)
        elif not line.startswith("#"):
            name, _, head = line.partition(": ")
            found[name] = [head]
    return found


def drafted(name: str) -> Draft:
    text = (FOLDER / f"{name}.txt").read_text("utf-8")
    language = name.rpartition(".")[2]
    return draft(text, Source("memo", published=datetime.date(2025, 9, 3), language=language))


def lines(made: Draft) -> list[str]:
    """A draft as the lines that are expected."""
    claims = {claim.id: claim for claim in made.candidates}
    found = []
    for said in made.statements:
        claim = claims.get(said.bears_on)
        kind, day = (claim.kind, claim.resolves) if claim else ("", None)
        parts = [said.passage, f"{said.speaker} <- {said.reporter}", kind, str(day or "")]
        found.append(" | ".join(parts).replace("  ", " ").strip())
    return found


def test_nine_in_ten_lines_are_as_a_reader_has_them() -> None:
    wanted = [(name, line) for name, (_, *rest) in expected().items() for line in rest]
    found = {(name, line) for name in expected() for line in lines(drafted(name))}
    missed = [pair for pair in wanted if pair not in found]
    assert len(missed) <= MISSED * len(wanted), missed


@pytest.mark.parametrize("name", expected())
def test_actors_and_days_are_found(name: str) -> None:
    actors, _, days = expected()[name][0].partition("; ")
    made = drafted(name)
    told = [("until " if d.deadline else "") + str(d.when.date) for d in made.dates]
    assert ", ".join(told) == days
    assert set(actors.split(", ")) <= {actor.name for actor in made.actors}
