"""A first use is told of while the solver is compiled, once, and times that it took part in."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lackmus.foundation import compiling

#: As the cache of kernels tells it, before each that is compiled.
NEWS = "logging.getLogger('lackmus.kernels').info('compiling a kernel')"


def said(*steps: str) -> str:
    """What Python steps in a process of their own write to the error stream."""
    code = "\n".join(("import logging", "import lackmus", *steps))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stderr


def test_python_says_once_that_the_solver_is_compiled() -> None:
    assert said("lackmus.load", NEWS, NEWS) == f"lackmus: {compiling.ONCE}\n"


@pytest.mark.parametrize(
    "steps",
    [
        ("lackmus.load",),
        (NEWS,),
        ("logging.getLogger('lackmus.kernels').setLevel('WARNING')", "lackmus.load", NEWS),
    ],
    ids=["nothing compiled", "nothing used", "silenced"],
)
def test_else_it_is_silent(steps: tuple[str, ...]) -> None:
    assert said(*steps) == ""


def test_who_shows_the_log_is_told_by_it_alone() -> None:
    shown = "logging.basicConfig(level='INFO', format='%(message)s')"
    assert said(shown, "lackmus.load", NEWS) == "compiling a kernel\n"


def test_a_time_says_that_compiling_had_a_part_in_it() -> None:
    after = "from lackmus.foundation import compiling; import sys; tell = sys.stderr.write"
    told = said("lackmus.load", after, "tell(repr(compiling.included()))", NEWS,
                "tell(repr(compiling.included()))",
                "compiling.watch(tell=False); tell(repr(compiling.included()))")  # fmt: skip
    assert told.startswith("''")
    assert told.endswith(repr(compiling.INCLUDED) + "''")
