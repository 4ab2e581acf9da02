"""The command line as a user runs it: exit status, JSON against its schema, plain errors."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.cli.forks import forked

import lackmus
from lackmus.pipeline.weighing import FEWEST
from lackmus.sweep.verdict import ALL_WORDS

CASE = "india-tariffs-2025"
Ended = Callable[..., subprocess.CompletedProcess[bytes]]
QUICK = ["--draws", "24"]


def run(*arguments: str | Path, status: int = 0) -> str:
    """Output of a command that ends with `status`; errors, where it is not 0."""
    done = forked(*arguments)
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == status, out + err
    assert "Traceback" not in err
    return out if status == 0 else err + out


def checked(command: str, text: str) -> dict[str, Any]:
    """A command's JSON, after a look at its schema."""
    schema = json.loads((files("lackmus") / f"schemas/{command}.schema.json").read_text("utf-8"))
    value: dict[str, Any] = json.loads(text)
    jsonschema.Draft202012Validator(schema).validate(value)
    assert list(value)[:2] == ["version", "schema"]
    assert value["version"] == lackmus.__version__
    return value


def test_test_gives_every_claim_a_verdict_and_writes_the_report(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    found = checked("test", run("test", CASE, *QUICK, "--out", out, "--json"))
    assert found["case"] == CASE
    assert found["draws"] == 24
    assert found["failed_draws"] == 0
    assert len(found["claims"]) == 4
    assert all(0 <= claim["share"] <= 1 for claim in found["claims"])
    assert out.read_text("utf-8").lstrip().lower().startswith("<!doctype html>")


def test_the_same_seed_gives_the_same_verdicts_and_another_seed_other_draws() -> None:
    first, again, other = (
        checked("test", run("test", CASE, *QUICK, "--seed", seed, "--json"))
        for seed in ("3", "3", "4")
    )
    assert first["claims"] == again["claims"]
    assert first["solver"]["worst_residual"] != other["solver"]["worst_residual"]


def test_text_shows_verdicts_in_words() -> None:
    text = run("test", CASE, *QUICK)
    assert "takes no side" in text
    assert "holds in" in text


def test_fail_on_sets_the_exit_status() -> None:
    run("test", CASE, *QUICK, "--fail-on", "follows", "--fail-on", "depends",
        "--fail-on", "is contradicted", status=1)  # fmt: skip
    told = {claim["verdict"] for claim in json.loads(run("test", CASE, *QUICK, "--json"))["claims"]}
    for word in ALL_WORDS:
        status = int(word in told)
        run("test", CASE, *QUICK, "--fail-on", word.replace(" ", "-"), status=status)
    assert "no such claim" in run("test", CASE, *QUICK, "--fail-on", "nonsense", status=2)


def test_learn_weighs_the_draws_by_the_record(tmp_path: Path) -> None:
    found = checked("learn", run("learn", CASE, "--draws", "400", "--why", "--json"))
    assert found["method"] == "importance"
    assert len(found["record"]) == 3
    assert 0 < found["evidence"]["probability"] < 1
    page = tmp_path / "page.html"
    told = run("learn", CASE, "--draws", "400", "--out", page)
    assert "The record of 3 observations" in told
    assert told.endswith(f"report: {page}\n")
    text = page.read_text("utf-8")
    assert "What happened" in text
    assert "review is stay" in text
    record = tmp_path / "record.yaml"
    record.write_text("observations:\n- saw: tariff = no_such\n", encoding="utf-8")
    assert "no_such" in run("learn", CASE, "--record", record, status=2)


@pytest.mark.parametrize("command", ["learn", "forecast"])
def test_help_says_how_many_draws_it_takes(command: str) -> None:
    assert f"{FEWEST} or more" in " ".join(run(command, "--help").replace("│", " ").split())
    assert "x>=1" not in run(command, "--help").split("--seed")[0]
    told = run(command, CASE, "--draws", str(FEWEST - 1), status=2)
    assert f"take {FEWEST} or more" in told


def test_forecasts_are_kept_resolved_scored_and_verified(tmp_path: Path) -> None:
    ledger, table = tmp_path / "ledger.jsonl", tmp_path / "ledger.csv"
    day = ["--on", "2025-08-10"]
    enter: list[str | Path] = ["forecast", CASE, "--draws", "50", "--enter", ledger, *day]
    found = checked("forecast", run(*enter, "--json"))
    assert found["entered"] == [f"{CASE}/i04_staying_after_the_oil_tells"]
    assert "0 of 1 entered" in run(*enter)
    assert "1 forecast stands there" in run(*enter[:3], "60", *enter[4:])
    title = tmp_path / CASE
    title.mkdir()
    text = run("cases", "show", CASE)
    (title / "case.yaml").write_text(re.sub("(?m)^title: .*", "title: Other", text), "utf-8")
    told = run("forecast", title, *enter[2:], status=2)
    assert "this case is called 'Other'" in told
    assert ": no" in run("ledger", "resolve", ledger, "--case", CASE, "--on", "2026-02-07")
    both = ["--case", CASE, "--id", found["entered"][0], "--as", "yes"]
    assert "and not both" in run("ledger", "resolve", ledger, *both, status=2)
    scored = checked("score", run("ledger", "score", ledger, "--json"))
    assert scored["resolved"] == 1
    assert scored["scores"][0]["brier"]["n"] == 1
    told = " ".join(run("ledger", "score", ledger).split())
    assert "0 forecasts came late, on or after their day or that of the outcome" in told
    assert "that takes 20" in told
    assert "the chain is whole" in run("ledger", "verify", ledger)
    run("ledger", "export", ledger, table)
    run("ledger", "import", tmp_path / "other.jsonl", table)
    ledger.write_text(ledger.read_text("utf-8").replace('"no"', '"yes"'), "utf-8")
    assert "changed after it was written" in run("ledger", "verify", ledger, status=2)


def test_scores_are_cut_nowhere_and_old_forecasts_are_seen_to_be_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, ledger = tmp_path / "table.csv", tmp_path / "ledger.jsonl"
    rows = ["id,on,by,probability,outcome"]
    for number in range(4):
        rows += [f"q{number},2025-01-0{day},A very long name of somebody,0.{day}{number},yes"
                 for day in (1, 2)]  # fmt: skip
    table.write_text("\n".join(rows), "utf-8")
    run("ledger", "import", ledger, table)
    monkeypatch.setenv("COLUMNS", "60")
    told = run("ledger", "score", ledger)
    assert "…" not in told
    assert max(map(len, told.splitlines())) <= 60
    assert re.search(r"Brier score +0\.616 \(0\.\d{3} to 0\.\d{3}\), n = 4", told)
    assert re.search(r"Brier score, old ones too +0\.\d{3} .*, n = 8", told)
    assert re.search(r"revision less what it was +−0\.\d{3}", told)
    table.write_text("id,on,by,stated,outcome\na,2025-01-01,ann,0.4,no\na,2025-01-01,bob,0.6,no\n")
    run("ledger", "import", tmp_path / "two.jsonl", table)
    told = " ".join(run("ledger", "score", tmp_path / "two.jsonl").split())
    assert "whether ann or bob would be calibrated" in told


def test_a_list_of_cases_fits_the_terminal_and_is_a_line_each_elsewhere(ended: Ended) -> None:
    # Given whole, since pytest's own line editor puts its COLUMNS where a child would find it.
    plain = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    whole = ended("cases", env=plain).stdout.decode().splitlines()
    assert len(whole) == len(json.loads(run("cases", "--json"))["cases"])
    for columns in (60, 80):
        told = ended("cases", env={**plain, "COLUMNS": str(columns)}).stdout.decode()
        assert max(map(len, told.splitlines())) <= columns
        assert told.split() == " ".join(whole).split()


def test_read_conditions_on_what_was_seen() -> None:
    before = checked("read", run("read", CASE, "--json"))
    move = before["indicators"][0]
    seen = f"{move['move']}={move['option']}"
    after = checked("read", run("read", CASE, "--observe", seen, "--json"))
    assert after["observed"] == {move["move"]: move["option"]}
    assert after["probability"] == pytest.approx(move["probability"])
    assert after["posterior"][move["about"]] == pytest.approx(move["posterior"])


def test_what_was_observed_is_any_condition() -> None:
    before = checked("read", run("read", CASE, "--json"))
    move = before["indicators"][0]["move"]
    first, second = [i["option"] for i in before["indicators"] if i["move"] == move][:2]
    neither = [f"{move} != {first}", f"{move}!={second}"]
    told = checked("read", run("read", CASE, "--observe", neither[0], "--observe", neither[1],
                               "--json"))  # fmt: skip
    assert told["observed"] == {neither[0]: True, f"{move} != {second}": True}
    joined = f"not {move} in [{first}, {second}]"
    same = checked("read", run("read", CASE, "--observe", joined, "--json"))
    assert same["probability"] == told["probability"]
    assert same["posterior"] == told["posterior"]


def test_solve_a_case_and_a_file(tmp_path: Path) -> None:
    target = tmp_path / "game.efg"
    run("convert", "selten-horse", target)
    case = checked("solve", run("solve", "selten-horse", "--precision", "2", "--json"))
    file = checked("solve", run("solve", target, "--precision", "2", "--json"))
    mine, theirs = (f["solutions"][0]["payoffs"] for f in (case, file))
    assert list(mine.values()) == pytest.approx(list(theirs.values()), abs=1e-8)
    assert case["solutions"][0]["precision"] == 2
    assert "agent logit QRE" in case["solutions"][0]["concepts"]


def test_the_methods_are_listed() -> None:
    rows = checked("methods", run("solve", "--method", "list", "--json"))["methods"]
    text = run("solve", "--method", "list")
    assert "nothing to solve" in run("solve", status=2)
    assert all(row["name"] in text for row in rows)


def test_solve_all_says_whether_the_list_is_complete() -> None:
    found = checked("solve", run("solve", "beer-quiche", "--all", "--json"))
    assert found["complete"] is True
    assert len(found["solutions"]) > 1
    assert all("sequential" in s["concepts"] for s in found["solutions"])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--all", "--precision", "3"), "without noise, which have no precision"),
        (("--all", "--method", "limit"), "limit seeks one equilibrium, and lists no others"),
        (("--all", "--method", "logit"), "logit seeks one equilibrium, and lists no others"),
    ],
)
def test_all_is_not_passed_over(options: tuple[str, ...], told: str) -> None:
    assert told in run("solve", CASE, *options, status=2)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--fix", "--json"), "--json has no part in them"),
        (("--fix-hashes", "--todo"), "--todo has no part in them"),
        (("--fix", "--fix-hashes"), "change the same file"),
        (("--yes",), "says yes to nothing"),
    ],
)
def test_no_option_of_a_check_is_passed_over(options: tuple[str, ...], told: str) -> None:
    assert told in run("check", CASE, *options, status=2)


