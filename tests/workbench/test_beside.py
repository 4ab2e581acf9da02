"""What stands beside a text, and changes what it comes out as, while it is open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("starlette")

from tests.workbench.conftest import CASE

from lackmus.workbench.session import Session

RECORD = CASE[CASE.index("observations:") :]
UNRECORDED = CASE.replace(RECORD, "")
DISSENT = "extends: {base}\ntitle: Mine\nassumptions:\n  gain: {{value: {gain}, range: [0, 9]}}\n"


def changed(session: Session, beside: str) -> bool:
    found: bool = session.on_disk(beside)["changed"]
    return found


def write(path: Path, text: str) -> None:
    """Writes a file as if time had passed since it was written last."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    later = path.stat().st_mtime_ns + 10_000_000
    os.utime(path, ns=(later, later))


def record(session: Session, text: str) -> list[str]:
    return [seen["saw"] for seen in session.build(text)["record"]]


def test_a_record_that_comes_changes_and_goes_is_noticed(session: Session, folder: Path) -> None:
    beside = session.read(UNRECORDED)["beside"]
    assert record(session, UNRECORDED) == []
    assert not changed(session, beside)
    path = folder / "observations.yaml"
    for text, saw in ((RECORD, "offer = line"), (RECORD.replace("= line", "!= line"),
                                                 "offer != line")):  # fmt: skip
        write(path, text)
        assert changed(session, beside)
        beside = session.read(UNRECORDED)["beside"]
        assert record(session, UNRECORDED) == [saw]
        assert not changed(session, beside)
    path.unlink()
    assert changed(session, beside)
    assert record(session, UNRECORDED) == []


def test_what_is_not_known_any_more_counts_as_changed(session: Session) -> None:
    assert changed(session, "of another server")


def test_bases_of_bases_count_with_their_record(session: Session, folder: Path) -> None:
    write(folder / "deep" / "case.yaml", UNRECORDED)
    write(folder / "base.yaml", DISSENT.format(base="deep/case.yaml", gain=4))
    text = DISSENT.format(base="base.yaml", gain=5)
    for path, content in (
        (folder / "base.yaml", DISSENT.format(base="deep/case.yaml", gain=3)),
        (folder / "deep" / "case.yaml", UNRECORDED + "# more\n"),
        (folder / "deep" / "observations.yaml", RECORD),
    ):
        beside = session.read(text)["beside"]
        assert not changed(session, beside)
        write(path, content)
        assert changed(session, beside), path.name
    beside = session.read(text)["beside"]
    write(folder / "stranger.yaml", CASE)
    write(folder / "observations.yaml", RECORD)
    assert not changed(session, beside)


def test_a_dissent_that_comes_is_noticed(session: Session, folder: Path) -> None:
    text = CASE + "dissents: [theirs.yaml]\n"
    beside = session.read(text)["beside"]
    write(folder / "theirs.yaml", DISSENT.format(base="case.yaml", gain=2))
    assert changed(session, beside)
    assert session.build(text)["dissents"] == ["theirs.yaml"]


def test_nothing_outside_the_folder_is_looked_at(session: Session, folder: Path) -> None:
    text = DISSENT.format(base="../secret.yaml", gain=5)
    beside = session.read(text)["beside"]
    write(folder.parent / "secret.yaml", "title: hunter3\n")
    assert not changed(session, beside)


def test_a_text_that_extends_itself_is_a_fault_and_no_endless_walk(session: Session) -> None:
    found = session.read(DISSENT.format(base="case.yaml", gain=5))
    assert any("extends itself" in fault["message"] for fault in found["faults"])


def test_games_are_not_built_anew_where_nothing_has_changed(session: Session) -> None:
    assert session._ready(CASE) is session._ready(CASE)
    session.read(UNRECORDED)
    assert session._ready(CASE) is session._ready(CASE)


def test_the_library_says_that_texts_do_not_come_with_it(folder: Path) -> None:
    for sources in (None, folder / "sources"):
        library = Session("alaska-2025", sources)
        (source,) = library.sources(library.opened()["text"])["sources"]
        assert "library come without the texts" in source["why"]
        assert "--sources DIR" in source["why"]
    own = Session(str(folder), folder)
    (source,) = own.sources(CASE)["sources"]
    assert source["text"]
    (folder / "sources" / "memo.txt").unlink()
    (source,) = own.sources(CASE)["sources"]
    assert source["why"] == f"no file of {folder} is it"
