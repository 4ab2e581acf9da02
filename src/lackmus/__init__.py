"""Lackmus puts commentary about hidden aims to the test.

The way through, from Python:

>>> import lackmus
>>> case = lackmus.load("alaska-2025")
>>> game = case.compile()
>>> solution = lackmus.solve(game, precision=3)
>>> reading = lackmus.read(solution, {"announce": "talks_go_on"})
>>> findings = lackmus.test(case, draws=64, turns=False)
>>> findings["c01_no_agreement_signed"].verdict.word
'depends'
>>> forecasts = lackmus.forecast(case, draws=64)
>>> forecasts["c01_no_agreement_signed"].decided
'no'

A name is imported when it is first used, so that ``import lackmus`` costs nothing. The first
solution on a machine compiles the solver, and a line on the error stream says so;
``logging.getLogger("lackmus.kernels").setLevel("WARNING")`` before it silences that.
"""

from __future__ import annotations

from importlib import import_module  # noqa: TID251 - the front door opens what is asked for
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lackmus.case.move_list import MoveList as MoveList
    from lackmus.foundation.errors import CaseError as CaseError
    from lackmus.foundation.errors import Fault as Fault
    from lackmus.foundation.errors import FormatError as FormatError
    from lackmus.foundation.errors import InputError as InputError
    from lackmus.foundation.errors import LackmusError as LackmusError
    from lackmus.foundation.errors import SolveError as SolveError
    from lackmus.foundation.errors import UnfinishedError as UnfinishedError
    from lackmus.foundation.errors import UsageError as UsageError
    from lackmus.foundation.spans import Span as Span
    from lackmus.game.adapters import from_pygambit as from_pygambit
    from lackmus.game.adapters import from_pyspiel as from_pyspiel
    from lackmus.game.efg import read_efg as read_efg
    from lackmus.game.efg_writer import write_efg as write_efg
    from lackmus.game.game import Game as Game
    from lackmus.game.nfg import read_nfg as read_nfg
    from lackmus.game.nfg import write_nfg as write_nfg
    from lackmus.pipeline.case_study import CaseStudy as CaseStudy
    from lackmus.pipeline.correspondence import Correspondence as Correspondence
    from lackmus.pipeline.correspondence import correspondence as correspondence
    from lackmus.pipeline.derivatives import derivatives as derivatives
    from lackmus.pipeline.estimation import fit_precision as fit_precision
    from lackmus.pipeline.findings import Findings as Findings
    from lackmus.pipeline.forecasts import Forecasts as Forecasts
    from lackmus.pipeline.front import Case as Case
    from lackmus.pipeline.front import CaseBuilder as CaseBuilder
    from lackmus.pipeline.front import cases as cases
    from lackmus.pipeline.front import forecast as forecast
    from lackmus.pipeline.front import learn as learn
    from lackmus.pipeline.front import load as load
    from lackmus.pipeline.front import parse as parse
    from lackmus.pipeline.front import solve as solve
    from lackmus.pipeline.front import sweep_case as sweep_case
    from lackmus.pipeline.front import test as test
    from lackmus.pipeline.learned import Learned as Learned
    from lackmus.pipeline.ledgers import Ledger as Ledger
    from lackmus.pipeline.postmortem import postmortem as postmortem
    from lackmus.pipeline.quantities import Statics as Statics
    from lackmus.pipeline.quantities import ask as ask
    from lackmus.pipeline.quantities import vary as vary
    from lackmus.pipeline.readings import read as read
    from lackmus.pipeline.tree_case import case_of_tree as case_of_tree
    from lackmus.reading.reading import Reading as Reading
    from lackmus.report.drawing import tree as tree
    from lackmus.report.html import render as render
    from lackmus.solution.certify import certify as certify
    from lackmus.solution.profile import Profile as Profile
    from lackmus.solution.solution import Assessment as Assessment
    from lackmus.solution.solution import Solution as Solution
    from lackmus.sweep.table import to_dataset as to_dataset

_HOMES = {
    "case.move_list": ("MoveList",),
    "foundation.errors": (
        "CaseError", "Fault", "FormatError", "InputError", "LackmusError", "SolveError",
        "UnfinishedError", "UsageError",
    ),
    "foundation.spans": ("Span",),
    "game.adapters": ("from_pygambit", "from_pyspiel"),
    "game.efg": ("read_efg",),
    "game.efg_writer": ("write_efg",),
    "game.game": ("Game",),
    "game.nfg": ("read_nfg", "write_nfg"),
    "pipeline.correspondence": ("Correspondence", "correspondence"),
    "pipeline.derivatives": ("derivatives",),
    "pipeline.estimation": ("fit_precision",),
    "pipeline.findings": ("Findings",),
    "pipeline.front": (
        "Case", "CaseBuilder", "cases", "forecast", "learn", "load", "parse", "solve",
        "sweep_case", "test",
    ),
    "pipeline.forecasts": ("Forecasts",),
    "pipeline.learned": ("Learned",),
    "pipeline.ledgers": ("Ledger",),
    "pipeline.postmortem": ("postmortem",),
    "pipeline.quantities": ("Statics", "ask", "vary"),
    "pipeline.readings": ("read",),
    "pipeline.case_study": ("CaseStudy",),
    "pipeline.tree_case": ("case_of_tree",),
    "reading.reading": ("Reading",),
    "report.drawing": ("tree",),
    "report.html": ("render",),
    "solution.certify": ("certify",),
    "solution.profile": ("Profile",),
    "solution.solution": ("Assessment", "Solution"),
    "sweep.table": ("to_dataset",),
}  # fmt: skip

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever lives there
    if name == "__version__":
        return import_module("lackmus.foundation.version").version()
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'lackmus' has no attribute {name!r}")
    import_module("lackmus.foundation.compiling").watch(tell=True)
    value = getattr(import_module(f"lackmus.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