def test_check_prints_words_and_finds_faults(tmp_path: Path) -> None:
    assert "What happens" in run("check", CASE)
    assert checked("check", run("check", CASE, "--json"))["ok"] is True
    wrong = tmp_path / "case.yaml"
    wrong.write_text("title: x\nactors: {a: {aims: {x: 0.5, y: 0.4}}}\nmoves: []\n", "utf-8")
    text = run("check", wrong, status=2)
    assert "case.yaml:2:" in text
    assert "0.9, not 1" in text
    found = json.loads(run("check", wrong, "--json", status=2))
    assert found["ok"] is False
    assert found["faults"][0]["line"] == 2


def test_citations_hold_against_the_text(shared: Path) -> None:
    found = checked("check", run("check", "alaska-2025", "--sources", shared / "sources", "--json"))
    assert {c["outcome"] for c in found["citations"]} == {"verified"}


def test_cases_are_listed_and_shown() -> None:
    names = [c["name"] for c in checked("cases", run("cases", "--json"))["cases"]]
    assert {"alaska-2025", "beer-quiche", CASE} <= set(names)
    assert "title:" in run("cases", "show", CASE)


def test_a_new_case_passes_its_check(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    run("new", folder)
    run("check", folder)
    assert "is there already" in run("new", folder, status=2)


def test_convert_writes_what_the_target_can_hold(tmp_path: Path) -> None:
    tree, second, third, strategic = (
        tmp_path / name for name in ("a.efg", "b.efg", "c.efg", "d.nfg")
    )
    run("convert", "myerson-card", tree)
    run("convert", tree, second)
    run("convert", second, third)
    run("convert", tree, strategic)
    assert second.read_text("utf-8") == third.read_text("utf-8")
    assert strategic.read_text("utf-8").startswith("NFG 1 R")
    run("convert", tree, tmp_path / "d.yaml")
    payoffs = [
        checked("solve", run("solve", file, "--precision", "2", "--json"))["solutions"][0][
            "payoffs"
        ]
        for file in (tree, tmp_path / "d.yaml")
    ]
    assert payoffs[0] == pytest.approx(payoffs[1], abs=1e-12)


def test_sweep_writes_a_table_and_refuses_to_overwrite_it(tmp_path: Path) -> None:
    out = tmp_path / "table.parquet"
    found = checked("sweep", run("sweep", CASE, "--out", out, *QUICK, "--json"))
    assert found["draws"] == 24
    assert "is there already" in run("sweep", CASE, "--out", out, *QUICK, status=2)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["test", "no/such.yaml"], "no file"),
        (["test", "alaska-2026"], "did you mean alaska-2025"),
        (["read", CASE, "--observe", "nonsense"], "nothing is called 'nonsense'"),
        (["read", CASE, "--observe", "a =", "--observe", "b ="], "--observe:1:3"),
        (["read", CASE, "--observer", "nosuch"], "no actor or observer 'nosuch'"),
        (["read", CASE, "--observe", "nothing=x", "--observe", "nobody=y"], "nobody"),
        (["solve", CASE, "--method", "magic"], "magic"),
        (["test", CASE, "--draws", "8", "--out", "no/such/dir/r.html"], "cannot write"),
        (["test", CASE, "--scheduler", "tcp://x"], "--engine dask"),
        (["check", CASE, "--sources", "no-such-folder"], "no folder"),
        (["test", CASE, "--out", "r.html", "--sources", "no-such-folder"], "no folder"),
        (["test", CASE, "--sources", "."], "add --out"),
        (["convert", CASE, "x.doc"], "cannot write"),
    ],
)
def test_bad_input_is_told_plainly(arguments: list[str], told: str) -> None:
    assert told in run(*arguments, status=2)


