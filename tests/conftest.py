"""Fixtures that every test may use."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_SHARED = Path(__file__).resolve().parents[2] / "shared"

# A shell that starts this in the background lets it ignore Ctrl-C, and children would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A slow machine is no fault of the code: nothing here is bounded in time.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of sample sources and trees beside the project; skips where it is absent."""
    if not _SHARED.is_dir():
        pytest.skip("the folder of sample sources and trees is not beside the project")
    return _SHARED
