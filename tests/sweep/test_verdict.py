"""Verdicts: shares, intervals, and what undefined and failed draws do to them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from lackmus.foundation.outcomes import (
    BAD_CHANCE,
    BAD_PAYOFF,
    CANNOT_BE_ASKED,
    FAILS,
    HOLDS,
    NO_DIFFERENCE,
    NOT_FOLLOWED,
    REASONS,
    SOLVED,
    UNSOLVED,
    WORDS,
)
from lackmus.sweep.study import Outcomes
from lackmus.sweep.verdict import Astray, Verdict, Word, counts_of, is_firm, verdicts, wilson
from lackmus.testing.studies import outcomes


def margins(yes: int, no: int, undefined: int = 0) -> np.ndarray:
    return np.repeat([1.0, -1.0, np.nan], [yes, no, undefined])[:, None]


@pytest.mark.parametrize(("holds", "draws"), [(0, 10), (3, 10), (10, 10), (475, 500), (1, 20000)])
def test_the_interval_is_wilsons(holds: int, draws: int) -> None:
    oracle = stats.binomtest(holds, draws).proportion_ci(method="wilson")
    assert wilson(holds, draws) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


def test_no_draws_leave_the_share_open() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def judged(
    holds: int = 0, fails: int = 0, same: int = 0, mute: int = 0, unsolved: int = 0
) -> Verdict:
    """The verdict on a claim that comes out so many times in each way."""
    kinds = [HOLDS, FAILS, NO_DIFFERENCE, CANNOT_BE_ASKED, UNSOLVED]
    codes = np.repeat(kinds, [holds, fails, same, mute, unsolved]).astype(np.int8)[:, None]
    why = np.where(codes == UNSOLVED, NOT_FOLLOWED, 0).astype(np.int8)
    blank = np.zeros(len(codes))
    margins = np.where(codes < 0, np.nan, 1.0)
    none = blank > 0
    found = Outcomes(margins, codes, why, none, none, none, blank, blank)
    return verdicts(["c"], found)[0]


@pytest.mark.parametrize(
    ("yes", "said"),
    [(100, "follows"), (95, "follows"), (94, "depends"), (6, "depends"), (5, "is contradicted"),
     (0, "is contradicted")],
)  # fmt: skip
def test_the_word_turns_at_five_and_ninety_five_in_a_hundred(yes: int, said: Word) -> None:
    (verdict,) = verdicts(["c"], outcomes(margins(yes, 100 - yes)))
    assert (verdict.word, verdict.share) == (said, yes / 100)


@pytest.mark.parametrize(
    ("draws", "said", "firm"),
    [
        ({"same": 1000, "fails": 10}, "no difference", True),
        ({"mute": 100, "holds": 2}, "cannot be asked", False),
        ({"mute": 1000, "holds": 2}, "cannot be asked", True),
        ({"holds": 50, "mute": 50}, "depends", True),
        ({"holds": 92, "same": 8}, "depends", False),
        ({"holds": 900, "same": 100}, "depends", True),
        ({"holds": 40, "fails": 5}, "depends", False),
        ({"unsolved": 7}, "unsolved", False),
    ],
)
def test_the_word_is_that_of_nearly_all_solved_draws(
    draws: dict[str, int], said: Word, *, firm: bool
) -> None:
    verdict = judged(**draws)
    assert (verdict.word, verdict.firm) == (said, firm)
    assert verdict.said == (said if firm else f"{said}, not firm")


def test_shares_of_all_outcomes_sum_to_one() -> None:
    verdict = judged(holds=3, fails=2, same=4, mute=6, unsolved=5)
    assert verdict.counts.shares() == {
        "holds": 0.15, "fails": 0.1, "no difference": 0.2, "cannot be asked": 0.3, "unsolved": 0.25
    }  # fmt: skip
    assert verdict.share == 3 / 9
    assert verdict.interval == wilson(3, 9)


def test_more_than_five_in_a_hundred_unsolved_is_never_firm() -> None:
    assert judged(holds=10_000, unsolved=500).firm
    assert not judged(holds=10_000, unsolved=600).firm
    assert not judged(holds=5_000, fails=5_000, unsolved=600).firm
    assert judged(holds=5_000, fails=5_000, unsolved=500).firm
    assert judged(holds=19, unsolved=19).word == "follows"


def test_with_fewer_than_half_of_the_draws_solved_there_is_no_verdict() -> None:
    assert judged(holds=2, unsolved=14).word == "unsolved"
    assert judged(holds=8, unsolved=8).word == "follows"
    assert judged(holds=7, unsolved=8).word == "unsolved"
    assert not judged(holds=2, unsolved=14).firm


def test_a_verdict_that_arms_would_change_is_not_firm() -> None:
    """Of 200 draws that hold some fail on an arm: 190 must hold all the same."""
    all_hold = counts_of(np.full(200, HOLDS, np.int8))
    assert is_firm(all_hold)
    assert is_firm(all_hold, Astray({HOLDS: 10}, {FAILS: 10}))
    assert not is_firm(all_hold, Astray({HOLDS: 11}, {FAILS: 11}))
    half = counts_of(np.repeat([HOLDS, FAILS], 100).astype(np.int8))
    assert is_firm(half, Astray({FAILS: 80}, {HOLDS: 80}))
    assert not is_firm(half, Astray({FAILS: 100}, {HOLDS: 100}))


def test_reasons_stand_beside_the_unsolved_draws() -> None:
    ((reason, count),) = judged(holds=5, unsolved=3).reasons
    assert "could not be followed" in reason
    assert count == 3


def test_the_commonest_reason_comes_first_and_equal_ones_by_the_alphabet() -> None:
    why = np.repeat([BAD_CHANCE, BAD_PAYOFF, NOT_FOLLOWED, SOLVED], [3, 3, 5, 2]).astype(np.int8)
    codes = np.where(why == SOLVED, HOLDS, UNSOLVED).astype(np.int8)
    blank = np.zeros(len(codes))
    none = blank > 0
    found = Outcomes(blank[:, None], codes[:, None], why[:, None], none, none, none, blank, blank)
    (verdict,) = verdicts(["c"], found)
    assert verdict.reasons == (
        (REASONS[NOT_FOLLOWED], 5), (REASONS[BAD_PAYOFF], 3), (REASONS[BAD_CHANCE], 3)
    )  # fmt: skip


def test_what_an_observation_decided_is_settled_whatever_the_draws() -> None:
    found = outcomes(margins(3, 2))
    (verdict,) = verdicts(["c"], found, [True])
    assert (verdict.word, verdict.firm, verdict.share) == ("settled", True, 0.6)


def test_undefined_and_failed_draws_are_left_out_and_told() -> None:
    failed = np.zeros(100, dtype=np.bool_)
    failed[:10] = True
    (verdict,) = verdicts(["c"], outcomes(margins(60, 30, 10), failed))
    assert (verdict.counts.asked, verdict.counts.cannot_be_asked) == (80, 10)
    assert verdict.counts.unsolved == 10
    assert verdict.share == 50 / 80


def test_a_verdict_near_the_border_is_not_firm() -> None:
    (near,) = verdicts(["c"], outcomes(margins(960, 40)))
    (far,) = verdicts(["c"], outcomes(margins(9600, 400)))
    assert not near.firm
    assert far.firm


def test_a_claim_never_defined_cannot_be_asked() -> None:
    (verdict,) = verdicts(["c"], outcomes(margins(0, 0, 5)))
    assert (verdict.word, verdict.share, verdict.interval) == ("cannot be asked", None, None)
    assert verdict.margins.median is None


def test_the_margins_are_those_of_the_defined_draws() -> None:
    values = np.append(np.arange(101.0), np.nan)[:, None]
    (verdict,) = verdicts(["c"], outcomes(values))
    shown = verdict.margins
    assert (shown.low, shown.q05, shown.median, shown.q95, shown.high) == (0, 5, 50, 95, 100)
    assert shown.mean == pytest.approx(50)


def test_the_json_keys_are_the_contracts() -> None:
    (verdict,) = verdicts(["c"], outcomes(margins(94, 6)))
    shown = verdict.to_json()
    assert shown["verdict"] == "depends"
    assert shown["share"] == 0.94
    assert shown["interval"] == list(wilson(94, 100))
    assert list(shown["shares"]) == list(WORDS.values())
    assert shown["firm"] is False


def test_a_verdict_shows_itself() -> None:
    found = judged(holds=60, fails=20, unsolved=1)
    card = found.card()
    assert card.title == "c: depends"
    assert [row[:2] for row in card.rows][:2] == [("holds", "60"), ("fails", "20")]
    assert card.rows[-1][:2] == ("unsolved", "1")
    assert "of 80 draws" in str(found)
    assert "<table>" in found._repr_html_()
