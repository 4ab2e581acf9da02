"""The case as sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import lackmus.library
from lackmus.case.expression import parse_expression
from lackmus.case.parse import load_case, parse_case
from lackmus.case.words import (
    claim_in_words,
    in_words,
    knowledge_in_words,
    stakes_in_words,
    words_text,
)

LIBRARY = Path(lackmus.library.__file__).parent
FILES = sorted(p for p in LIBRARY.rglob("*.yaml") if p.name != "observations.yaml")

CASE = """
title: Words
actors:
  north: {name: The North, aims: {settle: 0.2, outwait: rest}, known to: [south]}
  south: {aims: {peace: 1 - q, deals: q}}
  west: {}
observers: [public]
facts: {winter: {values: {hard: 1/3, mild: rest}}}
assumptions:
  q: {value: 0.4, range: [0, 1], because: assumed}
  n: 2
moves:
  - offer: {by: south, options: [line, no_line], seen by: [south, north], noticed by: [public]}
  - secret: {by: north, options: [a, b], seen by: []}
  - weather: {chance: {storm: 0.1 if winter = hard else 0.02, calm: rest}}
  - leak: {signal of: south.aim, to: [north], right: 0.8, if: offer = line}
  - together:
    - bid_a: {by: north, options: [high, low]}
    - bid_b: {by: south, options: [high, low]}
  - rounds:
      name: term
      count: n
      discount: 0.9
      state: {refusals: {start: 0, next: refusals + 1}}
      ends if: demand = yield
      moves: [{demand: {by: west, options: {hold: , yield: {if: previous(demand) != yield}}}}]
stakes:
  south: [{worth: -q * refusals, if: bid_a = bid_b}, {worth: -1, if: demand = hold, every: term}]
  north: [{order: ever(demand = yield) >> offer = line ~ bid_a = high}]
claims:
  c1:
    holds if: P[north](south.aim = deals | offer = line) > 0.5 and E(south | do(no leak)) < 1
  c2: {holds if: best(offer | south.aim = deals) = line or not likeliest(offer) = line}
  c3: {holds if: 0.1 < H(south.aim | observed) < 0.9}
  c4: {holds if: I(south.aim; leak) >= value(offer = line | do(without west))}
"""
PARSED = parse_case(CASE)
TOLD = words_text(PARSED, width=10_000)


@pytest.mark.parametrize(
    "sentence",
    [
        "The North has an aim of its own: “settle” with probability 0.2 or “outwait” with "
        "probability 0.8. Only the North and South know it.",
        "“deals” with probability q (0.4). Only South knows it.",
        "West hides no aim.",
        "The public sees what is shown to it, and does not move.",
        "Winter is “hard” with probability 0.3333 or “mild” with probability 0.6667. Nobody knows",
        "1. Offer: South chooses “line” or “no line”. South and the North see it; the public sees "
        "only whether it is made; West does not. South chooses without knowing winter.",
        "2. Secret: the North chooses “a” or “b”. Nobody but the North sees it.",
        "“storm” with probability 0.1 where winter is “hard”, and 0.02 elsewhere; or “calm” "
        "otherwise",
        "4. Leak: if offer is “line”, a signal tells South’s aim, rightly with probability 0.8. "
        "The North sees it; South, West and the public do not.",
        "5. At the same time, and without seeing each other's choice:",
        "6. Term: the following happens in up to n (2) rounds, until demand is “yield”.",
        "“yield” only if demand in the round before is not “yield”",
        "- What is counted in each round counts 0.9 times as much in the next.",
        "- Refusals is carried on: at first 0, then refusals + 1.",
        "-q * refusals, if bid a is the same as bid b.",
        "−1, if demand is “hold”, counted in each round of term.",
        "in some round demand is “yield” (and then a wide gap); then offer is “line” or bid a is "
        "“high”",
        "West has nothing at stake.",
        "with odds of 55 to 1",
        "- q = 0.4, anywhere from 0 to 1 (assumed).",
        "Holds if the North’s probability that South’s aim is “deals”, given that offer is “line”, "
        "is more than 0.5; and South’s expected payoff, under the rule that there is no leak, is "
        "less than 1.",
        "Holds if South’s best offer, given that South’s aim is “deals”, is “line”; or it is not "
        "so that (the likeliest offer is “line”).",
        "Holds if the uncertainty about South’s aim in bits, given all that was observed, lies "
        "between 0.1 and 0.9.",
        "the information in bits that leak gives about South’s aim is at least what offer “line” "
        "pays South on average, under the rule that West does not move",
        "- Seen by everyone, since nothing else is said: weather, bid_a, bid_b and demand.",
        "- The precision, since the case gives none.",
        "- Fixed in all draws, since no range is given: n.",
        "- Without a source or a reason: n.",
    ],
)
def test_a_case_says(sentence: str) -> None:
    assert sentence in TOLD


def test_claims_can_be_said_alone() -> None:
    assert claim_in_words(PARSED, PARSED.claim("c3")).startswith("the uncertainty about")


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_case_can_be_said(path: Path) -> None:
    case = load_case(path, lambda name: next(p for p in FILES if name in (p.stem, p.parent.name)))
    sections = in_words(case)
    assert all(section.paragraphs for section in sections)
    text = words_text(case)
    assert all(len(line) <= 88 or " " not in line.strip() for line in text.split("\n"))
    for claim in case.claims:
        assert claim.id in text
    for unsaid in ("None", "Fraction", "syntax", "  "):
        for section in sections:
            assert not any(unsaid in p for p in section.paragraphs if p not in case.summary)


def test_stakes_said_by_actor_are_those_of_the_whole() -> None:
    (section,) = [s for s in in_words(PARSED) if s.title == "What is at stake"]
    told = [line for own in stakes_in_words(PARSED) for line in (own.title, *own.paragraphs)]
    assert [line.removeprefix("- ") for line in section.paragraphs] == told


def test_who_knows_what_is_said_of_all_that_is_hidden_and_all_moves() -> None:
    told = knowledge_in_words(PARSED)
    assert {"south.aim", "weather", "offer", "leak"} <= set(told)
    whole = words_text(PARSED, 10_000)
    for sentences in told.values():
        assert sentences
        assert sentences in whole


def test_titles_of_sections_are_distinct() -> None:
    titles = [section.title for section in in_words(PARSED)]
    assert len(set(titles)) == len(titles) >= 7


FEW = """
title: Few words
actors:
  north: {aims: {settle: 0.2, outwait: rest}}
  south: {aims: {peace: 0.5, deals: rest}}
