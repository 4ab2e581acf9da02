"""Reading of assumptions, distributions and citations."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lackmus.case import syntax
from lackmus.case.declared import keys_of
from lackmus.case.fields import Faults, Fields, Reader, closest, place_of
from lackmus.case.text import number_text
from lackmus.case.yaml_reader import Mapping, Node, Scalar, Sequence
from lackmus.foundation.distributions import FAMILIES, Distribution
from lackmus.foundation.errors import Fault

_NAMED = tuple(name for name in FAMILIES if name != "fixed")
_ENDS = 2
#: Shapes whose parameters say where they begin and end.
WITH_ENDS = (*(name for name in _NAMED if FAMILIES[name].by_range), "choice")
_SHORT_CITATION = re.compile(r"\s*([^\W\d]\w*)\s*(?:§\s*(\d+))?\s*\Z")


def _closed_up(items: Iterable[Node]) -> bool:
    """Whether no more than a comma parts some item from the next, as in a decimal."""
    scalars = [item for item in items if isinstance(item, Scalar)]
    return any(after.start == before.end + 1 for before, after in pairwise(scalars))


def default_precision() -> syntax.Assumption:
    """The precision of a case that gives none."""
    spread = Distribution(
        "loguniform", (Fraction(1), Fraction(20)), low=Fraction(1), high=Fraction(20)
    )
    return syntax.Assumption("precision", Fraction(4), spread, because="the default")


class Citations:
    """Reads citations, short ones through the case's passages."""

    def __init__(self, faults: Faults, passages: Node | None) -> None:
        self._faults = faults
        self._passages: dict[str, syntax.Citation] = {}
        for key, node in faults.entries(passages, "passages") if passages else ():
            name = faults.label(key, "a passage's name")
            self._passages[name] = self._full(node)

    @property
    def passages(self) -> Iterable[str]:
        """Names of the case's passages."""
        return self._passages

    def __call__(self, node: Node, what: str) -> tuple[syntax.Citation, ...]:
        """One citation or a list of them."""
        if isinstance(node, Sequence):
            return tuple(c for item in node.items for c in self(item, what))
        if isinstance(node, Mapping):
            return (self._full(node),)
        if node.text in self._passages:
            return (self._passages[node.text],)
        match = _SHORT_CITATION.match(node.text)
        if not match:
            hint = 'write "source §3", the name of a passage, or {source: …, paragraph: …}'
            self._faults.add("citation", f"cannot read '{node.text}'", node.span, hint)
            return ()
        paragraph = int(match[2]) if match[2] else None
        if paragraph == 0:
            hint = "paragraphs are counted from 1"
            self._faults.add("citation", "there is no paragraph 0", node.span, hint)
        return (syntax.Citation(match[1], paragraph, span=node.span),)

    def _full(self, node: Node) -> syntax.Citation:
        fields = Fields(node, "a citation", keys_of(syntax.Citation), self._faults)
        start, end = fields.get("chars", self._characters, (None, None))
        read = Reader(self._faults, self).read(syntax.Citation, fields, own={"start": start})
        return syntax.Citation(
            **{**read, "sha256": read["sha256"].lower()}, end=end, span=fields.span
        )

    def _characters(self, node: Node, what: str) -> tuple[int, int] | tuple[None, None]:
        before = len(self._faults.found)
        numbers = self._faults.numbers(self._faults.items(node, what), what)
        if numbers is None or len(self._faults.found) > before:
            return None, None
        whole = all(number.denominator == 1 for number in numbers)
        if len(numbers) == _ENDS and whole and 0 <= numbers[0] < numbers[1]:
            return int(numbers[0]), int(numbers[1])
        hint = "write chars: [first, behind the last], counted from 0"
        self._faults.add("citation", "no range of characters", node.span, hint)
        return None, None


