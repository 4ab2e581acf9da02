"""The draft of the first case's source against the case that was written by hand."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

import lackmus
from lackmus.case.syntax import Citation, Source
from lackmus.drafting.draft import Draft, draft

pytestmark = pytest.mark.shared

#: What kind of claim each of the case's claims is, as its passage words it; some are of two.
KINDS = {
    "c01_no_agreement_signed": {"prediction"},
    "c02_answer_is_a_test": {"indicator"},
    "c03_washington_unsure": {"prediction"},
    "c04_effort_worth_making": {"conditional", "comparison"},
    "c05_no_end_without_washington": {"counterfactual"},
    "c06_compromise_satisfies_neither": {"prediction"},
    "c07_line_not_accepted": {"prediction"},
    "c08_at_most_a_pause_then_war": {"prediction"},
    "c09_sitting_out_likeliest": {"aim or pretext"},
    "c10_empty_summit_shows_no_influence": {"conditional", "indicator"},
    "c11_empty_summit_points_to_deals": {"aim or pretext"},
    "c12_talks_go_on_is_the_cover": {"aim or pretext"},
    "c13_delegation_tells": {"indicator"},
    "c14_taking_the_risk_points_to_deals": {"conditional", "aim or pretext"},
}
#: Speaker and reporter of the case's statements, as the text names them.
VOICES = {
    "s01_test": ("Rutte", "author"),
    "s02_nothing_signed": ("Rutte", "author"),
    "s03_unsure": ("Trump", "Vance"),
    "s05_worth_the_effort": ("Vance", "author"),
    "s06_lead_needed": ("Vance", "author"),
    "s07_contact": ("Vance", "author"),
    "s08_nobody_content": ("Vance", "author"),
    "s09_line": ("Vance", "author"),
    "s10_demand": ("Präsident", "author"),
    "s11_tariffs": ("author", ""),
    "s12_deals_first": ("author", ""),
}


def drafted(path: Path) -> Draft:
    source = Source("portnikov", published=datetime.date(2025, 8, 10), language="de")
    return draft(path.read_bytes().decode(), source)


@pytest.fixture(scope="module")
def made(shared: Path) -> Draft:
    return drafted(shared / "sources/portnikov-2025-08-10.txt")


@pytest.fixture(scope="module")
def case() -> lackmus.Case:
    return lackmus.load("alaska-2025")


def places(made: Draft) -> dict[str, tuple[int, int]]:
    return {
        passage.id: (passage.citation.start or 0, passage.citation.end or 0)
        for passage in made.passages
    }


def within(place: tuple[int, int], citations: tuple[Citation, ...]) -> bool:
    """Whether a passage of the draft lies in one that the case cites."""
    return any((c.start or 0) <= place[0] < place[1] <= (c.end or 0) for c in citations)


def paired(possible: list[list[bool]]) -> list[bool]:
    """Which rows have a column of their own in a largest pairing of rows with columns."""
    taken = maximum_bipartite_matching(csr_array(possible), perm_type="column")
    return [int(column) >= 0 for column in taken]


def statements_found(made: Draft, case: lackmus.Case) -> list[bool]:
    """Whether the draft has a statement of its own for each of the case's."""
    place = places(made)
    return paired(
        [
            [within(place[own.passage], said.cite) for own in made.statements]
            for said in case.statements
        ]
    )


def claims_found(made: Draft, case: lackmus.Case) -> list[bool]:
    """Whether the draft has a candidate of its own, of the right kind, for each of the claims."""
    place = places(made)
    return paired(
        [
            [
                within(place[own.passage], claim.cite) and own.kind in KINDS[claim.id]
                for own in made.candidates
            ]
            for claim in case.claims
        ]
    )


def test_twelve_of_fourteen_statements_are_found(made: Draft, case: lackmus.Case) -> None:
    found = statements_found(made, case)
    assert (len(found), sum(found) >= 12) == (14, True), found


def test_ten_of_fourteen_claims_are_candidates_of_their_kind(
    made: Draft, case: lackmus.Case
) -> None:
    found = claims_found(made, case)
    assert (len(found), sum(found) >= 10) == (14, True), found


def test_speakers_have_their_reporters(made: Draft, case: lackmus.Case) -> None:
    place = places(made)
    for said in case.statements:
        if said.id in VOICES:
            speaker, reporter = VOICES[said.id]
            assert any(
                own.speaker.endswith(speaker) and own.reporter.endswith(reporter)
                for own in made.statements
                if within(place[own.passage], said.cite)
            ), said.id


def test_days_are_resolved_and_the_end_of_the_term_is_left_open(made: Draft) -> None:
    days = [str(dated.when.date) if dated.when.date else None for dated in made.dates]
    assert days == ["2025-08-10", "2025-08-15", "2025-08-15", None]
    assert {c.passage for c in made.candidates if c.open_date} == {made.dates[3].passage}


def test_the_three_capitals_are_proposed(made: Draft) -> None:
    assert {actor.id for actor in made.actors[:3]} == {"washington", "moscow", "kyiv"}
