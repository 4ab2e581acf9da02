"""What each command does: arguments to the pipeline, results to the console."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lackmus.cli import console
from lackmus.cli.drafting import make_folder
from lackmus.cli.outcome import UNFINISHED
from lackmus.cli.terminal import prose_width
from lackmus.foundation.disk import check_target, in_words, read_bounded, write_text
from lackmus.foundation.errors import CaseError, UsageError
from lackmus.foundation.version import version
from lackmus.library import index
from lackmus.pipeline.loading import dissent_of, dissents_of, load

if TYPE_CHECKING:
    from lackmus.case.gaps import Gap
    from lackmus.case.syntax import Case, Expr
    from lackmus.engines.base import Engine
    from lackmus.foundation.errors import Fault
    from lackmus.game.game import Game
    from lackmus.pipeline.findings import Findings


def print_version() -> None:
    """Prints the version."""
    console.line(f"lackmus {version()}")


def observed_in(observe: Sequence[str]) -> tuple[Expr, ...]:
    """The conditions of ``--observe`` arguments.

    Raises:
        UsageError: Those that are no expression, all at once.
    """
    from lackmus.pipeline.observations import parse_observed

    return parse_observed(observe, "--observe")


def engine_of(name: str, scheduler: str, threads: int) -> Engine:
    """The engine that the arguments ask for.

    Raises:
        UsageError: Dask is asked for and not installed.
    """
    if name == "dask":
        from lackmus.engines.dask_cluster import DaskCluster

        return DaskCluster(scheduler or None, workers=threads or None)
    if scheduler:
        raise UsageError("a scheduler needs --engine dask", hint="add --engine dask")
    from lackmus.engines.threads import Threads

    return Threads(threads or None)


# --- test ---


def test(
    case: str,
    *,
    draws: int,
    seed: int,
    observe: Sequence[str],
    recorded: bool,
    dissents: Sequence[str],
    engine: str,
    scheduler: str,
    threads: int,
    design: Any,  # noqa: ANN401 - one of the names that typer let through
    out: Path | None,
    sources: Path | None,
    equilibria: bool,
    fail_on: Sequence[str],
    as_json: bool,
) -> bool:
    """Puts a case to the test; whether a claim failed that `fail_on` names."""
    from lackmus.pipeline.findings import Effort, put_to_test
    from lackmus.report.jsonable import findings_json

    observed = observed_in(observe)
    loaded = load(case)
    others = [load(path) for path in dissent_paths(case, dissents)]
    _check_fail_on(loaded, fail_on)
    if sources is not None:
        _check_sources(sources)
        if out is None:
            raise UsageError(
                "the passages of --sources stand in the report, and none is asked for",
                hint="add --out FILE.html",
            )
    if out is not None:
        check_report(out)
    trouble = ""
    with engine_of(engine, scheduler, threads) as running, console.progress(quiet=as_json) as tell:
        effort = Effort(
            draws=draws, seed=seed, design=design, engine=running,
            threads=threads or os.cpu_count() or 1, equilibria=equilibria,
            stakes=out is not None, keep_unfinished=True,
        )  # fmt: skip
        findings = put_to_test(
            loaded,
            observed=observed,
            recorded=recorded,
            dissents=others,
            effort=effort,
            progress=tell,
        )
        if out is not None:
            tell("report", 0, 1)
            trouble = _write_report(findings, out, sources)
            tell("report", 1, 1)
    if as_json:
        console.json(findings_json(findings))
    else:
        console.findings(findings)
        if out is not None and not trouble:
            console.line(f"report: {out}")
    troubles = [text for text in (trouble, findings.unfinished) if text]
    for text in troubles:
        console.trouble(text)
    if troubles:
        raise SystemExit(UNFINISHED)
    return _failed(findings, fail_on)


def dissent_paths(case: str, names: Sequence[str]) -> list[Path]:
    """The dissents that ``--with`` names; ``all`` stands for the case's own."""
    paths: list[Path] = []
    for name in names:
        paths += dissents_of(case) if name == "all" else [dissent_of(case, name)]
    return paths


#: What a report's name ends in, and what its first bytes hold.
_PAGES = (".html", ".htm")
_GENERATOR = b'<meta name="generator" content="Lackmus'
_HEAD, _LARGEST_PAGE = 4096, 500_000_000

_TABLES = (".parquet", ".pq")


