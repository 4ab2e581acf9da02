"""Points of the user's own, from CSV or Parquet; a finished table is such a file too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from lackmus.case.syntax import COLUMNS, Assumption
from lackmus.foundation.arrays import Floats, freeze
from lackmus.foundation.disk import check_file
from lackmus.foundation.errors import Fault, FormatError
from lackmus.foundation.letters import composed
from lackmus.sweep.arrow import arrow

#: Bytes above which a table is not read.
_LARGEST: Final = 2_000_000_000

#: The assumption that cannot be negative.
_PRECISION: Final = "precision"

#: Rows with a fault that are named one by one.
_NAMED: Final = 5


def read_points(path: Path | str, assumptions: Sequence[Assumption]) -> Floats:
    """Points from a CSV file with a header line, or from a Parquet file.

    Columns are assumptions by name, in any order; an assumption without a column keeps its base
    value. Columns of a table's own (`lackmus.case.syntax.COLUMNS`) are passed over; so a table can
    be solved again under another case.

    Args:
        path: The file; ``.parquet`` and ``.pq`` are Parquet, all else is CSV.
        assumptions: What a study varies.

    Returns:
        Points, shape (N, K), read-only.

    Raises:
        UsageError: There is no such file.
        FormatError: It cannot be read, a column is of no assumption, or a value is not a finite
            number; all faults at once.
    """
    path = Path(path)
    check_file(path, "table of points", _LARGEST)
    columns, twice = _read(path)
    names = [assumption.name for assumption in assumptions]
    given = [name for name in columns if name in names or not _of_the_table(name)]
    faults = [_unknown(name, names) for name in given if name not in names]
    faults += [Fault("points", f"{path} has the column {name!r} twice") for name in twice]
    if not any(name in names for name in given):
        faults.append(Fault("points", f"{path} has a column of no assumption"))
    values = {name: _numbers(name, columns[name], faults) for name in given if name in names}
    if "precision" in values and np.any(values["precision"] < 0):
        row = int(np.argmax(values["precision"] < 0)) + 1
        faults.append(
            Fault(
                "points",
                f"precision is negative in row {row}",
                hint="at 0 all options are equally likely",
            )
        )
    rows = len(next(iter(columns.values()))) if columns else 0
    if not rows:
        faults.append(Fault("points", f"{path} has no rows"))
    if np.any(values.get(_PRECISION, 0.0) < 0.0):
        faults.append(Fault("points", f"{path} has a precision below zero"))
    if faults:
        raise FormatError(faults)
    base = [np.full(rows, float(assumption.value)) for assumption in assumptions]
    return freeze(np.column_stack([values.get(n, b) for n, b in zip(names, base, strict=True)]))


def _of_the_table(name: str) -> bool:
    head, dot, _ = name.partition(".")
    return bool(dot) and head in COLUMNS


def _unknown(name: str, names: Sequence[str]) -> Fault:
    return Fault("points", f"there is no assumption {name!r}", hint=", ".join(names))


def _read(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Columns by name, and the names that several columns have."""
    pa = arrow()

    try:
        parquet = path.suffix in (".parquet", ".pq")
        table = pa.parquet.read_table(path) if parquet else pa.csv.read_csv(path)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise FormatError(f"{path} cannot be read as a table: {error}") from None
    names = list(map(composed, table.column_names))
    twice = sorted({name for name in names if names.count(name) > 1})
    return {n: table.column(k).to_pylist() for k, n in enumerate(names)}, twice


def _numbers(name: str, column: Sequence[Any], faults: list[Fault]) -> Floats:
    numbers = np.array([_number(value) for value in column], dtype=np.float64)
    wrong = np.flatnonzero(~np.isfinite(numbers))
    faults += [
        Fault("points", f"{name} is {column[row]!r} in row {row + 1}, not a finite number")
        for row in wrong[:_NAMED]
    ]
    if len(wrong) > _NAMED:
        more = len(wrong) - _NAMED
        faults.append(Fault("points", f"{name} is not a finite number in {more} more rows"))
    return numbers


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return float("nan")
    try:
        return float(value)
    except (ValueError, OverflowError):
        return float("nan")
