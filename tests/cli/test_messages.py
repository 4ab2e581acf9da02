"""What a user is told who writes as he would elsewhere, and what the shell offers him."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

import lackmus
from lackmus.case.parse import parse_case
from lackmus.cli import completion
from lackmus.cli.tables.findings import print_findings
from lackmus.cli.terminal import faults_folded
from lackmus.foundation.errors import CaseError, UsageError
from lackmus.pipeline.findings import Findings
from lackmus.pipeline.loading import dissent_of, dissents_of, load, locate
from lackmus.pipeline.trial import Effort, put_to_test

Ended = Callable[..., subprocess.CompletedProcess[bytes]]

CASE = """
title: T
actors: {{a: {{aims: {{x: 0.5, y: 0.5}}}}}}
assumptions: {{k: {{value: {value}, range: {range}}}}}
moves: [{{m: {{by: a, options: [l, r]}}}}]
stakes: {{a: [{{worth: k, if: m = l}}]}}
claims: {{c: {{holds if: "{claim}"}}}}
"""


def faults(value: str = "0.5", ends: str = "[0, 1]", claim: str = "P(m = l) > 0.5") -> str:
    with pytest.raises(CaseError) as caught:
        parse_case(CASE.format(value=value, range=ends, claim=claim))
    return str(caught.value)


@pytest.mark.parametrize(
    ("what", "hint"),
    [
        ({"value": "0,2"}, "a decimal has a point"), ({"value": '"0,2"'}, "a decimal has a point"),
        ({"ends": "[0,1 , 0,9]"}, "a decimal has a point"),
        ({"claim": "P(m = l) > 0,5"}, "a decimal has a point"),
        ({"ends": "[0,5, 1]"}, "a decimal has a point"),
        ({"claim": "Prob(m = l) > 0.5"}, "P(event | condition)"),
        ({"claim": "Pr(m = l) > 0.5"}, "P(event | condition)"),
        ({"claim": "ln(2) > 0.5"}, "log("),
        ({"claim": "P(m = l) > \u202e0.5"}, "U+202E"),
    ],
    ids=str,
)  # fmt: skip
def test_habits_of_elsewhere_are_understood(what: dict[str, str], hint: str) -> None:
    assert hint in faults(**what)


def test_a_comma_in_the_chance_of_an_aim_is_told() -> None:
    with pytest.raises(CaseError) as caught:
        parse_case("title: T\nactors: {a: {aims: {x: 0,5, y: rest}}}\nmoves: []\n")
    hints = {fault.message.split()[0]: fault.hint for fault in caught.value.faults}
    assert "a decimal has a point" in hints["'5'"]


def test_letters_and_their_marks_apart_are_one_letter() -> None:
    text = CASE.format(value="1", range="[0, 1]", claim="P(m = l) > 0.5").replace("a:", "süd:")
    text = text.replace("by: a", "by: süd")
    apart = unicodedata.normalize("NFD", text)
    assert apart != text
    assert parse_case(apart) == parse_case(text)
    assert parse_case(apart).actors[0].id == "süd"


def test_what_is_typed_with_letters_and_their_marks_apart_is_understood(
    tmp_path: Path, ended: Ended
) -> None:
    text = CASE.format(value="1", range="[0, 1]", claim="P(m = l) > 0.5")
    text = re.sub(r"\bl\b", "wählen", text).replace("actors:", "observers: [süd]\nactors:")
    (tmp_path / "case.yaml").write_text(text, "utf-8")
    typed = unicodedata.normalize("NFD", "m = wählen")
    assert typed != "m = wählen"
    eyes = unicodedata.normalize("NFD", "süd")
    told = ended("read", tmp_path, "--observe", typed, "--observer", eyes)
    assert told.returncode == 0, told.stderr
    solution = lackmus.solve(lackmus.load(tmp_path).compile(), precision=1)
    assert lackmus.ask(solution, f"P({typed})") == lackmus.ask(solution, "P(m = wählen)")
    (tmp_path / "dissent-größer.yaml").write_text("title: Größer\nextends: case.yaml\n", "utf-8")
    (tmp_path / "case.yaml").write_text(f"{text}dissents: [dissent-größer.yaml]\n", "utf-8")
    for name in ("größer", "Größer"):
        found = dissent_of(tmp_path, unicodedata.normalize("NFD", name))
        assert found == tmp_path / "dissent-größer.yaml"


@pytest.mark.parametrize(
    "name", ["honest-broker", "dissent-honest-broker", "dissent-honest-broker.yaml",
             "An honest broker", "an HONEST broker"]
)  # fmt: skip
def test_a_dissent_is_known_by_file_short_name_and_title(name: str) -> None:
    assert load(dissent_of("alaska-2025", name)).title == "An honest broker"


def test_dissents_are_listed_where_there_is_none_of_that_name() -> None:
    with pytest.raises(UsageError, match=r"no dissent 'honest'[\s\S]*honest-broker"):
        dissent_of("alaska-2025", "honest")


def test_the_nearest_dissent_is_named_by_file_or_title() -> None:
    for typed, meant in (
        ("An honest brokr", "An honest broker"),
        ("honst-broker", "honest-broker"),
    ):
        with pytest.raises(UsageError, match=rf"did you mean '{meant}'\? the case lists .*“"):
            dissent_of("alaska-2025", typed)


def test_a_case_without_dissents_says_so() -> None:
    with pytest.raises(UsageError, match=r"no dissent 'nobody'[\s\S]*lists none"):
        dissent_of("beer-quiche", "nobody")


def test_a_game_of_another_program_is_no_case() -> None:
    with pytest.raises(UsageError, match=r"lackmus solve x\.efg"):
        locate("x.efg")


def test_a_folder_is_found_where_a_file_was_meant(tmp_path: Path) -> None:
    (tmp_path / "strike").mkdir()
    (tmp_path / "strike" / "case.yaml").write_text("title: x")
    with pytest.raises(UsageError, match=r"did you mean the folder .*strike\?"):
        locate(tmp_path / "strike.yaml")


def test_a_strategic_form_that_is_too_large_is_told(tmp_path: Path, ended: Ended) -> None:
    done = ended("convert", "alaska-2025", tmp_path / "x.nfg")
    assert done.returncode == 2
    told = done.stderr.decode()
    assert "10^49 reduced strategies" in told
    assert ".efg" in told


def test_the_shell_is_offered_cases_games_and_methods(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("alps.yaml", "alps.efg", "alps.txt", "folder/inner.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("title: x\n")
    assert completion.cases("al") == ["alaska-2025", "alternating-offers", "alps.yaml"]
    assert completion.games("alp") == ["alps.efg", "alps.yaml"]
    assert completion.cases("fold") == ["folder/"]
    assert completion.cases("folder/") == ["folder/inner.yaml"]
    assert completion.cases("no/such/") == []
    assert completion.methods("le") == ["lemke"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("lackmus test alaska-2025 --fail-on c01", ["c01_no_agreement_signed"]),
        ("lackmus test beer-quiche --fail-on dep", ["depends"]),
        ("lackmus test beer-quiche --fail-on is-", ["is-contradicted"]),
        ("lackmus test beer-quiche --fail-on cannot", ["cannot-be-asked"]),
        ("lackmus test no-such-case --fail-on dep", ["depends"]),
        ("lackmus test alaska-2025 --with h", ["honest-broker"]),
        ("lackmus learn alaska-2025 --with a", ["all"]),
        ("lackmus test --with a", []),
    ],
)
def test_the_shell_is_offered_what_the_case_has(
    typed: str, offered: list[str], tmp_path: Path
) -> None:
    more = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
    env = {**os.environ, "_LACKMUS_COMPLETE": "complete_bash", **more}
    code = "import sys; sys.argv[0] = 'lackmus'; from lackmus.cli.main import run; run()"
    command = [sys.executable, "-c", code]
    told = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, check=True)
    assert told.stdout.decode().split() == offered


SHELLS = {
    "bash": b"complete -o default -F _lackmus_completion lackmus",
    "zsh": b"#compdef lackmus",
    "fish": b"complete --command lackmus",
}


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_has_its_completion(shell: str, ended: Ended) -> None:
    # Otherwise the shell is that from which the tests run.
    named = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = ended("--show-completion", shell, env=named)
    assert done.returncode == 0
    assert SHELLS[shell] in done.stdout


def test_sentences_fit_the_terminal(ended: Ended) -> None:
    for columns in (60, 80, 160):
        env = {**os.environ, "COLUMNS": str(columns)}
        text = ended("check", "beer-quiche", env=env).stdout.decode()
        sentences = text.partition("\nSources and")[0]
        assert max(map(len, sentences.splitlines())) <= min(columns, 88)


@pytest.mark.parametrize("columns", [60, 80])
def test_faults_fit_the_terminal_and_carets_stay_under_their_words(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    long = " or ".join(["answer = accept"] * 8)
    text = (
        "title: T\nactors: {a: {}, b: {}}\nmoves: [{answer: {by: a, options: [accept, refuse]}}]\n"
        f"stakes: {{b: [{{worth: 1, if: {long} or answer = acept}}]}}\n"
    )
    with pytest.raises(CaseError) as caught:
        parse_case(text, "case.yaml")
    told = str(caught.value)
    assert faults_folded(told, errors=True) == told
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys, "stderr", Terminal())
    lines = faults_folded(told, errors=True).splitlines()
    assert max(map(len, lines)) <= columns
    assert " ".join(lines[0].split()).startswith("case.yaml:4:")
    (shown,) = (n for n, line in enumerate(lines) if "| " in line)
    assert lines[shown][lines[shown + 1].index("^") :].startswith("acept")


@pytest.mark.parametrize("columns", [60, 80, 300])
@pytest.mark.parametrize("says", ["日本語" * 14, "e\N{COMBINING ACUTE ACCENT}" * 70, "plain " * 9])
def test_carets_stay_under_their_words_behind_wide_letters_and_marks(
    says: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    text = (
        "title: T\nactors: {a: {}, b: {}}\n"
        f'moves: [{{m: {{says: "{says}", by: nobody, options: [x, y]}}}}]\n'
    )
    with pytest.raises(CaseError) as caught:
        parse_case(text, "case.yaml")
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys, "stderr", Terminal())
    lines = faults_folded(str(caught.value), errors=True).splitlines()
    (shown,) = (n for n, line in enumerate(lines) if "| " in line)
    assert cell_len(lines[shown]) <= columns
    assert lines[shown + 1].strip() == "^" * len("nobody")
    before, word, _ = lines[shown].partition("nobody")
    assert word
    assert cell_len(before) == lines[shown + 1].index("^")


@pytest.mark.parametrize("columns", [60, 80, 140])
@pytest.mark.parametrize(
    "command",
    [("read", "alaska-2025"), ("solve", "selten-horse"), ("test", "beer-quiche", "--draws", "8")],
    ids=lambda command: command[0],
)
def test_tables_fit_the_terminal(columns: int, command: tuple[str, ...], ended: Ended) -> None:
    env = {**os.environ, "COLUMNS": str(columns)}
    text = ended(*command, env=env).stdout.decode()
    assert max(map(len, text.splitlines())) <= columns
    if command[0] == "read" and columns >= 80:
        assert "resume_after_term" in text


@pytest.fixture(scope="module")
def argued() -> Findings:
    """A case of many claims and a dissent, put to few draws."""
    dissents = [load(path) for path in dissents_of("alaska-2025")]
    return put_to_test("alaska-2025", dissents=dissents, effort=Effort(draws=16))


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_a_table_of_many_claims_fits_the_terminal(
    columns: int,
    argued: Findings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    print_findings(argued)
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= columns
    assert "c01_no_agreement_signed (Rutte, as reported by the author)" in text
    assert "-0." not in text
