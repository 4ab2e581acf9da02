"""What the table of verdicts, the page and `check` say where there is little to be said."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

import pytest

from lackmus.case.parse import parse_case
from lackmus.cli.tables.findings import print_findings
from lackmus.pipeline.findings import Findings
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.report.claims import claim_views
from lackmus.report.html import render
from lackmus.report.sentences import HINDSIGHT
from lackmus.report.words import IMPOSSIBLE

TEXT = """\
title: A strike
sources: {column: {title: A column}}
actors:
  union: {aims: {wage: rest, office: prior}}
  line: {}
observers: [public]
assumptions:
  prior: {value: 0.3, range: [0.02, 0.45]}
  size: {value: 1, range: [1, 2], cite: column §1}
moves:
  - stance: {by: union, options: [strike, wait], cite: column §2}
  - answer: {by: line, if: stance = strike, options: [meet, ignore]}
  - rounds:
      count: 2
      moves:
        - word: {by: union, options: [hard, soft]}
stakes:
  union:
    - {worth: size, if: stance = strike and union.aim = office}
  line: [{worth: size, if: answer = meet}]
precision: 3
observations:
  - {saw: stance = strike, by: public, date: 2025-08-15}
claims:
  done: {holds if: P(stance = strike) > 0.9 and P(union.aim = office) < 0.5}
  struck: {holds if: P(stance = strike) > 0.5}
  drawn: {holds if: P(union.aim = office) > 0.3}
  same: {holds if: P(answer = meet | observed) > P(answer = meet | stance = strike)}
