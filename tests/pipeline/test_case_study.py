"""Claims over draws: against one solve at a time, over batches, under do and over equilibria."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import lackmus
from lackmus.case.parse import parse_case
from lackmus.compiler.compile import Compiled, compile_case
from lackmus.foundation.errors import UsageError
from lackmus.foundation.outcomes import (
    BAD_CHANCE,
    BAD_PRECISION,
    CANNOT_BE_ASKED,
    ERROR,
    HOLDS,
    NO_DIFFERENCE,
    REASONS,
    SOLVED,
    UNSOLVED,
)
from lackmus.pipeline.case_study import CaseStudy, Variants
from lackmus.pipeline.equilibria import over_equilibria
from lackmus.pipeline.observations import observations_of
from lackmus.pipeline.readings import read, read_case
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.solution.solution import Solution
from lackmus.solvers.quantal_response.logit import solve_logit
from lackmus.sweep.design import base_point, draw
from lackmus.sweep.verdict import verdicts

TEXT = """
title: Entry
actors:
  newcomer: {aims: {bold: 0.4, meek: rest}}
  owner: {}
observers: [public]
assumptions:
  prize: {value: 2, range: [1, 3]}
  fight_cost: {value: 1, range: [0.5, 2]}
moves:
  - entry: {by: newcomer, options: [enter, stay]}
  - answer: {by: owner, if: entry = enter, options: [fight, yield_]}
stakes:
  newcomer:
    - {worth: prize, if: answer = yield_}
    - {worth: -2, if: answer = fight and newcomer.aim = meek}
    - {worth: -0.5, if: answer = fight and newcomer.aim = bold}
  owner:
    - {worth: 3, if: entry = stay}
    - {worth: 1, if: answer = yield_}
    - {worth: 1 - fight_cost, if: answer = fight}
precision: {value: 2, range: [1, 4]}
claims:
  bold_enters: {holds if: P(newcomer.aim = bold | entry = enter) > P(newcomer.aim = bold)}
  deterrence: {holds if: "P(entry = enter | do(answer = fight)) < P(entry = enter)"}
  no_owner: {holds if: "E(newcomer | do(answer = yield_)) > E(newcomer)"}
  yielding_pays: {holds if: best(answer) = yield_}
  chained: {holds if: 0.1 < P(entry = enter) < 0.9 and not P(answer = fight) > 0.5}
  tells: {holds if: I(newcomer.aim; entry) > 0.01 or shift(newcomer.aim; entry) > 0.3}
  unsure: {holds if: H(newcomer.aim | entry = enter) > 0.5}
  cheap: {holds if: "value(answer = fight) < value(answer = yield_) + 1"}
  likely: {holds if: likeliest(entry | newcomer.aim = bold) = enter}
