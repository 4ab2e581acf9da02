"""Columns as tables of other packages, each of which an extra brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, get_args

from lackmus.case.fields import closest
from lackmus.foundation.errors import UsageError
from lackmus.foundation.extras import extra
from lackmus.sweep.arrow import arrow

#: What a row of a table of findings is.
Rows: TypeAlias = Literal["draws", "claims"]


def check_rows(rows: str) -> None:
    """UsageError where a table of findings has no such rows."""
    known: tuple[str, ...] = get_args(Rows)
    if rows not in known:
        raise UsageError(f"a table has no rows {rows!r}", closest(str(rows), known))


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
