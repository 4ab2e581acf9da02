"""An event means what its condition means where it stands; its name is its own."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lackmus.case import syntax
from lackmus.case.parse import parse_case
from lackmus.case.text import expression_text
from lackmus.case.words import claim_in_words, stakes_in_words, words_text
from lackmus.case.writer import write_case
from lackmus.foundation.errors import CaseError, UsageError
from lackmus.pipeline.observations import observations_of
from lackmus.pipeline.quantities import vary
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.service.completion import complete
from lackmus.service.hover import hover
from lackmus.service.places import places
from lackmus.service.rename import changed, rename

CASE = """title: A ceasefire offer
actors:
  north: {aims: {settle: 0.3, outwait: rest}}
  south: {aims: {peace: 0.6, deals: rest}}
assumptions: {cost: {value: 1, range: [0, 2]}}
moves:
  - offer: {by: south, options: [line, business]}
  - answer: {by: north, if: offer = line, options: [accept, refuse]}
  - rounds:
      name: term
      count: 3
      ends if: over
      moves:
        - call: {by: south, if: not deal, options: {hold: {if: not again}, stop: }}
stakes:
  north: [{worth: 2 if deal else -cost, if: outlasting or deal}, {order: deal > offer = line}]
  south: [{worth: 1, if: again, every: term}, {worth: 1, if: honest}]
events:
  deal: answer = accept
  honest: {if: deal and south.aim = peace, says: an honest deal is struck}
  outlasting: not deal and north.aim = outwait
  over: call = stop
  again: previous(call) = hold and round_of_two
  round_of_two: term = 2
  long: count(call = hold) >= 2
claims:
  c1: {holds if: "P(honest | deal, do(offer = line)) > 0.5"}
  c2: {holds if: P(deal or long) < P(not outlasting), resolves if: deal, annulled unless: long}
