"""The sections of a case file: one method a section; all faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from lackmus.case import keys, syntax
from lackmus.case.assuming import Assumptions, Citations, check_sources, default_precision
from lackmus.case.citations import cited
from lackmus.case.fields import Faults, Fields, read_fields
from lackmus.case.moves import MoveReader
from lackmus.case.yaml_reader import Node, Scalar

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
        self._beside = [Fields(n, what, keys.OBSERVATIONS_FILE, self.faults) for n in beside]
        self._cite = Citations(self.faults, self._fields.node("passages"))
        self._numbers = Assumptions(self.faults, self._cite)
        self._read = MoveReader(self.faults, self._numbers, self._cite)

    def case(self, name: str) -> syntax.Case:
        """The case; what is wrong is in `faults`."""
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
            read = self._declared(syntax.Observation, fields)
            yield syntax.Observation(span=fields.span, **read)
