"""What is kept: states and links from elsewhere, unsaved work, a server that goes and comes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.workbench.test_link import packed
from tests.workbench.test_page import (
    Browser,
    Gate,
    Work,
    browser,
    chromium,
    expect,
    opened,
    running,
    slide,
    used,
    work,
)

__all__ = ["browser", "chromium", "running", "used", "work"]

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"

#: Elements that a hostile text would make; the editor has images of its own.
INSERTED = "img:not([class*=cm-]), header script, main script"


class Library(Work):
    """The command on a case of the library, or on a link to one."""

    def __init__(self, case: str) -> None:
        self.case = case
        super().__init__(Path())

    def arguments(self) -> list[str]:
        return [self.case]


def shown(page: Any, name: str) -> Any:
    return page.locator(f"[data-assumption={name}] output")


def test_a_link_brings_what_is_supposed_to_another_workbench(chromium: Any) -> None:
    first = Library("beer-quiche")
    page = opened(chromium, first)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    name = page.locator("[data-assumption]").first.get_attribute("data-assumption")
    slide(page, name, 900)
    value = shown(page, name).inner_text()
    page.click("button:has-text('Copy link')")
    expect(page.locator(".told-line")).to_contain_text("The link is copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert first.address.partition("#")[2] not in link
    assert len(link) < 500
    page.close()
    first.kill()

    second = Library(link)
    page = opened(chromium, second)
    expect(shown(page, name)).to_have_text(value)
    assert "link" not in page.evaluate("location.hash")
    page.close()
    second.kill()


def test_a_link_over_the_address_of_an_open_page_opens_its_case_beside(
    browser: Browser, work: Work
) -> None:
    page = opened(browser, work)
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    kept = {"case": "beer-quiche", "supposed": {"values": {"nobody": 3}}, "open": {"tab": HOSTILE}}
    page.evaluate("link => { location.hash = `link=${link}`; }", packed(kept))
    expect(page.locator(".told-line")).to_contain_text("there is no assumption 'nobody' any more")
    expect(page.locator("h1")).to_contain_text("Beer")
    expect(page.locator("#tab-verdicts")).to_have_attribute("aria-selected", "true")
    assert page.logged == []
    page.close()


def test_what_is_supposed_while_a_linked_case_is_being_built_is_solved_once_it_is(
    browser: Browser, work: Work
) -> None:
    page = opened(browser, work)
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    link = packed({"case": "beer-quiche"})
    follow = "link => { location.hash = `link=${link}`; }"
    page.evaluate(follow, link)
    expect(page.locator(".told-line")).to_contain_text("This is what was saved")
    expect(page.locator("#progress")).to_contain_text("draws")
    gate = Gate(page, "build")
    page.evaluate(follow, link)
    while not gate.waiting:
        page.wait_for_timeout(20)
    slide(page, "taste", 900)
    page.wait_for_timeout(300)
    expect(page.locator(".told-line .bad")).to_have_count(0)
    gate.open()
    expect(shown(page, "taste")).to_have_text("1.4")
    expect(page.locator(".outcome.preview")).to_have_count(0)
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    assert page.logged == []
    page.close()


LINKS = [
    "1.", "1.%00", "2.AAAA", "1." + "A" * 9000, packed(b"["), packed({"case": HOSTILE}),
    packed({"case": "../secret.yaml"}), packed(b" " * 5_000_000),
    packed({"case": "beer-quiche", "edit": {"at": -5, "drop": 1e9, "put": [HOSTILE]}}),
    packed({"case": "beer-quiche", "hash": "x", "edit": {"at": 0, "drop": 0, "put": HOSTILE}}),
    packed({"case": "beer-quiche", "supposed": [HOSTILE], "open": {"focus": {"kind": [1]}}}),
    packed(b'{"case": "beer-quiche", "__proto__": {"supposed": 3}, "open": 5, "supposed": 7}'),
]  # fmt: skip


def test_hostile_links_are_told_and_harm_nothing(browser: Browser, work: Work) -> None:
    page = opened(browser, work)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    for link in LINKS:
        page.evaluate("link => { location.hash = `link=${link}`; }", link)
        told = page.locator(".told-line p:has(button)")
        expect(told).to_contain_text(re.compile("link|no case|saved|fits"))
        told.locator("button").last.click()
        expect(page.locator(INSERTED)).to_have_count(0)
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    assert [line for line in page.logged if "400" not in line] == []
    page.close()


def state(work: Work, **changed: object) -> dict[str, Any]:
    text = (work.folder / "case.yaml").read_text(encoding="utf-8")
    kept = {
        "lackmus": "workbench state 1", "case": work.folder.name, "file": "case.yaml",
        "hash": "of another text", "draws": 64, "seed": 5, "text": text,
        "supposed": {"values": {"gain": 6}, "observed": [], "record": False},
        "open": {"tab": "moves", "panel": "answers", "focus": None},
    }  # fmt: skip
    return kept | changed


def give(page: Any, content: str) -> None:
    page.set_input_files(
        "input[type=file]",
        {"name": "s.json", "mimeType": "application/json", "buffer": content.encode()},
    )


def test_a_state_of_a_case_that_has_changed_opens_with_words_about_what_does_not_fit(
    browser: Browser, work: Work
) -> None:
    page = opened(browser, work)
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    supposed = {"values": {"gain": 6, "gone": 1, "cost": 77}, "observed": ["answer = never"]}
    give(page, json.dumps(state(work, supposed=supposed)))
    for words in (
        "the file has changed since", "no assumption 'gone' any more", "lies outside its range",
        "cannot be observed",
    ):  # fmt: skip
        expect(page.locator(".told-line")).to_contain_text(words)
    expect(page.locator("#tab-moves")).to_have_attribute("aria-selected", "true")
    page.click("#tab-verdicts")
    expect(shown(page, "gain")).to_have_text("6")
    expect(shown(page, "cost")).to_have_text("2")
    # Its draws and their seed, not those of the server.
    expect(page.locator("#progress")).to_contain_text("64 of 64 draws")
    page.close()


STATES = [
    "", "{", "[]", "null", '"workbench state 1"', '{"lackmus": "workbench state 1"}',
    '{"lackmus": "workbench state 1", "text": 3}',
    '{"lackmus": "workbench state 1", "text": "title: x", "supposed": "y", "open": "z"}',
    json.dumps({
        "lackmus": "workbench state 1", "case": HOSTILE, "text": f"title: '{HOSTILE}'",
        "supposed": {"values": {HOSTILE: HOSTILE}, "observed": [HOSTILE], "seed": HOSTILE},
        "open": {"tab": HOSTILE, "panel": HOSTILE, "focus": {"kind": HOSTILE, "id": HOSTILE}},
    }),
    '{"lackmus": "workbench state 1", "text": "' + "x" * 3_000_000 + '"}',
]  # fmt: skip


def test_hostile_states_are_told_and_harm_nothing(browser: Browser, work: Work) -> None:
    page = opened(browser, work)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    for content in STATES:
        give(page, content)
        told = page.locator(".told-line p:has(button)")
        expect(told).to_contain_text(re.compile("no state|not all of it fits|limit", re.IGNORECASE))
        told.locator("button").last.click()
        expect(page.locator(INSERTED)).to_have_count(0)
    assert [line for line in page.logged if "400" not in line] == []
    assert (work.folder / "case.yaml").read_text(encoding="utf-8") == state(work)["text"]
    page.close()


def unsaved(page: Any, text: str) -> None:
    page.click(".cm-line >> nth=0")
    page.keyboard.press("End")
    page.keyboard.type(text)


def test_a_server_that_was_killed_is_followed_to_its_new_address(
    browser: Browser, work: Work
) -> None:
    page = opened(browser, work)
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    unsaved(page, " # unsaved")
    expect(page.locator("button:has-text('Save •')")).to_be_enabled()
    work.kill()
    slide(page, "cost", 1000)
    expect(page.locator(".told-line .bad")).to_contain_text("does not answer")
    work.start()
    # The same page: only what stands behind '#' is another one.
    page.goto(work.address)
    expect(page.locator(".cm-content")).to_contain_text("# unsaved")
    expect(shown(page, "cost")).to_have_text("5")
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    page.close()


def test_a_connection_that_was_gone_is_taken_up_again(browser: Browser, work: Work) -> None:
    page = opened(browser, work)
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    page.context.set_offline(True)
    slide(page, "gain", 1000)
    expect(page.locator(".told-line .bad")).to_contain_text("does not answer")
    page.context.set_offline(False)
    expect(page.locator(".told-line .bad")).to_have_count(0)
    expect(page.locator("table.verdicts[aria-busy=false]")).to_be_visible()
    expect(page.locator("#progress")).to_contain_text("gain")
    page.close()


def test_what_was_asked_in_vain_is_asked_again_though_an_older_answer_ends_well(
    browser: Browser, work: Work
) -> None:
    page = opened(browser, work)
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    older: list[Any] = []

    def hold_or_lose(route: Any) -> None:
        if older:
            route.abort()
        else:
            older.append(route)

    page.route("**/api/sweep", hold_or_lose)
    slide(page, "cost", 1000)
    expect(page.locator("table.verdicts[aria-busy=false]")).to_be_visible()
    assert older
    page.route("**/api/point", lambda route: route.abort())
    slide(page, "gain", 1000)
    expect(page.locator(".told-line .bad")).to_contain_text("does not answer")
    older[0].continue_()
    page.wait_for_timeout(500)
    page.unroute_all()
    expect(page.locator(".told-line .bad")).to_have_count(0)
    expect(page.locator("table.verdicts[aria-busy=false]")).to_be_visible()
    expect(page.locator("#progress")).to_contain_text("draws with cost, gain as supposed")
    page.close()


def test_sections_that_were_asked_for_in_vain_are_drawn_once_the_server_answers(
    browser: Browser, work: Work
) -> None:
    page = opened(browser, work)
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    expect(page.locator(".told-line")).to_have_text("")
    page.context.set_offline(True)
    page.click("#tab-happened")
    expect(page.locator(".told-line .bad")).to_contain_text("does not answer")
    page.context.set_offline(False)
    expect(page.locator("#tab")).to_contain_text("What became of the claims")
    expect(page.locator(".told-line .bad")).to_have_count(0)
    page.close()


def test_what_another_wrote_is_written_over_on_purpose_alone(browser: Browser, work: Work) -> None:
    case = work.folder / "case.yaml"
    page = opened(browser, work)
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    unsaved(page, " # mine")
    expect(page.locator("button:has-text('Save •')")).to_be_enabled()
    theirs = case.read_text(encoding="utf-8") + "# theirs\n"
    case.write_text(theirs, encoding="utf-8")
    # Also where the page was left and opened again in the meantime.
    page.reload()
    expect(page.locator(".cm-content")).to_contain_text("# mine")
    expect(page.locator("button:has-text('Load it')")).to_be_visible()
    page.click("button:has-text('Save •')")
    expect(page.locator(".told-line")).to_contain_text("changed on the disk since")
    assert case.read_text(encoding="utf-8") == theirs
    page.click("button:has-text('Save over it')")
    expect(page.locator(".told-line")).to_contain_text("Saved to")
    assert "# mine" in case.read_text(encoding="utf-8")
    page.close()


def test_a_page_without_unsaved_work_shows_what_is_on_the_disk(
    browser: Browser, work: Work
) -> None:
    case = work.folder / "case.yaml"
    page = opened(browser, work)
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    slide(page, "gain", 1000)
    expect(shown(page, "gain")).to_have_text("6")
    case.write_text(case.read_text(encoding="utf-8") + "# theirs\n", encoding="utf-8")
    page.reload()
    expect(page.locator(".cm-content")).to_contain_text("# theirs")
    expect(shown(page, "gain")).to_have_text("6")
    expect(page.locator("button:has-text('Save •')")).to_have_count(0)
    page.close()


def test_pages_on_one_case_keep_their_own_sliders_and_tabs(browser: Browser, work: Work) -> None:
    one, other = opened(browser, work), opened(browser, work)
    for page in (one, other):
        expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    slide(one, "gain", 1000)
    expect(shown(one, "gain")).to_have_text("6")
    one.click("#tab-beliefs")
    slide(other, "cost", 0)
    expect(shown(other, "cost")).to_have_text("0")
    other.click("#tab-moves")
    for page, gain, cost, tab in ((one, "6", "2", "beliefs"), (other, "3", "0", "moves")):
        page.reload()
        expect(shown(page, "gain")).to_have_text(gain)
        expect(shown(page, "cost")).to_have_text(cost)
        expect(page.locator(f"#tab-{tab}")).to_have_attribute("aria-selected", "true")
    # A new page begins with what was kept last.
    one.close()
    other.close()
    third = opened(browser, work)
    expect(shown(third, "cost")).to_have_text("0")
    assert third.logged == []
    third.close()


def test_what_a_page_keeps_for_itself_may_be_broken(browser: Browser, work: Work) -> None:
    page = opened(browser, work)
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    unsaved(page, " # unsaved")
    expect(page.locator("button:has-text('Save •')")).to_be_enabled()
    page.evaluate(
        "addEventListener('pagehide', () => {"
        " for (const key of Object.keys(sessionStorage)) sessionStorage.setItem(key, '{'); })"
    )
    page.reload()
    expect(page.locator(".cm-content")).to_contain_text("# unsaved")
    assert page.logged == []
    page.close()


def everywhere(text: str, word: str) -> str:
    """The case with a word in each of its texts that are for people."""
    said = json.dumps(word)
    case: str = text
    for found, more in (
        ("title: A ceasefire offer", f"title: {said}\nsummary: {said}"),
        ("memo: {title: A memo,", f"memo: {{title: {said}, author: {said},"),
        (
            "{aims: {settle: 0.2, outwait: rest}}",
            f"{{name: {said}, "
            f"aims: {{settle: {{probability: 0.2, says: {said}}}, outwait: rest}}}}",
        ),
        ("name: The South", f"name: {said}"),
        ("because: assumed", f"because: {said}, says: {said}"),
        ("- offer: {by: south,", f"- offer: {{by: south, says: {said},"),
        ("by: the author", f"by: {said}\n    reason: {said}"),
        ("says: the answer is refused", f"says: {said}"),
        ("says: the line was offered", f"says: {said}"),
        ("{worth: gain,", f"{{worth: gain, name: gains, because: {said},"),
    ):
        assert case.count(found) == 1, found
        case = case.replace(found, more)
    return case


def test_hostile_words_in_every_text_are_text(browser: Browser, work: Work) -> None:
    path = work.folder / "case.yaml"
    path.write_text(everywhere(path.read_text(encoding="utf-8"), HOSTILE), encoding="utf-8")
    page = opened(browser, work, viewport={"width": 1280, "height": 800})
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    expect(page.locator("h1")).to_contain_text("<img src=x")
    page.click("tr[data-claim=c1_refused] button.link")
    for tab in page.locator("[role=tab]").all():
        tab.click()
        expect(page.locator("#tab")).to_contain_text(re.compile(r"\S"))
        expect(page.locator(INSERTED)).to_have_count(0)
        # What the report draws stands in trees of its own.
        assert page.evaluate(
            "() => [...document.querySelectorAll('*')].filter(e => e.shadowRoot)"
            ".every(e => !e.shadowRoot.querySelector('script, img:not([src^=data])'))"
        )
    page.click("button:has-text('Report')")
    expect(page.locator(".told-line")).to_contain_text("report.html")
    report = (work.folder / "report.html").read_text(encoding="utf-8")
    assert "<img src=x" not in report
    assert "&lt;img src=x" in report
    assert page.logged == []
    page.close()
