"""What a question comes out as: differences that matter, joined truths, picks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from lackmus.case.parse import parse_case
from lackmus.foundation.outcomes import (
    CANNOT_BE_ASKED,
    FAILS,
    HOLDS,
    NO_DIFFERENCE,
    UNSOLVED,
    WORDS,
)
from lackmus.pipeline.case_study import CaseStudy

#: `go` has P(x) = p exactly, `to` likewise with q: chance moves, so that all is known by hand.
BASE = """
title: Two coins
actors: {a: {}, b: {}}
assumptions: {p: {value: 0.5, range: [0, 1]}, q: {value: 0.5, range: [0, 1]}}
moves:
  - go: {chance: {x: p, y: rest}}
  - to: {chance: {x: q, y: rest}}
  - sit: {by: a, options: [here, there]}
stakes:
  a: [{worth: 10, if: go = x}, {worth: p, if: sit = here}, {worth: q, if: sit = there}]
  b: [{worth: 100, if: go = x}]
precision: 0
"""


def outcome(claim: str, p: float, q: float, more: str = "") -> tuple[float, str]:
    """Margin and word at two values."""
    study = CaseStudy(parse_case(f"{BASE}claims:\n  c: {{holds if: '{claim}'{more}}}\n"))
    found = study.run(np.array([[p, q, 0.0]]))
    return float(found.margins[0, 0]), WORDS[int(found.holds[0, 0])]


@pytest.mark.parametrize(
    ("claim", "p", "q", "word"),
    [
        ("P(go = x) > P(to = x)", 0.52, 0.5, "holds"),
        ("P(go = x) > P(to = x)", 0.505, 0.5, "no difference"),
        ("P(go = x) > P(to = x)", 0.495, 0.5, "no difference"),
        ("P(go = x) > P(to = x)", 0.48, 0.5, "fails"),
        ("P(go = x) >= P(to = x)", 0.5, 0.5, "no difference"),
        ("not P(go = x) > P(to = x)", 0.505, 0.5, "no difference"),
        ("P(go = x) = P(to = x)", 0.505, 0.5, "holds"),
        ("P(go = x) != P(to = x)", 0.505, 0.5, "fails"),
        ("P(go = x) != P(to = x)", 0.52, 0.5, "holds"),
        # A number of the author's own is a threshold to the digit.
        ("P(go = x) > 0.5", 0.501, 0.5, "holds"),
        ("P(go = x) > 0.5", 0.5, 0.5, "fails"),
        ("P(go = x) >= 0.5", 0.5, 0.5, "holds"),
        ("P(go = x) > q", 0.501, 0.5, "holds"),
        # What is infinite is near no number.
        ("P(go = x) > log(q)", 0.5, 0, "holds"), ("P(go = x) < log(q)", 0.5, 0, "fails"),
        ("P(go = x) = log(q)", 0.5, 0, "fails"), ("P(go = x) != log(q)", 0.5, 0, "holds"),
        ("P(go = x) >= 1 / q", 0.5, 0, "fails"),
        ("P(go = x) > P(to = x) + 0.1", 0.605, 0.5, "holds"),
        ("P(go = x) > 1.01 * P(to = x)", 0.506, 0.5, "holds"),
        # One hundredth of a bit; and of the range of the actor's payoffs, the wider where two.
        ("H(go) > H(to)", 0.5, 0.45, "no difference"),
        ("H(go) > H(to)", 0.5, 0.40, "holds"),
        ("E(a | sit = here) > E(a | sit = there)", 0.55, 0.5, "no difference"),
        ("E(a | sit = here) > E(a | sit = there)", 0.62, 0.5, "holds"),
        ("best(sit) = here", 0.55, 0.5, "no difference"),
        ("best(sit) != here", 0.55, 0.5, "no difference"),
        ("best(sit) = here", 0.62, 0.5, "holds"),
        ("likeliest(go) = x", 0.502, 0.5, "no difference"),
        ("likeliest(go) = x", 0.51, 0.5, "holds"),
        ("likeliest(sit) = here", 0.5, 0.5, "no difference"),
    ],
)  # fmt: skip
def test_only_differences_that_matter_count(claim: str, p: float, q: float, word: str) -> None:
    assert outcome(claim, p, q)[1] == word


@pytest.mark.parametrize(
    ("size", "p", "word"),
    [("0.05", 0.54, "no difference"), ("0.05", 0.56, "holds"), ("0.001", 0.502, "holds"),
     ("0", 0.5001, "holds"), ("0", 0.5, "no difference")],
)  # fmt: skip
def test_a_claim_says_itself_what_matters(size: str, p: float, word: str) -> None:
    assert outcome("P(go = x) > P(to = x)", p, 0.5, f", matters from: {size}")[1] == word
    # It changes nothing about the author's own numbers.
    assert outcome("P(go = x) > 0.5", p, 0.5, f", matters from: {size}")[1] == (
        "holds" if p > 0.5 else "fails"
    )


#: Truths that come out in each way at p = q = 1, and how.
KINDS = {
    HOLDS: "P(go = x) > 0.9",
    FAILS: "P(go = x) > 1.1",
    NO_DIFFERENCE: "P(go = x) > P(to = x)",
    CANNOT_BE_ASKED: "P(to = x | go = y) > 0.5",
}


@pytest.mark.parametrize(("one", "other"), list(itertools.product(KINDS, repeat=2)))
def test_joined_truths_say_what_settles_them(one: int, other: int) -> None:
    both = {one, other}
    order = (FAILS, CANNOT_BE_ASKED, NO_DIFFERENCE, HOLDS)
    expected = next(code for code in order if code in both)
    assert outcome(f"{KINDS[one]} and {KINDS[other]}", 1, 1)[1] == WORDS[expected]
    order = (HOLDS, CANNOT_BE_ASKED, NO_DIFFERENCE, FAILS)
    expected = next(code for code in order if code in both)
    assert outcome(f"{KINDS[one]} or {KINDS[other]}", 1, 1)[1] == WORDS[expected]
    assert UNSOLVED not in both


def test_margins_of_one_unit_are_joined_as_they_are() -> None:
    assert outcome("P(go = x) > 0.2 and P(to = x) > 0.1", 0.5, 0.9)[0] == pytest.approx(0.3)
    assert outcome("P(go = x) > 0.2 or P(to = x) > 0.1", 0.5, 0.9)[0] == pytest.approx(0.8)


def test_margins_of_mixed_units_are_joined_as_shares_of_what_is_much() -> None:
    """b's payoffs range over 100: 50 above -10 is 0.6 of that, and 0.3 of a probability less."""
    claim = "E(b) > -10 and P(go = x) > 0.2"
    assert outcome(claim, 0.5, 0.5)[0] == pytest.approx(0.3)
    assert outcome("E(b) > 40 and P(go = x) > 0.2", 0.5, 0.5)[0] == pytest.approx(0.1)


