"""What an article's file gives: a saved page's text, cited as it lies beside the page."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from lackmus.drafting.draft import draft
from lackmus.drafting.intake import guessed, take_in
from lackmus.foundation.errors import UsageError

PAGE = Path(__file__).parent / "articles/port.html"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    copy = tmp_path / PAGE.name
    copy.write_bytes(PAGE.read_bytes())
    return copy


def test_a_page_gives_what_a_reader_sees(page: Path) -> None:
    pytest.importorskip("trafilatura")
    intake = take_in(page)
    assert intake.written == page.with_suffix(".txt")
    assert (intake.source.file, intake.source.language) == ("port.txt", "de")
    paragraphs = intake.text.split("\n\n")
    # Its heading and its four paragraphs, one of them broken in two.
    assert len(paragraphs) == 6
    assert paragraphs[0] == "Streit um den Hafen"
    assert "Die Hafenbehörde kündigte am Montag an" in paragraphs[1]
    assert "„Wir werden in diesem Jahr nicht nachgeben“" in paragraphs[2]
    for boilerplate in ("abonnieren", "Anzeige", "tracking", "Kommentare", "Impressum", "&"):
        assert boilerplate not in intake.text.replace(" & drohte", "")


def test_a_page_is_cited_by_the_characters_of_the_file_beside_it(page: Path) -> None:
    pytest.importorskip("trafilatura")
    intake = take_in(page)
    beside = page.with_suffix(".txt").read_bytes()
    assert intake.source.sha256 == hashlib.sha256(beside).hexdigest()
    text = beside.decode("utf-8")
    found = draft(intake.text, intake.source)
    assert len(found.statements) == 8
    for passage in found.passages:
        place = passage.citation
        cited = text[place.start : place.end]
        assert hashlib.sha256(cited.encode()).hexdigest() == place.sha256
        assert cited == cited.strip()


def test_a_page_names_its_encoding(page: Path) -> None:
    pytest.importorskip("trafilatura")
    plain = take_in(page).text
    page.with_suffix(".txt").unlink()
    latin = page.read_text("utf-8").replace("&uuml;", "ü").replace("&ouml;", "ö")
    page.write_bytes(latin.replace('charset="utf-8"', 'charset="iso-8859-1"').encode("latin-1"))
    assert take_in(page).text == plain


def test_a_page_without_an_article_is_told(page: Path) -> None:
    pytest.importorskip("trafilatura")
    page.write_text("<html><body></body></html>")
    with pytest.raises(UsageError, match="no article was found"):
        take_in(page)


def test_another_text_beside_a_page_stays(page: Path) -> None:
    pytest.importorskip("trafilatura")
    page.with_suffix(".txt").write_text("Mine.")
    with pytest.raises(UsageError, match="is there already"):
        take_in(page)
    assert page.with_suffix(".txt").read_text() == "Mine."


def test_what_a_page_needs_is_told(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(UsageError, match=r"trafilatura cannot be imported[\s\S]*lackmus\[html\]"):
        take_in(page)
    assert not page.with_suffix(".txt").exists()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Moskau lehnt ab.", "de"),
        ("Merz droht Moskau erneut mit weiteren harten Sanktionen.", "de"),
        ("Er lügt.", "de"),
        ("He lies.", "en"),
        ("Moscow refuses, and Kyiv waits.", "en"),
    ],
)
def test_a_sentence_tells_its_language(text: str, language: str) -> None:
    assert guessed(text, Path("a.txt")) == language


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Putin blufft.", "too short to tell"),
        (
            "Regeringen er klar til at indgå en aftale med oppositionen, siger ministeren. Der "
            "er ingen tvivl om, at den nye lov vil få betydning for mange, og det er vigtigt, at "
            "alle er med.",
            "neither in German nor in English",
        ),
    ],
)
def test_a_text_of_neither_language_is_told(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        guessed(text, Path("a.txt"))
