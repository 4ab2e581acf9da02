"""Writes the JSON Schema of case files from the keys that the reader knows."""

from __future__ import annotations

import json
from pathlib import Path

from lackmus.case.schema import case_schema

TARGET = Path(__file__).resolve().parents[1] / "src/lackmus/schemas/case.schema.json"


def text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(case_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    print(TARGET.name)