"""


@pytest.fixture(scope="module")
def study() -> CaseStudy:
    return CaseStudy(parse_case(TEXT))


def test_a_batch_is_one_solve_at_a_time(study: CaseStudy) -> None:
    points = draw(study.assumptions, (), 12, 0)
    together = study.run(points, threads=2)
    alone = [study.run(points[i : i + 1]) for i in range(12)]
    np.testing.assert_array_equal(together.margins, np.concatenate([o.margins for o in alone]))
    np.testing.assert_array_equal(together.holds, np.concatenate([o.holds for o in alone]))


@pytest.mark.parametrize("name", ["alaska-2025", "india-tariffs-2025", "entry-deterrence"])
def test_no_draw_depends_on_its_neighbours(name: str) -> None:
    study = CaseStudy(lackmus.load(name))
    points = draw(study.assumptions, (), 9, 0)
    whole = study.run(points, threads=2)
    for start, stop in ((0, 1), (1, 3), (3, 9)):
        part = study.run(points[start:stop])
        np.testing.assert_array_equal(part.margins, whole.margins[start:stop])
        np.testing.assert_array_equal(part.residual, whole.residual[start:stop])


def belief_of(solution: Solution, aim: str) -> float:
    """How probable it is that a newcomer of this aim enters."""
    return next(
        indicator.likelihood[aim] or 0.0
        for indicator in read(solution, {}).indicators
        if (indicator.move, indicator.option) == ("entry", "enter")
    )


@pytest.mark.parametrize("name", ["alaska-2025", "india-tariffs-2025", "war-of-attrition"])
def test_one_claim_a_point_says_what_it_says_beside_all_others(name: str) -> None:
    study = CaseStudy(lackmus.load(name))
    points = draw(study.assumptions, (), 60, 4)
    asked = (np.arange(len(points)) * 7 % len(study.claims)).astype(np.int32)
    alone, every = study.run(points, claims=asked), study.run(points)
    own = np.arange(len(points)), asked
    for said in ("margins", "holds", "why"):
        np.testing.assert_array_equal(getattr(alone, said)[own], getattr(every, said)[own], said)
    solved = study.run(points[:1], claims=np.zeros(1, np.int32))
    assert not solved.failed.any()


def test_no_game_is_solved_for_one_claim_but_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    study = CaseStudy(lackmus.load("alaska-2025"))
    games, spoken_of = study.variants().games, study.variants().spoken_of
    solved: list[Compiled] = []
    really = CaseStudy.played

    def noted(study: CaseStudy, variants: Variants, *rest: Any, **more: Any) -> Any:
        solved.extend(variants.games)
        return really(study, variants, *rest, **more)

    monkeypatch.setattr(CaseStudy, "played", noted)
    point = base_point(study.assumptions)[None]
    for column in (0, spoken_of.index([2]), spoken_of.index([3, 4])):
        solved.clear()
        study.run(point, claims=np.array([column]))
        assert solved == [games[game] for game in spoken_of[column]]


def test_margins_are_what_the_solved_game_says(study: CaseStudy) -> None:
    outcomes = study.run(base_point(study.assumptions)[None])
    margins = dict(zip(study.claims, outcomes.margins[0], strict=True))
    solution = solve_logit(compile_case(study.case).game, 2.0)
    entered = read(solution, {"entry": "enter"})
    assert margins["bold_enters"] == pytest.approx(entered.posterior["newcomer.aim"]["bold"] - 0.4)
    bound = parse_case(TEXT.replace("options: [fight, yield_]", "options: [fight]")
                       .replace("answer = yield_", "answer != fight and entry = enter")
                       .split("claims:")[0])  # fmt: skip
    under = read(solve_logit(compile_case(bound).game, 2.0), {"entry": "enter"}).probability
    assert margins["deterrence"] == pytest.approx(entered.probability - under, abs=1e-9)
    mass = entered.probability
    belief = entered.posterior["newcomer.aim"]["bold"]
    entropy = -belief * np.log2(belief) - (1 - belief) * np.log2(1 - belief)
    assert margins["unsure"] == pytest.approx(entropy - 0.5)
    fought = read(solution, {"answer": "fight"}).probability
    assert margins["chained"] == pytest.approx(min(mass - 0.1, 0.9 - mass, 0.5 - fought))
    joint = np.array(
        [
            [0.4 * belief_of(solution, "bold"), 0.4 * (1 - belief_of(solution, "bold"))],
            [0.6 * belief_of(solution, "meek"), 0.6 * (1 - belief_of(solution, "meek"))],
        ]
    )
    independent = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    bits = float((joint * np.log2(joint / independent)).sum())
    shift = float(np.abs(joint - independent).sum() / 2)
    assert margins["tells"] == pytest.approx(max(bits - 0.01, shift - 0.3))
    # The owner's two options pay 1 and 0 whoever entered.
    assert margins["yielding_pays"] == pytest.approx(1.0)
    assert margins["cheap"] == pytest.approx(2.0)


def test_holds_agrees_with_the_sign_of_the_margin(study: CaseStudy) -> None:
    outcomes = study.run(draw(study.assumptions, (), 40, 1))
    clear = (np.abs(outcomes.margins) > 1e-6) & (outcomes.holds != NO_DIFFERENCE)
    assert clear.mean() > 0.9
    assert np.abs(outcomes.margins[outcomes.holds == NO_DIFFERENCE]).max() < 0.1
    np.testing.assert_array_equal(outcomes.holds[clear] == HOLDS, outcomes.margins[clear] > 0)
    assert not outcomes.failed.any()


def test_a_claim_on_an_impossible_condition_is_undefined() -> None:
    text = TEXT.replace("{bold: 0.4, meek: rest}", "{bold: sure, meek: rest}").replace(
        "assumptions:", "assumptions:\n  sure: 1"
    )
    case = parse_case(text.split("claims:")[0] + "claims:\n  void: {holds if: "
                      "P(entry = enter | newcomer.aim = meek) > 0.5}\n")  # fmt: skip
    outcomes = CaseStudy(case).run(base_point(CaseStudy(case).assumptions)[None])
    assert outcomes.holds[0, 0] == CANNOT_BE_ASKED
    assert np.isnan(outcomes.margins[0, 0])


def test_draws_with_impossible_numbers_fail_and_stay_data() -> None:
    text = TEXT.replace("{bold: 0.4, meek: rest}", "{bold: p, meek: 1 - p}").replace(
        "assumptions:", "assumptions:\n  p: {value: 0.5, range: [0.2, 1]}"
    )
    study = CaseStudy(parse_case(text))
    points = np.repeat(base_point(study.assumptions)[None], 3, axis=0)
    points[1, [a.name for a in study.assumptions].index("p")] = 1.5
    outcomes = study.run(points)
    assert outcomes.failed.tolist() == [False, True, False]
    assert (outcomes.holds[1] == UNSOLVED).all()
    assert (outcomes.why[1] == BAD_CHANCE).all()
    assert (outcomes.why[[0, 2]] == SOLVED).all()


COIN = """
title: A coin
actors: {a: {}}
assumptions:
  p: {value: 0.5, range: [0.1, 0.9]}
  q: {value: 0.5, range: [0, 1]}
