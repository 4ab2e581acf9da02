"""The table of draws: Parquet on disk, xarray in Python, CSV for everybody.

One row a draw. Names of the table's own columns begin with a word and a full stop with which no
name of an assumption may begin (`lackmus.case.syntax.COLUMNS`):

=================== ======= ==================================================================
column              type    meaning
=================== ======= ==================================================================
draw.index          int64   place in the design, from 0
draw.id             string  32 hex digits that depend on the case and the values alone
(assumption)        double  its value; one column each, by its name
margin.(claim)      double  by how much the claim holds; null where it cannot be asked
outcome.(claim)     string  holds, fails, no difference, cannot be asked, unsolved
reason.(claim)      string  why it is unsolved; null where it is solved
solve.failed        bool    some game of the draw has no certified solution
solve.turned        bool    the branch turned on its way
solve.forked        bool    it met a bifurcation and was followed straight on
solve.residual      double  fixed-point error in log probability; null for a failed draw
solve.regret        double  agent regret as a fraction of the payoff range; null likewise
=================== ======= ==================================================================

The schema's metadata has under ``lackmus`` a `Header` as JSON, and under ``case`` the case's text.
The bytes depend on the header, the points and the outcomes alone (and on the version of Arrow).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lackmus.foundation.arrays import Codes, Floats, freeze
from lackmus.foundation.disk import check_file, in_words, write_whole
from lackmus.foundation.errors import FormatError, UnfinishedError
from lackmus.foundation.extras import extra
from lackmus.foundation.outcomes import REASONS, SOLVED, WORDS
from lackmus.foundation.version import version
from lackmus.sweep.arrow import arrow
from lackmus.sweep.design import point_ids
from lackmus.sweep.study import KEPT, Outcomes, Study

if TYPE_CHECKING:
    import xarray

#: Version of the layout above.
FORMAT: Final = 3

#: Rows of a row group.
GROUP: Final = 65536

#: Differences that follow from others.
_FOLLOWS: Final = ("assumptions", "claims", "points")

_METADATA: Final = b"lackmus"
_TEXT: Final = b"case"


@dataclass(frozen=True, slots=True)
class Header:
    """What a table is a table of.

    Attributes:
        digest: The study's digest: case, claims, observations, solver.
        design: How the points were chosen.
        seed: Root seed of the design; None for a table of the user's own points.
        draws: Rows.
        points: Digest of all points.
        assumptions: Names of the columns that vary.
        claims: Claim ids.
        title: The case's title.
        version: Version of Lackmus.
        format: Version of the layout.
    """

    digest: str
    design: str
    seed: int | None
    draws: int
    points: str
    assumptions: tuple[str, ...]
    claims: tuple[str, ...]
    title: str = ""
    version: str = ""
    format: int = FORMAT


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A whole table in memory.

    Attributes:
        header: What it is a table of.
        points: Values of the assumptions, shape (N, K).
        outcomes: What was found there.
        text: The case's text, where it was kept.
    """

    header: Header
    points: Floats
    outcomes: Outcomes
    text: str = ""

    def to_dataset(self) -> xarray.Dataset:
        """The table with labelled dimensions: draw, assumption and claim.

        ``outcome`` and ``why`` hold the codes of `lackmus.foundation.outcomes`; ``margin`` is
        NaN where a claim cannot be asked or is unsolved.

        Raises:
            UsageError: The extra `xarray` is not installed.
        """
        with extra("xarray", "a table with labelled dimensions"):
            import xarray as xr  # noqa: PLC0415 - optional, and costs 0.4 s

        found = self.outcomes
        return xr.Dataset(
            {
                "value": (("draw", "assumption"), self.points),
                "margin": (("draw", "claim"), found.margins),
                "outcome": (("draw", "claim"), found.holds),
                "why": (("draw", "claim"), found.why),
                "failed": ("draw", found.failed),
                "turned": ("draw", found.turned),
                "forked": ("draw", found.forked),
                "residual": ("draw", found.residual),
                "regret": ("draw", found.regret),
            },
            coords={
                "draw": np.arange(len(self.points)),
                "assumption": list(self.header.assumptions),
                "claim": list(self.header.claims),
                "id": ("draw", point_ids(self.header.digest, self.points)),
            },
            attrs=_plain(self.header),
        )


def to_dataset(table: Table | Path | str) -> xarray.Dataset:
    """A table of draws with labelled dimensions: draw, assumption and claim.

    ``outcome`` and ``why`` hold the codes of `lackmus.foundation.outcomes`; ``margin`` is NaN where
    a claim cannot be asked or is unsolved.

    Args:
        table: What `sweep_case` wrote, or the table itself.

    Raises:
        UsageError: There is no such table, or the extra `xarray` is not installed.
    """
    return (table if isinstance(table, Table) else read_table(table)).to_dataset()


