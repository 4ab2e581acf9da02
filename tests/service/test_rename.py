"""A name changed wherever it stands, or not at all."""

from __future__ import annotations

import re

import pytest
from tests.service.conftest import TEXT

from lackmus.foundation.errors import UsageError
from lackmus.library.index import find
from lackmus.service.document import read
from lackmus.service.places import places
from lackmus.service.rename import changed, renamable, rename


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cost", "price"), ("north", "ours"), ("answer", "reply"), ("accept", "agree"),
        ("settle", "peace"), ("p9", "ninth"), ("memo", "note"), ("c1", "refused"),
        ("public", "world"),
    ],
)  # fmt: skip
def test_a_name_is_changed_wherever_it_stands(old: str, new: str) -> None:
    spoken = re.compile(rf"(?<!the )(?<!A ){old}\b(?! is refused)")
    expected = spoken.sub(new, TEXT)
    starts = [found.start() for found in spoken.finditer(TEXT)]
    starts = [start for start in starts if renamable(TEXT, start)]
    assert starts
    for start in starts:
        after = changed(TEXT, rename(TEXT, start, new))
        assert after == expected
    assert read(expected).sound


@pytest.mark.parametrize(
    ("marker", "new", "told"),
    [
        ("worth: -", "2nd", "is no name"), ("worth: -", "best", "is no name"),
        ("worth: -", "offer", "cannot become 'offer' everywhere"),
        ("answer = ", "refuse", "cannot become"), ("title: ", "x", "no name that can be changed"),
        ("says: the ", "x", "no name that can be changed"),
    ],
)  # fmt: skip
def test_what_would_change_the_meaning_is_refused(marker: str, new: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        rename(TEXT, TEXT.index(marker) + len(marker), new)


def test_every_name_of_a_large_case_is_changed_whole_or_not_at_all() -> None:
    text = (find("alaska-2025") / "case.yaml").read_text(encoding="utf-8")
    known, done = read(text), 0
    names = {(p.kind, p.id): p for p in places(known).names if renamable(known, p.start) == p}
    for place in list(names.values())[::9]:
        try:
            after = changed(text, rename(known, place.start, "another_word"))
        except UsageError:
            continue
        done += 1
        assert read(after).sound
        assert not places(read(after)).of(place.kind, place.id)
    assert done > len(names) // 9 // 2
