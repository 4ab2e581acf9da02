"""What those who disagree make of a case: its dissents, each on top of the text that is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from lackmus.case import syntax
from lackmus.case.overlay import overlay
from lackmus.case.parse import check_is_case, read_text, understand
from lackmus.case.yaml_reader import Mapping, Scalar, read_yaml
from lackmus.foundation.errors import CaseError, InputError
from lackmus.pipeline.loading import load
from lackmus.service.document import Document, Home
from lackmus.workbench.messages import Json, answer_json, swept_json
from lackmus.workbench.what_if import Supposition, WhatIf


class Dissents:
    """Desks for the dissents of a text, each made when it is first asked for.

    Args:
        known: The text.
        home: Where it stands.
        paths: Its dissents.
        draws: Draws of a sweep.
        seed: Their seed. An assumption that both have is drawn alike in both.
    """

    def __init__(
        self, known: Document, home: Home, paths: tuple[Path, ...], draws: int, seed: int
    ) -> None:
        self.paths = paths
        self._known, self._home = known, home
        self._draws, self._seed = draws, seed
        self._kept: dict[Path, tuple[str, WhatIf]] = {}

    def columns(self, supposed: Supposition, wanted: Callable[[], bool]) -> Iterator[Json]:
        """Each of them under a supposition, as far as it shares it: exactly, and over the draws.

        A dissent comes again and again, with more draws; one that has faults comes once, with the
        first of them.
        """
        for path in self.paths:
            try:
                for column in self._column(path, supposed, wanted):
                    yield {"file": path.name} | column
            except InputError as error:
                yield {"file": path.name, "title": path.name, "error": str(error)}

    def _column(
        self, path: Path, supposed: Supposition, wanted: Callable[[], bool]
    ) -> Iterator[Json]:
        what_if = self._what_if(path)
        shared = {a.name for a in what_if.assumptions}
        values = {name: value for name, value in supposed.values.items() if name in shared}
        own = replace(supposed, values=values)
        found = {"title": what_if.case.title, **answer_json(what_if.point(own))}
        for swept in what_if.sweep(own, wanted):
            yield found | swept_json(swept)

    def _what_if(self, path: Path) -> WhatIf:
        """Of what stands in the file now; the same as before while that stays."""
        text = read_text(path)
        if path not in self._kept or self._kept[path][0] != text:
            self._kept[path] = text, WhatIf(self._over(path, text), self._draws, self._seed)
        return self._kept[path][1]

    def _over(self, path: Path, text: str) -> syntax.Case:
        """The dissent on top of the open text; one that extends another file, on top of that."""
        check_is_case(path)
        node = read_yaml(text, str(path))
        below, own = self._known.node, self._home.path
        extends = node.get("extends") if isinstance(node, Mapping) else None
        if below is None or not isinstance(extends, Scalar):
            return load(path)
        if (path.parent / extends.text).resolve() != own:
            return load(path)
        case, faults = understand(overlay(below, node), own, self._home.find, self._home.within)
        errors = [fault for fault in faults if fault.severity == "error"]
        if case is None or errors:
            raise CaseError(errors or list(faults))
        return case