def write_table(
    path: Path,
    header: Header,
    points: Floats,
    parts: Iterator[Outcomes],
    text: str = "",
) -> None:
    """Write a table as Parquet, whole or not at all.

    Args:
        path: Where to.
        header: What it is a table of.
        points: All points, shape (N, K).
        parts: Outcomes of the points from the first to the last, in parts of any size; one
            row group of them is in memory at a time.
        text: The case's text, to be kept with the table.

    Raises:
        OSError: The disk did not take it; what stood at `path` before is still there.
    """
    pa = arrow()

    schema = _schema(header, text)

    def write(beside: Path) -> None:
        start = 0
        with pa.parquet.ParquetWriter(beside, schema, compression="zstd") as writer:
            for group in _regroup(parts):
                stop = start + len(group.failed)
                columns = _columns(header, start, points[start:stop], group)
                writer.write_table(pa.table(columns, schema=schema), row_group_size=GROUP)
                start = stop

    write_whole(path, write)


def read_header(path: Path | str) -> Header:
    """What a Parquet file is a table of, without reading its rows.

    Raises:
        UsageError: There is no such file.
        FormatError: It is not a table of Lackmus, or of a layout this version does not know.
    """
    return _open(Path(path))[1]


def read_table(path: Path | str, study: Study | None = None) -> Table:
    """Read a table from Parquet.

    Args:
        path: The file.
        study: If given, the table must be of this study and of this version of Lackmus.

    Raises:
        UsageError: There is no such file.
        FormatError: It is not a table of Lackmus, or a table of something else.
    """
    file, header = _open(Path(path))
    if study is not None:
        refuse_other(header, study, Path(path))
    found = file.read()
    outcomes = Outcomes(
        margins=_matrix(found, [f"margin.{claim}" for claim in header.claims]),
        holds=_codes(found, [f"outcome.{claim}" for claim in header.claims], WORDS),
        why=_codes(found, [f"reason.{claim}" for claim in header.claims], REASONS),
        failed=freeze(found["solve.failed"].to_numpy()),
        turned=freeze(found["solve.turned"].to_numpy()),
        forked=freeze(found["solve.forked"].to_numpy()),
        residual=freeze(found["solve.residual"].to_numpy().astype(np.float64)),
        regret=freeze(found["solve.regret"].to_numpy().astype(np.float64)),
    )
    text = (file.schema_arrow.metadata or {}).get(_TEXT, b"").decode()
    return Table(header, _matrix(found, header.assumptions), outcomes, text)


def refuse_other(header: Header, study: Study, path: Path) -> None:
    """Raise FormatError, naming all that differs, unless `header` is of this study."""
    expected = {
        "case": (header.digest[:12], study.digest[:12]),
        "assumptions": (header.assumptions, tuple(a.name for a in study.assumptions)),
        "claims": (header.claims, tuple(study.claims)),
        "version": (header.version, version()),
    }
    refuse_differences(expected, path)


def refuse_differences(expected: dict[str, tuple[Any, Any]], path: Path) -> None:
    """Raise FormatError where a table's entry (first) is not what is wanted (second).

    What follows from another difference (names and points, from another case) is told only where
    nothing else differs.
    """
    differ = {what: pair for what, pair in expected.items() if pair[0] != pair[1]}
    told = {what: pair for what, pair in differ.items() if what not in _FOLLOWS} or differ
    if told:
        shown = [
            f"its {what} is {there}, and not {wanted}" for what, (there, wanted) in told.items()
        ]
        raise FormatError(
            f"{path} is a table of something else: {'; '.join(shown)}",
            hint="give another file, or remove this one",
        )


def write_csv(table: Table, path: Path) -> None:
    """Write a table as CSV with the columns of the Parquet file; nulls are empty.

    Numbers are written so that they read back to the same bits.

    Raises:
        UnfinishedError: The disk did not take it.
    """
    pa = arrow()

    schema = _schema(table.header, "")
    columns = _columns(table.header, 0, table.points, table.outcomes)
    rows = pa.table(columns, schema=schema)
    try:
        write_whole(path, lambda beside: pa.csv.write_csv(rows, beside))
    except OSError as error:
        raise UnfinishedError(in_words(error, path)) from None


def header_to_json(header: Header) -> str:
    """A header as JSON, always the same bytes."""
    return json.dumps(asdict(header), sort_keys=True)


def header_from_json(text: str | bytes) -> Header:
    """A header from JSON; ValueError, TypeError or KeyError where it is none."""
    given = json.loads(text)
    if not isinstance(given, dict):
        raise TypeError("a header is an object")
    known = {field.name for field in fields(Header)}
    entries = {name: value for name, value in given.items() if name in known}
    for name in ("assumptions", "claims"):
        entries[name] = tuple(entries[name])
    return Header(**entries)


def _plain(header: Header) -> dict[str, Any]:
    entries = {name: value for name, value in asdict(header).items() if value is not None}
    return {k: list(v) if isinstance(v, tuple) else v for k, v in entries.items()}


