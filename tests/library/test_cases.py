"""What every case from the literature has: sources, a known answer, claims that hold.

Claims that carry an author's name hold in every draw in which they can be asked: the ranges of a
case end where the domain of its source's theorem ends, so that "depends" is never news about the
author.
"""

from __future__ import annotations

import numpy as np
import pytest

from lackmus.case.check import check_case
from lackmus.case.parse import load_case
from lackmus.compiler.compile import compile_case
from lackmus.foundation.outcomes import HOLDS
from lackmus.library.index import Entry, cases, find
from lackmus.pipeline.case_study import CaseStudy
from lackmus.solution.certify import certify
from lackmus.sweep.design import draw

PUBLISHED = [entry for entry in cases() if entry.group != "commentary"]
MOST_TERMINALS = 1500
DRAWS = 96


def _each(entries: list[Entry]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("entry", entries, ids=lambda e: e.name)


@_each(PUBLISHED)
def test_it_names_its_sources_and_its_answer(entry: Entry) -> None:
    case = load_case(entry.path)
    assert case.sources
    assert all(source.title and source.author for source in case.sources)
    assert len(case.known_answer) > 100
    assert case.claims


@_each(PUBLISHED)
def test_nothing_in_it_is_idle(entry: Entry) -> None:
    assert check_case(load_case(entry.path)) == []


@_each(PUBLISHED)
def test_it_is_small_and_exact(entry: Entry) -> None:
    game = compile_case(load_case(entry.path)).game
    assert game.n_terminals <= MOST_TERMINALS
    assert game.exact is not None
    assert game.perfect_recall


@_each(PUBLISHED)
def test_its_claims_hold_at_the_base_values(entry: Entry) -> None:
    study = CaseStudy(load_case(entry.path))
    base = np.array([[float(a.value) for a in study.assumptions]])
    outcomes = study.run(base)
    assert not outcomes.failed.any()
    failing = [
        claim.id
        for claim, holds in zip(study.case.claims, outcomes.holds[0], strict=False)
        if holds != HOLDS
    ]
    assert failing == []


@_each(PUBLISHED)
def test_what_an_author_claims_holds_all_over_the_ranges(entry: Entry) -> None:
    case = load_case(entry.path)
    study = CaseStudy(case)
    outcomes = study.run(draw(study.assumptions, study.correlations, DRAWS, seed=11))
    assert not outcomes.failed.any()
    failing = {
        claim.id: float((outcomes.holds[:, i] == HOLDS).mean())
        for i, claim in enumerate(case.claims)
        if claim.by and (outcomes.holds[:, i] != HOLDS).any()
    }
    assert failing == {}


@_each(PUBLISHED)
def test_its_claims_name_only_its_sources(entry: Entry) -> None:
    """A claim "by" somebody is cited from a source that he wrote."""
    case = load_case(entry.path)
    authors = {source.id: source.author for source in case.sources}
    for claim in case.claims:
        if claim.by:
            cited = " ".join(authors[c.source] for c in claim.cite)
            named = claim.by.replace(" and ", ", ").split(", ")
            assert all(name in cited for name in named), claim.id


def test_the_second_kind_of_the_horse_is_nash_and_not_sequential() -> None:
    """Selten 1975: player 1 leaves, player 3 goes right, player 2 would stay."""
    game = compile_case(load_case(find("selten-horse"))).game
    played = {"first": "leave", "second: first = stay": "stay", "third": "right"}
    strategy = np.zeros(game.n_actions)
    for i in range(game.n_infosets):
        for a in game.actions_of(i):
            strategy[a] = game.labels.actions[a] == played[game.labels.infosets[i]]
    assessment = certify(game, strategy)
    assert assessment.payoffs.tolist() == [3, 2, 2]
    assert "nash" in assessment.certificate.concepts
    assert "sequential" not in assessment.certificate.concepts
    assert assessment.certificate.regret.agent == 3
