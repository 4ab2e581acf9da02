"""The page: whole, self-contained, and saying what the findings say."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from fractions import Fraction
from html import escape, unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from lackmus.case import syntax
from lackmus.case.expression import parse_expression
from lackmus.case.parse import parse_case
from lackmus.case.syntax import Observation
from lackmus.case.words import knowledge_in_words, stakes_in_words
from lackmus.pipeline.equilibria import OverEquilibria
from lackmus.pipeline.findings import Findings
from lackmus.pipeline.loading import load
from lackmus.pipeline.needs import Need
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.report import words
from lackmus.report.claims import claim_views
from lackmus.report.html import render
from lackmus.report.jsonable import findings_json
from lackmus.report.learned import moved, still, surprise
from lackmus.report.sentences import in_equilibria
from lackmus.report.specs import driver_map
from lackmus.report.summary import answer
from lackmus.sweep.verdict import Word

_VOID = {"meta", "link", "br", "wbr", "hr", "img", "input"}


class _Outline(HTMLParser):
    """Ids, links, headings and texts of a page, and whether its elements close."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.outside: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in _VOID:
            self.open.append(tag)
        if (name := given.get("id")) is not None:
            self.ids.append(name)
        if tag == "a" and (target := given.get("href")) is not None:
            self.links.append(target)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name in ("src", "href"):
            if tag != "a" and (address := given.get(name)) and not address.startswith("data:"):
                self.outside.append(address)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_a_page_is_well_formed_and_its_links_lead_somewhere(page: str) -> None:
    outline = _Outline(page)
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))
    inner = {link.removeprefix("#") for link in outline.links if link.startswith("#")}
    assert inner <= set(outline.ids)
    assert len(inner) > 40


def test_headings_descend_one_step_at_a_time(page: str) -> None:
    headings = _Outline(page).headings
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(headings))


def test_a_page_needs_nothing_beside_it_and_is_light(page: str) -> None:
    assert _Outline(page).outside == []
    assert "@import" not in page
    assert "url(" not in page
    assert len(page.encode()) < 2_000_000


def test_the_policy_allows_the_page_its_own_script_and_no_other(page: str) -> None:
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.replace("&#39;", "'")
    assert "default-src 'none'" in page


def test_every_claim_comes_with_its_verdict_and_its_question(page: str, large: Findings) -> None:
    text = _Outline(page).text
    for found in (*large.claims, *large.dissents[0].claims):
        assert words.capital(found.claim.says.strip()) in text
    assert text.count("P(answer = treaty and reply = agree | summit = meet) < 0.05") == 1
    assert text.index("Verdicts") < text.index("Claim by claim") < text.index("Methods and")


def test_verdicts_stand_first_and_carry_a_sign_beside_the_colour(page: str) -> None:
    table = page[page.index('<table class="verdicts both">') : page.index("</table>")]
    marks = re.findall(
        r'class="verdict (\w+)".*?aria-hidden="true">(.)</span> ([a-z ]+)[<,]', table
    )
    assert len(marks) == 2 * 14  # before the record, and in its light
    signs = {
        "follows": ("follows", "●"),
        "depends": ("depends", "◐"),
        "is contradicted": ("fails", "○"),
        "no difference": ("mute", "≈"),
        "settled": ("settled", "■"),
    }
    for kind, icon, word in marks:
        assert (kind, icon) == signs[word]


def test_everything_that_rests_on_something_says_on_what(page: str, large: Findings) -> None:
    text = _Outline(page).text
    for assumption in (*large.case.assumptions, large.case.precision):
        assert f'id="assumption-{assumption.name}"' in page
        assert assumption.says in text
    for citation in large.case.claims[0].cite:
        assert f"characters {citation.start}–{citation.end}" in text
        assert citation.sha256 in page
    for statement in large.case.statements:
        assert f'id="statement-{statement.id}"' in page


def test_beliefs_mark_what_the_record_does_not_settle(page: str, large: Findings) -> None:
    unsure = sum(not moment.certain for moment in large.reading.timeline)
    assert unsure > 0
    assert page.count('<tr class="unsure">') == unsure
    for moment in large.reading.timeline:
        for value, chance in moment.posterior["washington.aim"].items():
            assert f"<b>{value}</b> {words.percent(chance)}" in page