"""


def found(observed: str = "", *, draws: int = 120, text: str = TEXT) -> Findings:
    effort = Effort(draws=draws, turns=True, probes=False)
    return put_to_test(parse_case(text), observed=observed or None, effort=effort)


def printed(findings: Findings, capsys: pytest.CaptureFixture[str]) -> str:
    print_findings(findings)
    return capsys.readouterr().out


def under(text: str, claim: str) -> list[str]:
    """A claim's row and the lines below it, up to the next claim's."""
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.endswith(claim))
    rest = next((i for i, s in enumerate(lines[first + 1 :]) if s[:1] != " "), len(lines))
    return lines[first : first + 1 + rest]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def test_settled_claims_and_parts_tell_no_figures(capsys: pytest.CaptureFixture[str]) -> None:
    findings = found("stance = strike")
    text = printed(findings, capsys)
    row, *below = under(text, "struck")
    assert row.startswith("■ settled, true             –   ")
    assert [line.strip() for line in below] == [HINDSIGHT]
    done = "\n".join(under(text, "done"))
    assert done.count("■ settled, true") == 1  # of the part; the other is open
    (settled,) = (line for line in done.splitlines() if "settled" in line)
    assert settled.strip() == "■ settled, true"
    assert "hangs on prior" in done


def test_settled_claims_tell_no_figures_on_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = printed(found("stance = strike"), capsys).splitlines()
    assert lines[lines.index("struck") + 1].strip() == "■ settled, true"


def test_the_heading_stands_over_its_columns_where_the_other_light_has_no_room(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS")
    lines = printed(found(), capsys).splitlines()
    (heading,) = (line for line in lines if line.startswith("verdict "))
    (row,) = (line for line in lines if line.endswith("struck"))
    assert heading.index("claim") == row.index("struck")


def test_a_pipe_gets_both_lights_in_one_row_of_a_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS")
    text = printed(found(), capsys)
    (heading,) = (line for line in text.splitlines() if line.startswith("verdict "))
    (row,) = (line for line in text.splitlines() if line.endswith("struck"))
    assert heading.endswith("claim")
    assert row[heading.index("in the light of the record") :].startswith("■ settled, true")
    assert heading.index("claim") == row.index("struck")


@pytest.mark.parametrize("columns", ["60", "200"])
def test_a_claim_stands_in_its_words_under_its_name(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    text = TEXT.replace("struck: {", "struck: {says: the union strikes, ")
    lines = printed(found(text=text), capsys).splitlines()
    (place,) = (i for i, line in enumerate(lines) if line.endswith("struck"))
    assert lines[place + 1].strip() == "the union strikes"


def test_a_narrow_terminal_tells_the_other_light_where_the_verdict_differs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = printed(found(), capsys).splitlines()
    assert lines[lines.index("struck") + 2].strip() == "in the light of the record: ■ settled, true"
    same = lines[lines.index("same") :]
    assert same[1].strip().startswith("≈ no difference")
    assert [line for line in same if "in the light of the record:" in line] == []


def test_no_heading_speaks_of_a_record_where_there_is_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    unseen = TEXT.replace(TEXT[TEXT.index("observations:") : TEXT.index("claims:")], "")
    assert "the record" not in printed(found(text=unseen), capsys)


def test_too_few_draws_name_no_assumption_and_do_not_deny_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    few, enough = found(draws=60), found(draws=120)
    assert "too few draws to say what it hangs on" in "\n".join(
        under(printed(few, capsys), "drawn")
    )
    assert "too few draws to say" in render(few)
    assert "hangs on prior" in "\n".join(under(printed(enough, capsys), "drawn"))
    assert "too few draws to say what" not in render(enough)


def test_a_difference_of_nothing_has_no_figure_in_the_page(
    capsys: pytest.CaptureFixture[str],
) -> None:
    findings = found()
    assert "no difference" in under(printed(findings, capsys), "same")[0]
    row = render(findings).split('<a href="#same">')[1].split("</tr>")[0]
    assert "no difference" in row
    assert "e−" not in row


def test_an_impossible_observation_is_told_in_terminal_and_page(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ruled_out, open_ = found("stance = wait and answer = meet"), found("stance = wait")
    assert IMPOSSIBLE in printed(ruled_out, capsys)
    assert IMPOSSIBLE in render(ruled_out)
    assert IMPOSSIBLE not in printed(open_, capsys)
    assert IMPOSSIBLE not in render(open_)


def test_a_page_is_written_where_no_draw_is_solved() -> None:
    huge = TEXT.replace("{value: 1, range: [1, 2], cite", "{value: 1e17, range: [1e17, 2e17], cite")
    findings = found(text=huge, draws=16)
    assert {claim.verdict.word for claim in findings.claims} == {"unsolved"}
    assert "? unsolved" in render(findings) or "unsolved" in render(findings)


Ended: TypeAlias = Callable[..., CompletedProcess[bytes]]


def out_of(done: CompletedProcess[bytes]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


@pytest.fixture
def case_file(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", ["test", "sweep"])
def test_commands_tell_which_round_a_bare_name_means(
    command: str, case_file: Path, ended: Ended
) -> None:
    def told(seen: str, *more: str) -> bool:
        table = case_file.with_name(f"{len(seen)}{len(more)}.parquet")
        out = ["--out", table] if command == "sweep" else []
        done = ended(command, case_file, "--draws", "16", "--observe", seen, *out, *more)
        return "'word' is the last one made of all rounds" in " ".join(out_of(done).split())

    assert told("word = hard")
    assert told("word = hard", "--json")
    assert not told("word[1] = hard")


def test_check_counts_sources_and_citations_apart(case_file: Path, ended: Ended) -> None:
    lines = out_of(ended("check", case_file)).splitlines()
    told = [line.split(" not verified")[0].strip() for line in lines if "not verified" in line]
    assert told == ["1 source", "2 citations"]


def test_check_has_no_heading_for_no_citations(case_file: Path, ended: Ended) -> None:
    text = TEXT.replace(", cite: column §1", "").replace(", cite: column §2", "")
    case_file.write_text(text.replace("sources: {column: {title: A column}}\n", ""), "utf-8")
    assert "Sources and citations" not in out_of(ended("check", case_file))


def test_what_the_record_has_overtaken_is_no_verdict_on_what_was_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    unsure = "unsure: {holds if: 0.05 < P(stance = strike) < 0.95}\n"
    foretold = (
        "foretold: {holds if: 0.05 < P(stance = strike) < 0.95, resolves if: stance = strike, "
        "resolves: 2025-08-15}\n"
    )
    both = found(text=f"{TEXT}  {unsure}  {foretold}")
    views = {claim.id: claim for claim in claim_views(both, {})}
    assert views["unsure"].lights is not None
    assert views["unsure"].lights[1].word == "settled, false"
    assert views["unsure"].hindsight == HINDSIGHT
    assert not views["foretold"].hindsight, "a forecast is held against what happened"
    assert not views["same"].hindsight, "its verdict is the same in both lights"
    below = under(printed(both, capsys), "unsure")[1]
    assert below.strip() == f"on its verdict in the light of the record: {HINDSIGHT}"
    text = unescape(render(both))
    assert text.split('href="#unsure"')[1].split("</tr>")[0].count(HINDSIGHT) == 1
    assert text.split('id="unsure"')[1].split("</article>")[0].count(HINDSIGHT) == 1
    observed = found("stance = strike", text=f"{TEXT}  {unsure}")
    (told,) = (claim.hindsight for claim in claim_views(observed, {}) if claim.id == "unsure")
    assert told == HINDSIGHT