def _check_fail_on(case: Case, fail_on: Sequence[str]) -> None:
    from lackmus.sweep.verdict import ALL_WORDS

    known = {claim.id for claim in case.claims}
    wrong = [name for name in fail_on if name not in known and name not in ALL_WORDS]
    if wrong:
        hint = f"a verdict ({', '.join(ALL_WORDS)}) or a claim of the case"
        raise UsageError(f"--fail-on {', '.join(wrong)}: no such claim or verdict", hint=hint)


def _failed(findings: Findings, fail_on: Sequence[str]) -> bool:
    return any(
        finding.verdict.word in fail_on or (finding.claim.id in fail_on and not finding.stands)
        for finding in findings.claims
    )


def check_report(path: Path) -> None:
    """Raise UsageError unless a report can be written there, in the place of another at most."""
    if path.suffix.lower() not in _PAGES:
        raise UsageError(f"cannot write {path}: a report is a page", hint="name an .html file")
    check_target(path)
    if path.exists() and _GENERATOR not in read_bounded(path, _LARGEST_PAGE)[:_HEAD]:
        message = f"{path} is there already, and is no report of Lackmus"
        raise UsageError(message, hint="remove it, or name another file")


def _check_sources(folder: Path) -> None:
    """Raise UsageError unless there is a folder of sources."""
    if not folder.is_dir():
        raise UsageError(f"no folder {folder}", hint="name the folder that holds the texts")


def _write_report(findings: Findings, out: Path, sources: Path | None) -> str:
    """Writes the report, with the passages of the sources in a folder; what hindered it."""
    from lackmus.case.citations import passages
    from lackmus.report.html import render

    quotes = passages(findings.case, sources) if sources is not None else None
    try:
        write_text(out, render(findings, quotes))
    except OSError as error:
        return f"the report was not written: {in_words(error, out)}"
    return ""


# --- check, read, solve ---


def check(case: str, *, sources: Path | None, todo: bool, as_json: bool) -> None:
    """Prints the game in words with warnings, or all faults; of a draft, what it lacks."""
    from lackmus.case.citations import verify
    from lackmus.case.words import words_text
    from lackmus.cli import drafting

    found = _checked(case, keep_faults=as_json)
    if sources is not None:
        _check_sources(sources)
    checks = verify(found.case, sources) if found.case else []
    cited = [f for c in checks if (f := c.fault()) and f.severity == "error"]
    if as_json:
        faults = [*found.faults, *cited, *found.notes]
        told = console.check_json(found.case, faults, checks)
        console.json({**told, "gaps": drafting.gaps_json(found.gaps)})
    elif todo:
        drafting.todo(found.gaps, case)
    elif found.case is not None and not found.gaps:
        console.words(words_text(found.case, prose_width()), found.notes, checks)
    else:
        console.citations(checks)
    if not as_json:
        drafting.refuse_draft(found.gaps, found.faults, case, todo=todo)
    if found.faults or cited:
        raise SystemExit(2)


@dataclass(frozen=True)
class _Checked:
    """A case as far as it can be read, and what is to be said of it."""

    case: Case | None = None
    faults: Sequence[Fault] = ()
    notes: Sequence[Fault] = ()
    gaps: Sequence[Gap] = ()


def _checked(case: str, *, keep_faults: bool) -> _Checked:
    """Reads and compiles a case; CaseError unless its faults are to be kept, or it is a draft."""
    from lackmus.case.check import check_case
    from lackmus.case.gaps import DraftError
    from lackmus.compiler.compile import compile_case
    from lackmus.compiler.remarks import remarks_on

    try:
        loaded = load(case)
        remarks = remarks_on(compile_case(loaded))
    except DraftError as error:
        return _Checked(error.case, error.faults, gaps=error.gaps)
    except CaseError as error:
        if not keep_faults:
            raise
        return _Checked(faults=error.faults)
    notes = [f for f in check_case(loaded) if f.severity != "error"]
    return _Checked(loaded, notes=[*notes, *remarks])


def read(
    case: str, *, observe: Sequence[str], recorded: bool, observer: str, as_json: bool
) -> None:
    """Prints a reading."""
    from lackmus.pipeline.readings import read_case
    from lackmus.report.jsonable import reading_json

    reading = read_case(load(case), observed_in(observe), observer=observer, recorded=recorded)
    if as_json:
        console.json(reading_json(reading))
    else:
        console.reading(reading)
    if not reading.solved:
        raise SystemExit(UNFINISHED)


