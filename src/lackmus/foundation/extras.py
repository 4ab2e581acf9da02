"""Packages that are not installed with Lackmus: each has an extra, which is named where it lacks.

>>> with extra("parquet", "a table of draws"):
...     import pyarrow
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lackmus.foundation.errors import UsageError


@contextmanager
def extra(name: str, purpose: str) -> Iterator[None]:
    """Within it, a package that is not installed is a fault that names the extra.

    Args:
        name: The extra, as in ``pip install 'lackmus[NAME]'``.
        purpose: What is done with it, as the subject of a sentence.

    Raises:
        UsageError: A package is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or name).partition(".")[0]
        raise UsageError(
            f"{purpose} needs the package {package}, which is not installed",
            hint=f"pip install 'lackmus[{name}]'",
        ) from None