moves:
  - luck: {chance: {win: "p * q", lose: rest}}
  - go: {by: a, options: [x, y]}
stakes: {a: [{worth: 1, if: go = x and luck = win}]}
precision: {value: 1, range: [0.5, 2]}
claims:
  plain: {holds if: "P(luck = win) < 0.3"}
"""

OTHERS = (
    'other: {holds if: "P(luck = win | do(q = 1.6)) > 0.5"}',
    'other: {holds if: "P(luck = win | do(q = 2)) > 0.5"}',
    'other: {holds if: "E(a | do(go = x)) > E(a)"}',
    'other: {holds if: "P(luck = win | go = x) > P(luck = win)"}',
    'other: {holds if: "P(luck = win | do(q = 2)) > 0.5 or P(go = x) > 0.4"}',
)


@pytest.mark.parametrize("other", OTHERS)
def test_no_claim_changes_the_verdict_on_another(other: str) -> None:
    """Only the games that a claim speaks of count for it."""
    alone = CaseStudy(parse_case(COIN))
    both = CaseStudy(parse_case(f"{COIN}  {other}\n"))
    points = draw(alone.assumptions, (), 200, 0)
    one, two = alone.run(points), both.run(points)
    np.testing.assert_array_equal(one.holds[:, 0], two.holds[:, 0])
    np.testing.assert_array_equal(one.margins[:, 0], two.margins[:, 0])
    np.testing.assert_array_equal(one.why[:, 0], two.why[:, 0])
    assert verdicts(["plain"], one)[0] == verdicts(["plain", "other"], two)[0]
    if "1.6" in other:
        assert 0 < (two.holds[:, 1] == UNSOLVED).sum() < 200
        assert set(two.why[two.holds[:, 1] == UNSOLVED, 1]) == {BAD_CHANCE}


def test_a_draw_of_an_impossible_precision_is_unsolved_and_says_why() -> None:
    study = CaseStudy(parse_case(COIN))
    points = np.repeat(base_point(study.assumptions)[None], 3, axis=0)
    points[:, -1] = [1.0, -1.0, np.inf]
    outcomes = study.run(points)
    assert outcomes.holds[:, 0].tolist() == [HOLDS, UNSOLVED, UNSOLVED]
    assert outcomes.why[:, 0].tolist() == [SOLVED, BAD_PRECISION, BAD_PRECISION]


def test_draws_that_are_no_game_stand_in_the_verdict() -> None:
    findings = put_to_test(
        parse_case(COIN.replace("p * q", "p * q * 3")), effort=Effort(draws=100, turns=False)
    )
    (found,) = findings.claims
    unsolved = found.verdict.counts.unsolved
    assert unsolved == (found.holds == UNSOLVED).sum() > 5
    assert findings.failed == unsolved
    assert not found.verdict.firm
    ((reason, count),) = found.verdict.reasons
    assert "sum to one" in reason
    assert count == unsolved


def test_errors_of_draws_reach_the_findings() -> None:
    """Where rounds are counted by an assumption, large counts may be no game that can be built."""
    text = """
