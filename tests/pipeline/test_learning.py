"""Learning from records: closed forms, a reporter written out as a move, bad records."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from lackmus.case import syntax
from lackmus.case.builder import CaseBuilder
from lackmus.case.expression import parse_expression
from lackmus.case.move_list import MoveList
from lackmus.case.parse import load_record
from lackmus.case.syntax import Name
from lackmus.compiler.compile import compile_case
from lackmus.foundation.errors import CaseError
from lackmus.pipeline.learning import learn
from lackmus.pipeline.loading import load
from lackmus.pipeline.observations import record_of
from lackmus.pipeline.postmortem import postmortem
from lackmus.pipeline.readings import read_case
from lackmus.pipeline.records import Batches, RecordStudy
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.pipeline.weighing import LearnEffort
from lackmus.report.learned import why
from lackmus.sweep.design import draw


def coins(*seen: str, bias: float = 0.5, **spread: Any) -> syntax.Case:
    """Coins of one unknown bias, by default anywhere between 0 and 1, and what was seen of them."""
    moves = MoveList()
    for number in range(len(seen)):
        moves.chance(f"coin{number}", {"head": "bias", "tail": "rest"})
    builder = (
        CaseBuilder("Coins")
        .assume("bias", bias, **({"range": (0, 1)} | spread))
        .actor("nobody")
        .moves(moves.move("go", "nobody", ["on", "off"]))
    )
    for number, side in enumerate(seen):
        builder.observation(f"coin{number} = {side}")
    return builder.build()


def offer() -> CaseBuilder:
    """A hidden aim, an answer that depends on it, and room for reports."""
    return (
        CaseBuilder("An answer")
        .assume("prior", 0.4, range=(0.1, 0.9))
        .assume("trust", 0.8, range=(0.6, 0.95))
        .actor("north", aims={"settle": "prior", "outwait": "rest"})
        .actor("south")
        .observer("public")
        .stake("north", 2, when="answer = accept and north.aim = settle")
        .stake("north", 1, when="answer = refuse and north.aim = outwait")
        .claim("tells", "P(north.aim = settle | answer = accept) > 0.5")
    )


MOVES = MoveList().move("answer", "north", ["accept", "pause", "refuse"])


def test_coins_of_unknown_bias_give_the_beta_posterior() -> None:
    """Three heads and a tail under a uniform bias: Beta(4, 2), probability 1/20."""
    learned = learn(coins("head", "head", "tail", "head"), effort=LearnEffort(draws=2000))
    assert learned.method == "importance"
    assert learned.evidence.probability == pytest.approx(1 / 20, rel=0.01)
    given = [line.given_before for line in learned.record]
    assert given == pytest.approx([1 / 2, 2 / 3, 1 / 4, 3 / 5], rel=0.01)
    bias = next(s for s in learned.assumptions if s.assumption.name == "bias")
    assert learned.assumptions[0] is bias
    assert bias.after.mean == pytest.approx(4 / 6, abs=0.005)
    assert bias.before.mean == pytest.approx(1 / 2, abs=0.005)


def test_a_sample_drawn_anew_says_the_same_as_weights() -> None:
    case = coins("head", "head", "tail", "head")
    learned = learn(case, effort=LearnEffort(draws=500, method="smc"))
    assert learned.method == "smc"
    assert learned.evidence.log == pytest.approx(math.log(1 / 20), abs=0.15)
    bias = learned.assumptions[0]
    assert bias.after.mean == pytest.approx(4 / 6, abs=0.03)
    assert bias.after.band == pytest.approx((0.343, 0.924), abs=0.06)


def test_of_a_case_of_the_library_too_it_says_the_same() -> None:
    case = load("india-tariffs-2025")
    weighted, anew = (
        learn(case, effort=LearnEffort(draws=1000, method=method))
        for method in ("importance", "smc")
    )
    apart = weighted.evidence.log - anew.evidence.log
    assert abs(apart) < 4 * math.hypot(
        weighted.evidence.relative_error, anew.evidence.relative_error
    )
    for one, other in zip(weighted.beliefs, anew.beliefs, strict=True):
        assert one.after.mean == pytest.approx(other.after.mean, abs=0.06)
    by_name = {shift.assumption.name: shift for shift in anew.assumptions}
    for shift in weighted.assumptions:
        low, high = shift.before.band
        other_mean = by_name[shift.assumption.name].after.mean
        assert shift.after.mean == pytest.approx(other_mean, abs=0.06 * (high - low))


@pytest.mark.parametrize("name", ["beer-quiche", "india-tariffs-2025"])
def test_all_records_that_could_be_sum_to_one_in_each_draw(name: str) -> None:
    """Every value of every move, and that it was not made: the probabilities of all are one."""
    case = load(name)
    compiled = compile_case(case)
    env = compiled.env()
    moves = [v.id for v in compiled.scope.variables.values() if v.kind == "move"]
    kinds = {tuple(row) for row in np.stack([env.codes(Name(m)) for m in moves], axis=1)}
    options = {v.id: v.options for v in compiled.scope.variables.values()}
    points = draw(RecordStudy(case, ()).assumptions, case.correlations, 8, 3)
    total = np.zeros(len(points))
    for kind in kinds:
        told = [
            parse_expression(f"{m} = {options[m][code]}" if code >= 0 else f"not made({m})")
            for m, code in zip(moves, kind, strict=True)
        ]
        study = RecordStudy(case, [syntax.Observation(saw=saw) for saw in told])
        total += np.exp(study.log_likelihood(points))
    assert total == pytest.approx(1.0, abs=1e-9)


def test_a_record_of_nothing_changes_nothing() -> None:
    learned = learn(coins(), effort=LearnEffort(draws=50))
    assert learned.evidence.probability == 1.0
    assert learned.size == pytest.approx(50)
    assert all(shift.bits < 0.01 for shift in learned.assumptions)
    assert all(shift.before == shift.after for shift in learned.beliefs)


def test_a_certain_report_is_what_a_reading_conditions_on() -> None:
    case = offer().moves(MOVES).observation("answer = refuse").build()
    study = RecordStudy(case, case.observations)
    base = np.array([[float(a.value) for a in study.assumptions]])
    told = study.told(study.run(base))
    reading = read_case(case, {"answer": "refuse"}, probes=False)
    assert math.exp(told.log_likelihood[0]) == pytest.approx(reading.probability)
    after = dict(zip(study.record.values, told.beliefs[0, 1], strict=True))
    for value, share in reading.posterior["north.aim"].items():
        assert after["north.aim", value] == pytest.approx(share)


def test_the_timeline_of_a_reading_counts_a_report_as_far_as_it_can_be_trusted() -> None:
    case = load("alaska-2025")
    study = RecordStudy(case, case.observations)
    base = np.array([[float(a.value) for a in study.assumptions]])
    told = study.told(study.run(base))
    timeline = read_case(case, probes=False).timeline
    assert len(timeline) == len(case.observations)
    for step, moment in enumerate(timeline, 1):
        assert moment.certain == case.observations[step - 1].settles
        assert moment.probability == pytest.approx(math.exp(told.log_given[0, step]))
        shares = [moment.posterior[about][value] for about, value in study.record.values]
        assert shares == pytest.approx(told.beliefs[0, step])


def test_a_report_of_limited_reliability_settles_nothing() -> None:
    case = offer().moves(MOVES).observation("answer = refuse", reliability=[(0.9, 0.1)]).build()
    assert not record_of(case)
    assert read_case(case, probes=False).timeline[0].certain is False


@pytest.mark.parametrize("recorded", [False, True])
def test_a_test_teaches_what_learning_from_the_same_draws_does(recorded: bool) -> None:  # noqa: FBT001
    """In whatever light the claims are judged: they are learnt of as of before the record."""
    case = load("india-tariffs-2025")
    effort = Effort(draws=60, turns=False, probes=False)
    found = put_to_test(case, recorded=recorded, effort=effort).learned
    learned = learn(case, effort=LearnEffort(draws=60, method="importance"))
    assert found is not None
    assert found.evidence.log == learned.evidence.log
    assert found.claims == learned.claims
    assert found.assumptions == learned.assumptions
    assert found.beliefs == learned.beliefs


def test_a_doubtful_report_is_a_reporter_written_out_as_a_move() -> None:
    """Virtual evidence equals an explicit reporter: the same numbers in each draw."""
    doubtful = (
        offer().moves(MOVES)
        .observation("answer = refuse", reliability=[("trust", "1 - trust")], via=["aide"])
        .observation("answer in [pause, refuse]", reliability=[(0.9, 0.3), (0.8, 0.1)])
        .build()
    )  # fmt: skip
    reporters = MoveList().move("answer", "north", ["accept", "pause", "refuse"])
    for name, chance in {
        "aide": "trust if answer = refuse else 1 - trust",
        "envoy": "0.9 if answer in [pause, refuse] else 0.3",
        "paper": "0.8 if envoy = told else 0.1",
    }.items():
        reporters.chance(name, {"told": chance, "silent": "rest"}, seen_by=["public"])
    explicit = (
        offer().moves(reporters).observation("aide = told").observation("paper = told").build()
    )
    one, other = (RecordStudy(case, case.observations) for case in (doubtful, explicit))
    points = draw(one.assumptions, (), 40, 0)
    assert [a.name for a in one.assumptions] == [a.name for a in other.assumptions]
    first, second = (each.told(each.run(points)) for each in (one, other))
    assert first.log_given == pytest.approx(second.log_given, abs=1e-9)
    assert first.beliefs == pytest.approx(second.beliefs, abs=1e-9)


def test_one_event_told_twice_by_the_same_source_counts_once_in_any_order() -> None:
    once, twice = (0.7, 0.2), (0.9, 0.1)

    def record(*told: tuple[tuple[float, float], str]) -> float:
        builder = offer().moves(MOVES)
        for rates, via in told:
            builder.observation("answer = refuse", reliability=[rates], via=[via])
        case = builder.build()
        return float(RecordStudy(case, case.observations).log_likelihood(points)[0])

    points = draw(offer().moves(MOVES).build().assumptions, (), 1, 0)
    points = np.column_stack([points, [[3.0]]])
    best = record((twice, "aide"))
    assert record((once, "aide"), (twice, "aide")) == pytest.approx(best)
    assert record((twice, "aide"), (once, "aide")) == pytest.approx(best)
    assert record((once, "envoy"), (twice, "aide")) != pytest.approx(best)


def test_a_report_that_is_not_certain_counts_by_default_four_to_one() -> None:
    unsure = offer().moves(MOVES).observation("answer = refuse", certain=False).build()
    said = (
        offer().moves(MOVES)
        .observation("answer = refuse", reliability=[("4/5", "1/5")]).build()
    )  # fmt: skip
    points = draw(RecordStudy(said, ()).assumptions, (), 5, 0)
    one, other = (RecordStudy(c, c.observations).log_likelihood(points) for c in (unsure, said))
    assert np.array_equal(one, other)


def test_batches_change_nothing() -> None:
    case = load("india-tariffs-2025")
    study = RecordStudy(case, case.observations)
    points = draw(study.assumptions, study.correlations, 37, 0)
    whole, parts = study.told(study.run(points)), Batches().told(study, points)
    assert np.array_equal(whole.log_given, parts.log_given)
    assert np.array_equal(whole.beliefs, parts.beliefs)
    assert np.array_equal(whole.holds, parts.holds)


def test_the_case_against_itself_is_worth_nothing() -> None:
    case = coins("head")
    learned = learn(case, dissents=[replace(case, title="Itself")], effort=LearnEffort(draws=100))
    assert learned.dissents[0].bits == 0.0
    assert "1 to 1" in learned.dissents[0].sentence()
    assert "next to nothing" in learned.dissents[0].sentence()


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("- saw: answer = accept\n- saw: answer = refuse", "impossible", "no history"),
        ("- {date: 2025-02-02, saw: answer = accept}\n- {date: 2025-02-01, saw: made(answer)}",
         "date", "comes before"),
        ("- saw: reply = accept", "unknown-name", "reply"),
        ("- {saw: answer = accept, reliability: {hit: 1.2, false alarm: 0}}", "number", "0 and 1"),
        ("- {saw: answer = accept, reliability: {hit: 0.9}}", "missing", "false alarm"),
        ("- {saw: north.aim = settle, by: public}", "unseen", "north.aim"),
        ("- {saw: north.aim = settle}", "unseen", "reliability: {hit: 0.9"),
        ("- {saw: answer = accept, reliability: {hit: 0, false alarm: 0}}", "reliability", "never"),
    ],
)  # fmt: skip
def test_a_bad_record_is_refused_with_its_place(
    tmp_path: Path, text: str, code: str, says: str
) -> None:
    file = tmp_path / "record.yaml"
    file.write_text("observations:\n" + text + "\n", encoding="utf-8")
    case = offer().moves(MOVES).build()
    with pytest.raises(CaseError) as caught:
        RecordStudy(case, load_record(file, case))
    fault = caught.value.faults[0]
    assert fault.code == code
    assert says in str(fault)
    assert fault.span is not None
    assert fault.span.file == str(file)


def test_a_search_tells_how_far_it_is() -> None:
    """Each stage goes forwards, and a search that ends early has not overrun its end."""
    told: dict[str, list[tuple[int, int]]] = {}
    case = replace(coins(*["tail"] * 8), claims=())
    learned = learn(case, effort=LearnEffort(draws=100))
    found = postmortem(learned, progress=lambda stage, *far: told.setdefault(stage, []).append(far))
    assert found.searched > 0
    assert list(told) == ["search", "nearest", "ranges"]
    for steps in told.values():
        done = [far for far, _ in steps]
        assert done == sorted(set(done))
        assert all(far <= total for far, total in steps)
    assert told["search"][-1][0] == found.searched
    assert len(set(told["nearest"][-1])) == 1


def test_a_post_mortem_names_the_assumption() -> None:
    """Six tails of six were unlikely with an even coin: the bias was lower."""
    case = coins(*["tail"] * 6)
    case = replace(case, claims=(), assumptions=case.assumptions)
    found = postmortem(learn(case, effort=LearnEffort(draws=2000)))
    assert [shift.assumption.name for shift in found.contradicted] == ["bias"]
    assert found.base == pytest.approx(0.5**6)
    assert found.region.share.probability == pytest.approx(1.0 - 0.5 ** (1 / 6), abs=0.01)
    assert found.searched == 0
    ((name, base, value),) = found.nearest
    assert (name, base) == ("bias", 0.5)
    assert value == pytest.approx(1.0 - 0.5 ** (1 / 6), abs=0.002)
    assert found.reached == pytest.approx(0.5, abs=0.01)
    assert found.box is not None
    (limit,) = found.box.limits
    assert (limit.assumption, limit.low) == ("bias", None)
    assert limit.high is not None
    assert found.box.chance.probability >= 0.5
    assert found.box.chance.probability == pytest.approx(even_odds(limit.high), abs=0.02)
    assert found.box.mass == pytest.approx(limit.high, abs=1e-6)
    # Of Beta(1, 7), 99 % lie below 0.482.
    (out,) = found.ruled_out
    assert out.end.low is not None
    assert out.end.low == pytest.approx(1.0 - 0.01 ** (1 / 7), abs=0.03)
    assert out.before == pytest.approx(1.0 - out.end.low, abs=1e-6)
    assert str(found).startswith("the record had 0.016 at the base values, ")
    assert "assumptions contradicted: bias\nforecasts that failed: none\n" in str(found)
    assert f"bias        0.5   {value:.4g}" in str(found)
    assert "less than 1 % of the weight to bias >" in " ".join(why(found))
    two = " ".join(why(replace(found, ruled_out=(out, out))))
    assert "less than 1 % of the weight to each of bias >" in two


def even_odds(high: float) -> float:
    """P(six tails) over biases that are uniform below some number."""
    return (1.0 - (1.0 - high) ** 7) / (7.0 * high)


def test_where_the_record_was_likely_is_found_however_rare_that_is() -> None:
    """Of coins mostly on the side of heads, one in 25,000 has even odds of six tails."""
    case = coins(*["tail"] * 6, bias=0.7, distribution={"normal": [0.7, 0.15]})
    found = postmortem(learn(case, effort=LearnEffort(draws=1000)))
    edge = 1.0 - 0.5 ** (1 / 6)
    rare = norm.cdf((edge - 0.7) / 0.15) - norm.cdf(-0.7 / 0.15)
    assert found.level == 0.5
    assert found.searched > 0
    assert found.region.share.log == pytest.approx(math.log(rare), abs=1.0)
    assert (found.region.points[:, 0] <= edge).all()
    assert 0.05 < found.nearest[0][2] <= edge
    assert found.box is not None
    assert found.box.limits[0].high == pytest.approx(edge, abs=0.02)
    assert found.box.mass < 1e-3
    told_in_words = " ".join(why(found))
    assert "one draw in" in told_in_words
    assert "bias <" in told_in_words


def test_that_nothing_makes_the_record_likely_is_said() -> None:
    """A bias from 0.4 to 0.6 gives six tails 0.6^6 at most."""
    learned = learn(coins(*["tail"] * 6, range=(0.4, 0.6)), effort=LearnEffort(draws=500))
    found = postmortem(learned)
    assert found.highest == pytest.approx(0.6**6, rel=0.01)
    assert found.level < 0.5
    assert found.searched > 0
    assert "Nothing was found within the ranges that gives it even odds" in " ".join(why(found))


def test_a_failed_forecast_that_hangs_on_nothing_names_nothing() -> None:
    """The coin is the same in all draws, but for rounding that hangs on how the other falls."""
    case = (
        CaseBuilder("Coins").assume("bias", 0.8, range=(0.6, 0.9)).actor("nobody")
        .moves(
            MoveList().move("go", "nobody", ["on", "off"])
            .chance("other", {"head": "bias", "tail": "rest"})
            .chance("coin", {"head": "0.3", "tail": "rest"})
        )
        .claim("head", "P(coin = head) > 0.2", resolves_if="coin = head")
        .observation("coin = head").build()
    )  # fmt: skip
    found = postmortem(learn(case, effort=LearnEffort(draws=200)))
    assert found.failures[0].hangs_on == ()
    assert "no single assumption is seen to make it likelier" in " ".join(why(found))


def test_a_failed_forecast_names_what_it_hung_on() -> None:
    case = (
        CaseBuilder("Coin").assume("bias", 0.8, range=(0.6, 0.9)).actor("nobody")
        .moves(
            MoveList().move("go", "nobody", ["on", "off"])
            .chance("coin", {"head": "bias", "tail": "rest"})
        )
        .claim("head", "P(coin = head) > 0.7", resolves_if="coin = head")
        .observation("coin = tail").build()
    )  # fmt: skip
    (failure,) = postmortem(learn(case, effort=LearnEffort(draws=200))).failures
    assert failure.outcome == "no"
    assert failure.probability == pytest.approx(0.25, abs=0.01)
    name, rho = failure.hangs_on[0]
    assert name == "bias"
    assert rho == pytest.approx(-1.0)
