"""Observations from their texts to histories: faults with their places, and what is seen."""

from __future__ import annotations

import pytest

from lackmus.case.parse import parse_case
from lackmus.case.scope import scope_of
from lackmus.compiler.compile import compile_case
from lackmus.foundation.errors import UsageError
from lackmus.pipeline.loading import load
from lackmus.pipeline.observations import (
    checked,
    checked_alone,
    env_of,
    observations_of,
    parse_observed,
    where_all,
)

CASE = parse_case("""
title: What is seen
actors: {north: {}, south: {}}
observers: [public]
moves:
  - rounds:
      name: t
      count: 2
      moves:
        - m: {by: north, options: [u, d], seen by: [south]}
  - agenda: {by: south, options: {none: , any of: {line: , war: }}, seen by: [public]}
stakes: {north: [{worth: 1, if: m = u}]}
precision: 1
""")


def test_all_texts_that_are_no_expressions_are_told_with_their_places() -> None:
    with pytest.raises(UsageError) as caught:
        parse_observed(["m = = u", "m = u", "agenda = ("], "--observe")
    places = [fault.span and (fault.span.file, fault.span.line) for fault in caught.value.faults]
    assert places == [("--observe", 1), ("--observe", 1)]
    # The second `=` is the fifth character; after the last there are ten.
    columns = [fault.span and fault.span.column for fault in caught.value.faults]
    assert columns == [5, 10]


def test_who_observes_must_be_there_and_see() -> None:
    scope = scope_of(CASE)
    assert len(checked("m[1] = u", scope, "south")) == 1
    assert len(checked("m[1] = u", scope)) == 1
    with pytest.raises(UsageError, match="public"):
        checked("m[1] = u", scope, "public")
    with pytest.raises(UsageError, match="no actor or observer 'west'"):
        checked("m[1] = u", scope, "west")


def test_histories_in_which_all_observations_hold() -> None:
    """Two rounds and four agendas make sixteen histories."""
    histories = compile_case(CASE).game.histories
    assert histories is not None
    env = env_of(histories)

    def count(*texts: str) -> int:
        return int(where_all(observations_of(CASE, texts), env).sum())

    assert count() == 16
    assert count("m[1] = u") == 8
    assert count("m[1] = u", "m[2] = d") == count("m[2] = d", "m[1] = u") == 4
    assert count("m[1] = u", "agenda = war") == 2
    assert count("agenda = war") == 4


@pytest.mark.parametrize(
    "text", ["agenda has war", "ever(m = u)", "count(m = u) > 1", "number(m) > 1"]
)
def test_what_a_game_does_not_keep_of_its_case_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="needs the case"):
        checked_alone(text, scope_of(CASE))
    assert len(checked_alone("agenda = war", scope_of(CASE))) == 1


def test_a_name_that_nothing_has_is_told_with_what_can_be_observed() -> None:
    scope = scope_of(load("beer-quiche"))
    with pytest.raises(UsageError) as caught:
        checked("lunch = beer", scope)
    assert caught.value.faults[0].hint == "known here: breakfast, duel, stranger.aim"
    with pytest.raises(UsageError) as caught:
        checked("lunch = beer", scope_of(load("alaska-2025")))
    hint = caught.value.faults[0].hint
    assert hint.startswith("a condition compares: ")
    checked(hint.removeprefix("a condition compares: "), scope_of(load("alaska-2025")))