title: Long
actors: {a: {}, b: {}}
assumptions: {n: {value: 3, range: [1, 25]}}
moves:
  - rounds:
      name: r
      count: n
      moves: [{go: {by: a, options: [x, y, z]}}, {back: {by: b, options: [x, y, z]}}]
stakes: {a: [{worth: 1, every: r, if: go = x}], b: [{worth: 1, every: r, if: back = x}]}
precision: 0.1
claims: {c: {holds if: P(go = x) > 0.2}}
"""
    effort = Effort(draws=12, turns=False, probes=False)
    findings = put_to_test(parse_case(text), effort=effort)
    (found,) = findings.claims
    assert found.verdict.counts.unsolved > 0
    assert found.verdict.counts.holds > 0
    assert "histories" in findings.error
    assert found.verdict.reasons[0][0] == REASONS[ERROR]


def test_a_design_that_is_no_sample_gives_no_verdict() -> None:
    with pytest.raises(UsageError, match="no sample"):
        put_to_test(parse_case(COIN), effort=Effort(draws=10, design="one-at-a-time"))


def test_observations_condition_claims_that_do_not_speak_of_them() -> None:
    case = parse_case(TEXT)
    seen = observations_of(case, {"entry": "enter"})
    study = CaseStudy(case, seen)
    point = base_point(study.assumptions)[None]
    before = dict(zip(study.claims, CaseStudy(case).run(point).margins[0], strict=True))
    after = dict(zip(study.claims, study.run(point).margins[0], strict=True))
    assert after["bold_enters"] == before["bold_enters"]
    # Once entry is seen it is certain, and exceeds 0.9 by 0.1.
    assert after["chained"] == pytest.approx(-0.1)
    assert before["chained"] != pytest.approx(-0.1)
    with pytest.raises(UsageError, match="nowhere"):
        observations_of(case, {"entry": "nowhere"})


def test_digest_follows_what_is_said_and_nothing_else() -> None:
    case = parse_case(TEXT)
    assert CaseStudy(case).digest == CaseStudy(parse_case("# a comment\n" + TEXT)).digest
    assert CaseStudy(case).digest == CaseStudy(parse_case(TEXT, "two.yaml")).digest
    other = replace(case, title="Another")
    assert CaseStudy(case).digest != CaseStudy(other).digest
    for old, new in (("range: [1, 3]", "range: [1, 4]"), ("worth: prize", "worth: 2 * prize"),
                     ("> 0.01", "> 0.02"), ("aims: {bold: 0.4", "aims: {bold: 0.3"),
                     ("{value: 2, range: [1, 4]}", "{value: 3, range: [1, 4]}")):  # fmt: skip
        assert old in TEXT
        assert CaseStudy(parse_case(TEXT.replace(old, new))).digest != CaseStudy(case).digest
    seen = observations_of(case, {"entry": "enter"})
    assert CaseStudy(case).digest != CaseStudy(case, seen).digest


def test_a_study_travels_without_its_games(study: CaseStudy) -> None:
    study.variants()
    copy = pickle.loads(pickle.dumps(study))  # noqa: S301 - our own bytes
    point = base_point(study.assumptions)[None]
    np.testing.assert_array_equal(copy.run(point).margins, study.run(point).margins)


def test_rounds_that_an_assumption_counts_are_compiled_once_each() -> None:
    text = """
