"""What was learnt, in words: the same in the terminal and on the page."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

import lackmus
from lackmus.case.builder import CaseBuilder
from lackmus.case.move_list import MoveList
from lackmus.cli.commands.learning import _print
from lackmus.pipeline.learned import Learned
from lackmus.report.happened import happened
from lackmus.report.html import render_learned
from lackmus.report.learned import moved, still, trust


@pytest.fixture(scope="module")
def learned() -> Learned:
    return lackmus.learn(lackmus.load("india-tariffs-2025"), draws=200)


def shifted(learned: Learned, *bits: float) -> Learned:
    """With as many assumptions as there are shifts, which they have."""
    pairs = zip(learned.assumptions, bits, strict=False)
    return replace(learned, assumptions=tuple(replace(s, bits=b) for s, b in pairs))


@pytest.mark.parametrize(
    ("bits", "many", "says"),
    [
        ((0.5, 0.03, 0.01), 2, "One other moved by less than 0.02 bits, or by chance alone."),
        ((0.5, 0.03), 2, ""),
        ((0.01, 0.0), 0, "Two assumptions moved by less than 0.02 bits, or by chance alone."),
        ((0.01,), 0, "The one assumption moved by less than 0.02 bits, or by chance alone."),
        ((), 0, ""),
        ((0.3,) * 13, 12, "One other moved by less than these."),
    ],
)
def test_text_and_page_tell_of_the_same_assumptions(
    learned: Learned,
    bits: tuple[float, ...],
    many: int,
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    learned = shifted(learned, *bits)
    assert still(learned) == says
    names = [shift.assumption.name for shift in moved(learned)]
    assert len(names) == many
    _print(learned)
    text, page = capsys.readouterr().out, render_learned(learned, None)
    section = page[page.index('<section id="assumptions">') :]
    section = section[: section.index("</section>")]
    assert re.findall(r'<span class="name">(\w+)</span>', section) == names
    told = text[text.index("\nAssumptions") :] if bits else ""
    assert all(name in told for name in names)
    assert says in " ".join(text.split())
    assert says in section


def test_what_did_not_move_does_not_hang_under_the_claims(
    learned: Learned, capsys: pytest.CaptureFixture[str]
) -> None:
    _print(shifted(learned, 0.01, 0.0))
    assert "\nAssumptions:\nTwo assumptions moved by less" in capsys.readouterr().out


def test_every_table_of_the_page_stands_under_a_heading_of_its_own(learned: Learned) -> None:
    page = render_learned(shifted(learned, 0.5), None)
    kinds = re.findall(r"<(h[23]|table)[ >]", page)
    assert kinds.count("table") > 3
    assert ("table", "table") not in set(pairwise(kinds))


def test_a_tail_of_negative_shape_has_a_minus(learned: Learned) -> None:
    assert " −0.09;" in trust(replace(learned, pareto_k=-0.0912))


@pytest.mark.parametrize(
    ("stated", "told"), [(None, ("2.5\u202f%", True)), (0.3, ("30\u202f%", False))]
)
def test_a_claim_is_held_against_what_was_known_on_its_day(
    stated: float | None, told: tuple[str, bool]
) -> None:
    builder = (
        CaseBuilder("Coins")
        .assume("bias", 0.5, range=(0, 1))
        .actor("nobody")
        .moves(
            MoveList()
            .move("go", "nobody", ["on", "off"])
            .chance("first", {"head": "bias", "tail": "rest"})
            .chance("second", {"head": "bias", "tail": "rest"})
        )
        .claim("c", "P(second = head) < 5 %", date="2025-01-01", resolves="2025-02-01",
               resolves_if="second = head", **({} if stated is None else {"stated": stated}))
        .observation("first = head", date="2025-01-02")
        .observation("second = tail", date="2025-01-20", certain=False)
    )  # fmt: skip
    learnt = lackmus.learn(builder.build(), draws=400)
    (view,) = happened(learnt).resolved
    assert view.given == "50\u202f%", "two of three know the first coin, and almost none the report"
    assert view.given_on == "on 1 January 2025"
    assert (view.stated, view.implied) == told
    row = render_learned(learnt, None).split('data-label="Speaker">')[1].split("</td>")[0]
    assert ("implied" in row) is told[1]


def test_of_a_claim_without_a_date_no_day_is_made_up() -> None:
    builder = (
        CaseBuilder("Coin")
        .assume("bias", 0.5, range=(0, 1))
        .actor("nobody")
        .moves(
            MoveList().move("go", "nobody", ["on", "off"])
            .chance("coin", {"head": "bias", "tail": "rest"})
        )
        .claim("c", "P(coin = head) < 5 %", resolves="2025-02-01", resolves_if="coin = head")
        .claim("d", "P(coin = head) < 5 %", resolves_if="coin = head")
        .observation("coin = tail", date="2025-01-20")
    )  # fmt: skip
    views = happened(lackmus.learn(builder.build(), draws=100)).resolved
    assert [view.given_on for view in views] == [
        "before 1 February 2025; the claim has no date",
        "",
    ]
