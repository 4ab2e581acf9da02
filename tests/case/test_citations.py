"""Citations against texts: what is verified, and that nothing is looked for elsewhere."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest

import lackmus.library
from lackmus.case import syntax
from lackmus.case.citations import cited, paragraphs, passages, verify
from lackmus.case.parse import load_case, parse_case
from lackmus.foundation.errors import CaseError

TEXT = "First of all.\n\nSecond, with\ntwo lines.\n \t\n\nThird: größer.\n"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def case(cite: str, source: str = "{file: memo.txt}") -> syntax.Case:
    return parse_case(
        f"title: T\nsources: {{memo: {source}}}\nactors: {{north: {{cite: {cite}}}}}\n"
        "moves: [{x: {by: north, options: [y, z]}}]"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "memo.txt").write_text(TEXT, encoding="utf-8", newline="")
    return tmp_path


def outcomes(case: syntax.Case, folder: Path | None) -> list[str]:
    return [check.outcome for check in verify(case, folder)]


def test_paragraphs_are_split_at_blank_lines() -> None:
    assert [TEXT[a:b] for a, b in paragraphs(TEXT)] == [
        "First of all.",
        "Second, with\ntwo lines.",
        "Third: größer.",
    ]
    assert paragraphs("\n\n") == []
    assert paragraphs("a\r\n\r\nb") == [(0, 1), (5, 6)]


def test_a_paragraph_is_checked_to_exist(folder: Path) -> None:
    assert outcomes(case('"memo §3"'), folder) == ["exists", "exists"]
    assert outcomes(case('"memo §4"'), folder) == ["exists", "mismatch"]
    assert outcomes(case("memo"), folder) == ["exists", "exists"]


def test_a_passage_is_known_by_its_hash(folder: Path) -> None:
    start = TEXT.index("größer")
    good = (
        f"{{source: memo, paragraph: 3, chars: [{start}, {start + 6}], sha256: {digest('größer')}}}"
    )
    assert outcomes(case(good), folder)[1] == "verified"
    moved = good.replace(f"[{start}, {start + 6}]", f"[{start - 1}, {start + 5}]")
    check = verify(case(moved), folder)[1]
    assert check.outcome == "mismatch"
    assert "other words" in check.message
    assert "line " in check.message
    fault = check.fault()
    assert fault is not None
    assert fault.severity == "error"


def test_a_passage_may_go_to_the_end_of_the_text(folder: Path) -> None:
    end = len(TEXT)
    whole = f"{{source: memo, chars: [0, {end}], sha256: {digest(TEXT)}}}"
    (check,) = (c for c in verify(case(whole), folder) if c.given)
    assert (check.outcome, check.found) == ("verified", digest(TEXT))
    beyond = whole.replace(f", {end}]", f", {end + 1}]")
    assert outcomes(case(beyond), folder)[1] == "mismatch"


def test_the_first_digits_of_a_hash_are_enough(folder: Path) -> None:
    whole = digest("First of all.")
    for digits, outcome in ((64, "verified"), (8, "verified"), (7, "mismatch"), (12, "verified")):
        cite = f"{{source: memo, paragraph: 1, sha256: '{whole[:digits]}'}}"
        assert outcomes(case(cite), folder)[1] == outcome
    wrong = "0" + whole[:11] if whole[0] != "0" else "1" + whole[:11]
    check = verify(case(f"{{source: memo, paragraph: 1, sha256: '{wrong}'}}"), folder)[1]
    assert "line 1 has “First of all.”" in check.message


def test_a_whole_paragraph_is_known_by_its_hash(folder: Path) -> None:
    whole = digest("Second, with\ntwo lines.")
    assert (
        outcomes(case(f"{{source: memo, paragraph: 2, sha256: {whole}}}"), folder)[1] == "verified"
    )
    assert (
        outcomes(case(f"{{source: memo, paragraph: 1, sha256: {whole}}}"), folder)[1] == "mismatch"
    )


def test_characters_must_lie_in_their_paragraph(folder: Path) -> None:
    check = verify(case("{source: memo, paragraph: 1, chars: [15, 20]}"), folder)[1]
    assert check.outcome == "mismatch"
    assert "not within its paragraph" in check.message
    check = verify(case("{source: memo, chars: [15, 9999]}"), folder)[1]
    assert "outside the text" in check.message


def test_what_stands_outside_the_paragraph_named_has_no_hash(folder: Path) -> None:
    wrong = case(f"{{source: memo, paragraph: 2, chars: [0, 5], sha256: {'0' * 64}}}")
    check = verify(wrong, folder)[1]
    assert check.outcome == "mismatch"
    assert check.found == ""  # so that nothing is put in the place of the hash


def test_a_file_that_has_changed_is_told_and_not_read(folder: Path) -> None:
    other = f"{{file: memo.txt, sha256: {digest('something else')}}}"
    checks = verify(case('"memo §1"', other), folder)
    assert [c.outcome for c in checks] == ["mismatch", "unverified"]


def test_a_file_is_found_by_its_hash_under_another_name(folder: Path) -> None:
    (folder / "memo.txt").rename(folder / "renamed.txt")
    known = f"{{file: memo.txt, sha256: {digest(TEXT)}}}"
    assert outcomes(case('"memo §1"', known), folder) == ["verified", "exists"]
    assert outcomes(case('"memo §1"'), folder) == ["unverified", "unverified"]


def test_a_source_without_a_file_is_found_by_its_name(folder: Path) -> None:
    bare = "{title: A memo}"
    assert outcomes(case("memo §3", bare), folder)[1] == "exists"
    (folder / "memo.txt").rename(folder / "memo.md")
    assert outcomes(case("memo §3", bare), folder)[1] == "exists"
    (folder / "memo.md").rename(folder / "note.md")
    assert outcomes(case("memo §3", bare), folder)[1] == "unverified"


@pytest.mark.parametrize(
    ("cite", "told"),
    [
        ("p2_words", "no source or passage 'p2_wrods'.*did you mean 'p2_words'"),
        ("memo", "no source or passage 'meno'.*did you mean 'memo'"),
        ("memo §3", "no source 'meno'.*did you mean 'memo'"),
    ],
)
def test_a_typo_in_a_citation_is_held_against_passages_too(cite: str, told: str) -> None:
    text = (
        "title: T\nsources: {memo: {}}\npassages: {p2_words: {source: memo, paragraph: 2}}\n"
        f"actors: {{north: {{cite: {cite}}}}}\nmoves: [{{x: {{by: north, options: [y, z]}}}}]"
    )
    parse_case(text)
    wrong = text.replace("cite: p2_words", "cite: p2_wrods").replace("cite: memo", "cite: meno")
    with pytest.raises(CaseError, match=f"(?s){told}"):
        parse_case(wrong)


def test_a_file_is_not_looked_for_outside_the_folder(folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    assert outcomes(case('"memo §1"', "{file: ../memo.txt}"), inner)[0] == "unverified"


def test_without_the_texts_nothing_is_verified() -> None:
    checks = verify(case('"memo §1"'), None)
    assert [c.outcome for c in checks] == ["unverified", "unverified"]
    assert all("could not verify" in c.message for c in checks)
    fault = checks[0].fault()
    assert fault is not None
    assert fault.severity == "note"


def test_every_part_of_a_case_is_asked_for_its_citations() -> None:
    found = parse_case("""
