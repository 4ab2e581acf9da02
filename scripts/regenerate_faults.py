"""Writes what a person is told about each wrong case in tests/case/faults; review the diff."""

from __future__ import annotations

import os
from pathlib import Path

from lackmus.case.check import check_case
from lackmus.case.parse import load_case
from lackmus.compiler.compile import compile_case
from lackmus.foundation.errors import CaseError

FAULTS = Path(__file__).resolve().parents[1] / "tests" / "case" / "faults"


def told(path: Path) -> str:
    """What is said about the case at a path; its warnings, where nothing is wrong."""
    try:
        case = load_case(path)
        compile_case(case)
    except CaseError as error:
        return f"{error}\n"
    return "\n".join(str(fault) for fault in check_case(case)) + "\n"


def wrong_cases() -> list[Path]:
    """The wrong cases, by name; those that begin with _ are only there to be extended."""
    return sorted(path for path in FAULTS.glob("*.yaml") if not path.name.startswith("_"))


def main() -> None:
    """Rewrites every golden message that has changed."""
    os.chdir(FAULTS)
    for path in wrong_cases():
        golden, text = path.with_suffix(".txt"), told(Path(path.name))
        if not golden.exists() or golden.read_text(encoding="utf-8") != text:
            golden.write_text(text, encoding="utf-8")
            print(golden.name)


if __name__ == "__main__":
    main()
