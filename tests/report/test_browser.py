"""The page in a real browser: nothing asked of the network, nothing logged, it fits and reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lackmus.case.parse import parse_case
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.report.html import render

if TYPE_CHECKING:
    Browser = Any

#: Elements that stick out of the window and do not scroll within something else.
_STICKING_OUT = """
Array.from(document.querySelectorAll("body *")).filter((element) => {
  if (element.closest(".scroll, .drawing, .skip, .hidden, svg, nav")) return false;
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.right > innerWidth + 1;
}).map((element) => element.tagName + "." + element.className).slice(0, 5)
"""

#: Labels of charts that reach over the edge of a drawing that cuts them off.
_CLIPPED = """
Array.from(document.querySelectorAll(".drawing svg")).filter(
  (drawing) => getComputedStyle(drawing).overflow !== "visible",
).flatMap((drawing) => {
  const edge = drawing.getBoundingClientRect().right + 0.5;
  return Array.from(drawing.querySelectorAll("text"))
    .filter((label) => label.getBoundingClientRect().right > edge)
    .map((label) => label.textContent);
})
"""

#: Contrast of the text's colour with the page's, as WCAG 2.2 counts it.
_CONTRAST = """
(() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map((c) => {
      const x = c / 255;
      return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  const read = "p, a, li, th, td, .small, .told, .verdict, figcaption";
  return Array.from(document.querySelectorAll(read))
    .map((element) => {
      const { color, opacity } = getComputedStyle(element);
      const ink = opacity * light(color) + (1 - opacity) * paper;
      return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    })
    .reduce((least, one) => Math.min(least, one), 21);
})()
"""


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a case whose every text is one word of 3,000 characters."""
    word = "x" * 3_000
    text = f"""
lackmus: 1
title: {word}
author: {word}
notes: {word}
comments: [{word}]
known answer: {word}
actors: {{a: {{name: {word}, says: {word}, aims: {{p: 0.5, q: rest}}}}, b: {{}}}}
assumptions: {{k: {{value: 1, range: [0, 2], says: {word}, because: {word}}}}}
moves:
  - m: {{by: a, options: {{u: {word}, d: }}, says: {word}}}
  - n: {{by: b, options: [l, r], says: {word}}}
stakes:
  a: [{{worth: k, if: m = u and a.aim = p, says: {word}, because: {word}}}]
  b: [{{worth: 1, if: n = l and a.aim = p}}]
statements: {{s1: {{speaker: {word}, says: {word}, date: 2025-01-01, bears on: [m]}}}}
observations: [{{saw: m = u, date: 2025-01-02, says: {word}, because: {word}, via: {word}}}]
claims: {{c: {{says: {word}, by: {word}, reported by: {word}, holds if: P(m = u) > 0.2}}}}
"""
    effort = Effort(draws=8, turns=False, probes=False)
    path = tmp_path_factory.mktemp("endless") / "report.html"
    path.write_text(render(put_to_test(parse_case(text), effort=effort)), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [400, 800, 1280])
def test_a_word_without_an_end_breaks(browser: Browser, endless: Path, width: int) -> None:
    browser.open(endless, width=width)
    browser.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    assert browser.evaluate(_STICKING_OUT) == []
    assert browser.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 737, 800, 860, 1280])
def test_a_page_opens_quietly_and_fits(
    browser: Browser, file: Path, width: int, scheme: str
) -> None:
    browser.open(file, width=width, scheme=scheme)
    assert browser.logged == []
    assert browser.requested == [file.resolve().as_uri()]
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    browser.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    assert browser.evaluate(_STICKING_OUT) == []
    assert browser.evaluate(_CLIPPED) == []
    assert browser.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_page(browser: Browser, file: Path, scheme: str) -> None:
    browser.open(file, scheme=scheme)
    assert browser.evaluate(_CONTRAST) >= 4.5


def test_a_page_reads_without_scripts_too(browser: Browser, file: Path) -> None:
    browser.open(file, scripts=False)
    assert browser.logged == []
    browser.open(file)