title: Rounds
actors: {a: {}}
assumptions: {n: {value: 2, distribution: {choice: [1, 2, 3]}}}
moves:
  - rounds:
      name: round_
      count: n
      ends if: go = stop
      moves: [{go: {by: a, options: [on, stop]}}]
stakes: {a: [{worth: 1, every: round_, if: go = on}]}
precision: 1
claims: {late: {holds if: P(go = on) > 0.5}}
"""
    study = CaseStudy(parse_case(text))
    outcomes = study.run(np.array([[1.0, 1.0], [2.0, 1.0], [3.0, 1.0]]))
    on = [1 / (1 + np.exp(-1))]
    for _ in range(2):
        # On is worth one more round and what follows: log(1 + e^v) is the logit's expected play.
        ahead = on[-1] * 1
        value = 1 + ahead * sum(np.prod(on[::-1][:k]) for k in range(len(on)))
        on.append(1 / (1 + np.exp(-value)))
    assert outcomes.margins[0, 0] == pytest.approx(on[0] - 0.5)
    assert len(study._variants) == 3
    assert not outcomes.failed.any()


def test_findings_are_what_the_draws_say() -> None:
    """Shares, base values and dissents, each against draws made and solved here."""
    case = parse_case(TEXT)
    dissent = parse_case(
        TEXT.replace("range: [1, 3]", "range: [5, 6]").replace("value: 2, r", "value: 5, r", 1)
    )
    findings = put_to_test(case, effort=Effort(draws=60, threads=1), dissents=[dissent])
    assert [f.claim.id for f in findings.claims] == [c.id for c in case.claims]
    study = CaseStudy(case)
    points = draw(study.assumptions, (), 60, 0)
    np.testing.assert_array_equal(findings.points, points)
    outcomes, base = study.run(points), study.run(base_point(study.assumptions)[None])
    for q, finding in enumerate(findings.claims):
        holding = sum(code == HOLDS for code in outcomes.holds[:, q])
        asked = sum(code != CANNOT_BE_ASKED for code in outcomes.holds[:, q])
        assert finding.verdict.share == pytest.approx(holding / asked)
        assert finding.base_code == base.holds[0, q]
    other = findings.dissents[0]
    kept = [a.name for a in findings.assumptions].index("fight_cost")
    np.testing.assert_array_equal(other.points[:, kept], points[:, kept])
    assert other.points[:, 0].min() >= 5
    assert not np.array_equal(other["bold_enters"].margins, findings["bold_enters"].margins)
    assert findings.worst_residual < 1e-9


def test_parts_have_verdicts_and_units_of_their_own() -> None:
    text = TEXT + "  both: {holds if: E(owner) > 0 and P(entry = enter) > 1}\n"
    findings = put_to_test(parse_case(text), effort=Effort(draws=40, turns=False, probes=False))
    whole, alone = findings["both"], findings["chained"]
    assert (whole.question.unit, whole.base_margin, whole.drivers) == ("mixed", None, ())
    assert whole.verdict.margins.median is None
    first, second = whole.parts
    assert (first.question.unit, second.question.unit) == ("payoff of owner", "probability")
    assert first.verdict.word == "follows"
    assert second.verdict.word == whole.verdict.word == "is contradicted"
    assert second.verdict.counts == whole.verdict.counts
    assert first.base_margin == pytest.approx(findings.solution.best.payoffs[1])
    assert [part.question.unit for part in alone.parts] == ["probability"] * 3
    assert alone.base_margin == pytest.approx(min(p.base_margin or 0.0 for p in alone.parts))


def test_what_was_observed_settles_a_claim_about_it() -> None:
    text = TEXT.split("claims:")[0] + "claims: {rare: {holds if: P(entry = enter) < 0.1}}\n"
    effort = Effort(draws=30, turns=False, probes=False)
    for option, holds in (("enter", False), ("stay", True)):
        findings = put_to_test(parse_case(text), observed={"entry": option}, effort=effort)
        (found,) = findings.claims
        assert (found.verdict.word, found.base_holds, found.stands) == ("settled", holds, holds)
        assert found.verdict.firm


def test_probes_cost_what_binding_costs() -> None:
    reading = read_case(parse_case(TEXT))
    probe = next(p for p in reading.probes if (p.move, p.option) == ("answer", "fight"))
    case = parse_case(TEXT)
    free = solve_logit(compile_case(case).game, 2.0).best.payoffs[1]
    change = [c for c in case.claims if c.id == "deterrence"]
    study = CaseStudy(replace(case, claims=tuple(change)))
    bound = solve_logit(study.variants().games[1].game, 2.0).best.payoffs[1]
    assert probe.cost == pytest.approx(free - bound)
    assert probe.about == "newcomer.aim"


def test_claims_over_equilibria_of_beer_and_quiche() -> None:
    case = lackmus.load("beer-quiche")
    found = {c.id: o for c, o in zip(case.claims, over_equilibria(CaseStudy(case)), strict=False)}
    assert all(over.complete for over in found.values())
    # Cho and Kreps (1987): pooling on beer and pooling on quiche are both sequential.
    assert found["beer_for_all"].extent == "some"


def test_where_equilibria_without_noise_contradict_the_base_case_it_is_said() -> None:
    """At λ = 0 all options are equally likely; without noise x, which alone pays, is sure."""
    text = COIN.split("claims:")[0].replace("{value: 1, range: [0.5, 2]}", "0").replace(
        "go = x and luck = win", "go = x"
    ) + ('claims: {sure: {holds if: "P(go = x) > 0.9"}, even: {holds if: "P(go = x) > 0.1"}}\n')
    effort = Effort(draws=5, turns=False, probes=False, equilibria=True)
    sure, even = put_to_test(parse_case(text), effort=effort).claims
    assert sure.equilibria is not None
    assert sure.equilibria.extent == "all"
    assert "it fails: the two disagree" in sure.disagreement
    assert even.disagreement == ""


RECORD = """
title: A record
actors:
  union: {aims: {wage: 0.6, office: 0.4}}
  line: {}
