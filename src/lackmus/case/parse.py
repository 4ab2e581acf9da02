"""YAML text to `Case`: one method a section; all faults at once."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Container, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from lackmus.case import keys, syntax
from lackmus.case.assuming import Assumptions, Citations, check_sources, default_precision
from lackmus.case.check import check_case, check_observation
from lackmus.case.citations import cited
from lackmus.case.fields import ZERO, Faults, Fields, read_fields
from lackmus.case.gaps import DraftError, Gap, gaps_of, without_gaps
from lackmus.case.moves import MoveReader
from lackmus.case.overlay import overlay
from lackmus.case.scope import scope_of
from lackmus.case.yaml_reader import LARGEST, Mapping, Node, Scalar, Sequence, read_yaml
from lackmus.foundation.disk import read_bounded
from lackmus.foundation.errors import CaseError, Fault
from lackmus.foundation.letters import decoded
from lackmus.foundation.spans import Span

VERSION = 1

#: Faults within one expression; the rest of the case is whole, and is checked all the same.
IN_EXPRESSIONS = frozenset({"syntax", "number", "too-long", "too-deep"})
DEEPEST_DISSENT = 5
_SUFFIXES = (".yaml", ".yml")

#: Bytes that a character takes at most; the size of a text is bounded in characters.
_MOST_BYTES = 4


def parse_case(
    text: str,
    file: str = "case.yaml",
    *,
    name: str = "",
    find: Callable[[str], Path] | None = None,
) -> syntax.Case:
    """The case written in a YAML text.

    Args:
        text: The text.
        file: What faults call it.
        name: The case's short name.
        find: Where the case is looked up that it extends; without it a text extends nothing.

    Raises:
        CaseError: All faults found; a `DraftError` where parts are still to be written.
    """
    return build_case(*_tree(text, file, name, find))


def parse_parts(
    text: str,
    file: str,
    parts: Container[str],
    *,
    find: Callable[[str], Path] | None = None,
    gaps: bool = False,
) -> tuple[syntax.Case, tuple[Gap, ...]]:
    """The case in some of the sections of a YAML text, which need not have the others.

    Args:
        text: The text.
        file: What faults call it.
        parts: Names of the sections that are read.
        find: As in `parse_case`.
        gaps: Whether gaps in these sections are handed back; else they are faults.

    Returns:
        The case, and what is still to be written in these sections.

    Raises:
        CaseError: All faults found in these sections.
    """
    node, name, _ = _tree(text, file, "", find)
    if not isinstance(node, Mapping):
        return build_case(node, name), ()
    node = Mapping(tuple(kept for kept in node.entries if kept[0].text in parts), node.span)
    open_ones = gaps_of(node) if gaps else ()
    return build_case(without_gaps(node) if gaps else node, name), open_ones


def _tree(
    text: str, file: str, name: str, find: Callable[[str], Path] | None
) -> tuple[Node, str, tuple[Node, ...]]:
    """As `_read`, of a text that may extend what `find` finds and reads nothing beside it."""
    node = read_yaml(text, file)
    beside: tuple[Node, ...] = ()
    if find is not None and isinstance(node, Mapping):
        base = node.get("extends")
        if isinstance(base, Scalar):
            below, _, beside = _read(find(base.text), [], find, base)
            node = overlay(below, node)
    return node, name or Path(file).stem, beside


def load_case(path: Path, find: Callable[[str], Path] | None = None) -> syntax.Case:
    """The case in a file or folder, with its observations; a dissent on top of what it extends.

    Args:
        path: A file, or a folder with a ``case.yaml``.
        find: Where a dissent's ``extends`` is looked up if there is no such file.

    Raises:
        CaseError: All faults found, an unreadable file among them.
    """
    node, name, beside = _read(path, [], find, None)
    return build_case(node, name, beside)


def understand(
    node: Node,
    path: Path,
    find: Callable[[str], Path] | None = None,
    within: Path | None = None,
) -> tuple[syntax.Case | None, tuple[Fault, ...]]:
    """As much of a case as can be understood, and all its faults, warnings among them.

    Args:
        node: The tree of a text, which need not be what the file holds.
        path: The file that the text stands for; what it extends is looked for beside it.
        find: As in `load_case`.
        within: The one folder from which files may be read, beside what `find` finds.

    Returns:
        The case, with defaults in the place of what cannot be read, or None where nothing can.
    """
    try:
        whole, name, beside = _read(path, [], find, None, node, within)
        case, faults = _built(whole, name, beside)
    except DraftError as error:
        # A draft is no case yet, but its names are known.
        return error.case, error.faults
    except CaseError as error:
        return None, error.faults
    return case, tuple(_in_order(faults))


def _read(
    path: Path,
    above: list[Path],
    find: Callable[[str], Path] | None,
    asked: Scalar | None,
    node: Node | None = None,
    within: Path | None = None,
) -> tuple[Node, str, tuple[Node, ...]]:
    """The nodes of a file on top of what it extends, its name, and observations beside it.

    Args:
        path: A file or a folder.
        above: Files that extend it.
        find: As in `load_case`.
        asked: Where the last of those files says so.
        node: What the file holds, where it has been read.
        within: As in `understand`.
    """
    if node is None and os.path.isdir(path):
        path = path / "case.yaml"
    span = asked.span if asked else None
    if asked is not None:
        check_is_case(path, span)
    if path in above or len(above) > DEEPEST_DISSENT:
        raise CaseError([Fault("cycle", f"{path} extends itself", span)])
    node = read_yaml(read_text(path, span), str(path)) if node is None else node
    name = path.parent.name if path.name == "case.yaml" else path.stem
    beside: tuple[Node, ...] = ()
    if isinstance(node, Mapping) and isinstance(base := node.get("extends"), Scalar):
        under = path.parent / base.text
        if within is not None and not under.resolve().is_relative_to(within.resolve()):
            hint = "copy it there, or name a case of the library"
            raise CaseError([Fault("outside", f"{base.text} lies outside the folder that is open",
                                   base.span, hint)])  # fmt: skip
        if find is not None and not os.path.exists(under):
            under, within = find(base.text), None
        below, _, beside = _read(under, [*above, path], find, base, within=within)
        node = overlay(below, node)
    elif path.name == "case.yaml" and (other := path.with_name("observations.yaml")).is_file():
        check_is_case(other)
        beside = (read_yaml(read_text(other), str(other)),)
    return node, name, beside


def load_record(path: Path, case: syntax.Case) -> tuple[syntax.Observation, ...]:
    """The observations in a file of their own, held to the names of a case.

    Raises:
        CaseError: All faults found; also where dates do not ascend from one to the next.
    """
    node = read_yaml(read_text(path), str(path))
    if not isinstance(node, Mapping) or node.get("observations") is None:
        hint = "a record begins with a line 'observations:'"
        raise CaseError([Fault("type", f"{path} is no record of observations", node.span, hint)])
    reader = _Reader(read_yaml("{}", ""), (node,))
    found = tuple(reader._observations())  # noqa: SLF001 - a reader of this module
    for observation in found:
        check_observation(observation, scope_of(case), reader.faults)
    reader.faults.found += out_of_order(found)
    errors = [fault for fault in reader.faults.found if fault.severity == "error"]
    if errors:
        raise CaseError(_in_order(errors))
    return found


def out_of_order(observations: Iterable[syntax.Observation]) -> Iterator[Fault]:
    """A fault for each observation that is dated before one that stands above it."""
    latest = datetime.date.min
    for seen in observations:
        if seen.date is not None and seen.date < latest:
            message = f"{seen.date} comes before {latest}, which stands above it"
            hint = "put observations in the order of their dates"
            yield Fault("date", message, seen.span, hint)
        latest = max(latest, seen.date or latest)


def check_is_case(path: Path, span: Span | None = None) -> None:
    """Raise CaseError where a file that a case names, and no user, is none of YAML.

    Faults quote lines; so a case must not be able to have any file of the machine read.

    Args:
        path: A file.
        span: Where a text asks for it.
    """
    if os.path.exists(path) and path.resolve().suffix.lower() not in _SUFFIXES:
        hint = "a case can name other cases alone: .yaml files and folders"
        raise CaseError([Fault("no-case", f"{path} is no .yaml file", span, hint)])


def read_text(path: Path, span: Span | None = None) -> str:
    """The text of a file in UTF-8; CaseError where it cannot be read.

    Args:
        path: The file.
        span: Where a text asks for it.
    """
    try:
        return decoded(read_bounded(path, _MOST_BYTES * LARGEST))
    except FileNotFoundError:
        hint = "give a path, or a name from 'lackmus cases'"
        raise CaseError([Fault("no-file", f"no file {path}", span, hint)]) from None
    except UnicodeDecodeError:
        hint = "save it as UTF-8"
        raise CaseError([Fault("encoding", f"{path} is not UTF-8", span, hint)]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CaseError([Fault("no-file", f"{path}: {reason}", span)]) from None


def build_case(node: Node, name: str, beside: tuple[Node, ...] = ()) -> syntax.Case:
    """The case in a tree of nodes; CaseError with all faults found.

    Args:
        node: The case.
        name: Its short name.
        beside: Further files, with observations.
    """
    case, faults = _built(node, name, beside)
    errors = [fault for fault in faults if fault.severity == "error"]
    if errors:
        raise CaseError(_in_order(errors))
    return case


def _built(node: Node, name: str, beside: tuple[Node, ...]) -> tuple[syntax.Case, list[Fault]]:
    """The case in a tree of nodes, and its faults."""
    if not isinstance(node, Mapping):
        hint = "a case begins with a line such as 'title: A ceasefire offer'"
        raise CaseError([Fault("type", "a case must have keys and values", node.span, hint)])
    if gaps := gaps_of(node):
        raise _draft(node, name, beside, gaps)
    reader = _Reader(node, beside)
    case = reader.case(name)
    faults = list(reader.faults.found)
    if all(fault.code in IN_EXPRESSIONS for fault in faults if fault.severity == "error"):
        faults += check_case(case)
    return case, faults


def _draft(node: Mapping, name: str, beside: tuple[Node, ...], gaps: tuple[Gap, ...]) -> DraftError:
    """What a draft lacks, and what is wrong in the rest of it.

    What else is missing is told when nothing is marked as missing any more.
    """
    reader = _Reader(without_gaps(node), beside)
    case = reader.case(name)
    faults = [fault for fault in reader.faults.found if fault.code != "missing"]
    return DraftError(_in_order([gap.fault() for gap in gaps] + faults), case, gaps)


def _in_order(faults: list[Fault]) -> list[Fault]:
    return sorted(
        dict.fromkeys(faults),
        key=lambda f: (f.span.file, f.span.line, f.span.column) if f.span else ("", 0, 0),
    )


class _Reader:
    """Reads the sections of one case."""

    def __init__(self, node: Node, beside: tuple[Node, ...]) -> None:
        self.faults = Faults()
        self._fields = Fields(node, "the case", keys.SECTIONS, self.faults)
        what = "the file of observations"
        self._beside = [Fields(n, what, keys.OBSERVATIONS_FILE, self.faults) for n in beside]
        self._cite = Citations(self.faults, self._fields.node("passages"))
        self._numbers = Assumptions(self.faults, self._cite)
        self._read = MoveReader(self.faults, self._numbers, self._cite)

    def case(self, name: str) -> syntax.Case:
        fields, faults = self._fields, self.faults
        for file in (fields, *self._beside):
            self._version(file)
        fields.require("title", "say in a few words what the case is about")
        fields.require("actors", "name those who move")
        fields.require("moves", "list the moves in order")
        sources = self._sources()
        for key, node in self._entries("assumptions"):
            self._numbers.read(faults.label(key, "an assumption's name", dotted=True), node)
        actors = tuple(self._actor(k, v) for k, v in self._entries("actors"))
        case = syntax.Case(
            name=name,
            title=fields.text("title"),
            author=fields.text("author"),
            summary=fields.text("summary"),
            notes=fields.text("notes"),
            asked=fields.get("asked", faults.date, None),
            sources=sources,
            actors=actors,
            observers=fields.get("observers", faults.labels, ()),
            facts=tuple(self._fact(k, v) for k, v in self._entries("facts")),
            joint_aims=tuple(self._joint(n) for n in self._items("joint aims")),
            moves=tuple(self._read.moves(fields.node("moves"))),
            stakes=tuple(self._read.stakes(self._entries("stakes"))),
            precision=self._precision(),
            correlations=tuple(self._correlation(n) for n in self._items("correlations")),
            claims=tuple(self._claim(k, v) for k, v in self._entries("claims")),
            statements=tuple(self._statement(k, v) for k, v in self._entries("statements")),
            observations=tuple(self._observations()),
            dissents=self._texts("dissents"),
            known_answer=fields.text("known answer"),
            comments=self._texts("comments"),
            assumptions=tuple(self._numbers.found.values()),
        )
        faults.found += check_sources(sources, [citation for _, citation in cited(case)])
        return case

    def _version(self, fields: Fields) -> None:
        version = fields.get("lackmus", self.faults.number, Fraction(VERSION))
        if version != VERSION:
            node = fields.node("lackmus")
            message = f"version {version} of the language is not known"
            hint = f"this program reads version {VERSION}"
            self.faults.add("version", message, node.span if node else None, hint)

    def _sources(self) -> tuple[syntax.Source, ...]:
        """The sources of the case, and those that the file of observations adds."""
        found = {key.text: self._source(key, node) for key, node in self._entries("sources")}
        for file in self._beside:
            node = file.node("sources")
            for key, value in self.faults.entries(node, "'sources'") if node else ():
                if key.text in found:
                    hint = "cite it without listing it here, or give this one another name"
                    message = f"the case lists a source '{key.text}' already"
                    self.faults.add("duplicate", message, key.span, hint)
                    continue
                found[key.text] = self._source(key, value)
        return tuple(found.values())

    def _entries(self, section: str) -> tuple[tuple[Scalar, Node], ...]:
        node = self._fields.node(section)
        return self.faults.entries(node, f"'{section}'") if node else ()

    def _items(self, section: str) -> tuple[Node, ...]:
        node = self._fields.node(section)
        return self.faults.items(node, f"'{section}'") if node else ()

    def _texts(self, section: str) -> tuple[str, ...]:
        node = self._fields.node(section)
        if isinstance(node, Scalar):
            return (node.text,)
        return tuple(self.faults.text(item, section) for item in self._items(section))

    def _source(self, key: Scalar, node: Node) -> syntax.Source:
        fields = Fields(node, f"source '{key.text}'", keys.SOURCE, self.faults)
        name = self.faults.label(key, "a source's name")
        return syntax.Source(id=name, span=key.span, **self._declared(syntax.Source, fields))

    def _declared(self, node: type, fields: Fields) -> dict[str, Any]:
        return read_fields(node, fields, self.faults, self._cite)

    def _precision(self) -> syntax.Assumption:
        node = self._fields.node("precision")
        if node is None:
            return default_precision()
        precision = self._numbers.read("precision", node, "'precision'")
        del self._numbers.found["precision"]
        if precision.value < 0 or precision.distribution.support()[0] < 0:
            hint = "cut the distribution off: range: [low, high] beside it, from 0 up"
            self.faults.add("number", "precision cannot be negative", node.span, hint)
        return precision

    # --- who and what ---

    def _actor(self, key: Scalar, node: Node) -> syntax.Actor:
        name = self.faults.label(key, "an actor's name")
        fields = Fields(node, f"actor '{name}'", keys.ACTOR, self.faults)
        aims = fields.node("aims")
        return syntax.Actor(
            id=name,
            name=fields.text("name"),
            says=fields.text("says"),
            aims=self._read.chances(aims, "an aim", name) if aims else (),
            known_to=fields.get("known to", self.faults.labels, ()),
            cite=fields.get("cite", self._cite, ()),
            span=key.span,
        )

    def _fact(self, key: Scalar, node: Node) -> syntax.Fact:
        name = self.faults.label(key, "a fact's name")
        fields = Fields(node, f"fact '{name}'", keys.FACT, self.faults)
        fields.require("values", "its possible values with their probabilities")
        values = fields.node("values")
        return syntax.Fact(
            name=name,
            values=self._read.chances(values, "a value", name) if values else (),
            known_to=fields.get("known to", self.faults.labels, ()),
            says=fields.text("says"),
            cite=fields.get("cite", self._cite, ()),
            span=key.span,
        )

    def _joint(self, node: Node) -> syntax.JointAims:
        fields = Fields(node, "'joint aims'", keys.JOINT_AIMS, self.faults)
        fields.require("over", "the aims, such as [south.aim, north.aim]")
        fields.require("chances", "a probability for each combination, such as peace & settle: 0.2")
        over = fields.get("over", lambda n, w: self.faults.labels(n, w, dotted=True), ())
        chances: list[tuple[tuple[str, ...], syntax.Expr | None]] = []
        table = fields.node("chances")
        for key, value in self.faults.entries(table, "'chances'") if table else ():
            labels = tuple(part.strip() for part in key.text.split("&"))
            if len(labels) != len(over):
                hint = "one label for each of 'over', joined by &"
                self.faults.add("joint", f"'{key.text}' is no combination", key.span, hint)
            rest = isinstance(value, Scalar) and value.text == "rest"
            number = None if rest else self._numbers.expression(
                value, f"'{key.text}'", ".".join(labels)
            )  # fmt: skip
            chances.append((labels, number))
        return syntax.JointAims(over, tuple(chances), fields.span)

    def _correlation(self, node: Node) -> syntax.Correlation:
        fields = Fields(node, "a correlation", keys.CORRELATION, self.faults)
        between = fields.get("between", lambda n, w: self.faults.labels(n, w, dotted=True), ())
        rho = fields.get("rho", self.faults.number, Fraction(0))
        if len(between) != 2:
            hint = "write between: [one, other]"
            self.faults.add("correlation", "two assumptions are needed", fields.span, hint)
            between = ("", "")
        one, other = between
        if not -1 < rho < 1:
            self.faults.add("correlation", "rho must lie between -1 and 1", fields.span)
        return syntax.Correlation((one, other), rho, fields.span)

    # --- questions and what is known ---

    def _claim(self, key: Scalar, node: Node) -> syntax.Claim:
        name = self.faults.label(key, "a claim's name")
        fields = Fields(node, f"claim '{name}'", keys.CLAIM, self.faults)
        return syntax.Claim(id=name, span=key.span, **self._declared(syntax.Claim, fields))

    def _statement(self, key: Scalar, node: Node) -> syntax.Statement:
        name = self.faults.label(key, "a statement's name")
        fields = Fields(node, f"statement '{name}'", keys.STATEMENT, self.faults)
        return syntax.Statement(id=name, span=key.span, **self._declared(syntax.Statement, fields))

    def _observations(self) -> Iterator[syntax.Observation]:
        nodes = list(self._items("observations"))
        for file in self._beside:
            found = file.node("observations")
            nodes += self.faults.items(found, "'observations'") if found else ()
        for node in nodes:
            fields = Fields(node, "an observation", keys.OBSERVATION, self.faults)
            fields.require("saw", "a condition on moves, such as announce != breakthrough")
            yield syntax.Observation(
                saw=fields.get("saw", self.faults.expression, ZERO),
                date=fields.get("date", self.faults.date, None),
                by=fields.text("by"),
                certain=fields.get("certain", self.faults.flag, True),
                reliability=fields.get("reliability", self._reliability, ()),
                via=fields.get("via", self._names, ()),
                says=fields.text("says"),
                cite=fields.get("cite", self._cite, ()),
                because=fields.text("because"),
                span=fields.span,
            )

    def _reliability(self, node: Node, what: str) -> tuple[syntax.Reliability, ...]:
        """One mapping, or a list of them: a link of the chain each."""
        links = node.items if isinstance(node, Sequence) else (node,)
        return tuple(self._link(link, what) for link in links)

    def _link(self, node: Node, what: str) -> syntax.Reliability:
        fields = Fields(node, what, keys.RELIABILITY, self.faults)
        fields.require("hit", "the chance of the report where it is so")
        fields.require("false alarm", "the chance of the report where it is not so")
        return syntax.Reliability(
            hit=fields.get("hit", self.faults.expression, ZERO),
            false_alarm=fields.get("false alarm", self.faults.expression, ZERO),
            span=fields.span,
        )

    def _names(self, node: Node, what: str) -> tuple[str, ...]:
        """One name in words, or a list of them."""
        items = node.items if isinstance(node, Sequence) else (node,)
        return tuple(filter(None, (self.faults.text(item, what).strip() for item in items)))