joint aims:
  - over: [north.aim, south.aim]
    chances: {settle & peace: 0.1, settle & deals: 0.1, outwait & peace: 0.4, outwait & deals: rest}
moves:
  - open: {by: north, options: [x, y, z], noticed by: [south], seen by: [north]}
  - rounds:
      name: turn
      count: 2
      moves:
        - bid: {by: [north, south], options: [high, low], seen by: [north]}
  - last:
      by: south
      if: open in [x, y] and not made(bid) or bid[1] = high and bid[2] = low and open != z
      options: [a, b]
stakes: {north: [{worth: 1, if: last = a and open = x and south.aim = peace}]}
"""


@pytest.mark.parametrize(
    "sentence",
    [
        "North has an aim of its own: “settle” or “outwait”. Only North knows it.",
        "North’s aim and South’s aim hang together: “settle” and “peace” with probability 0.1;",
        "1. Open: North chooses “x”, “y” or “z”. North sees it; South sees only whether it is "
        "made. North chooses without knowing South’s aim.",
        "North and South choose “high” or “low”. North sees it; South sees it in its own rounds. "
        "North chooses without knowing South’s aim. South chooses without knowing North’s aim and "
        "knowing of open only whether it is made.",
        "3. Last: if (open is “x” or “y” and bid is not made) or (bid in round 1 is “high” and bid "
        "in round 2 is “low” and open is not “z”), South chooses “a” or “b”. Everyone sees it.",
        "South chooses without knowing North’s aim or bid and knowing of open only",
        "- 1, if last is “a” and open is “x” and South’s aim is “peace”.",
        "- Nobody looks on: the case has no observers.",
        "- Nothing is asked: the case has no claims.",
    ],
)
def test_a_case_of_few_words_says(sentence: str) -> None:
    assert sentence in words_text(parse_case(FEW), width=10_000)


def test_what_the_case_has_is_not_said_to_lack() -> None:
    assert "- Nobody looks on" not in TOLD
    assert "- Nothing is asked" not in TOLD


def test_a_paragraph_of_a_list_hangs_behind_its_dash() -> None:
    lines = words_text(PARSED, width=40).split("\n")
    items = [k for k, line in enumerate(lines) if line.startswith("- ") and len(line) > 30]
    assert items
    assert all(lines[k + 1][:2] in ("  ", "- ", "") for k in items)
    assert any(lines[k + 1].startswith("  ") for k in items)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            "E(south | do(offer = line, secret = a, no leak, bid_a = high)) < 1",
            "South’s expected payoff, under the rule that offer is always “line”, secret “a”, "
            "there is no leak and bid a is always “high”, is less than 1",
        ),
        (
            "E(south | do(q = 0.5, offer = line, secret = a)) < 1",
            "South’s expected payoff, under the rule that q is 0.5, offer is always “line” and "
            "secret “a”, is less than 1",
        ),
        (
            "E(south) < E(north | offer = line) + 2 * q",
            "South’s expected payoff is less than the North’s expected payoff, given that offer is "
            "“line”, plus 2 * q (0.8)",
        ),
        (
            "P(offer = line) - P(bid_a = high) > 0.1",
            "the probability that offer is “line” minus the probability that bid a is “high” is "
            "more than 0.1",
        ),
        (
            "P(offer = line) - (P(bid_a = high) - 0.2) > 0.1",
            "the probability that offer is “line” minus (the probability that bid a is “high” "
            "minus 0.2) is more than 0.1",
        ),
        (
            "P(offer = line) + P(bid_a = high) - (q + 1) > 0.1",
            "the probability that offer is “line” plus the probability that bid a is “high” minus "
            "(q + 1 (1.4)) is more than 0.1",
        ),
        (
            "P(offer = line) - 2 * P(bid_a = high) > 0.1",
            "the probability that offer is “line” minus (2) * (the probability that bid a is "
            "“high”) is more than 0.1",
        ),
        (
            "P(offer = line) - (1 if q > 1 else 2) > 0.1",
            "the probability that offer is “line” minus (1 where q (0.4) is more than 1, and 2 "
            "elsewhere) is more than 0.1",
        ),
        (
            "P(offer = line) * 2 > 0.1",
            "(the probability that offer is “line”) * (2) is more than 0.1",
        ),
        (
            "-P(offer = line) - P(bid_a = high) > 0.1",
            "minus the probability that offer is “line” minus the probability that bid a is "
            "“high” is more than 0.1",
        ),
        (
            "-(P(offer = line) - P(bid_a = high)) > 0.1",
            "minus (the probability that offer is “line” minus the probability that bid a is "
            "“high”) is more than 0.1",
        ),
        (
            "P(refusals > 1) - 0.2 > 0.1",
            "(the probability that refusals is more than 1) minus 0.2 is more than 0.1",
        ),
        (
            "P(secret = a) + P(refusals > 1) - 0.2 > 0.1",
            "(the probability that secret is “a” plus the probability that refusals is more than "
            "1) minus 0.2 is more than 0.1",
        ),
        (
            "P(secret = a | refusals > 1) - 0.2 > 0.1",
            "the probability that secret is “a”, given that refusals is more than 1, minus 0.2, is "
            "more than 0.1",
        ),
        (
            "P(ever(demand = hold) and offer = line) > 0.1",
            "the probability that (in some round demand is “hold”) and offer is “line” is more "
            "than 0.1",
        ),
        (
            "P(ever(demand = hold and offer = line)) > 0.1",
            "the probability that in some round demand is “hold” and offer is “line” is more than "
            "0.1",
        ),
        (
            "P(offer = line or not ever(demand = hold)) > 0.1",
            "the probability that offer is “line” or in no round demand is “hold” is more than 0.1",
        ),
        (
            "P(count(demand = hold and offer = line) = 2) > 0.1",
            "the probability that the number of rounds in which (demand is “hold” and offer is "
            "“line”) equals 2 is more than 0.1",
        ),
        (
            "P(not bid_a = bid_b) > 0.1",
            "the probability that bid a is not the same as bid b is more than 0.1",
        ),
    ],
)
def test_a_question_is_told_without_repeating_itself(asked: str, told: str) -> None:
    claim = replace(PARSED.claims[0], holds_if=parse_expression(asked))
    assert claim_in_words(PARSED, claim) == told


MONEY = """
title: Money
actors: {state: {}, agency: {}}
moves:
  - act: {by: state, options: [comply, hide]}
  - look: {by: agency, options: [inspect, trust]}
stakes:
  state: [{worth: -3000000, if: act = hide and look = inspect}]
  agency: [{worth: 4 / 3, if: look = trust}]
precision: 4
"""


def test_money_is_written_in_full_and_held_against_the_precision() -> None:
    told = words_text(parse_case(MONEY))
    assert "- −3,000,000, if act" in told
    flat = " ".join(told.split())
    assert "a few times 0.25, one over the precision; the largest stake here is 3,000,000" in flat
    assert "largest stake" not in words_text(parse_case(MONEY.replace("3000000", "3")))
