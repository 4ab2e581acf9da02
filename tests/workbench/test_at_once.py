"""Several pages and threads, a file that changes while it is read, whoever asked and is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest

pytest.importorskip("starlette")
pytest.importorskip("httpx2")

from starlette.testclient import TestClient
from tests.workbench.conftest import CASE
from tests.workbench.test_beside import RECORD, UNRECORDED, changed, record, write

from lackmus.service.document import Document
from lackmus.service.document import read as really_read
from lackmus.workbench.server import hosts_of, make_app
from lackmus.workbench.session import Session

OTHER = CASE.replace("A ceasefire offer", "Another offer")


@pytest.mark.parametrize("becomes", ["other", "gone", "new"])
def test_a_file_that_changes_while_it_is_read_is_read_anew(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch, becomes: str
) -> None:
    path, readings = folder / "observations.yaml", list[Document]()
    if becomes != "new":
        write(path, RECORD)

    def read(*given: Any) -> Document:
        known = really_read(*given)
        readings.append(known)
        if len(readings) == 1 and becomes == "gone":
            path.unlink()
        elif len(readings) == 1:
            write(path, RECORD.replace("= line", "!= line"))
        return known

    monkeypatch.setattr("lackmus.service.beside.read", read)
    assert record(session, UNRECORDED) == ([] if becomes == "gone" else ["offer != line"])
    assert not changed(session, session.read(UNRECORDED)["beside"])


def test_a_text_is_not_taken_for_one_that_another_thread_reads(session: Session) -> None:
    """Between the question whether a text is the one that was read last, and its answer."""

    class Overtaken(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            same = str.__eq__(self, other)
            if same:
                session.read(OTHER)
            return same

        __hash__ = str.__hash__

    session.read(CASE)
    assert session.read(Overtaken(CASE))["title"] == "A ceasefire offer"


def test_two_pages_with_two_texts_do_not_take_each_others_away(session: Session) -> None:
    one, other = session._ready(CASE), session._ready(OTHER)
    assert session._ready(CASE) is one
    assert session._ready(OTHER) is other
    session._ready(CASE + "# typed\n")
    assert len(session._built) == 2


def test_what_was_written_may_be_written_again(session: Session) -> None:
    """Where the answer to the first was lost, the page expects what stood there before."""
    before = session.opened()["hash"]
    after = session.save(OTHER, before)["hash"]
    assert session.save(OTHER, before)["hash"] == after


def test_sections_end_with_whoever_asked_for_them(folder: Path) -> None:
    session = Session(str(folder), draws=4_000)
    lines = session.sections(CASE, {}, ["beliefs"], "", lambda: True)
    assert isinstance(lines, Iterator)
    assert next(lines)["stage"] == "draws"
    lines.close()  # type: ignore[attr-defined] # as a connection that is closed does
    sections = session._ready(CASE).sections
    while sections._waiting:
        sleep(0.01)
    assert not sections._found, "nobody waited for it, and it was worked out to the end"


def test_a_fault_of_its_own_among_lines_is_told_as_one(
    session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not as a server that is gone, which would be asked again."""

    def sweep(*_: Any) -> Iterator[dict[str, Any]]:
        yield {"done": 64}
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(session, "sweep", sweep)
    app = make_app(session, "t", hosts_of("127.0.0.1", 8123))
    client = TestClient(app, base_url="http://127.0.0.1:8123", headers={"x-lackmus-token": "t"})
    answer = client.post("/api/sweep", json={"text": CASE})
    first, last = map(json.loads, answer.text.splitlines())
    assert first == {"done": 64}
    assert last["error"] == "Lackmus met a fault of its own: ZeroDivisionError: by nothing"
    assert "report this" in last["hint"]
    assert "by nothing" in caplog.text
