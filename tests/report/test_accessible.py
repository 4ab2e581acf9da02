"""The page as axe sees it, its filter narrowed: at every width, light and dark."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    Browser = Any

pytest.importorskip("axe_playwright_python", reason="axe is not installed")

_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "resultTypes": ["violations"],
}

#: What is looked at: the head of the page, the verdicts, and the filter.
_LOOKED_AT = ["header", "nav", "#verdicts", "#filter"]

#: Takes out what is not looked at, of which axe would read every element too.
_LESS = """
document.querySelectorAll("main > section:not(#verdicts, #filter)")
  .forEach((section) => section.remove())
"""

#: Every width and every colour scheme; no style depends on both.
LOOKS = ((1280, "light"), (800, "dark"), (400, "light"))

_NARROW = """
(() => {
  const [from] = document.querySelectorAll("#filter .cut input");
  from.value = Math.round(from.max / 3);
  from.dispatchEvent(new Event("input", { bubbles: true }));
})()
"""


def held(browser: Browser, looked_at: list[str]) -> Any:
    """What is held against parts of a page, each with the first place where it is."""
    return browser.evaluate(
        f"axe.run({json.dumps(looked_at)}, {json.dumps(_RULES)}).then(({{ violations }}) =>"
        "  violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`))"
    )


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_holds_nothing_against_the_page(
    browser: Browser, file: Path, width: int, scheme: str
) -> None:
    browser.open(file, width=width, scheme=scheme)
    browser.evaluate(_NARROW)
    assert browser.evaluate("document.querySelector('.cut').classList.contains('narrowed')")
    browser.evaluate(_LESS)
    browser.evaluate(_AXE)
    assert held(browser, _LOOKED_AT) == []
    unnamed = "document.querySelector('#filter .cut input').removeAttribute('aria-label')"
    browser.evaluate(unnamed)
    assert held(browser, ["#filter"]) != []
