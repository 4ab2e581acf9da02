"""What solutions show of themselves: strategies of every equilibrium, beliefs by name."""

from __future__ import annotations

import math
import re

import pytest

import lackmus
from lackmus.foundation.display import Card, Shown
from lackmus.solution.certificate import Concept, strongest

DUEL = "duel: breakfast = beer"


@pytest.fixture(scope="module")
def every() -> lackmus.Solution:
    return lackmus.solve(lackmus.load("beer-quiche").compile(), every=True)


def test_a_list_shows_the_strategies_of_every_equilibrium(every: lackmus.Solution) -> None:
    rows = every.card().rows
    assert [row[0] for row in rows if row[0]] == ["1", "2", "3", "4"]
    assert len(rows) == len(every.assessments) * every.game.n_infosets
    head = every.card().head
    assert ("", "", "", "", "duel: breakfast = quiche", "fight 1/2, leave 1/2") in rows
    assert head == ("", "certified as", "player", "payoff", "at", "plays")
    for told in (str(every), every._repr_html_(), every.to_latex()):
        assert told.count("fight 1/2, leave 1/2") == 2
        assert "more" not in told.split("plays")[1]


def test_the_strongest_concept_is_told_whole(every: lackmus.Solution) -> None:
    assert [row[1] for row in every.card().rows if row[0]] == ["sequential"] * 4
    assert every.best.card().title.endswith(": sequential")


@pytest.mark.parametrize(
    ("concepts", "told"),
    [
        (("agent nash",), ("agent nash",)),
        (("nash", "agent nash"), ("nash",)),
        (("nash", "weak perfect bayesian", "subgame-perfect"),
         ("weak perfect bayesian", "subgame-perfect")),
        (("nash", "subgame-perfect", "weak perfect bayesian", "perfect bayesian"),
         ("perfect bayesian",)),
        (("agent logit QRE",), ("agent logit QRE",)),
        ((), ()),
    ],
)  # fmt: skip
def test_what_is_included_need_not_be_said(
    concepts: tuple[Concept, ...], told: tuple[Concept, ...]
) -> None:
    assert strongest(concepts) == told


def test_beliefs_are_read_by_name(every: lackmus.Solution) -> None:
    believed = every.best.believed
    assert list(believed) == ["bully"]
    assert believed["bully"][DUEL] == pytest.approx({"surly": 0.9, "wimp": 0.1})
    assert sum(believed["bully"]["duel: breakfast = quiche"].values()) == pytest.approx(1)
    assert re.search(rf"{DUEL} +fight +0 +surly 0\.9, wimp 0\.1\n", str(every.best))


def test_a_belief_that_nothing_determines_says_so(every: lackmus.Solution) -> None:
    found = lackmus.certify(every.game, every.assessments[2].strategy)
    assert math.isnan(found.believed["bully"][DUEL]["surly"])
    assert "undetermined" in str(found)


def test_where_there_is_no_doubt_there_is_no_column_of_beliefs() -> None:
    found = lackmus.solve(lackmus.load("centipede").compile(), precision=1).best
    assert found.believed == {}
    assert "believes" not in found.card().head


class Wide(Shown):
    def card(self) -> Card:
        return Card("T", (), ("a", "b", "c"), [("x", "y " * 40, "z " * 80)])


def test_latex_is_no_wider_than_a_line() -> None:
    kinds = re.search(r"\{tabular\}\{(.*)\}\n", Wide().to_latex())
    assert kinds is not None
    shares = [float(share) for share in re.findall(r"p\{([\d.]+)\\linewidth\}", kinds[1])]
    assert len(shares) == 2
    assert 0.5 < sum(shares) < 0.97
    assert shares[0] < shares[1]


def test_a_profile_and_its_certificate_show_themselves(every: lackmus.Solution) -> None:
    best = every.best
    rows = best.profile.card().rows
    assert len(rows) == every.game.n_actions
    assert ("stranger", "breakfast: stranger.aim = surly", "beer", "1") in rows
    certificate = best.certificate.card()
    assert certificate.title == "certified: sequential"
    assert ("regret of an agent", "0") in certificate.rows
    for shown in (best.profile, best.certificate):
        table = "<table>"
        assert table in shown._repr_html_()
        assert shown.card().title in str(shown)
