"""The table: what is written is read back, by us and by others; what is not ours is refused."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lackmus.case.syntax import Assumption
from lackmus.foundation.arrays import Floats
from lackmus.foundation.distributions import Distribution
from lackmus.foundation.errors import FormatError, UnfinishedError, UsageError
from lackmus.foundation.outcomes import REASONS, SOLVED, UNSOLVED, WORDS
from lackmus.sweep.design import draw, point_ids
from lackmus.sweep.points import read_points
from lackmus.sweep.study import CANNOT_BE_ASKED, FAILS, HOLDS, Outcomes
from lackmus.sweep.sweep import sweep
from lackmus.sweep.table import (
    GROUP,
    Header,
    Table,
    cut,
    header_from_json,
    header_to_json,
    join,
    read_header,
    read_table,
    to_dataset,
    write_csv,
    write_table,
)
from lackmus.testing.studies import Formula, outcomes, uniform

OVER = (uniform("war", 0, 4, 3), uniform("peace", 0, 10, 2))


def first(p: Floats) -> Floats:
    value: Floats = p[:, 0] - p[:, 1]
    return value


def second(p: Floats) -> Floats:
    return np.where(p[:, 0] > 2, np.nan, p[:, 1] - 5)


STUDY = Formula(OVER, (first, second), label="table")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "t.parquet"
    sweep(STUDY, file, 300, 4, title="A case", text="lackmus: 1\ntitle: A case – über\n")
    return file


def test_what_is_written_is_read_back(path: Path) -> None:
    found = read_table(path, STUDY)
    points = draw(OVER, (), 300, 4)
    assert np.array_equal(found.points, points)
    assert np.array_equal(found.outcomes.margins[:, 0], first(points))
    assert np.array_equal(found.outcomes.margins[:, 1], second(points), equal_nan=True)
    expected = np.where(points[:, 0] > 2, CANNOT_BE_ASKED, np.where(points[:, 1] > 5, HOLDS, FAILS))
    assert np.array_equal(found.outcomes.holds[:, 1], expected)
    assert not found.points.flags.writeable
    assert found.text == "lackmus: 1\ntitle: A case – über\n"


def test_the_header_says_what_it_is_a_table_of(path: Path) -> None:
    header = read_header(path)
    assert (header.digest, header.design, header.seed, header.draws) == (
        STUDY.digest, "lhs", 4, 300)  # fmt: skip
    assert (header.assumptions, header.claims) == (("war", "peace"), ("c0", "c1"))
    assert (header.title, header.format) == ("A case", 3)
    assert header_from_json(header_to_json(header)) == header


def test_every_outcome_and_reason_is_read_back(tmp_path: Path) -> None:
    codes = np.array([[code] for code in WORDS] + [[UNSOLVED]] * len(REASONS), np.int8)
    why = np.array([[SOLVED]] * len(WORDS) + [[code] for code in REASONS], np.int8)
    size = len(codes)
    blank = np.zeros(size)
    none = blank > 0
    found = Outcomes(np.full((size, 1), np.nan), codes, why, none, none, none, blank, blank)
    header = Header("d", "table", None, size, "p", ("war",), ("c0",))
    write_table(tmp_path / "t", header, blank[:, None], iter([found]))
    read = read_table(tmp_path / "t").outcomes
    assert np.array_equal(read.holds, codes)
    assert np.array_equal(read.why, why)


def test_infinite_margins_survive(tmp_path: Path) -> None:
    study = Formula(OVER, (lambda p: np.where(p[:, 0] > 2, np.inf, -np.inf),))
    sweep(study, tmp_path / "t", 50)
    found = read_table(tmp_path / "t")
    assert set(found.outcomes.margins.ravel()) == {np.inf, -np.inf}


def test_duckdb_opens_it(path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    row = duckdb.sql(
        f"""select count(*), avg(war), count("margin.c1"), count_if("outcome.c0" = 'holds'),
            min("draw.id")
            from '{path}' where war < 3"""  # noqa: S608 - a path of our own
    ).fetchall()[0]
    points = draw(OVER, (), 300, 4)
    kept = points[points[:, 0] < 3]
    assert row[0] == len(kept)
    assert row[1] == pytest.approx(kept[:, 0].mean())
    assert row[2] == np.isfinite(second(kept)).sum()
    assert row[3] == (first(kept) > 0).sum()
    assert row[4] == min(point_ids(STUDY.digest, kept))


def test_polars_opens_it(path: Path) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.read_parquet(path)
    points = draw(OVER, (), 300, 4)
    assert frame.columns == [
        "draw.index", "draw.id", "war", "peace", "margin.c0", "outcome.c0", "reason.c0",
        "margin.c1", "outcome.c1", "reason.c1",
        "solve.failed", "solve.turned", "solve.forked", "solve.residual", "solve.regret",
    ]  # fmt: skip
    assert frame["peace"].to_list() == points[:, 1].tolist()
    assert (frame["outcome.c1"] == "cannot be asked").sum() == (points[:, 0] > 2).sum()
    assert frame["reason.c1"].null_count() == 300
    assert frame["draw.index"].to_list() == list(range(300))


def test_xarray_has_labelled_dimensions(path: Path) -> None:
    data = to_dataset(path)
    points = draw(OVER, (), 300, 4)
    assert dict(data.sizes) == {"draw": 300, "assumption": 2, "claim": 2}
    assert data["value"].sel(assumption="peace").values.tolist() == points[:, 1].tolist()
    assert float(data["margin"].sel(claim="c0").mean()) == pytest.approx(first(points).mean())
    assert data.attrs["digest"] == STUDY.digest
    assert str(data["id"][0].item()) == point_ids(STUDY.digest, points)[0]
    assert to_dataset(read_table(path)).equals(data)


def test_csv_has_the_same_columns_and_bits(path: Path, tmp_path: Path) -> None:
    found = read_table(path)
    write_csv(found, tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text().splitlines()
    assert lines[0].startswith('"draw.index","draw.id","war","peace","margin.c0"')
    assert len(lines) == 301
    assert np.array_equal(read_points(tmp_path / "t.csv", OVER), found.points)
    with pytest.raises(UnfinishedError, match="no directory"):
        write_csv(found, tmp_path / "no" / "t.csv")


def test_points_of_negative_precision_are_told(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("precision\n1\n-5\n")
    with pytest.raises(FormatError, match="precision is negative in row 2"):
        read_points(tmp_path / "p.csv", (uniform("precision", 1, 20, 4),))


def test_points_are_a_plain_file_of_bounded_size(tmp_path: Path) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(30_000_000_000)
    for path, told in (
        (huge, "larger than"),
        (tmp_path, "a folder"),
        (Path("/dev/zero"), "device"),
    ):
        with pytest.raises(UsageError, match=told):
            read_points(path, OVER)


# --- what is refused ----------------------------------------------------------------------------


def test_a_table_of_another_case_is_refused(path: Path) -> None:
    other = Formula(OVER, (first, second), label="another")
    with pytest.raises(FormatError, match="is a table of something else: its case is"):
        read_table(path, other)


def test_all_differences_are_told_but_those_that_follow(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Formula(OVER[:1], (first,), label="another")
    monkeypatch.setattr("lackmus.sweep.table.version", lambda: "99.0")
    with pytest.raises(FormatError) as caught:
        read_table(path, other)
    told = str(caught.value)
    assert "its case is" in told
    assert "its version is" in told
    assert "assumptions" not in told


def test_where_only_names_differ_they_are_told(path: Path) -> None:
    with pytest.raises(FormatError, match=r"its claims is \('c0', 'c1'\), and not \('c0',\)"):
        read_table(path, Formula(OVER, (first,), label="table"))


def test_a_table_of_another_version_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lackmus.sweep.table.version", lambda: "99.0")
    with pytest.raises(FormatError, match=r"its version is .*, and not 99\.0"):
        read_table(path, STUDY)
    assert read_table(path).header.draws == 300


def rewrite(path: Path, metadata: dict[bytes, bytes]) -> None:
    import pyarrow.parquet as pq

    pq.write_table(pq.read_table(path).replace_schema_metadata(metadata), path)


def test_a_table_of_another_layout_is_refused(path: Path) -> None:
    later = replace(read_header(path), format=99, version="9.9")
    rewrite(path, {b"lackmus": header_to_json(later).encode()})
    with pytest.raises(FormatError, match=r"layout 99.*reads 3(.|\n)*written by Lackmus 9\.9"):
        read_table(path)


@pytest.mark.parametrize("metadata", [{}, {b"lackmus": b"{"}, {b"lackmus": b'{"claims": 3}'}])
def test_a_parquet_file_of_something_else_is_refused(
    path: Path, metadata: dict[bytes, bytes]
) -> None:
    rewrite(path, metadata)
    with pytest.raises(FormatError, match=r"not a table of Lackmus|header of"):
        read_table(path)


def test_a_damaged_file_and_a_missing_one_are_told(path: Path, tmp_path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(FormatError, match="damaged"):
        read_header(path)
    with pytest.raises(UsageError, match="there is no table"):
        read_header(tmp_path / "none.parquet")


# --- writing ------------------------------------------------------------------------------------


def big(rows: int) -> tuple[Header, Floats, Any]:
    points = np.random.default_rng(1).random((rows, 1))
    header = Header("d" * 64, "lhs", 1, rows, "p", ("a",), ("c",))
    return header, points, outcomes(points - 0.5)


def test_bytes_do_not_depend_on_the_parts(tmp_path: Path) -> None:
    header, points, found = big(2 * GROUP + 17)
    cuts = [0, 5, GROUP - 1, GROUP, GROUP + 3, 2 * GROUP + 1, len(points)]
    parts = [cut(found, a, b) for a, b in itertools.pairwise(cuts)]
    write_table(tmp_path / "a", header, points, iter([found]))
    write_table(tmp_path / "b", header, points, iter(parts))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert np.array_equal(read_table(tmp_path / "b").points, points)
    assert np.array_equal(join(parts).margins, found.margins)


def test_what_stood_there_stays_when_writing_fails(tmp_path: Path) -> None:
    header, points, found = big(10)
    target = tmp_path / "a"
    target.write_text("before")

    def broken() -> Any:
        yield cut(found, 0, 5)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_table(target, header, points, broken())
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_study_without_claims_or_assumptions_has_a_table(tmp_path: Path) -> None:
    header = Header("d", "lhs", 1, 3, "p", (), ())
    empty = outcomes(np.empty((3, 0)))
    write_table(tmp_path / "a", header, np.empty((3, 0)), iter([empty]))
    found = read_table(tmp_path / "a")
    assert isinstance(found, Table)
    assert found.points.shape == (3, 0)
    assert found.outcomes.holds.shape == (3, 0)


# --- the user's own points ----------------------------------------------------------------------


def test_points_are_read_by_name_and_the_rest_is_at_base(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("peace\n1\n2.5\n1e1\n")
    assert read_points(file, OVER).tolist() == [[3, 1], [3, 2.5], [3, 10]]


def test_a_table_is_a_file_of_points(path: Path) -> None:
    assert np.array_equal(read_points(path, OVER), draw(OVER, (), 300, 4))


def test_all_faults_of_a_file_of_points_are_told(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("peace,wra,war\n1,1,x\n,2,3\n1,1,inf\n")
    with pytest.raises(FormatError) as caught:
        read_points(file, OVER)
    told = str(caught.value)
    assert "there is no assumption 'wra'" in told
    assert "hint: war, peace" in told
    assert "peace is None in row 2" in told
    assert "war is 'x' in row 1" in told
    assert "war is 'inf' in row 3" in told


def test_many_faults_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("war\n" + "x\n" * 100)
    with pytest.raises(FormatError, match="not a finite number in 95 more rows"):
        read_points(file, OVER)


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "cannot be read as a table"), ("war\n", "has no rows"),
     ("other\n1\n", "a column of no assumption"), ("war,war\n1,2\n", "twice")],
)  # fmt: skip
def test_files_without_points_are_told(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "p.csv"
    file.write_text(text)
    with pytest.raises(FormatError, match=told):
        read_points(file, OVER)


def test_a_missing_file_of_points_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no table of points"):
        read_points(tmp_path / "p.csv", OVER)


def test_booleans_are_no_numbers(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("war\ntrue\n")
    with pytest.raises(FormatError, match="war is True"):
        read_points(file, (Assumption("war", Fraction(1), Distribution("fixed", (Fraction(1),))),))


def test_a_column_with_a_full_stop_is_read_and_a_misspelt_one_is_told(tmp_path: Path) -> None:
    inline = (Assumption("a.stake2.worth", Fraction(1), Distribution("fixed", (Fraction(1),))),)
    file = tmp_path / "p.csv"
    file.write_text("draw.index,a.stake2.worth,margin.c\n0,2.5,1\n1,3.5,1\n")
    assert read_points(file, inline).tolist() == [[2.5], [3.5]]
    file.write_text("a.stake2.worht,a.stake2.worth\n0,2.5\n")
    with pytest.raises(FormatError, match=r"no assumption 'a\.stake2\.worht'"):
        read_points(file, inline)


def test_a_negative_precision_among_points_is_told(tmp_path: Path) -> None:
    precision = (Assumption("precision", Fraction(1), Distribution("fixed", (Fraction(1),))),)
    file = tmp_path / "p.csv"
    file.write_text("precision\n-1\n")
    with pytest.raises(FormatError, match="precision below zero"):
        read_points(file, precision)
