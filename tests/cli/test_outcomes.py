"""How commands end, whatever stands at the other end of their streams, and what names may hold."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

import lackmus
from lackmus.cli.main import app
from lackmus.cli.terminal import json_visible, visible
from lackmus.foundation import compiling

CASE = "beer-quiche"

Ended = Callable[..., subprocess.CompletedProcess[bytes]]

SMALL = """
title: Small
actors: {south: {}}
assumptions: {gain: {value: 1, range: [0, 2]}}
moves: [{offer: {by: south, options: [up, down]}}]
stakes: {south: [{worth: gain, if: offer = up}]}
claims: {c1: {holds if: P(offer = up) > 0.6}}
"""

#: Names that a terminal, rich's markup or its emoji would act upon.
HOSTILE = "A \\[/foo] [bold]b[/bold] :skull: [link=https://example.org]x[/link] ] ["


def complaints(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    """Lines on the error stream, but for the one by which a first run says that it compiles."""
    return [line for line in done.stderr.decode().splitlines() if "is compiled once" not in line]


def environment(**changes: str) -> dict[str, str]:
    return {**os.environ, **changes}


def hostile_case(folder: Path, title: str) -> Path:
    path = folder / "case.yaml"
    path.write_text(
        f"title: '{title}'\nactors: {{a: {{aims: {{x: 0.5, y: 0.5}}}}}}\n"
        "moves: [{m: {by: a, options: [l, r]}}]\n"
        f"stakes: {{a: [{{worth: 2, if: m = l and a.aim = x}}]}}\n"
        f"claims: {{c: {{by: '{title}', holds if: P(m = l) > 0.5}}}}\n",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("arguments", "encoding"),
    [
        (("test", CASE, "--draws", "8", "--json"), "cp1252"),
        (("solve", CASE, "--json"), "ascii"),
        (("read", "alaska-2025", "--json"), "cp1252"),
    ],
    ids=lambda a: a if isinstance(a, str) else a[0],
)
def test_json_is_whole_in_every_encoding(
    ended: Ended, arguments: tuple[str, ...], encoding: str
) -> None:
    env = environment(PYTHONUTF8="0", PYTHONIOENCODING=encoding)
    done = ended(*arguments, env=env)
    assert done.returncode == 0, done.stderr
    found, plain = (json.loads(d.stdout.decode(e)) for d, e in (
        (done, encoding), (ended(*arguments), "utf-8")
    ))  # fmt: skip
    for value in (found, plain):
        value.pop("seconds", None)
        value.pop("compiled", None)
    assert found == plain


@pytest.mark.parametrize("begun", [True, False])
@pytest.mark.parametrize("command", ["test", "learn", "solve"])
def test_a_time_says_everywhere_that_compiling_had_a_part_in_it(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    begun: bool,
) -> None:
    monkeypatch.setattr(compiling, "begun", lambda: begun)
    case = tmp_path / "case.yaml"
    seen = "observations: [{saw: offer = up, date: 2025-01-02}]\n"
    case.write_text(SMALL + seen, encoding="utf-8")
    few = () if command == "solve" else ("--draws", "20")
    app([command, str(case), *few, "--json"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out)["compiled"] is begun
    page = tmp_path / "page.html"
    out = () if command == "solve" else ("--out", str(page))
    app([command, str(case), *few, *out], standalone_mode=False)
    for text in (capsys.readouterr().out, *([page.read_text("utf-8")] if out else [])):
        assert (compiling.INCLUDED.strip() in " ".join(text.lower().split())) is begun


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_text_has_words_for_letters_that_an_encoding_lacks(ended: Ended, encoding: str) -> None:
    env = environment(PYTHONUTF8="0", PYTHONIOENCODING=encoding)
    done = ended("test", CASE, "--draws", "8", env=env)
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode(encoding)
    assert "?" not in text
    assert any(sign in text for sign in ("(+)", "(~)", "(-)"))


def test_a_library_case_is_shown_as_the_file_it_is(ended: Ended) -> None:
    env = environment(PYTHONUTF8="0", PYTHONIOENCODING="cp1252")
    shown = ended("cases", "show", "alaska-2025", env=env).stdout
    folder = Path(str(files("lackmus.library"))) / "commentary/alaska-2025/case.yaml"
    assert shown.decode("utf-8") == folder.read_text("utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
@pytest.mark.parametrize(
    "arguments",
    [("cases",), ("check", CASE), ("solve", CASE), ("read", CASE), ("cases", "--json"),
     ("test", CASE, "--draws", "8"), ("--version",), ("cases", "show", CASE)],
    ids=" ".join,
)  # fmt: skip
def test_a_full_device_is_told_and_ends_with_three(
    ended: Ended, arguments: tuple[str, ...]
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = ended(*arguments, stdout=full.fileno())
    assert done.returncode == 3
    (told,) = complaints(done)
    assert "No space left" in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
def test_a_full_device_is_told_where_an_interpreter_starts_with_it(ended: Ended) -> None:
    with Path("/dev/full").open("wb") as full:
        done = ended("--version", stdout=full, stdin=subprocess.DEVNULL)
    assert done.returncode == 3
    (told,) = complaints(done)
    assert "No space left" in told


@pytest.mark.parametrize(
    "arguments",
    [("cases",), ("check", "alaska-2025"), ("read", "alaska-2025"), ("cases", "--json")],
)
def test_a_closed_pipe_ends_quietly_with_zero(ended: Ended, arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = ended(*arguments, stdout=writing)
    os.close(writing)
    assert done.returncode == 0
    assert complaints(done) == []


def test_closed_streams_swallow_what_is_written() -> None:
    shell = f"exec {sys.executable} -c 'from lackmus.cli.main import run; run()' cases >&- 2>&-"
    assert subprocess.run(["/bin/sh", "-c", shell], check=False).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("test", "nosuch"), 2), (("solve", "nosuch"), 2), (("read", "nosuch"), 2),
        (("check", "nosuch"), 2), (("sweep", "nosuch", "--out", "x.parquet"), 2),
        (("test", CASE, "--draws", "many"), 2), (("test", "--nonsense", CASE), 2),
        (("solve", CASE, "--method", "magic"), 2), (("nonsense",), 2),
    ],
    ids=lambda a: " ".join(a) if isinstance(a, tuple) else None,
)  # fmt: skip
def test_faults_are_json_too(ended: Ended, arguments: tuple[str, ...], status: int) -> None:
    done = ended(*arguments, "--json")
    assert done.returncode == status
    found = json.loads(done.stdout)
    schema = json.loads((files("lackmus") / "schemas/error.schema.json").read_text("utf-8"))
    assert found["version"] == lackmus.__version__
    if "error" in found:
        jsonschema.Draft202012Validator(schema).validate(found)
        assert found["error"]["status"] == status
    else:
        assert found["ok"] is False


def test_a_fault_of_lackmus_itself_is_a_line_and_never_a_failed_claim() -> None:
    code = (
        "import lackmus.cli.commands.files as c; c.cases = lambda **_: {}['gone']\n"
        "from lackmus.cli.main import run; run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "cases", "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 70
    assert "fault of its own: KeyError: 'gone'" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout)["error"]["kind"] == "internal"


def test_an_interrupt_keeps_what_was_found_and_ends_with_three(tmp_path: Path) -> None:
    code = (
        "import os, signal\n"
        "from lackmus.pipeline import case_study\n"
        "run, calls = case_study.CaseStudy.run, []\n"
        "def interrupted(*args, **more):\n"
        "    calls.append(1)\n"
        "    if len(calls) == 3: os.kill(os.getpid(), signal.SIGINT)\n"
        "    return run(*args, **more)\n"
        "case_study.CaseStudy.run = interrupted\n"
        "from lackmus.cli.main import run as main; main()"
    )
    report = tmp_path / "r.html"
    done = subprocess.run(
        [sys.executable, "-c", code, "test", CASE, "--draws", "5000", "--threads", "1", "--json",
         "--out", str(report)], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    found = json.loads(done.stdout)
    assert 0 < found["draws"] < 5000
    assert f"stopped by Ctrl-C after {found['draws']:,} of 5,000 draws" in done.stderr
    assert report.read_text("utf-8").lstrip().lower().startswith("<!doctype html>")


def test_an_interrupt_before_anything_was_found_ends_with_three() -> None:
    code = (
        "import os, signal\n"
        "from lackmus.cli.commands import files\n"
        "files.cases = lambda **_: os.kill(os.getpid(), signal.SIGINT)\n"
        "from lackmus.cli.main import run; run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "cases", "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "stopped by Ctrl-C" in done.stderr
    assert json.loads(done.stdout)["error"]["kind"] == "unfinished"


def test_findings_are_printed_where_the_report_cannot_be_written(tmp_path: Path) -> None:
    code = (
        "from lackmus.cli.commands import studies\n"
        "def full(*_): raise OSError(28, 'No space left on device')\n"
        "studies.write_text = full\n"
        "from lackmus.cli.main import run; run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "test", CASE, "--draws", "8", "--json",
         "--out", str(tmp_path / "r.html")], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert json.loads(done.stdout)["draws"] == 8
    assert "the report was not written: the disk" in done.stderr


@pytest.mark.parametrize("command", ["test", "solve", "read", "check"])
def test_names_are_printed_letter_by_letter(ended: Ended, tmp_path: Path, command: str) -> None:
    path = hostile_case(tmp_path, HOSTILE)
    more = ("--draws", "8") if command == "test" else ()
    done = ended(command, path, *more, env=environment(COLUMNS="160"))
    assert done.returncode == 0, done.stderr
    if command != "read":
        assert HOSTILE in done.stdout.decode()
    assert b"\x1b" not in done.stdout


def test_names_of_other_programs_files_steer_no_terminal(ended: Ended, tmp_path: Path) -> None:
    path = tmp_path / "x.efg"
    path.write_text(
        'EFG 2 R "t\x1b]0;owned\x07 \u202eabc" { "P\x1b[31m" "\x9b2J" }\n'
        'p "" 1 1 "i\x1b[0m" { "a\u2066" "b\x7f" } 0\nt "" 1 "" { 1 0 }\nt "" 2 "" { 0 1 }\n',
        encoding="utf-8",
    )
    for arguments in ((), ("--json",)):
        out = ended("solve", path, *arguments).stdout.decode()
        assert not set(out) & set("\x1b\x07\x9b\x7f\u202e\u2066")
        assert "u202e" in out


def test_what_steers_is_shown_and_json_keeps_its_value() -> None:
    text = "a\x1b[2J\u202eb\x9b\u2066c\x7f ü → ●"
    assert visible(text) == "a\\x1b[2J\\u202eb\\x9b\\u2066c\\x7f ü → ●"
    assert json.loads(json_visible(json.dumps(text, ensure_ascii=False))) == text


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("case.yaml",), "lackmus check case.yaml"), (("alaska-2025",), "lackmus test alaska-2025"),
        (("x.efg",), "lackmus solve x.efg"),
    ],
)  # fmt: skip
def test_a_case_in_place_of_a_command_is_told_which_there_are(
    ended: Ended, arguments: tuple[str, ...], hint: str
) -> None:
    done = ended(*arguments)
    assert done.returncode == 2
    assert hint in done.stderr.decode()


def test_a_search_shows_on_a_terminal_how_far_it_is() -> None:
    pty = pytest.importorskip("pty", reason="Windows has none")
    ours, theirs = pty.openpty()
    code = "from lackmus.cli.main import run; run()"
    command = [sys.executable, "-c", code, "learn", "india-tariffs-2025", "--why"]
    shown = b""
    with subprocess.Popen(
        [*command, "--draws", "100"], stdout=subprocess.DEVNULL, stderr=theirs,
        env=environment(TERM="xterm", COLUMNS="100"),
    ) as running:  # fmt: skip
        os.close(theirs)
        # So Linux ends a terminal whose other side is closed.
        with contextlib.suppress(OSError):
            while part := os.read(ours, 65536):
                shown += part
    os.close(ours)
    assert running.returncode == 0
    for stage in (b"draws", b"search", b"nearest", b"ranges"):
        assert stage in shown


READ_ONCE = """
import sys
from lackmus.cli.commands import studies
from lackmus.cli.main import run
read = studies.load
def load(case):
    print("read", file=sys.stderr, flush=True)
    return read(case)
studies.load = load
sys.argv = ["lackmus", "test", sys.argv[1]]
run()
"""


def test_what_is_at_fault_in_a_case_is_found_and_told_once(tmp_path: Path) -> None:
    """Also where the case is read in a copy of the process."""
    path = tmp_path / "case.yaml"
    path.write_text(SMALL.replace("offer = up}", "offer = sideways}"), encoding="utf-8")
    command = [sys.executable, "-c", READ_ONCE, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    first, *told = done.stderr.splitlines()
    assert (done.returncode, done.stdout, first) == (2, "", "read")
    assert told[0].startswith(f"{path}:6:")
    assert "sideways" in told[0]
    assert "read" not in told
