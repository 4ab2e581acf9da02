"""A ledger: whole or told, whatever is done to it."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from lackmus.foundation import disk
from lackmus.foundation.errors import FormatError, UnfinishedError, UsageError
from lackmus.ledger import chain
from lackmus.ledger.chain import append, read, whole


def entry(name: str, on: str = "2025-08-10", chance: float = 0.2) -> dict[str, object]:
    return {"kind": "forecast", "on": on, "id": name, "probability": chance}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Three entries."""
    path = tmp_path / "ledger.jsonl"
    append(path, [entry("a"), entry("b")])
    append(path, [entry("c", "2025-08-12")])
    return path


def test_what_was_written_stands(ledger: Path) -> None:
    found = whole(ledger)
    assert [e["id"] for e in found.entries] == ["a", "b", "c"]
    assert [e["n"] for e in found.entries] == [1, 2, 3]
    assert len(ledger.read_text("utf-8").splitlines()) == 4


def change(path: Path, number: int, old: str, new: str) -> None:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    assert old in lines[number]
    lines[number] = lines[number].replace(old, new)
    path.write_text("".join(lines), "utf-8")


def test_an_edited_line_is_told_by_its_number(ledger: Path) -> None:
    change(ledger, 2, "0.2", "0.9")
    with pytest.raises(FormatError, match="changed after it was written") as caught:
        whole(ledger)
    (fault,) = caught.value.faults
    assert fault.span is not None
    assert fault.span.line == 3


def test_an_edited_line_with_a_new_hash_breaks_the_chain_below(ledger: Path) -> None:
    from lackmus.ledger.chain import digest

    lines = ledger.read_text("utf-8").splitlines()
    forged = json.loads(lines[2]) | {"probability": 0.9}
    forged["hash"] = digest(forged)
    lines[2] = json.dumps(forged)
    ledger.write_text("\n".join(lines) + "\n", "utf-8")
    assert ["chain breaks" in f.message for f in read(ledger).faults] == [True]


def test_a_line_taken_out_and_one_put_in_are_told(ledger: Path) -> None:
    lines = ledger.read_text("utf-8").splitlines(keepends=True)
    ledger.write_text("".join([*lines[:2], *lines[3:]]), "utf-8")
    assert "chain breaks" in read(ledger).faults[0].message
    ledger.write_text("".join([*lines[:2], lines[1], *lines[2:]]), "utf-8")
    assert read(ledger).faults


def test_a_torn_line_is_told_and_nothing_is_written_behind_it(ledger: Path) -> None:
    text = ledger.read_text("utf-8")
    for cut in (1, 20):
        ledger.write_text(text[:-cut], "utf-8")
        assert "torn" in read(ledger).faults[-1].message
        with pytest.raises(FormatError):
            append(ledger, [entry("d", "2025-08-13")])
        assert ledger.read_text("utf-8") == text[:-cut]


def test_a_text_of_any_letters_stays_one_line(ledger: Path) -> None:
    said = "a\u2028b\x85c\x0cd\ne\ud800f"
    append(ledger, [entry("d", "2025-08-13") | {"says": said}])
    assert whole(ledger).entries[-1]["says"] == said.replace("\ud800", "?")


@pytest.mark.parametrize(
    "line",
    [
        "NaN",
        '{"kind": "forecast", "probability": NaN}',
        '{"kind": "forecast", "hash": 3}',
        "[" * 9999,
    ],
)
def test_a_line_that_is_no_entry_is_told(ledger: Path, line: str) -> None:
    ledger.write_text(ledger.read_text("utf-8") + line + "\n", "utf-8")
    (fault,) = read(ledger).faults
    assert fault.message.startswith("the line ")
    assert fault.span is not None
    assert fault.span.line == 5


def test_a_full_disk_loses_nothing(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ledger.read_bytes()

    def full(_path: Path, _content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(disk, "write_bytes", full)
    with pytest.raises(UnfinishedError, match=r"is full; nothing was added"):
        append(ledger, [entry("d", "2025-08-13")])
    assert ledger.read_bytes() == before
    assert [p.name for p in ledger.parent.iterdir()] == [ledger.name]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"probability": "0.5"}, "no number between 0 and 1 as 'probability'"),
        ({"stated": 1.5}, "no number between 0 and 1 as 'stated'"),
        ({"probability": True}, "no number between 0 and 1 as 'probability'"),
        ({"by": ["x"]}, "no text as 'by'"),
        ({"kind": "resolution", "outcome": "maybe"}, "no outcome"),
        ({"kind": "resolution"}, "no outcome"),
        ({"on": "9 August 2025"}, "is no day"),
    ],
)
def test_a_chained_line_that_says_what_no_ledger_says_is_told(
    tmp_path: Path, more: dict[str, object], says: str
) -> None:
    """Whoever writes such a line can chain it, too."""
    path = tmp_path / "ledger.jsonl"
    append(path, [entry("a"), entry("b") | more])
    (fault,) = read(path).faults
    assert says in fault.message
    assert fault.span is not None
    assert fault.span.line == 3


def test_no_ledger_grows_larger_than_can_be_read(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ledger.read_bytes()
    monkeypatch.setattr(chain, "_LARGEST", len(before) + 50)
    with pytest.raises(UsageError, match="would become larger"):
        append(ledger, [entry("d", "2025-08-13")])
    assert ledger.read_bytes() == before


def test_a_ledger_is_written_forwards(ledger: Path) -> None:
    with pytest.raises(UsageError, match="cannot follow"):
        append(ledger, [entry("d", "2025-08-11")])


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "no ledger"), ("title: A case\n", "no ledger"),
     ('{"kind": "ledger", "format": 9}\n', "format 9")],
)  # fmt: skip
def test_another_file_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "other"
    path.write_text(text, "utf-8")
    with pytest.raises(FormatError, match=says):
        append(path, [entry("a")])
    assert path.read_text("utf-8") == text


def test_a_ledger_shows_its_latest_entries(ledger: Path) -> None:
    append(ledger, [{"kind": "resolution", "on": "2025-08-20", "id": "a", "outcome": "yes"}])
    found = read(ledger)
    card = found.card()
    assert card.title == "ledger: 3 forecasts, 1 resolution"
    assert card.rows[0] == ("2025-08-20", "resolution", "a", "yes")
    assert [row[2] for row in card.rows] == ["a", "c", "b", "a"]
    assert "<table>" in found._repr_html_()


def test_a_forecast_that_no_model_made_is_shown_by_what_its_author_stated(ledger: Path) -> None:
    stated = {**entry("d"), "on": "2025-08-20", "probability": None, "stated": 0.25}
    append(ledger, [stated, {**stated, "stated": None}])
    silent, shown = read(ledger).card().rows[:2]
    assert (silent[3], shown[3]) == ("", "25\N{NARROW NO-BREAK SPACE}%")