def test_what_happened_is_told_with_what_decided_it(page: str, large: Findings) -> None:
    learned = large.learned
    assert learned is not None
    head, section = page[: page.index("<nav")], page[page.index('<section id="happened">') :]
    section = section[: section.index("</section>")].replace("&#39;", "'")
    assert surprise(learned) in head
    assert surprise(learned) in section
    for line in learned.record:
        assert escape(line.observation.says, quote=False) in section
    assert "<b>did not happen</b>: answer is “treaty” and reply is “agree”" in section
    assert "15 August 2025: " in section
    assert "<b>still open</b>: delegation is dealmakers" in section
    assert section.count('<svg class="strip"') == len(moved(learned))
    assert still(learned) in section
    assert len(learned.dissents) == len(large.dissents) > 0
    assert all(words.sentence(a.sentence()) in section for a in learned.dissents)


def test_a_record_that_cannot_be_is_told_on_the_page() -> None:
    case = replace(
        load("india-tariffs-2025"),
        observations=tuple(
            Observation(saw=parse_expression(text))
            for text in ("tariff = spare", "tariff != spare")
        ),
    )
    findings = put_to_test(case, effort=Effort(draws=8, turns=False, probes=False))
    assert findings.learned is None
    assert "no history of the case has" in findings.unlearned
    assert "The record teaches nothing: No history of the case has" in render(findings)


def test_certificates_and_methods_are_told(page: str, large: Findings) -> None:
    text = _Outline(page).text
    for told in ("agent logit QRE", "Regret, per agent", "Latin hypercube", "seed 0", large.digest):
        assert told in text


def test_dissents_stand_beside_the_case(page: str, large: Findings) -> None:
    text = _Outline(page).text
    for comment in large.dissents[0].case.comments:
        assert comment.rstrip(".") in text
    assert "does not claim it" in text
    assert "prior_deals: 0.4 (0.05 to 0.8) becomes 0.1 (0.02 to 0.3)" in text
    stake = "Washington’s stake, business is under way, unless it breaks off the meeting"
    assert re.search(rf"Before: {stake}: [^.]+\. \[[^]]+\](?!\.)", text)


def test_words_of_the_source_are_not_in_the_page(page: str, shared: Path, large: Findings) -> None:
    text = _Outline(page).text
    for source in large.case.sources:
        words_of = (shared / "sources" / source.file).read_text(encoding="utf-8").split()
        runs = {" ".join(words_of[i : i + 4]) for i in range(len(words_of) - 3)}
        assert not [run for run in runs if len(run) > 15 and run in text]


def test_what_is_missing_is_said(impossible: Findings) -> None:
    impossible = replace(
        impossible,
        reading=replace(impossible.reading, probability=0.0, posterior={}, indicators=(), watch=()),
    )
    text = _Outline(render(impossible)).text
    assert "rules out what was given as observed" in text
    assert "ruled out" in text
    assert "not looked for" in text


def test_observations_given_are_told(impossible: Findings) -> None:
    text = _Outline(render(impossible)).text
    assert "Judged in the light of: tariff is spare and response is resist." in text


def test_a_case_without_claims_still_makes_a_page(small: Findings) -> None:
    bare = replace(small, claims=(), case=replace(small.case, claims=(), statements=(), sources=()))
    outline = _Outline(render(bare))
    assert "The case makes no claim." in outline.text
    assert outline.open == []


def test_text_of_a_case_cannot_become_markup(small: Findings) -> None:
    nasty = "<script>alert(1)</script> & \"quoted\" 'so'"
    first = replace(small.claims[0], claim=replace(small.claims[0].claim, says=nasty, by=nasty))
    case = replace(small.case, title=nasty, summary=nasty, notes=nasty)
    assumptions = (replace(small.assumptions[0], says=nasty, because=nasty), *small.assumptions[1:])
    source = syntax.Source(id="x", title=nasty, url="javascript:alert(1)")
    case = replace(case, sources=(source,))
    changed = replace(small, case=case, claims=(first, *small.claims[1:]), assumptions=assumptions)
    page = render(changed)
    assert "<script>alert" not in page
    assert "javascript:" not in page
    assert nasty in _Outline(page).text


def test_the_equilibria_are_told_where_they_were_sought(small_page: str) -> None:
    asked = put_to_test("beer-quiche", effort=Effort(draws=8, equilibria=True))
    told = "without noise at the base values"
    assert told in _Outline(render(asked)).text
    assert told not in _Outline(small_page).text


def test_the_box_is_told_where_it_was_sought(small: Findings, small_page: str) -> None:
    text = _Outline(small_page).text
    if any(found.box for found in small.claims):
        assert "(density)" in text
        assert "(coverage)" in text


def test_the_same_findings_make_the_same_page(small: Findings) -> None:
    assert render(small) == render(small)


