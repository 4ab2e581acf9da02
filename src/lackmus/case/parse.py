"""YAML texts and files to `Case`, with what they extend and what stands beside them."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from lackmus.case import syntax
from lackmus.case.check import check_case
from lackmus.case.check_questions import check_observation
from lackmus.case.events import put_events
from lackmus.case.gaps import DraftError, Gap, gaps_of, without_gaps
from lackmus.case.overlay import overlay
from lackmus.case.scope import scope_of
from lackmus.case.sections import CaseReader
from lackmus.case.yaml_reader import LARGEST, Mapping, Node, Scalar, read_yaml
from lackmus.foundation.disk import read_bounded
from lackmus.foundation.errors import CaseError, Fault, UsageError
from lackmus.foundation.letters import decoded
from lackmus.foundation.spans import Span

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
    if path in above:
        raise CaseError([Fault("cycle", f"{path} extends itself", span)])
    if len(above) > DEEPEST_DISSENT:
        message = f"more than {DEEPEST_DISSENT} dissents on top of each other"
        hint = "extend a case further down, and state here what those between change"
        raise CaseError([Fault("too-deep", message, span, hint)])
    node = read_yaml(read_text(path, span), str(path)) if node is None else node
    name = path.resolve().parent.name if path.name == "case.yaml" else path.stem
    beside: tuple[Node, ...] = ()
    if isinstance(node, Mapping) and isinstance(base := node.get("extends"), Scalar):
        if not base.text:
            hint = "write extends: case.yaml, or a name of the library"
            raise CaseError([Fault("no-case", "'extends' names no case", base.span, hint)])
        under = path.parent / base.text
        if within is not None and not under.resolve().is_relative_to(within.resolve()):
            hint = "copy it there, or name a case of the library"
            raise CaseError([Fault("outside", f"{base.text} lies outside the folder that is open",
                                   base.span, hint)])  # fmt: skip
        if find is not None and not os.path.exists(under):
            under, within = _found(base, find), None
        below, _, beside = _read(under, [*above, path], find, base, within=within)
        node = overlay(below, node)
    elif path.name == "case.yaml" and (other := path.with_name("observations.yaml")).is_file():
        check_is_case(other)
        beside = (read_yaml(read_text(other), str(other)),)
    return node, name, beside


def _found(base: Scalar, find: Callable[[str], Path]) -> Path:
    """The file of the library that a case extends; CaseError at its place where there is none."""
    try:
        return find(base.text)
    except UsageError as error:
        raise CaseError([replace(fault, span=base.span) for fault in error.faults]) from None


def load_record(path: Path, case: syntax.Case) -> tuple[syntax.Observation, ...]:
    """The observations in a file of their own, held to the names of a case.

    Raises:
        CaseError: All faults found; also where dates do not ascend from one to the next.
    """
    node = read_yaml(read_text(path), str(path))
    if not isinstance(node, Mapping) or node.get("observations") is None:
        hint = "a record begins with a line 'observations:'"
        raise CaseError([Fault("type", f"{path} is no record of observations", node.span, hint)])
    reader = CaseReader(read_yaml("{}", ""), (node,))
    scope = scope_of(case)
    found = tuple(
        replace(observation, saw=put_events(observation.saw, scope.events))
        for observation in reader.observations()
    )
    for observation in found:
        check_observation(observation, scope, reader.faults)
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
            yield Fault("date", message, seen.dated or seen.span, hint)
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
    reader = CaseReader(node, beside)
    case = reader.case(name)
    faults = list(reader.faults.found)
    if all(fault.code in IN_EXPRESSIONS for fault in faults if fault.severity == "error"):
        faults += check_case(case)
    return case, faults


def _draft(node: Mapping, name: str, beside: tuple[Node, ...], gaps: tuple[Gap, ...]) -> DraftError:
    """What a draft lacks, and what is wrong in the rest of it.

    What else is missing is told when nothing is marked as missing any more.
    """
    reader = CaseReader(without_gaps(node), beside)
    case = reader.case(name)
    faults = [fault for fault in reader.faults.found if fault.code != "missing"]
    return DraftError(_in_order([gap.fault() for gap in gaps] + faults), case, gaps)


def _in_order(faults: list[Fault]) -> list[Fault]:
    return sorted(
        dict.fromkeys(faults),
        key=lambda f: (f.span.file, f.span.line, f.span.column) if f.span else ("", 0, 0),
    )
