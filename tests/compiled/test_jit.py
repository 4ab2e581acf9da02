"""Kernels that only kernels call, linked into those that have a door to Python."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib import import_module  # noqa: TID251 - of modules that are found by their files
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

import lackmus
from lackmus.compiled.jit import jit, kernel, sources
from lackmus.foundation.arrays import Floats


@kernel
def scale(x: Floats, by: float) -> Floats:
    """New numbers."""
    if by == 0.0:
        raise ValueError("by nought")
    return x / by


@kernel
def share(x: Floats) -> Floats:
    """Each number's part in their sum."""
    return scale(x, x.sum())


@jit
def shares(x: Floats) -> Floats:
    """The door to `share`, and to what it calls, twice."""
    return scale(share(x), 1.0) + share(x)


def test_kernels_of_kernels_compute_what_python_does() -> None:
    x = np.array([1.0, 2.0, 5.0])
    assert shares(x).tolist() == [0.25, 0.5, 1.25]
    with pytest.raises(ValueError, match="by nought"):
        shares(np.array([1.0, -1.0]))


def test_no_kernel_calls_one_with_a_door_to_python() -> None:
    """Of such a one nothing is kept that could be linked into another."""
    doors: set[str] = set()
    called: dict[str, set[str]] = {}
    for path in Path(lackmus.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            ways = {way.id for way in node.decorator_list if isinstance(way, ast.Name)}
            if "jit" in ways:
                doors.add(node.name)
            if ways & {"jit", "kernel", "part"}:
                names_in = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
                called[f"{path.stem}.{node.name}"] = names_in - {node.name}
    assert len(doors) > 20
    assert {name: used & doors for name, used in called.items() if used & doors} == {}


WARM = """
import sys
from lackmus.pipeline.trial import Effort, put_to_test
found = put_to_test("india-tariffs-2025", effort=Effort(draws=200))
print(len(found.points), any(claim.drivers and claim.box for claim in found.claims))
parts = ("linalg", "special", "stats", "optimize")
print([part for part in parts if f"scipy.{part}" in sys.modules])
"""


def test_a_warm_test_of_a_case_reads_no_part_of_scipy_in() -> None:
    """Nor does what numba imports to load a kernel."""
    program = [sys.executable, "-c", WARM]
    subprocess.run(program, check=True, capture_output=True)  # compiles where nothing is kept
    told = subprocess.run(program, check=True, capture_output=True, text=True).stdout
    assert told == "200 True\n[]\n"


def test_numbers_that_kernels_hold_are_in_the_digest_of_what_is_kept() -> None:
    package = Path(lackmus.__file__).parent
    rooms = [package / name for name in ("certification", "reading", "solvers")]
    seen = 0
    for room in rooms:
        digested = set(sources(room))
        for path in room.rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if "compiled.jit" not in text:
                continue
            assert path in digested
            module = import_module(".".join(("lackmus", *path.relative_to(package).parts))[:-3])
            kernels = [k.py_func for k in vars(module).values() if hasattr(k, "py_func")]
            used = {name for k in kernels if k.__module__ == module.__name__ for name in names(k)}
            for node in ast.walk(ast.parse(text)):
                if not (
                    isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lack")
                ):
                    continue
                taken = {alias.asname or alias.name for alias in node.names} & used
                home = package.parent.joinpath(*str(node.module).split(".")).with_suffix(".py")
                assert not taken or home in digested, (path, taken)
                seen += len(taken)
    assert seen > 50


def names(function: Any) -> tuple[str, ...]:
    """What a function takes from its module."""
    return cast(tuple[str, ...], function.__code__.co_names)


def test_where_numba_is_asked_to_compile_nothing_it_is_told_what_to_do() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from lackmus.cli.main import run; run()", "solve", "beer-quiche"],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "error[usage]: NUMBA_DISABLE_JIT is set" in done.stderr