def test_who_wrote_the_case_and_why_a_claim_is_asked_so_are_shown(small: Findings) -> None:
    first = small.claims[0]
    claim = replace(first.claim, matters_from=Fraction(1, 20), reason="less goes unnoticed")
    claims = (replace(first, claim=claim), *small.claims[1:])
    told = replace(small, case=replace(small.case, author="A. Analyst"), claims=claims)
    text = " ".join(_Outline(render(told)).text.split())
    assert "Modelled as a case by A. Analyst" in text
    assert "a difference counts from 0.05 on" in text
    assert "less goes unnoticed" in text


def test_drivers_thresholds_and_parts_are_told_so_that_nobody_misreads_them(
    page: str, large: Findings
) -> None:
    views = {view.id: view for view in claim_views(large, {})}
    first = views["c01_no_agreement_signed"]
    assert first.threshold == "threshold 5\N{NARROW NO-BREAK SPACE}%"
    assert views["c03_washington_unsure"].threshold == (
        "thresholds 5\N{NARROW NO-BREAK SPACE}% and 95\N{NARROW NO-BREAK SPACE}%"
    )
    assert views["c04_effort_worth_making"].threshold == ""
    row = page.split('href="#c01_no_agreement_signed"')[1].split("</tr>")[0]
    assert first.threshold in row
    drivers = [driver for view in views.values() for driver in view.drivers]
    assert {driver.sign for driver in drivers} <= {"↑", "↓", "↕"}, (
        "a minus reads as a negative share"
    )
    assert all(sign in page[page.index("Hangs on</b>") :][:400] for sign in "↑↓↕")
    (asked,) = views["c06_compromise_satisfies_neither"].asks_parts
    assert asked.title == "for each value of Moscow’s aim, that value given, all of this is so:"
    assert len(set(asked.paragraphs)) == len(asked.paragraphs) == 2
    article = page.split('<article class="claim" id="c06')[1].split("</article>")[0]
    assert article.split("Holds if</dt>")[1].split("</dd>")[0].count("<li>") == 2
    assert views["c06_compromise_satisfies_neither"].question.startswith("for each moscow.aim: E(")
    (told,) = [c for c in findings_json(large)["claims"] if c["id"].startswith("c06")]
    assert told["question"] == views["c06_compromise_satisfies_neither"].question


def test_who_is_called_the_author_is_said_once_and_nobody_else_is(page: str) -> None:
    assert "“the author” in this page is always the commentary’s, Vitaly Portnikov" in page
    assert "case’s author" not in page


def test_every_probability_of_what_happened_says_over_what(page: str, large: Findings) -> None:
    assert large.learned is not None
    mean = words.percent(large.learned.evidence.probability)
    assert f"counted as far as they can be trusted, it was {mean}." in page
    assert page.count("over the draws</th>") == 2
    assert "Probability of all that, at the base values</th>" in page


def test_claims_stand_beside_the_map_in_words(large: Findings) -> None:
    across = driver_map(large)["layer"][0]["encoding"]["y"]
    assert across["scale"]["domain"][0] == "c01 no agreement signed"
    assert len(across["scale"]["domain"]) == len(large.claims)


def test_a_claim_is_told_in_words_with_the_reason_of_its_threshold(page: str) -> None:
    text = " ".join(_Outline(page).text.split())
    assert (
        "the probability that answer is “treaty” and reply is “agree”, given that summit is "
        "“meet”, is less than 0.05." in text
    )
    assert "will not is read as a chance below five per cent" in text


def test_stakes_and_who_knows_what_stand_on_the_page(page: str, large: Findings) -> None:
    text = " ".join(_Outline(page).text.split())
    for own in stakes_in_words(large.case):
        for told in (own.title, *own.paragraphs):
            assert " ".join(told.split()) in text
    for told in knowledge_in_words(large.case).values():
        assert told in text
    assert "Kyiv chooses without knowing leverage, Washington’s aim, Moscow’s aim, hint" in text


def test_ids_say_what_they_stand_for(small: Findings, small_page: str) -> None:
    says = {a.name: a.says.strip() for a in small.assumptions}
    links = re.findall(r'<a class="name" href="#assumption-(\w+)"([^>]*)>', small_page)
    assert links
    for name, title in links:
        assert unescape(title) == (f' title="{says[name]}"' if says[name] else "")


def test_passages_stand_beside_claims_only_where_they_are_asked_for(
    small: Findings, small_page: str
) -> None:
    citation = next(claim.cite[0] for claim in small.case.claims if claim.cite)
    text = " ".join(_Outline(render(small, {citation: "Words of <the> source."})).text.split())
    assert "Words of <the> source." in text
    assert "For private use." in text
    assert "Do not publish it." in text
    assert "its words are not in this page" not in text
    assert "For private use." not in _Outline(small_page).text


