"""What the page tells of what happens beside it: other pages, other files, work that takes long."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.workbench.conftest import CASE
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
    verdict,
    work,
)

__all__ = ["browser", "chromium", "running", "used", "work"]

RECORD = CASE[CASE.index("observations:") :]
UNRECORDED = CASE.replace(RECORD, "")


def typed(page: Any, words: str) -> None:
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("End")
    page.keyboard.type(words)


def test_a_page_is_told_of_the_text_of_another(browser: Browser, work: Work) -> None:
    one, other = opened(browser, work), opened(browser, work)
    content, line = other.locator(".cm-content"), other.locator(".told-line")
    expect(content).to_contain_text("remark")
    typed(other, " hers")
    expect(one.locator(".told-line")).to_contain_text("Another page has changed the text")
    expect(one.locator(".cm-content")).not_to_contain_text("hers")
    typed(one, " his")

    # His is kept apart, whatever becomes of his page; hers stays the one that all pages share.
    one.close()
    one = opened(browser, work)
    expect(one.locator(".cm-content")).to_contain_text("remark. hers")
    expect(one.locator(".told-line")).to_contain_text("left unsaved by a page that was closed")
    one.click("button:has-text('Show it')")
    expect(one.locator(".cm-content")).to_contain_text("remark. his")
    expect(one.locator("button:has-text('Show it')")).to_have_count(0)

    # She is told in turn; hers goes on until she takes his, and then comes back by undoing it.
    expect(line).to_contain_text("Another page has changed the text")
    expect(content).to_contain_text("remark. hers")
    other.click("button:has-text('Show its text')")
    expect(content).to_contain_text("remark. his")
    expect(other.locator("button:has-text('Keep mine')")).to_have_count(0)
    content.focus()
    other.keyboard.press("Control+z")
    expect(content).to_contain_text("remark. hers")
    expect(one.locator("button:has-text('Keep mine')")).to_be_visible()
    one.click("button:has-text('Keep mine')")
    expect(line).to_contain_text("Another page has changed the text")
    assert (work.folder / "case.yaml").read_text(encoding="utf-8") == CASE


def test_pages_with_the_same_unsaved_text_do_not_answer_each_other_for_ever(
    browser: Browser, work: Work
) -> None:
    one, other = opened(browser, work), opened(browser, work)
    expect(other.locator(".cm-content")).to_contain_text("remark")
    # Each has open what the other has not, so that what they keep is not the same.
    one.click("#tab-moves")
    typed(other, " hers")
    one.evaluate("written = 0; addEventListener('storage', () => written++)")
    one.click("button:has-text('Show its text')")
    expect(one.locator(".cm-content")).to_contain_text("hers")
    other.click("#tab-beliefs")
    one.wait_for_timeout(500)
    assert one.evaluate("written") < 10


def test_who_has_chosen_his_text_is_not_asked_again_about_the_same(
    browser: Browser, work: Work
) -> None:
    one, other = opened(browser, work), opened(browser, work)
    expect(other.locator(".cm-content")).to_contain_text("remark")
    typed(other, " hers")
    keep = one.locator("button:has-text('Keep mine')")
    keep.click()
    one.wait_for_timeout(500)
    assert keep.count() == 0
    typed(other, ", still")
    expect(keep).to_be_visible()


def test_a_text_that_another_page_saves_is_the_disks(browser: Browser, work: Work) -> None:
    one, other = opened(browser, work), opened(browser, work)
    expect(other.locator(".cm-content")).to_contain_text("remark")
    typed(other, " hers")
    expect(one.locator("button:has-text('Keep mine')")).to_be_visible()
    other.click("button:has-text('Save •')")
    expect(other.locator(".told-line")).to_contain_text("Saved")
    come_back(one)
    expect(one.locator("button:has-text('Keep mine')")).to_have_count(0)
    one.click("button:has-text('Load it')")
    expect(one.locator(".cm-content")).to_contain_text("remark. hers")


def test_a_record_that_is_written_beside_the_case_is_noticed(browser: Browser, work: Work) -> None:
    case = work.folder / "case.yaml"
    case.write_text(UNRECORDED, encoding="utf-8")
    page = opened(browser, work, viewport={"width": 1280, "height": 800})
    light = page.locator("button:has-text('In the light of the record')")
    expect(light).to_be_disabled()
    expect(light).to_have_accessible_description(
        "The case has no record: 'observations' would say what was seen."
    )
    expect(page.locator("#no-record")).to_be_visible()
    expect(page.locator("#progress")).not_to_contain_text("asked")
    page.click("#tab-happened")
    expect(page.locator("#tab")).to_contain_text("no record of what happened")

    beside = work.folder / "observations.yaml"
    beside.write_text(RECORD, encoding="utf-8")
    come_back(page)
    expect(light).to_be_enabled()
    expect(page.locator(".told-line")).to_contain_text("A file beside the case has changed")
    expect(page.locator("#no-record")).to_have_count(0)
    expect(page.locator("#tab")).to_contain_text("What became of the claims")
    page.click("#tab-verdicts")
    expect(page.locator("#progress")).to_contain_text("asked as of before the record")
    light.click()
    expect(page.locator("#progress")).to_contain_text("asked in the light of the record")
    page.click("#tab-claim")
    expect(page.locator(".claim")).to_contain_text("asked in the light of the record")
    page.click("#tab-moves")
    page.click("tr[data-move=answer] button:has-text('accept')")
    page.click("#tab-verdicts")
    expect(page.locator("#progress")).to_contain_text("of the record, given what is observed.")
    page.click("button.seen")

    beside.write_text(RECORD.replace("saw: offer", "saw: offfer"), encoding="utf-8")
    come_back(page)
    expect(page.locator(".faults")).to_contain_text("observations.yaml:2")
    beside.unlink()
    expect(page.locator(".faults")).to_have_count(0)
    expect(light).to_be_disabled()
    page.close()


def test_a_record_of_judgements_settles_nothing(browser: Browser, work: Work) -> None:
    case = work.folder / "case.yaml"
    case.write_text(CASE.replace("date: 2025-08-15,", "certain: false,"), encoding="utf-8")
    page = opened(browser, work, viewport={"width": 1280, "height": 800})
    expect(page.locator("#no-record")).to_contain_text("is a judgement")
    page.close()


def test_how_far_a_section_is_is_told_while_it_is_drawn(browser: Browser, work: Work) -> None:
    page = opened(browser, work, viewport={"width": 1280, "height": 800})
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    line = json.dumps({"stage": "draws", "done": 32, "of": 128}) + "\n"
    gate = Gate(page, "sections")
    page.click("#tab-happened")
    while not gate.waiting:
        page.wait_for_timeout(20)
    gate.waiting.pop().fulfill(body=line)
    expect(page.locator(".drawing")).to_contain_text("32 of 128 draws are solved")
    expect(page.locator(".drawing progress")).to_have_attribute("value", "0.25")
    # What ended with no more than that is asked for again.
    gate.open()
    expect(page.locator(".drawing")).to_have_count(0)
    expect(page.locator("#tab")).to_contain_text("What became of the claims")
    assert page.logged == []
    page.close()


def test_a_server_that_was_started_anew_leaves_the_text_safe(browser: Browser, work: Work) -> None:
    page = opened(browser, work, viewport={"width": 1280, "height": 800})
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    typed(page, " mine")
    work.kill()
    work.start()
    line = page.locator(".told-line")
    expect(line).to_contain_text("The server was started anew")
    expect(line).to_contain_text("Your text is safe")
    page.goto(work.address)
    expect(page.locator(".cm-content")).to_contain_text("remark. mine")
    expect(line).to_contain_text("Your unsaved work was kept")
    page.close()


def test_a_message_goes_when_it_is_true_no_more(browser: Browser, work: Work) -> None:
    page = opened(browser, work, viewport={"width": 1280, "height": 800})
    line = page.locator(".told-line")
    expect(verdict(page, "c1_refused")).to_be_visible()
    slide(page, "gain", 1000)
    page.click("[data-assumption=gain] button:has-text('keep')")
    expect(line).to_contain_text("gain is 6 in the text now")
    slide(page, "cost", 0)
    expect(line).to_have_text("")

    # What went wrong stays until it goes well.
    page.route(
        "**/api/build", lambda route: route.fulfill(status=400, body='{"error": "Too big."}')
    )
    typed(page, " more")
    expect(line).to_contain_text("Too big.")
    slide(page, "cost", 1000)
    expect(line).to_contain_text("Too big.")
    page.unroute("**/api/build")
    typed(page, " still")
    expect(line).to_have_text("")
    page.close()


def test_the_tab_of_the_browser_has_the_title_whatever_the_text(
    browser: Browser, work: Work
) -> None:
    page = opened(browser, work, viewport={"width": 1280, "height": 800})
    expect(page).to_have_title("A ceasefire offer – Lackmus")
    typed(page, "\nmoves: [")
    expect(page.locator(".faults")).to_be_visible()
    page.reload()
    expect(page.locator(".faults")).to_be_visible()
    expect(page).to_have_title("A ceasefire offer – Lackmus")
    page.close()


def test_a_state_of_another_case_is_told_in_one_sentence(
    browser: Browser, work: Work, tmp_path: Path
) -> None:
    page = opened(browser, work, viewport={"width": 1280, "height": 800})
    expect(page.locator("#progress")).to_contain_text("128 of 128 draws")
    state = {"lackmus": "workbench state 1", "case": "other", "text": CASE, "supposed": {}}
    path = tmp_path / "state.json"
    path.write_text(json.dumps(state), encoding="utf-8")
    page.set_input_files("input[type=file]", path)
    expect(page.locator(".told-line")).to_contain_text(
        "Not all of it fits: it was saved of “other”."
    )
    page.close()


def test_a_file_that_is_no_case_is_listed_with_why(browser: Browser, work: Work) -> None:
    (work.folder / "empty.yaml").write_text("\n", encoding="utf-8")
    page = opened(browser, work, viewport={"width": 1280, "height": 800})
    page.click("#open")
    expect(page.locator("#choose")).to_contain_text("empty.yaml no case: empty")
    assert page.locator("#choose button:has-text('empty.yaml')").count() == 0
    page.close()
