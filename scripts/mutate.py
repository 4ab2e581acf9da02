#!/usr/bin/env python
"""Mutation testing: one small change of a module at a time, and whether its tests see it.

    scripts/mutate.py src/lackmus/reading/answer.py --sample 20 -- tests/meaning tests/reading

Each mutant is written into a copy of the sources under a folder for passing files, so that nothing
here changes. Prints the mutants that no test sees; look at each: a test is missing, or the change
means nothing.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


def mutants(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, what it becomes there, and the whole text of each mutant."""
    size = sum(1 for _ in ast.walk(ast.parse(text)))
    for place in range(size):
        tree = ast.parse(text)
        node = list(ast.walk(tree))[place]
        before = ast.unparse(node) if isinstance(node, ast.expr) else ""
        if _changed(node):
            yield getattr(node, "lineno", 0), f"{before} → {ast.unparse(node)}", ast.unparse(tree)


def _changed(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in _SWAPS:
        node.op = _SWAPS[type(node.op)]()  # type: ignore[assignment]
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in _SWAPS:
        node.ops[0] = _SWAPS[type(node.ops[0])]()  # type: ignore[call-overload]
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        node.value = not node.value
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        node.value += 1
    elif isinstance(node, ast.IfExp):
        node.body, node.orelse = node.orelse, node.body
    else:
        return False
    return True


def main() -> int:
    """Tries a sample of the mutants of a module."""
    parser = argparse.ArgumentParser(description="One small change at a time: which do tests see?")
    parser.add_argument("module", type=Path)
    parser.add_argument("--sample", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("tests", nargs="+", help="what pytest is given, after --")
    asked = parser.parse_args()
    whole = list(mutants(asked.module.read_text(encoding="utf-8")))
    chosen = random.Random(asked.seed).sample(whole, min(asked.sample, len(whole)))  # noqa: S311
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "src", Path(folder) / "src")
        target = Path(folder) / asked.module.resolve().relative_to(ROOT)
        environment = {**os.environ, "PYTHONPATH": str(Path(folder) / "src")}
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:randomly", *asked.tests]
        for line, change, text in sorted(chosen):
            target.write_text(text, encoding="utf-8")
            run = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, check=False
            )
            if run.returncode == 0:
                missed += 1
                print(f"{asked.module}:{line}: {change}", flush=True)
    print(f"{len(chosen)} of {len(whole)} mutants tried, {missed} unseen")
    return 0


if __name__ == "__main__":
    sys.exit(main())
