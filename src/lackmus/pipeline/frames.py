"""Columns as tables of other packages, each of which an extra brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, get_args

from lackmus.case.fields import closest
from lackmus.foundation.errors import UsageError
from lackmus.foundation.frames import to_pandas as to_pandas
from lackmus.foundation.frames import to_polars as to_polars
from lackmus.sweep.arrow import arrow

#: What a row of a table of findings is.
Rows: TypeAlias = Literal["draws", "claims"]


def check_rows(rows: str) -> None:
    """UsageError where a table of findings has no such rows."""
    known: tuple[str, ...] = get_args(Rows)
    if rows not in known:
        raise UsageError(f"a table has no rows {rows!r}", closest(str(rows), known))


def to_arrow(columns: Mapping[str, Any]) -> Any:  # noqa: ANN401 - pyarrow has no types
    """A table of Arrow; UsageError where the extra `parquet` is not installed."""
    return arrow().table(columns)
