"""Citing a marked passage in every kind of part of a real case: an edit that verifies."""

from __future__ import annotations

from pathlib import Path

import pytest

from lackmus.workbench.session import Session


@pytest.mark.shared
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("claim", "c01_no_agreement_signed"), ("claim", "c02_answer_is_a_test"),
        ("assumption", "prior_settle"), ("statement", "s01_test"), ("move", "summit"),
        ("stake", "moscow.peace_on_the_line"), ("actor", "washington"), ("fact", "leverage"),
    ],
)  # fmt: skip
def test_a_part_of_a_real_case_cites_what_is_marked(shared: Path, kind: str, name: str) -> None:
    session = Session("alaska-2025", shared / "sources", draws=16)
    text = session.opened()["text"]
    (source,) = session.sources(text)["sources"]
    begin, _ = source["paragraphs"][7]
    found = session.cite(text, (kind, name), source["id"], begin + 5, begin + 45)
    known = session.read(found["text"])
    assert [f for f in known["faults"] if f["severity"] == "error"] == []
    assert session.sources(found["text"])["checks"] == []
    passage = known["passages"][found["passage"]]
    assert (passage["paragraph"], passage["start"], passage["end"]) == (8, begin + 5, begin + 45)
    cited = [n for n in known["names"] if n[:2] == ["passage", found["passage"]] and n[5]]
    assert [(kind, name)] == [tuple(n[5]) for n in cited if not n[4]]
