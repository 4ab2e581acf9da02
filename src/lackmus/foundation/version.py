"""The version of Lackmus."""

from __future__ import annotations

import functools


@functools.cache
def version() -> str:
    """Version of Lackmus, as installed."""
    import importlib.metadata  # noqa: PLC0415 - costs 0.03 s, and a test of a case needs it not

    try:
        return importlib.metadata.version("lackmus")
    except importlib.metadata.PackageNotFoundError:
        return "0+unknown"