def test_a_rival_that_cannot_be_asked_is_no_rival() -> None:
    """`late` is open at no infoset that is reached, so `early` leads whatever it is worth."""
    text = """
title: Rivals
actors: {a: {}}
assumptions: {p: {value: 1, range: [0, 1]}}
moves:
  - luck: {chance: {on: p, off: rest}}
  - act: {by: a, options: {early: , late: {if: luck = off}}}
stakes: {a: [{worth: 3, if: act = late}]}
precision: 1
claims:
  c: {holds if: best(act | luck = on) = early}
  d: {holds if: best(act | luck = off) = early}
"""
    study = CaseStudy(parse_case(text))
    found = study.run(np.array([[1.0, 1.0], [0.5, 1.0]]))
    assert found.holds[:, 0].tolist() == [HOLDS, HOLDS]
    assert found.holds[:, 1].tolist() == [CANNOT_BE_ASKED, FAILS]


def test_a_condition_too_rare_for_a_float_is_asked_in_each_draw_by_itself() -> None:
    """Its probability is 1e-600, then 1e-260, then 1/4, then nothing; `sit` heeds no coin."""
    claim = "P(sit = here | go = x and to = x) > 0.2"
    spread = "H(sit | go = x and to = x) > 0.2"
    study = CaseStudy(
        parse_case(f"{BASE}claims:\n  c: {{holds if: '{claim}'}}\n  d: {{holds if: '{spread}'}}\n")
    )
    rare = np.array([[p, p, 0.0] for p in (1e-300, 1e-130, 0.5, 0.0)])
    found = study.run(rare)
    assert found.margins[:3, 0] == pytest.approx([0.3, 0.3, 0.3])
    assert found.margins[:3, 1] == pytest.approx([0.8, 0.8, 0.8])
    assert found.holds[3].tolist() == [CANNOT_BE_ASKED, CANNOT_BE_ASKED]


