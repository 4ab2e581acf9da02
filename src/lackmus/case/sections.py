"""The sections of a case file: one method a section; all faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from lackmus.case import keys, syntax
from lackmus.case.assuming import Assumptions, Citations, check_sources, default_precision
from lackmus.case.citations import cited
from lackmus.case.declared import keys_of
from lackmus.case.events import put_in_case
from lackmus.case.fields import Faults, Fields
from lackmus.case.moves import MoveReader, combination
from lackmus.case.yaml_reader import Mapping, Node, Scalar, Sequence

VERSION = 1


class CaseReader:
    """Reads the sections of one case.

    Args:
        node: The case.
        beside: Further files, with observations.
    """

    def __init__(self, node: Node, beside: tuple[Node, ...]) -> None:
        self.faults = Faults()
        self._fields = Fields(node, "the case", keys.SECTIONS, self.faults)
        what = "the file of observations"
        lists = [node for node in beside if isinstance(node, Sequence)]
        for node in lists:
            hint = "begin with a line 'observations:', and set the list in below it"
            self.faults.add("type", f"{what} begins with a list", node.span, hint)
        self._beside = [
            Fields(n, what, keys.OBSERVATIONS_FILE, self.faults) for n in beside if n not in lists
        ]
        self._cite = Citations(self.faults, self._fields.node("passages"))
        self._numbers = Assumptions(self.faults, self._cite)
        self._read = MoveReader(self.faults, self._numbers, self._cite)

    def case(self, name: str) -> syntax.Case:
        """The case; what is wrong is in `faults`."""
        for file in (self._fields, *self._beside):
            self._version(file)
        sources = self._sources()
        for key, node in self._entries("assumptions"):
            self._numbers.read(self.faults.label(key, "an assumption's name", dotted=True), node)
        sections = {
            "sources": sources,
            "actors": tuple(self._actor(k, v) for k, v in self._entries("actors")),
            "facts": tuple(self._fact(k, v) for k, v in self._entries("facts")),
            "joint_aims": tuple(self._joint(n) for n in self._items("joint aims")),
            "moves": tuple(self._read.moves(self._fields.node("moves"))),
            "stakes": tuple(self._read.stakes(self._entries("stakes"))),
            "precision": self._precision(),
            "correlations": tuple(self._correlation(n) for n in self._items("correlations")),
            "events": tuple(self._event(k, v) for k, v in self._entries("events")),
            "claims": tuple(self._claim(k, v) for k, v in self._entries("claims")),
            "statements": tuple(self._statement(k, v) for k, v in self._entries("statements")),
            "observations": tuple(self.observations()),
            "assumptions": tuple(self._numbers.found.values()),
        }
        case = syntax.Case(name=name, **self._read.read(syntax.Case, self._fields, own=sections))
        case = put_in_case(case, self.faults)
        self.faults.found += check_sources(
            sources, self._cite.passages, [citation for _, citation in cited(case)]
        )
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

    def _source(self, key: Scalar, node: Node) -> syntax.Source:
        fields = self._of(node, f"source '{key.text}'", syntax.Source)
        name = self.faults.label(key, "a source's name")
        return syntax.Source(id=name, span=key.span, **self._read.read(syntax.Source, fields))

    def _of(self, node: Node, what: str, construct: type) -> Fields:
        return Fields(node, what, keys_of(construct), self.faults)

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
        fields = self._of(node, f"actor '{name}'", syntax.Actor)
        return syntax.Actor(id=name, span=key.span, **self._read.read(syntax.Actor, fields, name))

    def _fact(self, key: Scalar, node: Node) -> syntax.Fact:
        name = self.faults.label(key, "a fact's name")
        fields = self._of(node, f"fact '{name}'", syntax.Fact)
        return syntax.Fact(name=name, span=key.span, **self._read.read(syntax.Fact, fields, name))

    def _joint(self, node: Node) -> syntax.JointAims:
        fields = self._of(node, "'joint aims'", syntax.JointAims)
        read = self._read.read(syntax.JointAims, fields)
        table = fields.node("chances")
        for key, _ in table.entries if isinstance(table, Mapping) else ():
            if len(combination(key.text)) != len(read["over"]):
                hint = "one label for each of 'over', joined by &"
                self.faults.add("joint", f"'{key.text}' is no combination", key.span, hint)
        return syntax.JointAims(span=fields.span, **read)

    def _correlation(self, node: Node) -> syntax.Correlation:
        fields = self._of(node, "a correlation", syntax.Correlation)
        read = self._read.read(syntax.Correlation, fields)
        if not -1 < read["rho"] < 1:
            place = fields.place("rho")
            self.faults.add("correlation", "rho must lie between -1 and 1", place)
        return syntax.Correlation(span=fields.span, **read)

    # --- questions and what is known ---

    def _event(self, key: Scalar, node: Node) -> syntax.Event:
        name = self.faults.label(key, "an event's name")
        if isinstance(node, Mapping):
            fields = self._of(node, f"event '{name}'", syntax.Event)
            read = self._read.read(syntax.Event, fields)
            return syntax.Event(name=name, span=key.span, **read)
        condition = self.faults.expression(node, f"event '{name}'")
        return syntax.Event(name=name, condition=condition, span=key.span)

    def _claim(self, key: Scalar, node: Node) -> syntax.Claim:
        name = self.faults.label(key, "a claim's name")
        fields = self._of(node, f"claim '{name}'", syntax.Claim)
        read = self._read.read(syntax.Claim, fields)
        if read["stated"] is not None and not 0 <= read["stated"] <= 1:
            message = f"the stated probability of '{name}' does not lie between 0 and 1"
            self.faults.add("number", message, fields.place("stated"), "write it as 0.2 or 20 %")
        return syntax.Claim(id=name, span=key.span, **read)

    def _statement(self, key: Scalar, node: Node) -> syntax.Statement:
        name = self.faults.label(key, "a statement's name")
        fields = self._of(node, f"statement '{name}'", syntax.Statement)
        return syntax.Statement(id=name, span=key.span, **self._read.read(syntax.Statement, fields))

    def observations(self) -> Iterator[syntax.Observation]:
        """Those of the case, then those of the files beside it."""
        nodes = list(self._items("observations"))
        for file in self._beside:
            found = file.node("observations")
            nodes += self.faults.items(found, "'observations'") if found else ()
        for node in nodes:
            fields = self._of(node, "an observation", syntax.Observation)
            read = self._read.read(syntax.Observation, fields)
            dated = fields.place("date")
            yield syntax.Observation(span=fields.span, dated=dated, **read)
