"""From a text to a case with gaps, whose citations verify at once."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lackmus.case.citations import verify
from lackmus.case.gaps import DraftError
from lackmus.case.parse import parse_case
from lackmus.case.syntax import Source
from lackmus.drafting.article import Article
from lackmus.drafting.draft import MOST, Draft, draft, people, short_name
from lackmus.drafting.folder import case_text
from lackmus.drafting.lexicon import lexicon

DAY = datetime.date(2025, 9, 3)
STRIKE = (
    "Die Gewerkschaft wird ab dem kommenden Montag streiken, sagte ihre Vorsitzende Anna Keller.\n"
    "\nDas Angebot sei nur ein Vorwand. Wenn der Konzern nicht einlenkt, wird der Streik dauern.\n"
    "\nOhne den Streik hätte sich der Konzern nie bewegt. Bis Ende Oktober müsse es eine Lösung "
    "geben.\n"
)


def drafted(text: str, language: str = "de") -> Draft:
    digest = hashlib.sha256(text.encode()).hexdigest()
    source = Source("memo", published=DAY, language=language, sha256=digest, file="memo.txt")
    return draft(text, source)


def gaps_in(text: str) -> DraftError:
    with pytest.raises(DraftError) as caught:
        parse_case(text)
    return caught.value


def test_statements_claims_and_days_are_found_with_their_rules() -> None:
    found = drafted(STRIKE)
    assert [(c.kind, c.by, str(c.resolves)) for c in found.candidates] == [
        ("prediction", "Vorsitzende Anna Keller", "2025-09-08"),
        ("aim or pretext", "Vorsitzende Anna Keller", "None"),
        ("conditional", "the author", "None"),
        ("counterfactual", "the author", "None"),
    ]
    assert [str(d.when.date) for d in found.dates] == ["2025-09-08", "2025-10-31"]
    assert [d.deadline for d in found.dates] == [False, True]
    assert all(said.rule for said in found.statements)


@pytest.mark.parametrize(
    "prepare", [str, lambda t: t.replace("\n", "\r\n"), lambda t: "\ufeff" + t]
)
def test_a_drafts_citations_verify_and_nothing_but_gaps_is_wrong(
    tmp_path: Path, prepare: object
) -> None:
    assert callable(prepare)
    text = prepare(STRIKE)
    (tmp_path / "memo.txt").write_bytes(text.encode())
    error = gaps_in(case_text(drafted(text)))
    assert {fault.code for fault in error.faults} == {"gap"}
    checks = verify(error.case, tmp_path)
    assert len(checks) > 8
    assert {check.outcome for check in checks} == {"verified"}


def test_a_draft_holds_no_words_of_the_text_but_names() -> None:
    written = case_text(drafted(STRIKE))
    words = STRIKE.split()
    for i in range(len(words) - 3):
        assert " ".join(words[i : i + 4]) not in written


def test_gaps_are_ordered_by_what_hangs_on_them() -> None:
    order = [
        (gap.part or gap.key).split()[0].strip("'")
        for gap in gaps_in(case_text(drafted(STRIKE))).gaps
    ]
    firsts = [order.index(part) for part in ("actor", "moves", "stakes", "claim", "assumptions")]
    assert firsts == sorted(firsts)


def test_a_deadline_suggests_rounds() -> None:
    assert "rounds:" in case_text(drafted(STRIKE))
    assert "rounds:" not in case_text(drafted("Der Minister sagt, dass die Preise steigen."))


@given(st.text(max_size=400))
def test_any_text_makes_a_draft_that_reads_back(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    for language in ("de", "en"):
        error = gaps_in(case_text(drafted(text, language)))
        assert {fault.code for fault in error.faults} == {"gap"}


_PIECES = st.sampled_from(
    [
        "„", "“", "”", '"', "»", "«", "‚", "‘", "'", "''", ":", ",", ".", " ", "\n\n", "\r\n",
        "\ufeff", " sagte ", "Laut ", "laut", " zufolge", " so ", "wie ", "nach ", "Angaben",
        " sei ", "dass ", "Keller", "der ", "(", ")", "–", " said ", "according to ", "in ",
        "’s view", "that ", "wenn ", "am kommenden Freitag", "31. Februar", "u\u0308ber", "räumt ",
        " ein", "U.S. ", "von ", "wurde ",
    ]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_order_of_signals_makes_a_draft_that_verifies(text: str) -> None:
    for language in ("de", "en"):
        found = drafted(text, language)
        for passage in found.passages:
            start, end = passage.citation.start, passage.citation.end
            digest = hashlib.sha256(text[start:end].encode()).hexdigest()
            assert digest == passage.citation.sha256
        gaps_in(case_text(found))


def test_those_whom_a_text_names_are_proposed() -> None:
    german = (
        "Der Finanzminister Paul Lindner schweigt. Lindner wartet ab, ob Brandt nachgibt.\n\n"
        "Die Parteichefin Lea Brandt wartet, bis Lindner sie anruft."
    )
    told = people(Article(german), lexicon("de"))
    assert dict(told) == {"Finanzminister Paul Lindner": 3, "Parteichefin Lea Brandt": 2}
    english = (
        "On Monday Nordair bid for Skyport. "
        "The chair, Mira Holt, met Nordair’s men and waited. Then Holt left."
    )
    assert dict(people(Article(english), lexicon("en"))) == {
        "Mira Holt": 2,
        "Nordair": 2,
        "Skyport": 1,
    }


def test_a_heading_that_asks_is_no_claim() -> None:
    text = "# Will the plant close?\n\nThe plant will close by June.\n"
    made = draft(text, Source("memo", language="en"))
    assert [claim.passage for claim in made.candidates] == ["p02_1"]


def test_signs_of_markdown_are_no_words() -> None:
    text = "> “We will not sell at any price,” the chairwoman, **Mira Holt**, told the *Courier*.\n"
    (said,) = draft(text, Source("memo", language="en")).statements
    assert (said.speaker, said.kind) == ("Mira Holt", "direct")


def test_a_pronoun_means_who_acts_before_it() -> None:
    text = "Der Minister Paul Lindner droht. Die Steuer werde steigen, sagte er am Montag."
    said = draft(text, Source("memo", language="de")).statements[-1]
    assert said.speaker == "Minister Paul Lindner"


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("Angaben des Ministeriums", "Ministerium"),
        ("Ansicht des Bundesamtes für Statistik", "Bundesamt für Statistik"),
        ("Angaben des russischen Außenministeriums", "russischen Außenministerium"),
        ("Meinung des Wahlforschers Tom Lenz", "Wahlforscher Tom Lenz"),
        ("dem Bericht des Komitees", "Komitee"),
        ("das Haus", "Haus"),
        ("der Kurs", "Kurs"),
    ],
)
def test_a_name_stands_without_its_genitive(phrase: str, name: str) -> None:
    assert short_name(phrase, lexicon("de")) == name


def test_what_is_more_than_anybody_reads_is_counted() -> None:
    text = "Laut Keller fehlt das Geld. " * (MOST + 50)
    made = draft(text, Source("memo", language="de"))
    assert (len(made.statements), made.left_off) == (MOST, 50)
    assert {said.speaker for said in made.statements} == {"Keller"}