@pytest.mark.parametrize(
    ("claim", "p", "margin", "word"),
    [
        # Of two equal sides the distance counts against, of two different ones for the claim.
        ("P(go = x) = 0.2", 0.5, -0.3, "fails"), ("P(go = x) != 0.2", 0.5, 0.3, "holds"),
        ("0.2 = P(go = x)", 0.5, -0.3, "fails"), ("P(go = x) = 0.2", 0.2, 0.0, "holds"),
        ("P(go = x) < 0.2", 0.5, -0.3, "fails"), ("P(go = x) <= 0.2", 0.1, 0.1, "holds"),
        ("not P(go = x) > 0.2", 0.5, -0.3, "fails"), ("not P(go = x) > 0.2", 0.1, 0.1, "holds"),
        ("not best(sit) = here", 0.9, -0.4, "fails"), ("best(sit) != here", 0.9, -0.4, "fails"),
        ("not best(sit) = here", 0.1, 0.4, "holds"), ("best(sit) != here", 0.1, 0.4, "holds"),
    ],
)  # fmt: skip
def test_the_margin_is_by_how_much_the_claim_holds(
    claim: str, p: float, margin: float, word: str
) -> None:
    by, said = outcome(claim, p, 0.5)
    assert said == word
    assert by == pytest.approx(margin, abs=1e-12)


@pytest.mark.parametrize(
    ("claim", "p", "word"),
    [
        ("P(go = x) > 0.5", 0.5 + 5e-10, "fails"), ("P(go = x) > 0.5", 0.5 + 2e-9, "holds"),
        ("P(go = x) >= 0.5", 0.5 - 5e-10, "holds"), ("P(go = x) >= 0.5", 0.5 - 2e-9, "fails"),
        ("P(go = x) = 0.5", 0.5 - 5e-10, "holds"), ("P(go = x) = 0.5", 0.5 - 2e-9, "fails"),
        ("P(go = x) != 0.5", 0.5 - 2e-9, "holds"), ("P(go = x) != 0.5", 0.5 + 5e-10, "fails"),
        # Of large numbers the tolerance is a share.
        ("1000 * P(go = x) > 500", 0.5 + 4e-10, "fails"),
        ("1000 * P(go = x) > 500", 0.5 + 2e-9, "holds"),
    ],
)  # fmt: skip
def test_sides_nearer_than_a_billionth_are_equal(claim: str, p: float, word: str) -> None:
    assert outcome(claim, p, 0.5)[1] == word


def test_infinite_less_infinite_cannot_be_asked() -> None:
    assert outcome("P(go = x) + log(p) > log(q)", 0, 0)[1] == "cannot be asked"


#: A report that is wrong with probability w about a fair coin.
CHANNEL = """
title: A report
actors: {a: {}}
assumptions: {w: {value: 0.1, range: [0, 1]}}
moves:
  - coin: {chance: {x: 0.5, y: 0.5}}
  - report: {chance: {x: 1 - w if coin = x else w, y: rest}}
  - sit: {by: a, options: [here, there]}
stakes: {a: [{worth: 1, if: sit = here}]}
precision: 0
claims:
  bits: {holds if: I(coin; report) > 0.25}
  moved: {holds if: shift(coin; report) > 0.25}
  nothing: {holds if: I(coin; sit) > 0.25}
  still: {holds if: shift(coin; sit) > 0.25}
"""


@pytest.mark.parametrize("w", [0.0, 0.1, 0.3, 0.5, 1.0])
def test_what_a_noisy_report_tells_is_the_channels_capacity(w: float) -> None:
    """One bit less the entropy of the noise; belief moves from 1/2 to 1 - w or w."""
    found = CaseStudy(parse_case(CHANNEL)).run(np.array([[w, 0.0], [0.1, 0.0]]))
    noise = -sum(p * np.log2(p) for p in (w, 1 - w) if p > 0)
    assert found.margins[0] == pytest.approx(
        [1 - noise - 0.25, abs(0.5 - w) - 0.25, -0.25, -0.25], abs=1e-12
    )