class Assumptions:
    """Reads assumptions, those given inline too."""

    def __init__(self, faults: Faults, cite: Citations) -> None:
        self.found: dict[str, syntax.Assumption] = {}
        self._faults = faults
        self._cite = cite

    def read(self, name: str, node: Node, what: str = "") -> syntax.Assumption:
        """An assumption from ``{value: …, range: …}`` or a bare number, which stays fixed."""
        faults = self._faults
        if isinstance(node, Scalar):
            value = faults.number(node, f"'{name}'")
            return self._keep(syntax.Assumption(name, value, _fixed(value), span=node.span))
        fields = Fields(node, what or f"assumption '{name}'", keys_of(syntax.Assumption), faults)
        before = len(faults.found)
        value = fields.get("value", faults.number, Fraction(0))
        low, high = self._range(fields)
        sound = len(faults.found) == before
        distribution = self._distribution(fields, value, low, high, sound=sound)
        own = {"value": value, "distribution": distribution}
        read = Reader(faults, self._cite).read(syntax.Assumption, fields, own=own)
        if len(faults.found) == before and not distribution.can_be(value):
            hint = "widen the range or move the value"
            message = f"the value {value} of '{name}' lies outside its range"
            if low is None and distribution.shape != "choice":
                shape, given = distribution.shape, [*map(number_text, distribution.parameters)]
                message = f"'{name}' cannot be {value}: {shape} [{', '.join(given)}] never gives it"
            faults.add("range", message, node.span, hint)
        return self._keep(syntax.Assumption(name=name, span=node.span, **read))

    def _keep(self, assumption: syntax.Assumption) -> syntax.Assumption:
        if assumption.name.partition(".")[0] in syntax.COLUMNS and "." in assumption.name:
            hint = f"no name begins with {', '.join(f'{c}.' for c in syntax.COLUMNS)}"
            message = f"'{assumption.name}' would be taken for a column of the table of draws"
            self._faults.add("name", message, assumption.span, hint)
        if assumption.name in self.found:
            hint = "give this one, or its stake, a name of its own"
            message = f"a second assumption is called '{assumption.name}'"
            self._faults.add("duplicate", message, assumption.span, hint)
        self.found[assumption.name] = assumption
        return assumption

    def expression(self, node: Node, what: str, name: str) -> syntax.Expr:
        """An expression, or an inline assumption that gets `name`."""
        if isinstance(node, Mapping) and node.get("value") is not None:
            self.read(name, node, what)
            return syntax.Name(name, span=node.span)
        return self._faults.expression(node, what)

    def _range(self, fields: Fields) -> tuple[Fraction | None, Fraction | None]:
        node = fields.node("range")
        if node is None:
            return None, None
        before = len(self._faults.found)
        items = self._faults.items(node, "'range'")
        ends = self._faults.numbers(items, "'range'")
        if ends is None or len(self._faults.found) > before:
            return None, None
        if len(ends) != _ENDS or ends[0] > ends[1]:
            message = "a range goes from its low end to its high end"
            hint = "write range: [low, high]"
            if len(ends) == 2 * _ENDS or (len(ends) > _ENDS and _closed_up(items)):
                hint += "; a decimal has a point, as in 0.5"
            self._faults.add("range", message, node.span, hint)
            return None, None
        return ends[0], ends[1]

    def _distribution(
        self,
        fields: Fields,
        value: Fraction,
        low: Fraction | None,
        high: Fraction | None,
        *,
        sound: bool,
    ) -> Distribution:
        """The distribution; nothing is told of it that value and range, if not sound, bring on."""
        node = fields.node("distribution")
        if node is None:
            if low is None or high is None or low == high:
                return _fixed(value)
            return Distribution("uniform", (low, high), low=low, high=high)
        if isinstance(node, Scalar):
            return self._named(node, value, low, high) if sound else self._unsound(node, value)
        entries = self._faults.entries(node, "'distribution'")
        if len(entries) != 1:
            hint = "write distribution: {normal: [mean, sd]}"
            self._faults.add("distribution", "one distribution is needed", node.span, hint)
            return _fixed(value)
        key, parameters = entries[0]
        if key.text == "choice":
            return self._choice(parameters)
        return self._given(key, parameters, low, high) or _fixed(value)

    def _given(
        self, key: Scalar, parameters: Node, low: Fraction | None, high: Fraction | None
    ) -> Distribution | None:
        """A distribution with its parameters; None where they are at fault."""
        if not self._known(key):
            return None
        items = parameters.items if isinstance(parameters, Sequence) else (parameters,)
        numbers = self._faults.numbers(items, key.text)
        if numbers is None:
            return None
        family = FAMILIES[key.text]
        if fault := family.fault(numbers):
            self._faults.add("distribution", f"{key.text} {fault}", parameters.span)
            return None
        if family.by_range:
            if low is not None and (low, high) != (numbers[0], numbers[-1]):
                message = f"the range and the parameters of {key.text} disagree"
                self._faults.add("distribution", message, parameters.span, "leave the range out")
            low, high = numbers[0], numbers[-1]
        shape: Any = key.text
        found = Distribution(shape, numbers, low=low, high=high)
        if not operator.lt(*found.support()):
            message = f"{shape} gives nothing in the range"
            self._faults.add("distribution", message, parameters.span, "move or widen the range")
            return None
        return found

    def _known(self, key: Scalar) -> bool:
        if key.text in _NAMED:
            return True
        hint = closest(key.text, _NAMED)
        self._faults.add("distribution", f"no distribution '{key.text}'", key.span, hint)
        return False

    def _named(
        self, node: Scalar, value: Fraction, low: Fraction | None, high: Fraction | None
    ) -> Distribution:
        shape: Any = node.text
        if not self._known(node):
            return _fixed(value)
        family = FAMILIES[node.text]
        if not family.by_range or low is None or high is None:
            hint = f"write distribution: {{{shape}: […]}}, or give a range"
            self._faults.add("distribution", f"{shape} needs parameters", node.span, hint)
            return _fixed(value)
        middle = (value,) if "mode" in family.parameters else ()
        numbers = (low, *middle, high)
        if fault := family.fault(numbers):
            self._faults.add("distribution", f"{shape} {fault}", node.span)
            return _fixed(value)
        return Distribution(shape, numbers, low=low, high=high)

    def _unsound(self, node: Scalar, value: Fraction) -> Distribution:
        """What stands in for a distribution whose range or value is at fault."""
        self._known(node)
        return _fixed(value)

    def _choice(self, node: Node) -> Distribution:
        before = len(self._faults.found)
        if isinstance(node, Mapping):
            pairs = [
                (self._faults.number(key, "a choice"), self._faults.number(weight, "a weight"))
                for key, weight in node.entries
            ]
        else:
            items = self._faults.items(node, "'choice'")
            pairs = [(self._faults.number(item, "a choice"), Fraction(1)) for item in items]
        if len(self._faults.found) > before:
            return _fixed(Fraction(0))
        total = sum((weight for _, weight in pairs), Fraction(0))
        if total <= 0 or any(weight < 0 for _, weight in pairs):
            message = "no weight may be negative, and not all of them 0"
            message = message if pairs else "there is nothing to choose from"
            self._faults.add("distribution", message, node.span)
            return _fixed(Fraction(0))
        share: dict[Fraction, Fraction] = {}
        for value, weight in sorted(pairs):
            share[value] = share.get(value, Fraction(0)) + weight / total
        values, weights = tuple(share), tuple(share.values())
        return Distribution("choice", values, weights, values[0], values[-1])


def _fixed(value: Fraction) -> Distribution:
    return Distribution("fixed", (value,), low=value, high=value)


def check_sources(
    case_sources: tuple[syntax.Source, ...],
    passages: Iterable[str],
    cited: list[syntax.Citation],
) -> list[Fault]:
    """A fault for every citation of a source, or passage, that the case does not list."""
    known, named = {source.id for source in case_sources}, set(passages)
    faults = []
    for citation in cited:
        name = citation.source
        if name and name not in known:
            bare = citation.paragraph is None and citation.start is None
            what = "source or passage" if bare and named else "source"
            hint = closest(name, known | named if bare else known)
            place = place_of(citation.span, name)
            faults.append(Fault("unknown-source", f"no {what} '{name}'", place, hint))
    return faults