def _schema(header: Header, text: str) -> Any:  # noqa: ANN401 - pyarrow has no types
    pa = arrow()

    word = pa.dictionary(pa.int8(), pa.string())
    columns_of = (("margin", pa.float64()), ("outcome", word), ("reason", word))
    columns = [
        ("draw.index", pa.int64()),
        ("draw.id", pa.string()),
        *((name, pa.float64()) for name in header.assumptions),
        *((f"{what}.{claim}", kind) for claim in header.claims for what, kind in columns_of),
        ("solve.failed", pa.bool_()),
        ("solve.turned", pa.bool_()),
        ("solve.forked", pa.bool_()),
        ("solve.residual", pa.float64()),
        ("solve.regret", pa.float64()),
    ]
    metadata = {_METADATA: header_to_json(header).encode()}
    if text:
        metadata[_TEXT] = text.encode()
    return pa.schema(columns, metadata=metadata)


def _columns(header: Header, start: int, points: Floats, found: Outcomes) -> dict[str, Any]:
    pa = arrow()

    columns: dict[str, Any] = {
        "draw.index": np.arange(start, start + len(points)),
        "draw.id": point_ids(header.digest, points),
    }
    for k, name in enumerate(header.assumptions):
        columns[name] = np.ascontiguousarray(points[:, k])
    for q, claim in enumerate(header.claims):
        margin = np.ascontiguousarray(found.margins[:, q])
        columns[f"margin.{claim}"] = pa.array(margin, mask=np.isnan(margin))
        columns[f"outcome.{claim}"] = _words(found.holds[:, q], WORDS)
        columns[f"reason.{claim}"] = _words(found.why[:, q], REASONS, null=SOLVED)
    columns["solve.failed"] = found.failed
    columns["solve.turned"] = found.turned
    columns["solve.forked"] = found.forked
    columns["solve.residual"] = pa.array(found.residual, mask=np.isnan(found.residual))
    columns["solve.regret"] = pa.array(found.regret, mask=np.isnan(found.regret))
    return columns


def _regroup(parts: Iterator[Outcomes]) -> Iterator[Outcomes]:
    """The same rows in groups of `GROUP`."""
    held: list[Outcomes] = []
    count = 0
    for part in parts:
        held.append(part)
        count += len(part.failed)
        while count >= GROUP:
            whole = join(held)
            yield cut(whole, 0, GROUP)
            held, count = [cut(whole, GROUP, count)], count - GROUP
    if count:
        yield join(held)


def join(parts: Sequence[Outcomes]) -> Outcomes:
    """Outcomes one after the other."""
    if len(parts) == 1:
        return parts[0]
    return Outcomes(
        **{name: freeze(np.concatenate([getattr(p, name) for p in parts])) for name in KEPT},
        beside=_beside(parts),
    )


def _beside(parts: Sequence[Outcomes]) -> Floats | None:
    """What parts say beside, NaN where a part says nothing; None where none does."""
    wide = next((part.beside.shape[1] for part in parts if part.beside is not None), None)
    if wide is None:
        return None
    return freeze(np.concatenate([
        np.full((len(part.failed), wide), np.nan) if part.beside is None else part.beside
        for part in parts
    ]))  # fmt: skip


def cut(outcomes: Outcomes, start: int, stop: int) -> Outcomes:
    """Rows from `start` to before `stop`."""
    beside = outcomes.beside
    return Outcomes(
        **{name: getattr(outcomes, name)[start:stop] for name in KEPT},
        beside=None if beside is None else beside[start:stop],
    )


def _open(path: Path) -> tuple[Any, Header]:
    pa = arrow()

    check_file(path, "table")
    try:
        file = pa.parquet.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise FormatError(f"{path} is not a Parquet file, or is damaged: {error}") from None
    entry = (file.schema_arrow.metadata or {}).get(_METADATA)
    if entry is None:
        raise FormatError(f"{path} is a Parquet file, but not a table of Lackmus")
    try:
        header = header_from_json(entry)
    except (ValueError, TypeError, KeyError):
        raise FormatError(f"the header of {path} cannot be read") from None
    if header.format != FORMAT:
        raise FormatError(
            f"{path} has the layout {header.format}, and this version of Lackmus reads {FORMAT}",
            hint=f"it was written by Lackmus {header.version}",
        )
    return file, header


def _matrix(found: Any, names: Sequence[str]) -> Floats:  # noqa: ANN401 - pyarrow has no types
    columns = [found[name].to_numpy().astype(np.float64) for name in names]
    return freeze(np.column_stack(columns) if columns else np.empty((len(found), 0)))


def _words(codes: Codes, words: Mapping[int, str], null: int | None = None) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Codes as a column of words."""
    pa = arrow()

    places = np.searchsorted(np.sort(list(words)), codes).astype(np.int8)
    listed = [words[code] for code in sorted(words)]
    mask = None if null is None else codes == null
    return pa.DictionaryArray.from_arrays(pa.array(places, mask=mask), pa.array(listed))


def _codes(found: Any, names: Sequence[str], words: Mapping[int, str]) -> Codes:  # noqa: ANN401 - pyarrow has no types
    """Columns of words as codes; a null is the code of no word; shape (rows, names)."""
    codes = {word: code for code, word in words.items()} | {None: SOLVED}
    columns = [[codes[word] for word in found[name].to_pylist()] for name in names]
    return freeze(np.array(columns, np.int8).reshape(len(names), len(found)).T)
