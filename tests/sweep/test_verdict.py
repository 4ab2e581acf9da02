"""Verdicts: shares, intervals, and what undefined and failed draws do to them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from lackmus.sweep.verdict import changes, verdicts, wilson, word
from lackmus.testing.studies import outcomes


def margins(yes: int, no: int, undefined: int = 0) -> np.ndarray:
    return np.repeat([1.0, -1.0, np.nan], [yes, no, undefined])[:, None]


@pytest.mark.parametrize(("holds", "draws"), [(0, 10), (3, 10), (10, 10), (475, 500), (1, 20000)])
def test_the_interval_is_wilsons(holds: int, draws: int) -> None:
    oracle = stats.binomtest(holds, draws).proportion_ci(method="wilson")
    assert wilson(holds, draws) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


def test_no_draws_leave_the_share_open() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("yes", "said"),
    [(100, "follows"), (95, "follows"), (94, "depends"), (6, "depends"), (5, "does not follow"),
     (0, "does not follow")],
)  # fmt: skip
def test_the_word_turns_at_five_and_ninety_five_in_a_hundred(yes: int, said: str) -> None:
    (verdict,) = verdicts(["c"], outcomes(margins(yes, 100 - yes)))
    assert (verdict.word, verdict.share) == (said, yes / 100)
    assert word(yes / 100) == said


def test_undefined_and_failed_draws_are_left_out_and_told() -> None:
    failed = np.zeros(100, dtype=np.bool_)
    failed[:10] = True
    (verdict,) = verdicts(["c"], outcomes(margins(60, 30, 10), failed))
    assert (verdict.defined, verdict.undefined, verdict.failed) == (80, 10, 10)
    assert verdict.share == 50 / 80


def test_a_verdict_that_undefined_draws_could_overturn_is_not_firm() -> None:
    (sure,) = verdicts(["c"], outcomes(margins(990, 0, 10)))
    (open_,) = verdicts(["c"], outcomes(margins(900, 0, 100)))
    assert (sure.word, sure.firm) == ("follows", True)
    assert (open_.word, open_.firm) == ("follows", False)


def test_a_verdict_near_the_border_is_not_firm() -> None:
    (near,) = verdicts(["c"], outcomes(margins(960, 40)))
    (far,) = verdicts(["c"], outcomes(margins(9600, 400)))
    assert not near.firm
    assert far.firm


def test_a_claim_never_defined_does_not_follow() -> None:
    (verdict,) = verdicts(["c"], outcomes(margins(0, 0, 5)))
    assert (verdict.word, verdict.share, verdict.interval) == ("does not follow", None, None)
    assert not verdict.firm
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


def test_changes_are_counted_draw_by_draw() -> None:
    first = outcomes(np.array([[1.0], [1.0], [-1.0], [-1.0], [np.nan], [1.0]]))
    second = outcomes(np.array([[1.0], [-1.0], [1.0], [1.0], [1.0], [np.nan]]))
    (change,) = changes(["c"], first, second)
    assert (change.gained, change.lost, change.both) == (2, 1, 4)
    assert change.difference == 0.25
    assert change.interval is not None
    assert change.interval[0] < 0.25 < change.interval[1]


def test_equal_studies_do_not_differ() -> None:
    same = outcomes(margins(500, 500))
    (change,) = changes(["c"], same, same)
    assert (change.difference, change.gained, change.lost) == (0.0, 0, 0)
    assert change.interval is not None
    assert change.interval[1] - change.interval[0] < 0.01


def test_nothing_in_common_gives_no_difference() -> None:
    (change,) = changes(["c"], outcomes(margins(0, 0, 3)), outcomes(margins(3, 0)))
    assert (change.difference, change.interval) == (None, None)


def test_paired_intervals_cover_the_true_difference() -> None:
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(400):
        u = rng.random((120, 2))
        first = outcomes(0.5 - u[:, :1])
        second = outcomes(np.where(u[:, 1:] < 0.2, 1.0, 0.5 - u[:, :1]))
        (change,) = changes(["c"], first, second)
        assert change.interval is not None
        hits += change.interval[0] <= 0.1 <= change.interval[1]
    assert hits / 400 > 0.92