observations: [{saw: not deal}]
"""
MEANING = {
    "deal": "answer = accept", "honest": "(answer = accept and south.aim = peace)",
    "outlasting": "(not (answer = accept) and north.aim = outwait)", "over": "call = stop",
    "again": "(previous(call) = hold and (term = 2))", "long": "(count(call = hold) >= 2)",
}  # fmt: skip


def written_out() -> str:
    head, events, rest = re.split(r"(events:\n(?:  .*\n)+)", CASE)
    del events
    return re.sub(rf"\b({'|'.join(MEANING)})\b(?!:)", lambda m: f"({MEANING[m[1]]})", head + rest)


def test_it_is_as_if_written_out() -> None:
    named, plain = parse_case(CASE), parse_case(written_out())
    assert not plain.events
    one, other = (put_to_test(case, effort=Effort(draws=40, seed=3)) for case in (named, plain))
    for left, right in zip(one.claims, other.claims, strict=True):
        assert np.array_equal(left.holds, right.holds)
        assert np.array_equal(left.margins, right.margins, equal_nan=True)
    assert one.reading.probability == other.reading.probability


def test_it_comes_back_and_is_told() -> None:
    case = parse_case(CASE)
    assert parse_case(write_case(case)) == case
    assert "deal: answer = accept\n" in write_case(case)
    told = " ".join(words_text(case).split())
    assert "- deal: holds if answer is “accept”." in told
    assert "- honest: an honest deal is struck, if “deal” holds and South’s aim is “peace”." in told
    assert "Call: if “deal” does not hold, South chooses" in told


def test_a_question_says_what_its_events_are() -> None:
    case = parse_case(CASE)
    assert claim_in_words(case, case.claims[0]) == (
        "the probability that an honest deal is struck, given that “deal” holds, under the rule "
        "that offer is always “line”, is more than 0.5 (an honest deal is struck if “deal” holds "
        "and South’s aim is “peace”; “deal” holds if answer is “accept”)"
    )
    *_, last = stakes_in_words(case)
    assert last.title == "Here:"
    assert "“again” holds if call in the round before is “hold” and “round of two” holds." in (
        last.paragraphs
    )


def test_it_may_be_observed_and_asked() -> None:
    case = parse_case(CASE)
    (seen,) = observations_of(case, "deal and not long")
    assert expression_text(seen) == "deal and not long"
    assert seen != observations_of(case, "answer = accept and not long")[0]
    table = vary(case, {"cost": [0.5, 1.5]}, ("P(deal)", "P(answer = accept)")).table
    assert table["P(deal)"] == table["P(answer = accept)"]
    with pytest.raises(UsageError, match="differs from history to history"):
        vary(case, {"cost": [0.5]}, "deal")


@pytest.mark.parametrize(
    ("event", "line", "code", "message"),
    [
        ("deal: deal or offer = line", "deal: deal", "cycle", "itself: deal → deal"),
        ("deal: honest or offer = line", "honest: {if: deal", "cycle", "deal → honest → deal"),
        ("deal: anwser = accept", "deal: anwser", "unknown-name", "^nothing is called 'anwser'"),
        ("deal: P(answer = accept) > 0.5", "deal: P(", "type", "cannot ask this"),
        ("deal: cost + 1", "deal: cost", "type", "a condition is expected"),
        ("deal: cost > 1", "if: not deal, options", "structure", "in event 'deal': .* assumption"),
        ("deal: call = hold", "if: not deal, options", "later", "in event 'deal': 'call' is not"),
        ("offer: answer = accept", "offer: answer", "duplicate", "'offer' is declared twice"),
        ("best: answer = accept", "best: answer", "name", "a word of the language"),
        ("deal: {says: they agree}", "deal: {says", "missing", "event 'deal' needs 'if'"),
    ],
)
def test_a_fault_has_its_place(event: str, line: str, code: str, message: str) -> None:
    with pytest.raises(CaseError) as caught:
        parse_case(CASE.replace("deal: answer = accept", event))
    found = [fault for fault in caught.value.faults if fault.code == code]
    assert any(
        re.search(message, f.message) and f.span is not None and line in f.span.text for f in found
    ), caught.value


def test_a_name_that_is_compared_is_no_event() -> None:
    text = CASE.replace("offer = line, options: [accept", "offer = deal, options: [accept")
    with pytest.raises(CaseError, match="'offer' has no option 'deal'"):
        parse_case(text)
    case = parse_case(CASE.replace("line", "deal_").replace("[deal_,", "[deal,").replace(
        "offer = deal_", "offer = deal"))  # fmt: skip
    answer = case.moves[1]
    assert isinstance(answer, syntax.Move)
    assert isinstance(answer.condition, syntax.Compare)
    assert isinstance(answer.condition.operands[1], syntax.Name)


def test_an_editor_knows_it() -> None:
    at = CASE.index("P(deal or")
    shown = hover(CASE, at + 3)
    assert shown is not None
    assert shown.lines[:2] == ("event deal", "if answer = accept")
    assert "claim c2" in shown.lines[-1]
    used = places(CASE).of("event", "deal")
    assert [place.declared for place in used].count(True) == 1
    assert all(CASE[place.start : place.end] == "deal" for place in used)
    assert len(used) == len(re.findall(r"\bdeal\b(?! is)", CASE))
    offered = {one.label: one for one in complete(CASE, at + 2)}
    assert offered["honest"].kind == "event"
    assert offered["honest"].detail == "an honest deal is struck"
    keys = {
        one.label
        for one in complete(CASE.replace("{if: deal and", "{"), CASE.index("{if: deal") + 1)
    }
    assert {"if", "says", "cite"} <= keys


def test_it_is_renamed_wherever_it_stands() -> None:
    at = CASE.index("P(deal or") + 3
    renamed = changed(CASE, rename(CASE, at, "accord"))
    assert renamed == re.sub(r"\bdeal\b(?! is)", "accord", CASE)
