from __future__ import annotations

import pytest

from lackmus.case.parse import load_case
from lackmus.foundation.errors import UsageError
from lackmus.library.index import Entry, cases, find

CASES = cases()


def test_names_are_sorted_and_unique() -> None:
    names = [entry.name for entry in CASES]
    assert names == sorted(set(names))
    assert {"alaska-2025", "beer-quiche", "kuhn-poker"} <= set(names)


@pytest.mark.parametrize("entry", CASES, ids=lambda e: e.name)
def test_the_head_says_what_the_case_says(entry: Entry) -> None:
    case = load_case(find(entry.name))
    assert (entry.name, entry.title) == (case.name, case.title)
    assert entry.summary == " ".join(case.summary.split())
    assert entry.path.parent.name == entry.group


def test_an_unknown_name_is_told_what_is_near() -> None:
    with pytest.raises(UsageError) as error:
        find("beer_quich")
    assert "beer-quiche" in error.value.faults[0].hint


def test_a_name_like_no_other_is_sent_to_the_list() -> None:
    with pytest.raises(UsageError) as error:
        find("zzzzzz")
    assert "lackmus cases" in error.value.faults[0].hint
