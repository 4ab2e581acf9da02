"""What a person is told about wrong cases, and that nothing but that is ever raised."""

from __future__ import annotations

import runpy
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import some

import lackmus.library
from lackmus.case import syntax
from lackmus.case.check import check_case
from lackmus.case.expression import parse_expression
from lackmus.case.parse import load_case, parse_case
from lackmus.case.text import expression_text
from lackmus.case.words import words_text
from lackmus.case.writer import write_case
from lackmus.compiler import compile as compile_module
from lackmus.compiler.compile import compile_case
from lackmus.foundation.errors import CaseError, Fault
from lackmus.pipeline.case_study import CaseStudy

FAULTS = Path(__file__).parent / "faults"
SCRIPT = Path(__file__).parents[2] / "scripts" / "regenerate_faults.py"
WRONG = sorted(path.stem for path in FAULTS.glob("*.yaml") if not path.name.startswith("_"))


@pytest.mark.parametrize("name", WRONG)
def test_messages_are_as_reviewed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FAULTS)
    told = runpy.run_path(str(SCRIPT))["told"]
    golden = FAULTS / f"{name}.txt"
    assert told(Path(f"{name}.yaml")) == golden.read_text(encoding="utf-8")


def test_the_corpus_is_large_and_every_case_in_it_wrong() -> None:
    assert len(WRONG) >= 60
    for name in WRONG:
        text = (FAULTS / f"{name}.txt").read_text(encoding="utf-8")
        assert "error[" in text, f"{name} is not wrong"
        first = text.split("\n", 1)[0]
        assert ".yaml:" in first, f"{name} does not say where"
        assert ": error[" in first


def test_no_golden_message_is_left_over() -> None:
    assert {path.stem for path in FAULTS.glob("*.txt")} == set(WRONG)


@pytest.mark.parametrize("name", ["too-many-histories", "too-many-rounds-of-histories"])
def test_a_case_of_a_million_million_histories_is_refused_before_any_is_made(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = load_case(FAULTS / f"{name}.yaml")
    monkeypatch.setattr(compile_module, "expand", None)
    with pytest.raises(CaseError, match=r"at least 1,0\d\d,\d\d\d,\d\d\d,\d\d\d histories"):
        compile_case(case)


def test_conditions_that_thin_histories_out_are_counted_while_they_are_made() -> None:
    moves = ", ".join(
        f"{{m{i}: {{by: north, if: {f'm{i - 1} != z' if i else 'x = y'}, options: [y, z, w]}}}}"
        for i in range(12)
    )
    case = parse_case(_case("").replace("]\n", f", {moves}]\n").replace("y, z]}}, ", "y, z]}}, "))
    with pytest.raises(CaseError, match="more than 1,000 histories"):
        compile_case(case, limit=1000)


def _case(body: str) -> str:
    return (
        f"title: T\nactors: {{north: {{}}}}\nmoves: [{{x: {{by: north, options: [y, z]}}}}]\n{body}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a" * 2_000_001,
        "[" * 100_000,
        "{a: " * 50_000,
        "- " * 100_000,
        "x: [" + "1, " * 250_000 + "1]",
        _case("stakes: {north: [{worth: " + "(" * 1900 + "1" + ")" * 1900 + "}]}"),
        _case("stakes: {north: [{worth: " + "-" * 3900 + "1}]}"),
        _case("stakes: {north: [{worth: 1" + "+1" * 1900 + "}]}"),
        _case("stakes: {north: [{worth: 2" + "^9" * 100 + "}]}"),
        _case("stakes: {north: [{worth: ((((9^64)^64)^64)^64)^64}]}"),
        _case("stakes: {north: [{worth: 2^1000000000}]}"),
        _case("stakes: {north: [{worth: 1e300 * 1e300}]}"),
        _case("assumptions: {a: 1e300 * 1e300}\nstakes: {north: [{worth: a}]}"),
        _case("assumptions: {a: 1/9^4000}\nstakes: {north: [{worth: a}]}"),
        _case("stakes: {north: [{order: x = y" + " > x = z" * 5000 + "}]}"),
        _case("assumptions: {a: {value: 1, distribution: {choice: ["
              + "1, " * 20_000 + "1]}}}\nstakes: {north: [{worth: a}]}"),
        "title: T\nactors: {north: {aims: {a: 1e300 * 1e300, b: rest}}}\nmoves: "
        "[{x: {by: north, options: [y, z]}}]",
        "title: T\nactors: {north: {}}\nmoves: [{rounds: {name: t, count: n, moves: "
        "[{x: {by: north, options: [y, z]}}]}}]\nassumptions: {n: 1e12}",
        "title: T\nactors: {north: {}}\nmoves: [{rounds: {name: t, count: 10000, ends if: x = y, "
        "moves: [{x: {by: north, options: [y, z]}}]}}]",
        "title: T\nactors: {north: {}}\nmoves: [{rounds: {name: t, count: 300, ends if: x = y, "
        "moves: [{x: {by: north, options: [y, z]}}]}}]",
        "\ufeff", "\x00", "%YAML 1.1\n---\na: b", "? [a]\n: b", "- ? a", "!!set {a}",
        "a: !!binary x", 'title: "\\ud800"', "title: \x85\u2028x", "a: |9\n x", "a: 'b", '"', "@",
        "`", "a: *b", "%", "...", "--- a\n...\nb", "extends: [a]", "extends: /dev/null",
        "moves: {rounds: }", "moves: [rounds: ]", "actors:\n  ? x", "title: \ra", "a\rb: c",
    ],
    ids=lambda text: repr(text[:40]),
)  # fmt: skip
def test_bombs_are_refused(text: str) -> None:
    _told_or_done(text)


