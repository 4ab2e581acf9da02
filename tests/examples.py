"""How many random examples a test takes: more on demand."""

from __future__ import annotations

import os

_TIMES = int(os.environ.get("LACKMUS_EXAMPLES", "1"))


def some(few: int) -> int:
    """So many, or as many times that as ``LACKMUS_EXAMPLES`` says."""
    return few * _TIMES