observers: [public]
moves:
  - stance: {by: union, options: [strike, wait]}
  - answer: {by: line, options: [meet, ignore]}
stakes:
  union:
    - {worth: 1, if: stance = strike and union.aim = office}
    - {worth: 1, if: stance = wait and union.aim = wage}
  line: [{worth: 1, if: answer = meet}]
precision: 3
observations:
  - {saw: stance = strike, by: public}
  - {saw: answer = meet, by: public, certain: false}
claims:
  plain: {holds if: P(union.aim = office) > 0.5}
  told: {holds if: P(union.aim = office | observed) > 0.5}
"""


def test_claims_are_asked_as_of_before_the_record_or_in_its_light() -> None:
    case = parse_case(RECORD)
    after = read_case(case, "stance = strike", probes=False).posterior["union.aim"]["office"]
    effort = Effort(draws=4, turns=False, probes=False)
    before, lit = (
        put_to_test(case, recorded=recorded, effort=effort) for recorded in (False, True)
    )
    assert before["plain"].base_margin == pytest.approx(-0.1)
    assert lit["plain"].base_margin == pytest.approx(after - 0.5)
    for found in (before, lit):
        assert found["told"].base_margin == pytest.approx(after - 0.5)
    assert after > 0.8
    assert before.observed == ()
    # What the record does not settle conditions nothing.
    assert lit.observed == (case.observations[0].saw,)
    seen = put_to_test(case, observed="stance = strike", effort=effort)
    assert seen["plain"].base_margin == lit["plain"].base_margin
    assert read_case(case, recorded=True, probes=False).posterior["union.aim"]["office"] == after


def test_a_claim_about_what_the_record_decides_is_settled_in_its_light() -> None:
    case = parse_case(RECORD.replace("P(union.aim = office) > 0.5", "P(stance = strike) > 0.7"))
    effort = Effort(draws=4, turns=False, probes=False)
    assert put_to_test(case, effort=effort)["plain"].verdict.word != "settled"
    assert put_to_test(case, recorded=True, effort=effort)["plain"].verdict.word == "settled"


def test_where_neither_the_base_case_nor_any_equilibrium_bears_it_out_they_agree() -> None:
    """At λ = 0 P(go = x) is 1/2; without noise it is 1."""
    text = COIN.split("claims:")[0].replace("{value: 1, range: [0.5, 2]}", "0").replace(
        "go = x and luck = win", "go = x"
    ) + ('claims: {neither: {holds if: "P(go = x) < 0.4"}}\n')
    effort = Effort(draws=5, turns=False, probes=False, equilibria=True)
    (found,) = put_to_test(parse_case(text), effort=effort).claims
    assert found.equilibria is not None
    assert (found.equilibria.extent, found.base_holds, found.disagreement) == ("none", False, "")
    # Half and half makes no difference, so that there is nothing for 1 and 0 to contradict.
    alike = parse_case(text.replace("P(go = x) < 0.4", "P(go = x) > P(go = y)"))
    (found,) = put_to_test(alike, effort=effort).claims
    assert found.equilibria is not None
    assert (found.equilibria.extent, found.base_holds, found.disagreement) == ("all", None, "")


def test_draws_are_grouped_by_the_rounds_they_ask_for() -> None:
    """The nearest whole number counts, and less than one round is one."""
    study = CaseStudy(
        parse_case("""