def test_a_link_to_a_claim_unfolds_it(browser: Browser, file: Path) -> None:
    browser.open(file)
    is_open = "document.querySelector('#c03_washington_unsure details').open"
    assert browser.evaluate(is_open) is False
    clicked = "document.querySelector('a[href=\"#c03_washington_unsure\"]').click()"
    browser.evaluate(clicked)
    browser.evaluate("new Promise((done) => setTimeout(done, 200))")
    assert browser.evaluate(is_open) is True


@pytest.mark.parametrize(
    ("typed", "anchor"),
    [
        ("c03_washington_unsure", "c03_washington_unsure"),
        ("prior_settle", "assumption-prior_settle"),
        ("portnikov", "source-portnikov"),
        ("washington", "actor-Washington"),
        ("leverage", "fact-leverage"),
        ("sits out", ""),
        ("concession loss", "assumption-concession_loss"),
    ],
)
def test_any_id_is_found_by_its_name(browser: Browser, file: Path, typed: str, anchor: str) -> None:
    browser.open(file)
    assert browser.evaluate("document.getElementById('find').hidden") is False
    browser.evaluate(
        f"const input = document.querySelector('#find input'); input.value = '{typed}';"
        "input.dispatchEvent(new Event('change'))"
    )
    assert browser.evaluate("location.hash.slice(1)") == anchor
    told = browser.evaluate("document.querySelector('#find output').value")
    assert told == ("" if anchor else "no such id")


def test_contents_stay_in_sight_and_wide_drawings_say_that_they_scroll(
    browser: Browser, file: Path
) -> None:
    browser.open(file)
    browser.evaluate("scrollTo(0, 6000)")
    assert browser.evaluate("document.querySelector('nav').getBoundingClientRect().top") == 0
    wide = "document.querySelector('#tree .drawing').scrollWidth > 1176"
    hidden = "document.querySelector('#tree .hint').hidden"
    assert browser.evaluate(f"({wide}) !== {hidden}") is True


@pytest.mark.parametrize("width", [400, 850])
def test_a_narrow_page_keeps_the_search_in_sight_and_names_its_sliders(
    browser: Browser, file: Path, width: int
) -> None:
    browser.open(file, width=width)
    box = "document.querySelector('#find input').getBoundingClientRect()"
    browser.evaluate("document.querySelector('nav').scrollLeft = 300")
    assert 0 <= browser.evaluate(f"{box}.left") < browser.evaluate(f"{box}.right") <= width
    room = """(() => {
      const input = document.querySelector("#find input");
      const style = getComputedStyle(input), canvas = document.createElement("canvas");
      const context = canvas.getContext("2d");
      context.font = style.font;
      const inner = input.clientWidth - parseFloat(style.paddingLeft) * 2;
      return inner - context.measureText(input.placeholder).width;
    })()"""
    assert browser.evaluate(room) >= 0
    told = "document.querySelector('.cut > .small').getBoundingClientRect().height"
    assert browser.evaluate(told) > 0


@pytest.mark.parametrize("width", [1000, 1400])
def test_no_word_of_a_heading_is_broken(browser: Browser, file: Path, width: int) -> None:
    browser.open(file, width=width)
    narrow = """
    Array.from(document.querySelectorAll("thead th")).filter((head) => {
      // On paper columns are narrower than here.
      if (getComputedStyle(head).overflowWrap === "anywhere") return true;
      const probe = document.createRange();
      const [text] = head.childNodes;
      return Array.from(text.data.matchAll(/[^ ]+/g)).some((word) => {
        probe.setStart(text, word.index);
        probe.setEnd(text, word.index + word[0].length);
        return probe.getClientRects().length > 1;
      });
    }).map((head) => head.textContent)
    """
    assert browser.evaluate(narrow) == []


def test_key_texts_are_on_the_page(browser: Browser, file: Path) -> None:
    browser.open(file)
    text = browser.evaluate("document.body.innerText")
    for told in (
        "Verdicts",
        "How to read this page",
        "Lackmus takes no side",
        "Methods and certificates",
    ):
        assert told in text
    assert browser.evaluate("document.documentElement.lang") == "en"
    assert browser.evaluate("document.querySelectorAll('svg[role=img][aria-label]').length") > 14
