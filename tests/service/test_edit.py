"""Small edits of a case's text: what they write, what they leave, and what they refuse."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from tests.service.conftest import TEXT

from lackmus.foundation.errors import UsageError
from lackmus.service import edit
from lackmus.service.document import Document, read

MEMO = "A first paragraph.\n\nA second one: a refusal is likely.\n"
START, END = MEMO.index("a refusal"), MEMO.index(".\n", 20)

#: What `cite` adds to the passages for the words from `START` to `END`.
PASSAGE = re.compile(
    r"\n  p02: \{source: memo, paragraph: 2, chars: \[34, 53\],\s+sha256: [0-9a-f]{64}\}"
)


def cited(text: str, kind: str, name: str) -> str:
    """The text with the marked words cited by a part, the new passage taken out again."""
    changed, passage = edit.cite(text, (kind, name), "memo", MEMO, START, END)
    assert passage == "p02"
    assert read(changed).sound
    assert len(PASSAGE.findall(changed)) == 1
    return PASSAGE.sub("", changed)


def test_a_part_that_cites_nothing_gets_a_key_in_its_own_layout() -> None:
    assert cited(TEXT, "move", "answer") == TEXT.replace(
        "options: [accept, refuse]\n", "options: [accept, refuse]\n      cite: p02\n"
    )
    assert cited(TEXT, "move", "offer") == TEXT.replace(
        "seen by: [north]}", "seen by: [north], cite: p02}"
    )
    assert cited(TEXT, "actor", "south") == TEXT.replace("The South}", "The South, cite: p02}")


def test_a_brace_in_quotes_ends_no_part() -> None:
    text = TEXT.replace("{name: The South}", "{name: 'The \"South}'}")
    assert cited(text, "actor", "south") == text.replace("South}'}", "South}', cite: p02}")


def test_a_part_that_cites_gets_one_citation_more() -> None:
    assert cited(TEXT, "claim", "c1") == TEXT.replace("[p9, memo §3]", "[p02, p9, memo §3]")
    assert cited(TEXT, "assumption", "cost") == TEXT.replace("cite: p9,", "cite: [p02, p9],")


def test_a_citation_in_place_is_left_to_its_author() -> None:
    text = TEXT.replace("[p9, memo §3]", "{source: memo, paragraph: 3}")
    with pytest.raises(UsageError, match="claim 'c1' cites in place"):
        edit.cite(text, ("claim", "c1"), "memo", MEMO, START, END)


def test_who_cites_and_what_is_cited_must_be_there() -> None:
    with pytest.raises(UsageError, match="no claim 'c9'"):
        edit.cite(TEXT, ("claim", "c9"), "memo", MEMO, START, END)
    for start, end in ((5, 5), (9, 5), (0, len(MEMO) + 1)):
        with pytest.raises(UsageError, match="nothing is marked"):
            edit.cite(TEXT, ("claim", "c1"), "memo", MEMO, start, end)


def test_a_second_passage_of_a_paragraph_gets_a_name_of_its_own() -> None:
    text, _ = edit.cite(TEXT, ("claim", "c1"), "memo", MEMO, START, END)
    changed, name = edit.cite(text, ("move", "answer"), "memo", MEMO, START - 5, END)
    assert name == "p02_2"
    assert "cite: p02_2\n" in changed
    assert read(changed).sound


def test_words_across_paragraphs_are_named_after_their_source() -> None:
    changed, name = edit.cite(TEXT, ("claim", "c1"), "memo", MEMO, 2, END)
    assert name == "memo_passage"
    assert "memo_passage: {source: memo, chars: [2, 53]," in changed


def test_what_is_made_begins_a_section_that_is_not_there() -> None:
    changed, at = edit.make(TEXT, "statement", "s1", "memo", MEMO, START, END)
    assert changed.startswith(TEXT[: TEXT.index("actors:")])
    assert changed.endswith(
        "\nstatements:\n  s1:\n    speaker: TODO\n    says: TODO\n    cite: p02\n"
    )
    assert changed[at:].startswith("s1:")


def test_a_section_that_is_there_and_empty_is_filled() -> None:
    changed, at = edit.make(TEXT + "statements:\n", "statement", "s1", "memo", MEMO, START, END)
    assert changed.count("statements:") == 1
    assert "\nstatements:\n  s1:\n    speaker: TODO\n" in changed
    assert changed[at:].startswith("s1:")


def test_a_text_without_an_end_of_line_gets_one_first() -> None:
    changed, _ = edit.make(TEXT.rstrip("\n"), "statement", "s1", "memo", MEMO, START, END)
    assert "> 0.5\n\nstatements:\n" in changed


def test_a_passage_can_be_made_by_itself() -> None:
    changed, at = edit.make(TEXT, "passage", "likely", "memo", MEMO, START, END)
    assert changed[at:].startswith("likely: {source: memo, paragraph: 2, chars: [34, 53]")
    assert read(changed).sound


@pytest.mark.parametrize(
    ("name", "message"),
    [("c1", "has a 'c1' already"), ("9lives", "is no name"), ("", "is no name")],
)
def test_a_name_that_is_taken_or_none_is_refused(name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        edit.make(TEXT, "claim", name, "memo", MEMO, START, END)


def test_a_value_is_written_where_the_text_has_it(written: Document) -> None:
    assert edit.keep(written, "cost", Fraction(5, 2)) == TEXT.replace("value: 2,", "value: 2.5,")
    assert edit.keep(written, "cost", Fraction(1, 3)) == TEXT.replace("value: 2,", "value: 1/3,")
    short = TEXT.replace("cost: {value: 2, range: [0, 5]", "cost: {value: 2") + "precision: 4\n"
    assert edit.keep(short, "precision", Fraction(7)) == short.replace(
        "precision: 4", "precision: 7"
    )
    inline = TEXT.replace("worth: 3\n", "worth: {value: 3, range: [1, 5]}\n")
    kept = edit.keep(inline, "south.stake1.worth", Fraction(4))
    assert kept == inline.replace("value: 3", "value: 4")
    whole = TEXT + "precision: {value: 4, range: [1, 9]}\n"
    assert edit.keep(whole, "precision", Fraction(7)) == whole.replace("value: 4", "value: 7")


@pytest.mark.parametrize("name", ["precision", "nobody"])
def test_a_value_that_the_text_does_not_say_is_not_written(written: Document, name: str) -> None:
    with pytest.raises(UsageError, match="no place of its own"):
        edit.keep(written, name, Fraction(1))
    with pytest.raises(UsageError, match="no place of its own"):
        edit.keep("just words", name, Fraction(1))