title: Rounds
actors: {a: {}}
assumptions: {n: {value: 2, range: [1, 4]}}
moves:
  - rounds: {name: t, count: n, moves: [{z: {by: a, options: [u, d]}}]}
precision: 1
claims: {it: {holds if: P(z = u) > 0.4}}
""")
    )
    groups = study.by_rounds(np.array([[1.0, 1.0], [2.6, 1.0], [0.2, 1.0], [3.4, 1.0]]))
    assert [(rounds, rows.tolist()) for rounds, rows in groups] == [
        ({"t": 1}, [0, 2]), ({"t": 3}, [1, 3])
    ]  # fmt: skip


def test_the_keys_that_stop_it_end_the_search_for_turns_only_where_that_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lackmus.pipeline.trial.thresholds", stopped)
    effort = Effort(draws=20, probes=False)
    with pytest.raises(KeyboardInterrupt):
        put_to_test(parse_case(TEXT), effort=effort)
    kept = put_to_test(parse_case(TEXT), effort=replace(effort, keep_unfinished=True))
    assert kept.unfinished == "stopped by Ctrl-C before turning points were found"
    assert {found.thresholds for found in kept.claims} == {None}


def test_findings_tell_how_draws_were_made() -> None:
    effort = Effort(draws=20, design="monte-carlo", seed=3, turns=False, probes=False)
    findings = put_to_test(parse_case(TEXT), effort=effort)
    assert (findings.design, findings.seed, len(findings.points)) == ("monte-carlo", 3, 20)


def test_a_margin_that_is_one_number_but_for_rounding_hangs_on_nothing() -> None:
    """What a lot says of a choice is nothing, in whatever units its payoffs are counted."""
    text = """
title: A lot beside a choice
actors: {a: {}, b: {}}
assumptions: {v: {value: 0.5, range: [0, 1]}}
moves:
  - m: {by: a, options: [x, y]}
  - lot: {chance: {h: 0.3, t: rest}}
stakes:
  a: [{worth: v, if: m = x}]
  b: [{worth: 1e9 / 3 if lot = h else 0.7}]
precision: 2
claims:
  same: {holds if: P(lot = h | m = x) = P(lot = h)}
  bits: {holds if: H(lot) > 0.5}
  pay: {holds if: E(b | m = x) <= E(b)}
  real: {holds if: P(m = x) > 0.6}
"""
    study = CaseStudy(parse_case(text))
    assert study.rounding() == pytest.approx([1e-9, 1e-9, 1 / 3, 1e-9])
    found = put_to_test(parse_case(text), effort=Effort(draws=400, turns=False))
    named = {f.claim.id: [d.assumption for d in f.drivers] for f in found.claims}
    assert named == {"same": [], "bits": [], "pay": [], "real": ["v"]}