def game_of(text: str) -> tuple[Game, float | None]:
    """The game in a case or a file, and the precision that a case states.

    Raises:
        InputError: The file is at fault.
    """
    suffix = Path(text).suffix.lower()
    if suffix in (".efg", ".nfg"):
        from lackmus.game.efg import read_efg
        from lackmus.game.nfg import read_nfg

        return (read_efg if suffix == ".efg" else read_nfg)(Path(text)), None
    from lackmus.compiler.compile import compile_case

    loaded = load(text)
    return compile_case(loaded).game, float(loaded.precision.value)


def solve(
    game: str,
    *,
    method: str,
    precision: float | None,
    every: bool,
    seconds: float | None,
    as_json: bool,
) -> None:
    """Prints equilibria."""
    from lackmus.report.jsonable import solution_json
    from lackmus.solvers.solve import METHODS
    from lackmus.solvers.solve import solve as run

    if method == "list":
        if as_json:
            console.json({"methods": [asdict(row) for row in METHODS]})
        else:
            console.methods(METHODS)
        return
    loaded, stated = game_of(game)
    if not method and not every and precision is None:
        precision = stated
    if method == "logit" and precision is None:
        precision = stated
    solution = run(loaded, method=method or None, precision=precision, every=every, seconds=seconds)
    if as_json:
        console.json(solution_json(solution))
    else:
        console.solution(solution)
    if solution.ended_short:
        raise SystemExit(UNFINISHED)


def tree(game: str, *, out: Path, precision: float | None, rows: int) -> None:
    """Draws the tree of a game under its logit equilibrium."""
    from lackmus.report.drawing import check_ending
    from lackmus.report.drawing import tree as drawn
    from lackmus.solvers.solve import solve as run

    check_ending(out)
    check_target(out)
    loaded, stated = game_of(game)
    found = run(loaded, precision=stated if precision is None else precision)
    drawn(found, most=rows).save(out)
    console.line(f"tree: {out}")


def schema(name: str) -> None:
    """Prints a JSON Schema, or the names of all."""
    ending = ".schema.json"
    known = sorted(
        file.name.removesuffix(ending)
        for file in (files("lackmus") / "schemas").iterdir()
        if file.name.endswith(ending)
    )
    if not name:
        console.line("\n".join(known))
        return
    if name not in known:
        raise UsageError(f"there is no schema {name!r}", hint=f"known are {', '.join(known)}")
    text = (files("lackmus") / "schemas" / f"{name}{ending}").read_text("utf-8")
    console.json(json.loads(text))


# --- sweep, convert ---


def sweep(
    case: str,
    *,
    out: Path,
    draws: int,
    seed: int,
    design: Any,  # noqa: ANN401 - one of the names that typer let through
    points: Path | None,
    observe: Sequence[str],
    recorded: bool,
    engine: str,
    scheduler: str,
    threads: int,
    resume: bool,
    as_json: bool,
) -> None:
    """Writes the table of draws."""
    from lackmus.case.writer import write_case
    from lackmus.pipeline.observations import in_light_of
    from lackmus.pipeline.study import CaseStudy
    from lackmus.sweep.points import read_points
    from lackmus.sweep.sweep import sweep as run

    if out.suffix.lower() not in _TABLES:
        hint = "name a .parquet file, which pandas, polars, DuckDB and R read"
        raise UsageError(f"cannot write {out}: a table of draws is Parquet", hint=hint)
    loaded = load(case)
    study = CaseStudy(loaded, in_light_of(loaded, observed_in(observe), recorded=recorded))
    own = read_points(points, study.assumptions) if points else None
    with engine_of(engine, scheduler, threads) as running, console.progress(quiet=as_json) as tell:
        swept = run(
            study, out, draws, seed, design, points=own, engine=running, resume=resume,
            title=loaded.title, text=write_case(loaded),
            progress=lambda far: tell("draws", far.done, far.total),
        )  # fmt: skip
    for path in swept.damaged:
        console.trouble(f"{path} was damaged or of another sweep; its draws were done again")
    if as_json:
        console.json({"table": str(swept.path), "draws": swept.draws, "failed": swept.failed})
    else:
        console.line(f"table: {swept.path} ({swept.draws:,} draws, {swept.failed:,} failed)")