def test_a_fault_shows_the_control_characters_that_it_quotes() -> None:
    assert str(Fault("syntax", "'a\tb' cannot stand here")) == (
        "error[syntax]: 'a\\tb' cannot stand here"
    )


def _told_or_done(text: str) -> None:
    """Reads, checks, compiles and says a text back; only a `CaseError` may stop it."""
    error = _stopped(text)
    if error is not None:
        assert error.faults
        assert all(fault.severity == "error" for fault in error.faults)
        assert not any(unicodedata.category(c) == "Cc" and c != "\n" for c in str(error))


def _stopped(text: str) -> CaseError | None:
    try:
        case = parse_case(text)
        check_case(case)
        words_text(case)
        assert parse_case(write_case(case)) == case
        compile_case(case, limit=2000)
    except CaseError as error:
        return error
    return None


@settings(max_examples=some(100), deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_case_or_a_fault(text: str) -> None:
    _told_or_done(text)


WORDS = (
    "a", "b", "x.aim", "P", "E", "H", "I", "best", "value", "shift", "do", "and", "or", "not", "in",
    "if", "else", "ever", "count", "made", "previous", "observed", "no", "without", "rest", "min",
    "max", "(", ")", "[", "]", "|", ";", ",", "=", "!=", "<", ">=", "+", "-", "*", "/", "^", "%",
    "1", "2.5", "1e9",
)  # fmt: skip


@settings(max_examples=some(150), deadline=None)
@given(
    st.lists(
        st.sampled_from(WORDS),
        max_size=14,
    )
)
def test_any_words_are_an_expression_or_a_fault(words: list[str]) -> None:
    tree = _parsed(" ".join(words))
    if isinstance(tree, CaseError):
        assert len(tree.faults) == 1
        assert tree.faults[0].hint
    else:
        assert parse_expression(expression_text(tree)) == tree


def _parsed(text: str) -> syntax.Expr | CaseError:
    try:
        return parse_expression(text)
    except CaseError as error:
        return error


BASE = (Path(__file__).parent / "faults" / "_base.yaml").read_text(encoding="utf-8")
LIBRARY = Path(lackmus.library.__file__).parent
SMALL = [
    path.read_text(encoding="utf-8")
    for path in sorted(LIBRARY.rglob("*.yaml"))
    if path.stat().st_size < 6000 and "extends:" not in path.read_text(encoding="utf-8")
]


@settings(max_examples=some(120), deadline=None)
@given(st.data())
def test_a_mangled_case_is_a_case_or_a_fault(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([BASE, *SMALL]))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 12))
        other = data.draw(st.integers(0, len(text)))
        piece = data.draw(
            st.one_of(
                st.just(""),
                st.just(text[other : other + length]),
                st.sampled_from(
                    ["{}", "[]", ": ", "\n", "rest", "-1", "0", "1e99", "[x, y]", "by"]
                ),
                st.text(max_size=4),
            )
        )
        text = text[:place] + piece + text[place + length :]
    _told_or_done(text)


