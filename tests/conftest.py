"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of sample sources and trees beside the project; skips where it is absent."""
    if not _SHARED.is_dir():
        pytest.skip("the folder of sample sources and trees is not beside the project")
    return _SHARED