title: T
sources: {memo: {}}
actors: {north: {cite: memo, aims: {a: 0.5, b: 0.5}}}
facts: {winter: {values: {hard: 0.5, mild: 0.5}, cite: memo}}
assumptions: {cost: {value: 1, cite: memo}}
precision: {value: 1, cite: memo}
moves:
  - x: {by: north, options: [y, z], cite: memo}
  - rounds: {count: 2, moves: [{together: [{u: {by: north, options: [v, w], cite: memo}}]}]}
stakes: {north: [{worth: cost, cite: memo}, {order: x = y > x = z, cite: memo}]}
claims: {c: {holds if: P(x = y) > 0, cite: memo}}
statements: {s: {speaker: she, says: so, cite: memo}}
observations: [{saw: x = y, cite: memo}]
""")
    assert Counter(where.split()[0] for where, _ in cited(found)) == {
        "actor": 1, "fact": 1, "assumption": 2, "move": 2, "stake": 2, "claim": 1, "statement": 1,
        "observation": 1,
    }  # fmt: skip


@pytest.mark.shared
def test_the_commentary_is_cited_to_the_letter(shared: Path) -> None:
    library = Path(lackmus.library.__file__).parent / "commentary"
    for name in ("alaska-2025", "india-tariffs-2025"):
        checks = verify(load_case(library / name), shared / "sources")
        assert {check.outcome for check in checks} == {"verified"}


@pytest.mark.parametrize(
    ("cite", "words"),
    [
        ('"memo §2"', "Second, with\ntwo lines."),
        ("{source: memo, paragraph: 3, chars: [46, 52]}", TEXT[46:52]),
        ("{source: memo, paragraph: 1, sha256: '0123456789abcdef'}", None),
        ('"memo §4"', None),
        ("memo", None),
    ],
)
def test_passages_are_the_words_that_stand_where_they_are_cited(
    folder: Path, cite: str, words: str | None
) -> None:
    one = case(cite)
    (citation,) = one.actors[0].cite
    assert passages(one, folder) == ({} if words is None else {citation: words})


def test_no_words_are_taken_from_a_text_that_has_changed(folder: Path) -> None:
    changed = case('"memo §1"', f"{{file: memo.txt, sha256: {digest('other')}}}")
    assert passages(changed, folder) == {}