@pytest.mark.parametrize(
    ("word", "needs", "told"),
    [
        ("follows", (Need("india", "shame", 0.41),), "’s “shame” it holds in 41 %."),
        ("is contradicted", (Need("india", "shame", 0.0),), "’s “shame” it fails in none."),
        ("follows", (), "No named stake alone: dropped one by one, in 96 draws,"),
    ],
)
def test_the_stakes_that_a_verdict_needs_are_told(
    small: Findings, small_page: str, word: Word, needs: tuple[Need, ...], told: str
) -> None:
    first = small.claims[0]
    verdict = replace(first.verdict, word=word, firm=True)
    changed = replace(first, verdict=verdict, needs=needs)
    text = _Outline(render(replace(small, claims=(changed, *small.claims[1:])))).text
    assert told in " ".join(text.split())
    assert "Stakes it needs" in text
    assert "Stakes it needs" not in _Outline(small_page).text


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((1, 0, 5), "Of six PBE without noise at the base values (perhaps not all there are) it "
         "can be asked in 1, and holds there."),
        ((2, 1, 3), "it can be asked in 3, and of these it holds in 2 and fails in 1."),
        ((2, 1, 0), "Of three PBE without noise at the base values (perhaps not all there are) it "
         "holds in 2 and fails in 1."),
    ],
)  # fmt: skip
def test_equilibria_in_which_a_claim_cannot_be_asked_are_counted(
    counts: tuple[int, int, int], told: str
) -> None:
    holds, fails, undefined = counts
    over = OverEquilibria(
        "some" if fails else "all", holds, fails, undefined,
        complete=False, concept="X", sequential=holds + fails, reason="",
    )  # fmt: skip
    assert told in in_equilibria(over).replace("X equilibria", "PBE")


def test_a_claim_whose_numbers_do_not_exist_says_so() -> None:
    text = DECIDED.replace("P(north.aim = settle | answer = accept)", "log(P(answer = accept) - 2)")
    never = "max(0, P(answer = refuse | answer = accept and answer = refuse))"
    text = text.replace("P(answer = accept) > 0.5", f"'{never} > 0.5'")
    found = put_to_test(parse_case(text), observed="answer = accept", effort=Effort(draws=40))
    largest, nothing, number = claim_views(found, {})
    assert "what it takes as given has no chance." in largest.summary[0]
    assert "no chance, or what is computed is no number" in answer(found)[0]
    assert "no chance," not in answer(replace(found, claims=found.claims[:2]))[0]
    assert "what it takes as given has no chance." in nothing.summary[0]
    assert "has no chance, or what it computes is no number." in number.summary[0]


DECIDED = """title: Decided
actors: {north: {aims: {settle: 0.3, outwait: rest}}}
assumptions: {gain: {value: 2, range: [1, 3]}}
observers: [public]
moves: [{answer: {by: north, options: [accept, refuse]}}]
stakes: {north: [{worth: gain, if: answer = accept and north.aim = settle}]}
claims:
  done: {holds if: P(answer = accept) > 0.5}
  impossible: {holds if: P(north.aim = settle | answer = refuse) > 0.5}
  open: {holds if: P(north.aim = settle | answer = accept) > 0.5}
"""


def test_a_claim_without_drivers_and_turns_says_why() -> None:
    """Also one that what was observed has decided, or has made impossible to ask."""
    case = parse_case(DECIDED)
    findings = put_to_test(case, observed="answer = accept", effort=Effort(draws=40))
    done, impossible, few = claim_views(findings, {})
    assert done.undriven_said == "Nothing any more: what was observed has decided it."
    assert done.turns_nowhere == "nowhere any more"
    assert (done.verdict.word, done.verdict.rest) == ("settled, true", "")
    assert (impossible.verdict.word, impossible.verdict.rest) == ("cannot be asked", "")
    assert impossible.undriven_said == "There is no margin in any draw that something could move."
    assert impossible.turns_nowhere == "cannot be asked at the base values"
    assert impossible.summary[0].startswith("It can be asked in none of the draws: ")
    assert few.undriven_said == "Too few draws to say."
    page = render(findings)
    assert not re.search(r"<p>\W*</p>", page)


def test_an_id_may_be_broken_behind_its_underlines() -> None:
    case = parse_case(DECIDED.replace("gain", "what_north_gains_by_it"))
    assert ">what_<wbr>north_<wbr>gains_" in render(put_to_test(case, effort=Effort(draws=120)))
