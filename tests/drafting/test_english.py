"""Sixty English sentences with known answers: what is speech, who speaks, at second hand."""

from __future__ import annotations

import pytest

from lackmus.case.syntax import Source
from lackmus.drafting.article import Article
from lackmus.drafting.draft import draft, short_name
from lackmus.drafting.lexicon import lexicon
from lackmus.drafting.speakers import Mention
from lackmus.drafting.voices import voices

ENGLISH = lexicon("en")

# The sentence, the kind of speech, who speaks, and who reports it in the sentence.
REPORTS = [
    ("The minister said that prices would rise.", "indirect", "minister", ""),
    ("Prices would rise, the minister said.", "indirect", "minister", ""),
    ("“We will not give in this year,” said Anna Keller.", "direct", "Anna Keller", ""),
    ("“We will not give in this year,” Anna Keller said.", "direct", "Anna Keller", ""),
    (
        "“We will not give in this year”, the union leader told reporters.",
        "direct",
        "union leader",
        "",
    ),
    ('"We will not give in this year," said Keller, the union leader.', "direct", "Keller", ""),
    (
        "Anna Keller, head of the union, said that the strike would go on.",
        "indirect",
        "Anna Keller",
        "",
    ),
    ("According to the police, nobody was hurt.", "indirect", "police", ""),
    ("Nobody was hurt, according to a police spokesman.", "indirect", "police spokesman", ""),
    ("The company denied that it had paid bribes.", "indirect", "company", ""),
    ("The opposition accused the government of lying.", "reported", "opposition", ""),
    ("Officials warned of a long winter.", "reported", "Officials", ""),
    ("The bank warned investors on Monday that rates could rise.", "indirect", "bank", ""),
    ("In the view of Maria Lopez, the offer is a trick.", "indirect", "Maria Lopez", ""),
    ("In Lopez’s view, the offer is a trick.", "indirect", "Lopez", ""),
    ("The president insisted he would not resign.", "reported", "president", ""),
    ("The president has said he will not resign.", "indirect", "president", ""),
    ("He believes that the talks will fail.", "indirect", "", ""),
    ("Lopez argued that the merger was a defence against a rival bid.", "indirect", "Lopez", ""),
    ("The club announced that its coach would leave.", "indirect", "club", ""),
    (
        "The club’s president, Tom Reed, announced that the coach would leave.",
        "indirect",
        "Tom Reed",
        "",
    ),
    ("Reed admitted: “I should have seen it coming much earlier.”", "direct", "Reed", ""),
    ("“I should have seen it coming,” Reed admitted, “and I did not.”", "direct", "Reed", ""),
    ("The company reportedly plans to close the plant.", "indirect", "", ""),
    (
        "The chief executive told the Herald that Lopez had warned of a strike.",
        "indirect",
        "Lopez",
        "chief executive",
    ),
    (
        "According to the Herald, Lopez warned that the plant would close.",
        "indirect",
        "Lopez",
        "Herald",
    ),
    (
        "Lopez warned that the plant would close, according to the Herald.",
        "indirect",
        "Lopez",
        "Herald",
    ),
    ("The Herald reported that Lopez said the plant would close.", "indirect", "Lopez", "Herald"),
    ("Keller said Lopez had told him that the plant would close.", "indirect", "Lopez", "Keller"),
    ("The envoy claimed that the king had promised peace.", "indirect", "king", "envoy"),
    ("The court concluded that the contract was void.", "indirect", "court", ""),
    ("Analysts expect that the party will lose.", "indirect", "Analysts", ""),
    (
        "A spokesman for the ministry confirmed the talks.",
        "reported",
        "spokesman for the ministry",
        "",
    ),
    ("The ministry confirmed on Friday that talks had begun.", "indirect", "ministry", ""),
    ("The governor also said that the state would sue.", "indirect", "governor", ""),
    ("The governor later told voters that the state would sue.", "indirect", "governor", ""),
    ("Asked about the plan, the governor replied that it was dead.", "indirect", "governor", ""),
    ("But the governor said that it was dead.", "indirect", "governor", ""),
    ("While the talks went on, the governor said that they were dead.", "indirect", "governor", ""),
    ("Investors fear that the deal will collapse.", "indirect", "Investors", ""),
    ("The report says that the bridge was unsafe.", "indirect", "report", ""),
    (
        "Two people familiar with the matter said that the deal was near.",
        "indirect",
        "Two people familiar with the matter",
        "",
    ),
    ("«We will not give in this year», said Anna Keller.", "direct", "Anna Keller", ""),
    ("The senator vowed to fight the law.", "reported", "senator", ""),
    ("The senator predicted that the law would fail.", "indirect", "senator", ""),
]
NO_REPORTS = [
    "Prices rose in October.",
    "The plant is the largest in the region.",
    "He went home after the game.",
    "A promise is a promise.",
    "The claim was settled in court.",
    "She reads a book by the lake.",
    "There is more to say about the weather.",
    "The film is called “Home”.",
    "Trade is down by a third.",
    "The team won the league by four points.",
    "The river holds much water in spring.",
    "It has been a long winter for the town.",
    "The report is on the table.",
    "A note was on the door.",
    "The state is small.",
]


def name(mention: Mention | None) -> str:
    """Whom a mention names; empty for a pronoun."""
    return "" if mention is None or mention.pronoun else short_name(mention.text, ENGLISH)


@pytest.mark.parametrize(("sentence", "kind", "speaker", "reporter"), REPORTS)
def test_a_report_has_its_speaker(sentence: str, kind: str, speaker: str, reporter: str) -> None:
    report, outer, inner = next(voices(Article(sentence, ENGLISH.abbreviations), ENGLISH))
    assert report.kind == kind
    assert (name(inner) or name(outer), name(outer) if inner else "") == (speaker, reporter)


@pytest.mark.parametrize("quoted", ["“{}”", "‘{}’", "'{}'", '"{}"', "«{}»", "„{}“"])
def test_speech_is_found_in_every_style_of_quotation_marks(quoted: str) -> None:
    words = quoted.format("We don’t give in this year,")
    found = list(voices(Article(f"{words} said Anna Keller."), ENGLISH))
    assert [(r.kind, name(who)) for r, who, _ in found] == [("direct", "Anna Keller")]


@pytest.mark.parametrize(
    "sentence", ["The players' union met the owners' club.", "It’s the clubs’ loss."]
)
def test_an_apostrophe_is_no_quotation_mark(sentence: str) -> None:
    assert not Article(sentence, ENGLISH.abbreviations).quoted


@pytest.mark.parametrize("sentence", NO_REPORTS)
def test_what_reports_nothing_is_no_report(sentence: str) -> None:
    assert not list(voices(Article(sentence, ENGLISH.abbreviations), ENGLISH))


def test_a_sentence_may_end_in_a_day_of_the_month() -> None:
    text = "According to Anna Keller, it closes by August 15. The owner said Keller had lied.\n\n"
    text += "1. The owner said no."
    source = Source("memo", language="en")
    made = draft(text, source)
    assert [said.speaker for said in made.statements] == ["Anna Keller", "owner", "owner"]
    assert [p.citation.end for p in made.passages] == [
        text.index(" The"),
        text.index("\n"),
        len(text),
    ]
