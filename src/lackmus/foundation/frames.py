"""Columns as data frames of other packages, each of which an extra brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lackmus.foundation.extras import extra


def to_pandas(columns: Mapping[str, Any]) -> Any:  # noqa: ANN401 - optional
    """A data frame of pandas; UsageError where the extra `pandas` is not installed."""
    with extra("pandas", "a data frame of pandas"):
        import pandas  # noqa: PLC0415 - optional
    return pandas.DataFrame(columns)


def to_polars(columns: Mapping[str, Any]) -> Any:  # noqa: ANN401 - optional
    """A data frame of polars; UsageError where the extra `polars` is not installed."""
    with extra("polars", "a data frame of polars"):
        import polars  # noqa: PLC0415 - optional
    return polars.DataFrame(columns)