def test_help_does_not_load_the_solver() -> None:
    code = (
        "import sys; from lackmus.cli.main import app; "
        "heavy = {'numpy', 'numba', 'altair', 'scipy', 'rich'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("group", [(), ("cases",), ("ledger",)])
def test_no_summary_of_a_command_is_cut_at_80_columns(
    group: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = run(*group, "--help")
    summaries = told.partition("Commands:\n")[2].splitlines()
    assert summaries
    assert [line for line in summaries if line.endswith(("...", "…")) or len(line) > 80] == []
    assert all(line.startswith("  ") and line.endswith(".") for line in summaries)


def test_what_is_not_certified_is_said_first_and_by_the_exit_status(tmp_path: Path) -> None:
    file = tmp_path / "huge.nfg"
    big = 10**18
    payoffs = f"{big} {-big} {-big} {big} {-big} {big} {big} {-big}"
    file.write_text(f'NFG 1 R "huge" {{ "1" "2" }} {{ 2 2 }} "" {payoffs}')
    told = run("solve", file, "--precision", "1", status=3)
    assert told.startswith("uncertified: Not a logit equilibrium")
    assert "0 found" in told
    found = checked("solve", run("solve", file, "--precision", "1", "--json", status=3))
    assert found["status"]["code"] == "uncertified"


NEVER = """\
title: Never
actors: {a: {}, b: {}}
moves:
  - ask: {by: a, options: [x, y]}
  - reply: {by: b, options: [u, v], if: ask = x}
stakes:
  a: [{worth: 1, if: reply = u}]
  b: [{worth: 1, if: reply = u}]
precision: 2
claims:
  c:
    says: it will
    holds if: P(reply = u) > 0.5
    resolves if: reply = u
    annulled unless: ask = x and ask = y
"""


def test_a_forecast_whose_condition_never_happens_has_no_probability(tmp_path: Path) -> None:
    case = tmp_path / "never.yaml"
    case.write_text(NEVER, "utf-8")
    assert "seen: no probability, since" in run("forecast", case, *QUICK)
    (one,) = checked("forecast", run("forecast", case, *QUICK, "--json"))["forecasts"]
    assert one["probability"] is None


def test_a_forecast_says_what_it_knows_and_that_this_is_no_report_of_the_event() -> None:
    told = " ".join(run("forecast", "alaska-2025", *QUICK).split())
    seen = "given what was seen beforehand, and before any report of the event (2 observations):"
    assert seen in told


def test_a_case_in_the_folder_itself_has_the_name_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "strike"
    folder.mkdir()
    (folder / "case.yaml").write_text(NEVER, "utf-8")
    monkeypatch.chdir(folder)
    assert checked("forecast", run("forecast", ".", *QUICK, "--json"))["case"] == "strike"
