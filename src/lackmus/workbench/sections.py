"""The report's sections, for the page that shows them beside the text.

The code of the report draws them, of the case as it is supposed at the moment: what is supposed
stands in it as a fixed number. What hangs on draws is made of as many as the verdicts, and once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from threading import Lock
from typing import Final, Literal, TypeAlias, get_args

from lackmus.case import syntax
from lackmus.foundation.distributions import Distribution
from lackmus.foundation.errors import UsageError
from lackmus.pipeline.findings import Findings
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.report.html import part_style, render_claim, render_parts, report_model
from lackmus.workbench.messages import Json
from lackmus.workbench.telling import Tell
from lackmus.workbench.what_if import SupersededError, Supposition

#: Sections by their ids in the report; of the claims, one.
Section: TypeAlias = Literal[
    "claims", "happened", "beliefs", "indicators", "watch", "probes", "tree", "standoff",
    "assumptions",
]  # fmt: skip

#: What hangs on the draws.
_OF_DRAWS: Final = frozenset({"claims", "happened", "beliefs"})

#: Draws where nothing hangs on them.
_FEW: Final = 8

#: Findings kept, of different suppositions and efforts.
_KEPT: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """Somebody who waits for findings: which, whether he still does, and how he is told."""

    key: tuple[object, ...]
    wanted: Callable[[], bool]
    tell: Tell


class Sections:
    """Sections of the report on one case.

    Args:
        case: A case that passed its check.
        draws: Draws of what hangs on them.
        seed: Their seed.
    """

    def __init__(self, case: syntax.Case, draws: int, seed: int) -> None:
        self._case = case
        few = Effort(draws=_FEW, seed=seed, turns=False, probes=False)
        self._efforts = (few, replace(few, probes=True), Effort(draws, seed, probes=False))
        self._found: OrderedDict[tuple[object, ...], Findings] = OrderedDict()
        self._lock = Lock()
        self._queue = Lock()
        self._waiting: tuple[_Waiting, ...] = ()

    def of(
        self,
        names: Sequence[str],
        claim: str,
        supposed: Supposition,
        wanted: Callable[[], bool] = lambda: True,
        tell: Tell = lambda _stage, _done, _of: None,
    ) -> Json:
        """Sections as the report has them, with their style.

        Args:
            names: Which, in order.
            claim: Which of the claims, where ``claims`` is among them.
            supposed: Under what.
            wanted: Asked while draws are made; the work ends where it says no.
            tell: Told how far the work is.

        Raises:
            UsageError: There is no such section or claim, or the supposition makes no sense.
            SupersededError: Nobody wanted it any more.
        """
        if not set(names) <= set(get_args(Section)):
            raise UsageError(f"the report has no section like {', '.join(names)}"[:200])
        if claim and claim not in {c.id for c in self._case.claims}:
            raise UsageError(f"the case has no claim '{claim}'"[:200])
        full = not _OF_DRAWS.isdisjoint(names)
        effort = self._efforts[2 if full else "probes" in names]
        if supposed.seed is not None:
            effort = replace(effort, seed=supposed.seed)
        if full and supposed.draws is not None:
            effort = replace(effort, draws=supposed.draws)
        findings = self._findings(supposed, effort, wanted, tell)
        tell("pictures", 0, 1)
        model = report_model(findings, only=frozenset({claim}))
        parts = render_parts(model, names)
        if "claims" in parts:
            parts["claims"] = "".join(map(render_claim, model.claims))
        return {
            "style": part_style(),
            "html": "".join(parts[name] for name in names if name in parts),
        }

    def _findings(
        self, supposed: Supposition, effort: Effort, wanted: Callable[[], bool], tell: Tell
    ) -> Findings:
        key = (tuple(sorted(supposed.values.items())), supposed.observed, supposed.record, effort)

        def told(stage: str, done: int, of: int) -> None:
            waiting = [each for each in self._waiting if each.key == key and each.wanted()]
            if not waiting:
                raise SupersededError
            for each in waiting:
                each.tell(stage, done, of)

        with self._waits(_Waiting(key, wanted, tell)), self._lock:
            if not wanted():
                raise SupersededError
            if key not in self._found:
                self._found[key] = put_to_test(
                    with_values(self._case, supposed), observed=supposed.observed,
                    recorded=supposed.record, effort=effort, progress=told,
                )  # fmt: skip
                while len(self._found) > _KEPT:
                    self._found.popitem(last=False)
            self._found.move_to_end(key)
            if not wanted():
                raise SupersededError
            return self._found[key]

    @contextmanager
    def _waits(self, one: _Waiting) -> Iterator[None]:
        """While somebody waits: work on what he waits for goes on, and he is told how far it is."""
        with self._queue:
            self._waiting = (*self._waiting, one)
        try:
            yield
        finally:
            with self._queue:
                self._waiting = tuple(each for each in self._waiting if each is not one)


def with_values(case: syntax.Case, supposed: Supposition) -> syntax.Case:
    """The case in which what is supposed is a fixed number."""
    values = {name: Fraction(value) for name, value in supposed.values.items()}

    def fixed(assumption: syntax.Assumption) -> syntax.Assumption:
        value = values.get(assumption.name)
        if value is None:
            return assumption
        drawn = Distribution("fixed", (value,), low=value, high=value)
        return replace(assumption, value=value, distribution=drawn)

    return replace(
        case,
        assumptions=tuple(map(fixed, case.assumptions)),
        precision=fixed(case.precision),
        correlations=tuple(
            each for each in case.correlations if values.keys().isdisjoint(each.between)
        ),
    )