@settings(max_examples=some(80), deadline=None)
@given(st.data())
def test_a_case_with_lines_dropped_or_moved_is_a_case_or_a_fault(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from([BASE, *SMALL])).split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        i = data.draw(st.integers(0, max(0, len(lines) - 2)))
        k = data.draw(st.integers(0, max(0, len(lines) - 2)))
        action = data.draw(st.sampled_from(["drop", "swap", "double"]))
        if action == "drop":
            lines = lines[:i] + lines[i + 1 :]
        elif action == "swap":
            lines[i], lines[k] = lines[k], lines[i]
        else:
            lines.insert(k, lines[i])
    _told_or_done("\n".join(lines))


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(b"title: \xff\xfe")
    with pytest.raises(CaseError, match="not UTF-8"):
        load_case(path)
    with pytest.raises(CaseError, match="no file"):
        load_case(tmp_path / "nothing.yaml")
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(CaseError, match="no file"):
        load_case(folder)


def test_a_broken_expression_hides_no_fault_elsewhere() -> None:
    text = """title: x
actors:
  a: {aims: {x: 0.5, y: 0.45}}
moves:
  - go: {by: b, options: [on, off]}
stakes:
  a: [{worth: prise, if: go = onn}]
claims:
  c: {holds if: "P(a.aim = x | go == on) > .5"}
"""
    with pytest.raises(CaseError) as caught:
        parse_case(text)
    codes = [fault.code for fault in caught.value.faults]
    assert codes == ["prior", "unknown-name", "unknown-name", "unknown-option", "syntax"]


def test_what_only_a_condition_asks_is_used() -> None:
    """`k` alone is idle: `q` decides when a stake counts, and `o` when an order does."""
    case = parse_case(
        "title: A condition\nactors: {a: {}}\n"
        "assumptions: {q: {value: 0.5, range: [0, 1]}, o: {value: 0.5, range: [0, 1]},"
        " k: {value: 0.5, range: [0, 1]}}\n"
        "moves: [x: {by: a, options: [l, r]}]\n"
        "stakes: {a: [{worth: 1, if: x = l and q > 0.3}, {order: (o > 0.3) > x = r}]}\n"
        "claims: {c: {holds if: P(x = l) > 0.6}}\n"
    )
    idle = [fault.message for fault in check_case(case) if fault.code == "unused"]
    assert idle == ["nothing uses the assumption 'k'"]


@pytest.mark.parametrize(
    ("stakes", "told"),
    [
        ("a: [{name: o, order: x = l > x = r}, {name: o, order: x = r > x = l}]", "a.o.step1"),
        ("a: [{name: stake2, order: x = l > x = r}, {order: x = r > x = l}]", "a.stake2.step1"),
        ("a: [{name: o, order: x = l > x = r}], b: [{name: o, order: x = r > x = l}]", None),
        ("a: [{name: o, order: x = l > x = r, scale: {value: 1, range: [0, 2]}}]", None),
    ],
)
def test_each_order_draws_steps_of_its_own(stakes: str, told: str | None) -> None:
    text = (
        "title: Orders\nactors: {a: {}, b: {}}\n"
        "moves: [x: {by: a, options: [l, r]}]\n"
        f"stakes: {{{stakes}}}\n"
        "claims: {c: {holds if: P(x = l) > 0.6}}\n"
    )
    if told is None:
        names = [a.name for a in CaseStudy(parse_case(text)).assumptions]
        assert len(set(names)) == len(names)
        return
    with pytest.raises(CaseError, match=f"a second assumption is called '{told}'"):
        parse_case(text)
