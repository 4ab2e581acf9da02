"""Writes the cases that ``lackmus new --from`` begins with, from the pages that explain them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src/lackmus/case/patterns"
PAGES = {
    "bluffing": "bluffing",
    "deadline": "a-deadline",
    "inspector": "an-inspector",
    "mediator": "a-mediator",
    "pretext": "a-pretext",
    "probe": "a-probe",
}
_BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    """The whole case on a pattern's page, with a line on where it is explained."""
    page = (ROOT / f"docs/how-to/{PAGES[name]}.md").read_text("utf-8")
    case = next(block for block in _BLOCK.findall(page) if "\nmoves:" in block)
    return f"# The pattern is explained in docs/how-to/{PAGES[name]}.md.\n{case}"


if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    for pattern in PAGES:
        (TARGET / f"{pattern}.yaml").write_text(text(pattern), encoding="utf-8")
        print(f"{pattern}.yaml")
