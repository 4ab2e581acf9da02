"""Columns as tables of other packages, each of which an extra brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from lackmus.foundation.extras import extra
from lackmus.sweep.arrow import arrow

#: What a row of a table of findings is.
Rows: TypeAlias = Literal["draws", "claims"]


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


def to_arrow(columns: Mapping[str, Any]) -> Any:  # noqa: ANN401 - pyarrow has no types
    """A table of Arrow; UsageError where the extra `parquet` is not installed."""
    return arrow().table(columns)