def convert(source: Path, target: Path, *, force: bool) -> None:
    """Converts a file; UsageError where the target cannot hold it, or is there already."""
    from lackmus.case.writer import write_case
    from lackmus.game.efg import write_efg
    from lackmus.game.nfg import write_nfg
    from lackmus.game.source import renamed

    writers: dict[str, Callable[[Game], str]] = {".efg": write_efg, ".nfg": write_nfg}
    kind = target.suffix.lower()
    is_case = source.suffix.lower() not in writers
    if kind in (".yaml", ".yml"):
        if not is_case:
            hint = "a case says who aims at what; a tree no longer knows"
            raise UsageError(f"a {source.suffix} file cannot become a case", hint=hint)
    elif kind not in writers:
        raise UsageError(f"cannot write {target}", hint="name a .yaml, .efg or .nfg file")
    _check_new(source, target, force=force)
    if kind in writers:
        game, _ = game_of(str(source))
        text = writers[kind](game)
        for name, written in renamed(game):
            console.trouble(f"note: Gambit does not take the name {name!r}; written as {written!r}")
    else:
        text = write_case(load(str(source)))
    write_text(target, text)
    console.line(f"wrote {target}")


def _check_new(source: Path, target: Path, *, force: bool) -> None:
    """Raise UsageError where a file stands at the target that must stay."""
    check_target(target)
    if not target.exists():
        return
    for read in (source, source / "case.yaml", source / "observations.yaml"):
        if read.exists() and read.samefile(target):
            raise UsageError(f"{target} is what is to be converted", hint="name another file")
    if not force:
        raise UsageError(f"{target} is there already", hint="name another file, or add --force")


# --- the library ---


def cases(*, as_json: bool) -> None:
    """Prints the library, a line a case."""
    entries = index.cases()
    if as_json:
        console.json({"cases": [{"name": e.name, "title": e.title} for e in entries]})
    else:
        console.library(entries)


def show(name: str) -> None:
    """Prints a case file as it stands."""
    path = index.find(name)
    sys.stdout.flush()
    # A file, and so in its own encoding, whatever that of the stream is.
    sys.stdout.buffer.write((path / "case.yaml" if path.is_dir() else path).read_bytes())


#: The how-to pages' cases, made by scripts/build_patterns.py.
PATTERNS = ("bluffing", "deadline", "inspector", "mediator", "pretext", "probe")


def new(folder: Path, pattern: str) -> None:
    """Makes a folder with a case to start from, and the schema by which an editor completes it.

    Args:
        folder: The folder.
        pattern: One of `PATTERNS`; the commented case where it is empty.

    Raises:
        UsageError: There is no such pattern, or a file is in the way.
    """
    if pattern and pattern not in PATTERNS:
        hint = f"there are {', '.join(PATTERNS)}"
        raise UsageError(f"no pattern '{pattern}'", hint=hint)
    schema = "case.schema.json"
    target, beside = folder / "case.yaml", folder / schema
    for file in (target, beside):
        if os.path.lexists(file):
            raise UsageError(f"{file} is there already", hint="name another folder")
    make_folder(folder)
    write_text(beside, (files("lackmus") / "schemas" / schema).read_text("utf-8"))
    start = f"patterns/{pattern}.yaml" if pattern else "starter.yaml"
    write_text(target, (files("lackmus.case") / start).read_text("utf-8"))
    console.line(f"wrote {target}; now: lackmus check {folder}, then lackmus test {folder}")


# --- editors ---


def work(
    case: str,
    *,
    sources: Path | None,
    host: str,
    port: int,
    draws: int,
    seed: int,
    browser: bool,
) -> None:
    """Serves the workbench until Ctrl-C; prints its address first."""
    import webbrowser

    from lackmus.workbench.server import serve

    def ready(address: str) -> None:
        console.line(address)
        sys.stdout.flush()
        if browser:
            webbrowser.open(address)

    serve(case, sources=sources, host=host, port=port, draws=draws, seed=seed, ready=ready)


def lsp() -> None:
    """Serves one editor until it hangs up; nothing else is written to the standard output."""
    from lackmus.service.lsp import server

    # The server closes what it writes to when the editor leaves.
    server().start_io(stdout=os.fdopen(os.dup(sys.stdout.fileno()), "wb"))


def mcp(seconds: float) -> None:
    """Serves one assistant until it hangs up; nothing else is written to the standard output."""
    from lackmus.assistants.server import server

    server(seconds).run("stdio")
