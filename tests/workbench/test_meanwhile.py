"""What changes in a page while an answer is on its way: answers held until something else is so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.workbench.conftest import CASE
from tests.workbench.test_kept import give, shown, state, unsaved
from tests.workbench.test_link import packed
from tests.workbench.test_page import (
    Browser,
    Gate,
    Work,
    browser,
    chromium,
    come_back,
    expect,
    opened,
    running,
    slide,
    used,
    work,
)

__all__ = ["browser", "chromium", "running", "used", "work"]

#: Milliseconds in which an answer that came too late would have been taken.
_TAKEN = 300

NOTHING: dict[str, Any] = {"values": {}, "observed": [], "record": False}


class Held:
    """The answers to the first requests of a name, kept until they are let go; later ones pass."""

    def __init__(self, page: Any, name: str, count: int = 1) -> None:
        self._page, self._count = page, count
        self._answers: list[tuple[Any, Any]] = []
        self._begun = 0
        page.route(f"**/api/{name}", self._hold)

    def _hold(self, route: Any) -> None:
        self._begun += 1
        if self._begun > self._count:
            route.continue_()
            return
        answer = route.fetch(timeout=60_000)
        self._answers.append((route, answer))

    def there(self) -> None:
        """Waits until the server has given all of these answers."""
        while len(self._answers) < self._count:
            self._page.wait_for_timeout(20)

    def go(self) -> None:
        """Lets them go, and gives the page the time to take them."""
        self.there()
        for route, answer in self._answers:
            route.fulfill(response=answer)
        self._page.wait_for_timeout(_TAKEN)


def changed_once(page: Any, name: str, **change: Any) -> Callable[[], None]:
    """Has the next answer of a name say something else; the function waits until it has come."""
    seen: list[bool] = []

    def answer(route: Any) -> None:
        if seen:
            route.continue_()
            return
        seen.append(True)
        found = route.fetch()
        route.fulfill(response=found, body=json.dumps(found.json() | change))

    def come() -> None:
        while not seen:
            page.wait_for_timeout(20)
        page.wait_for_timeout(_TAKEN)

    page.route(f"**/api/{name}", answer)
    return come


@pytest.fixture
def page(browser: Browser, work: Work) -> Iterator[Any]:
    """A page that has all its answers."""
    found = opened(browser, work)
    ready(found)
    yield found
    found.unroute_all(behavior="ignoreErrors")
    assert found.logged == []
    found.close()


def ready(page: Any) -> None:
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    expect(page.locator("table.verdicts[aria-busy=false]")).to_be_visible()


def at(page: Any, claim: str) -> Any:
    """How a claim comes out as supposed."""
    return page.locator(f"tr[data-claim={claim}] td >> nth=1")


def wrong(page: Any) -> Any:
    return page.locator(".told-line .bad")


def text_of(page: Any) -> str:
    lines: list[str] = page.locator(".cm-line").all_inner_texts()
    return "\n".join(lines)


# --- what is supposed ---


def test_the_base_in_a_light_that_was_left_is_not_compared_with(page: Any) -> None:
    held = Held(page, "point")
    page.click("button:has-text('In the light of the record')")
    held.there()
    page.click("button:has-text('Before the record')")
    held.go()
    ready(page)
    expect(at(page, "c2_offered")).to_contain_text("fails")
    expect(page.locator("td.turned")).to_have_count(0)


def test_a_base_that_the_server_passed_over_is_asked_for_again(page: Any) -> None:
    page.click("button:has-text('In the light of the record')")
    ready(page)
    come = changed_once(page, "point", superseded=True, claims=None)
    page.click("button:has-text('Before the record')")
    come()
    slide(page, "cost", 0)
    expect(at(page, "c2_offered")).to_contain_text("holds")
    expect(page.locator("td.turned")).to_have_count(1)


def test_what_came_out_of_the_text_before_is_not_told_as_that_of_the_next(
    page: Any, work: Work
) -> None:
    held = Held(page, "point")
    turned = CASE.replace("P(offer = line) > 0.3", "P(offer = line) < 0.3")
    kept = state(work, text=turned, supposed=NOTHING, draws=128, seed=0, open={})
    give(page, json.dumps(kept))
    held.there()
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    expect(page.locator("table.verdicts")).to_have_attribute("aria-busy", "true")
    held.go()
    ready(page)
    expect(at(page, "c2_offered")).to_contain_text("holds")


# --- the text ---


def test_what_is_typed_while_a_value_is_written_into_the_text_stays(page: Any) -> None:
    slide(page, "cost", 1000)
    held = Held(page, "keep")
    page.click("[data-assumption=cost] button:has-text('keep')")
    held.there()
    unsaved(page, " # typed")
    slide(page, "cost", 0)
    held.go()
    expect(page.locator(".told-line")).to_contain_text("cost is 5 in the text now")
    text = text_of(page)
    assert "# typed" in text
    assert "cost: {value: 5," in text
    # What has been supposed since is supposed still.
    expect(shown(page, "cost")).to_have_text("0")


def test_of_two_states_the_one_that_was_opened_last_is_shown(page: Any, work: Work) -> None:
    held = Held(page, "fit")
    give(page, json.dumps(state(work, supposed={**NOTHING, "values": {"gain": 6}})))
    held.there()
    give(page, json.dumps(state(work, supposed={**NOTHING, "values": {"gain": 1}})))
    expect(shown(page, "gain")).to_have_text("1")
    held.go()
    expect(shown(page, "gain")).to_have_text("1")


def test_sources_of_a_text_that_was_left_are_not_shown(page: Any, work: Work) -> None:
    held = Held(page, "sources")
    first, second = (
        json.dumps(state(work, text=CASE.replace("A memo", title), supposed=NOTHING))
        for title in ("The first memo", "The second memo")
    )
    give(page, first)
    held.there()
    give(page, second)
    expect(page.locator("#source h3")).to_have_text("The second memo")
    held.go()
    expect(page.locator("#source h3")).to_have_text("The second memo")


def test_sources_that_were_asked_for_in_vain_are_asked_for_again(page: Any, work: Work) -> None:
    lost: list[Any] = []

    def lose(route: Any) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route)
            route.abort()

    page.route("**/api/sources", lose)
    changed = CASE.replace("A memo", "Another memo")
    give(page, json.dumps(state(work, text=changed, supposed=NOTHING)))
    expect(page.locator("#source h3")).to_have_text("Another memo")
    expect(wrong(page)).to_have_count(0)
    page.logged.clear()


def test_what_was_wrong_with_a_text_that_was_left_is_not_told(page: Any, work: Work) -> None:
    held: list[Any] = []

    def hold(route: Any) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/api/build", hold)
    for title in ("The first memo", "The second memo"):
        give(page, json.dumps(state(work, text=CASE.replace("A memo", title), supposed=NOTHING)))
        while not held:
            page.wait_for_timeout(20)
    expect(page.locator("#source h3")).to_have_text("The second memo")
    held[0].fulfill(status=400, json={"error": "nothing can be made of it"})
    page.wait_for_timeout(_TAKEN)
    assert wrong(page).count() == 0
    page.logged.clear()


# --- the file ---


def test_a_text_that_is_saved_again_at_once_is_saved_again(page: Any, work: Work) -> None:
    held = Held(page, "save")
    unsaved(page, " # first")
    page.keyboard.press("Control+s")
    held.there()
    page.keyboard.type(" # second")
    page.keyboard.press("Control+s")
    held.go()
    expect(page.locator("button:has-text('Save')").first).to_have_text("Save")
    assert wrong(page).count() == 0
    assert "# first # second" in (work.folder / "case.yaml").read_text(encoding="utf-8")


def test_a_look_at_the_disk_that_a_save_has_overtaken_tells_nothing(page: Any) -> None:
    unsaved(page, " # mine")
    held = Held(page, "disk", count=1)
    come_back(page)
    held.there()
    later = Held(page, "disk", count=99)
    assert later is not held
    page.keyboard.press("Control+s")
    expect(page.locator(".told-line")).to_contain_text("Saved to")
    held.go()
    assert page.locator("text=has changed on the disk").count() == 0


def test_of_many_looks_at_the_disk_one_is_on_its_way_and_one_more_follows(page: Any) -> None:
    gate = Gate(page, "disk")
    for _ in range(5):
        come_back(page)
        page.wait_for_timeout(50)
    while not gate.waiting:
        page.wait_for_timeout(20)
    assert len(gate.waiting) == 1
    looks: list[str] = []
    page.on("request", lambda r: looks.append(r.url) if r.url.endswith("/disk") else None)
    with page.expect_response("**/api/disk"):
        gate.open()
    while not looks:
        page.wait_for_timeout(20)


def test_files_of_which_the_server_knows_no_more_are_not_told_as_changed(page: Any) -> None:
    come = changed_once(page, "disk", changed=True)
    with page.expect_request("**/api/read"):
        come_back(page)
        come()
    page.wait_for_timeout(_TAKEN)
    expect(page.locator(".told-line")).to_have_text("")


# --- the tabs ---


def quiche(page: Any) -> Any:
    if not page.locator("#choose").count():
        page.click("#open")
    return page.locator("#choose button:has-text('Beer or quiche')")


def test_a_case_that_is_asked_for_twice_is_opened_once(page: Any) -> None:
    button = quiche(page)
    held = Held(page, "open", count=2)
    button.click()
    button.click()
    held.go()
    expect(page.locator("h1")).to_contain_text("Beer")
    assert page.locator(".case-tab").count() == 2


def follow_to_quiche(page: Any) -> None:
    page.evaluate("link => { location.hash = `link=${link}`; }", packed({"case": "beer-quiche"}))
    expect(page.locator(".told-line")).to_contain_text("This is what was saved")
    expect(page.locator("h1")).to_contain_text("Beer")
    ready(page)


def asked_when_let_go(page: Any, held: Held) -> set[str]:
    """What the page asks for beside the disk once these answers have come."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    held.go()
    return set(asked) - {"disk"}


def test_a_case_that_was_closed_while_it_was_edited_stays_closed(page: Any) -> None:
    follow_to_quiche(page)
    slide(page, "taste", 900)
    ready(page)
    held = Held(page, "keep")
    page.click("[data-assumption=taste] button:has-text('keep')")
    held.there()
    page.click(".case-tab .close")
    expect(page.locator("h1")).to_contain_text("A ceasefire offer")
    ready(page)
    assert asked_when_let_go(page, held) == set()


def test_a_case_that_was_closed_asks_for_nothing_more(page: Any) -> None:
    follow_to_quiche(page)
    held = Held(page, "sweep")
    page.locator("[data-assumption] input").first.evaluate(
        "slider => slider.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    held.there()
    page.click(".case-tab .close")
    answered: list[str] = []
    page.on("requestfinished", lambda request: answered.append(request.url.rpartition("/")[2]))
    quiche(page).click()
    expect(page.locator("h1")).to_contain_text("Beer")
    # At the base, as supposed, and once more when its draws are there: then it has all.
    while answered.count("point") < 3:
        page.wait_for_timeout(20)
    assert asked_when_let_go(page, held) == set()
