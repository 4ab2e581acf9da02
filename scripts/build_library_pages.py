"""Writes docs/library: a page and a drawing a case, known answers beside ours; review the diff."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lackmus.case import syntax
from lackmus.case.parse import load_case
from lackmus.case.words import in_words
from lackmus.compiler.compile import compile_case
from lackmus.foundation.outcomes import WORDS
from lackmus.library.index import Entry, cases
from lackmus.pipeline.case_study import CaseStudy
from lackmus.report.drawing import tree
from lackmus.solvers.quantal_response.logit import solve_logit
from lackmus.testing.asking import ask

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "library"
PICTURES = PAGES / "images"
ANSWERS = ROOT / "tests" / "library" / "answers.toml"

_SECTIONS = (
    "Who",
    "What nobody decides",
    "What happens, in this order",
    "What is at stake",
    "What is assumed",
)
_AMONG = {
    "only": "",
    "some": ", one equilibrium of a complete list",
    "all": ", every equilibrium of a complete list",
}
_GENERATED = "<!-- Made by scripts/build_library_pages.py; change the case, not this page. -->"


def pages() -> dict[str, str]:
    """Every page by its file name."""
    records = tomllib.loads(ANSWERS.read_text(encoding="utf-8"))["record"]
    published = [entry for entry in cases() if entry.group != "commentary"]
    found = {
        f"{entry.name}.md": _page(entry, [r for r in records if r["case"] == entry.name])
        for entry in published
    }
    return {"index.md": _index(cases())} | found


def pictures() -> dict[str, str]:
    """Every case's game tree by its file name."""
    return {f"{entry.name}.svg": _picture(entry) for entry in cases()}


def _picture(entry: Entry) -> str:
    """The game tree of a case at its base values, with the play of its quantal response."""
    case = load_case(entry.path)
    game = compile_case(case).game
    return tree(solve_logit(game, float(case.precision.value))).svg + "\n"


def main() -> None:
    """Rewrites every page and drawing that has changed, and takes away those without a case."""
    for folder, made in ((PAGES, pages()), (PICTURES, pictures())):
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if old.is_file() and old.name not in made:
                old.unlink()
        for name, text in made.items():
            file = folder / name
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                file.write_text(text, encoding="utf-8")
                print(name)


def _index(entries: Sequence[Entry]) -> str:
    lines = [
        "# The library",
        _GENERATED,
        "Every case is run by its name: `lackmus test beer-quiche`, `lackmus solve beer-quiche`. "
        "`lackmus cases show NAME` prints its text. Cases from the literature come with a known "
        "answer, and a test that holds ours against it. The pages say of each number whether it is "
        "*published*, *derived* by hand from the source's formulas or the case's assumptions, or "
        "*computed* by other code than the solvers. A claim under an author's name holds all over "
        "the ranges of its case: these end where his theorem's domain does.",
    ]
    titles = {"books": "From books", "journals": "From journals", "commentary": "Commentaries"}
    for group, title in titles.items():
        listed = []
        for entry in (e for e in entries if e.group == group):
            name = entry.name if group == "commentary" else f"[{entry.name}]({entry.name}.md)"
            listed.append(f"- {name}: {entry.title}")
        lines += [f"## {title}", "\n".join(listed)]
    return "\n\n".join(lines) + "\n"


def _page(entry: Entry, records: Sequence[Mapping[str, Any]]) -> str:
    case = load_case(entry.path)
    drawn = f"![The game tree, with play at the case's precision](images/{entry.name}.svg)"
    blocks = [f"# {case.title}", _GENERATED, case.summary, drawn, "## The model in words"]
    for section in in_words(case):
        if section.title in _SECTIONS:
            blocks += [f"### {section.title}", _paragraphs(section.paragraphs)]
    if case.notes:
        blocks += ["### Notes", _flowing(case.notes)]
    blocks += ["## Known answer", _flowing(case.known_answer), "## Known and ours"]
    blocks.append("\n".join(_comparison(case, records)))
    blocks += ["## Its claims at the base values", "\n".join(_claims(case)), "## Sources"]
    blocks.append("\n".join(map(_source, case.sources)))
    return "\n\n".join(blocks) + "\n"


def _source(source: syntax.Source) -> str:
    where = f" <{source.url}>" if source.url else ""
    return f"- {source.author}: {source.title}.{where}"


def _flowing(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def _paragraphs(paragraphs: Sequence[str]) -> str:
    """Paragraphs with a blank line between, except within a list."""
    text = ""
    for before, after in zip(("", *paragraphs), paragraphs, strict=False):
        both = before.startswith("- ") and after.startswith("- ")
        text += ("\n" if both else "\n\n") + _escaped(after)
    return text.strip()


def _escaped(text: str) -> str:
    return text.replace("*", "\\*").replace("_", "\\_")


def _comparison(case: syntax.Case, records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "| method | question | known | ours | known how | source |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for record in records:
        answers: Mapping[str, str | list[str]] = record["answers"]
        precision = record.get("precision")
        replies = ask(
            case, list(answers), method=record["method"], precision=precision, seconds=600
        )
        method = record["method"] + (f" at λ = {precision:g}" if precision else "")
        method += _AMONG[record.get("among", "only")]
        numbers = _chosen(replies.numbers, answers, record)
        for (question, value), ours in zip(answers.items(), numbers.T, strict=True):
            known = value if isinstance(value, str) else f"{value[0]} to {value[1]}"
            asked = question.replace("|", "\\|")
            how = f"{record['standing']} | {record['source']}"
            yield f"| {method} | `{asked}` | {known} | {_span(ours)} | {how} |"


def _chosen(
    numbers: np.ndarray, answers: Mapping[str, str | list[str]], record: Mapping[str, Any]
) -> np.ndarray:
    """The rows to show: the equilibrium nearest to the answer where one of many is meant."""
    if record.get("among") != "some":
        return numbers
    ends = [
        [_number(v)] * 2 if isinstance(v, str) else [*map(_number, v)] for v in answers.values()
    ]
    low, high = np.array(ends).T
    distance = np.maximum(low - numbers, 0) + np.maximum(numbers - high, 0)
    distance = np.where(np.isnan(distance), np.inf, distance)
    return numbers[[int(distance.max(axis=1).argmin())]]


def _number(text: str) -> float:
    above, _, below = text.partition("/")
    return float(above) / float(below or 1)


def _span(numbers: np.ndarray) -> str:
    low, high = f"{numbers.min():.6f}", f"{numbers.max():.6f}"
    low, high = (_short(end) for end in (low, high))
    return low if low == high else f"{low} to {high}"


def _short(text: str) -> str:
    short = text.rstrip("0").rstrip(".")
    return "0" if short in ("-0", "") else short


def _claims(case: syntax.Case) -> Iterator[str]:
    study = CaseStudy(case)
    base = np.array([[float(a.value) for a in study.assumptions]])
    outcomes = study.run(base)
    yield "| claim | by | says | at the base values | margin |"
    yield "| --- | --- | --- | --- | --- |"
    for i, claim in enumerate(case.claims):
        found = WORDS[int(outcomes.holds[0, i])]
        margin = _short(f"{outcomes.margins[0, i]:.4f}")
        yield f"| `{claim.id}` | {claim.by or '–'} | {claim.says} | {found} | {margin} |"


if __name__ == "__main__":
    main()
