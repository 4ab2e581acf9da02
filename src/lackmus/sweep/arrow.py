"""The one door to Arrow, which the extra `parquet` brings and only tables on disk need."""

from __future__ import annotations

from typing import Any

from lackmus.foundation.extras import extra


def arrow() -> Any:  # noqa: ANN401 - pyarrow has no types
    """The package pyarrow with its modules ``compute``, ``csv`` and ``parquet``.

    Raises:
        UsageError: It is not installed.
    """
    with extra("parquet", "a table of draws"):
        import pyarrow  # noqa: PLC0415 - optional, and costs 0.1 s
        import pyarrow.compute  # noqa: PLC0415 - as above
        import pyarrow.csv  # noqa: PLC0415 - as above
        import pyarrow.parquet  # noqa: PLC0415 - as above
    return pyarrow
