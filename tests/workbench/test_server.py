"""The door: who may come in, what can be reached through it, what is said when something is off."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")
pytest.importorskip("httpx2")

from starlette.testclient import TestClient
from tests.workbench.conftest import CASE, SOURCE

from lackmus.foundation.errors import UsageError
from lackmus.workbench import session as session_module
from lackmus.workbench.server import LARGEST, bound, hosts_of, make_app
from lackmus.workbench.session import Session
from lackmus.workbench.what_if import SupersededError, WhatIf

HOST = "127.0.0.1:8123"
TOKEN = "a-token"  # noqa: S105 - of this test


@pytest.fixture
def client(session: Session) -> TestClient:
    app = make_app(session, TOKEN, hosts_of("127.0.0.1", 8123))
    return TestClient(app, base_url=f"http://{HOST}", headers={"x-lackmus-token": TOKEN})


_MANY = ", ".join(f"o{i}" for i in range(500))


def ask(client: TestClient, name: str, /, **asked: object) -> Any:
    answer = client.post(f"/api/{name}", json={"text": CASE, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


# --- who may come in ---


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8123", "127.0.0.1", "127.0.0.1:8124", "127.0.0.1.evil:8123", ""],
)
@pytest.mark.parametrize("path", ["/", "/workbench.js", "/api/open"])
def test_a_name_that_was_rebound_gets_nothing(client: TestClient, host: str, path: str) -> None:
    for method in ("GET", "POST", "OPTIONS", "HEAD"):
        answer = client.request(method, path, headers={"host": host})
        assert answer.status_code == 421
        assert CASE[:20] not in answer.text


def test_loopback_has_three_names(client: TestClient) -> None:
    for name in ("127.0.0.1:8123", "localhost:8123", "[::1]:8123", "LOCALHOST:8123"):
        assert client.get("/", headers={"host": name}).status_code == 200


def test_an_address_that_was_asked_for_is_the_only_name() -> None:
    assert hosts_of("192.168.1.5", 80) == {"192.168.1.5:80"}


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:8123", "http://127.0.0.1:1"]
)
def test_pages_of_others_get_nothing(client: TestClient, origin: str) -> None:
    answer = client.post("/api/open", json={}, headers={"origin": origin})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_no_preflight_is_granted(client: TestClient) -> None:
    asked = {"origin": "http://evil.example", "access-control-request-method": "POST"}
    answer = client.options("/api/open", headers=asked)
    assert answer.status_code == 403
    assert not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", "ü"])
def test_data_needs_the_token(client: TestClient, token: str) -> None:
    header = {"x-lackmus-token": token.encode("latin-1")}
    answer = client.post("/api/open", json={}, headers=header)  # type: ignore[arg-type] # bytes are let through
    assert answer.status_code == 401
    assert CASE[:20] not in answer.text


def test_the_host_is_asked_before_the_token(client: TestClient) -> None:
    answer = client.post("/api/open", headers={"host": "evil", "x-lackmus-token": ""})
    assert answer.status_code == 421


def test_every_answer_forbids_what_it_does_not_need(client: TestClient) -> None:
    for answer in (
        client.get("/"),
        client.post("/api/open", json={}),
        client.post("/api/none", json={}),
    ):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
    page = client.get("/").text
    assert "<script src=" in page
    assert "onclick" not in page


def test_a_get_changes_nothing(client: TestClient) -> None:
    assert client.get("/api/open").status_code == 405


# --- what can be reached ---


@pytest.mark.parametrize(
    "path",
    [
        "/../../../etc/passwd", "/..%2f..%2fetc/passwd", "/static/../session.py", "/session.py",
        "/%2e%2e/secret.yaml", "//etc/passwd", "/workbench.js/../what_if.py", "/case.yaml",
    ],
)  # fmt: skip
def test_no_path_leads_out(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text


def test_a_text_reads_nothing_outside_the_folder(client: TestClient, folder: Path) -> None:
    (folder / "out.yaml").symlink_to(folder.parent / "secret.yaml")
    for target in ("../secret.yaml", str(folder.parent / "secret.yaml"), "out.yaml"):
        text = f"title: x\nextends: {target}\n"
        answer = client.post("/api/read", json={"text": text})
        assert answer.json()["faults"][0]["code"] == "outside"
        assert "hunter2" not in answer.text
        assert client.post("/api/build", json={"text": text}).status_code == 400
    text = CASE + "dissents: [../secret.yaml, /etc/hostname]\n"
    assert ask(client, "build", text=text)["dissents"] == []


def test_sources_are_those_of_the_folder_that_was_given(client: TestClient, folder: Path) -> None:
    shown = ask(client, "sources")
    assert [s["text"] for s in shown["sources"]] == [SOURCE]
    assert shown["checks"] == []
    outside = CASE.replace("file: memo.txt", "file: ../case.yaml")
    assert ask(client, "sources", text=outside)["sources"][0]["text"] in (SOURCE, "")
    (folder / "sources" / "memo.txt").write_text("another text", encoding="utf-8")
    changed = ask(client, "sources")
    assert changed["sources"][0]["text"] == ""
    assert "not the text that the case cites" in changed["sources"][0]["why"]


def test_without_a_folder_no_source_is_shown(folder: Path) -> None:
    shown = Session(str(folder)).sources(CASE)
    assert shown["sources"][0]["text"] == ""
    assert "--sources" in shown["sources"][0]["why"]


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b"\xff", b'{"text": 3}', b"[" * 5000])
def test_what_is_no_request_is_told(client: TestClient, body: bytes) -> None:
    for name in ("read", "point", "complete", "sweep"):
        answer = client.post(f"/api/{name}", content=body)
        assert answer.status_code == 400, answer.text


def test_sizes_are_bounded(client: TestClient) -> None:
    size = {"content-length": str(LARGEST + 1)}
    assert client.post("/api/read", content=b"{}", headers=size).status_code == 413
    assert (
        client.post("/api/read", content=b"{}", headers={"content-length": "x"}).status_code == 413
    )


@pytest.mark.parametrize(
    "text",
    [
        "title: <script>alert(1)</script>\n", "\x00", "a: &a [*a]\n", "x: " + "[" * 200,
        CASE.replace("options: [accept, refuse]", f"options: [{_MANY}]"),
        CASE.replace("  - offer:", "  - rounds: {name: t, count: 1000, moves: [{m: {by: south, "
                     "options: [a, b]}}]}\n  - offer:"),
        "title: " + "x" * 3_000_000, "- " * 5000, "{" * 5000, "x: '" + "\ud800" + "'",
        "title: t\nclaims: {c: {says: s, holds if: '" + "(" * 3000 + "'}}\n",
    ],
)  # fmt: skip
def test_hostile_texts_are_faults(client: TestClient, text: str) -> None:
    asked = json.dumps({"text": text, "hash": ""})
    assert client.post("/api/read", content=asked).status_code in (200, 400)
    answer = client.post("/api/build", content=asked)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_half_a_character_is_not_saved(client: TestClient, folder: Path) -> None:
    asked = json.dumps({"text": "\ud800", "hash": ask(client, "open")["hash"]})
    answer = client.post("/api/save", content=asked)
    assert answer.status_code == 400
    assert "half a character" in answer.json()["error"]
    assert (folder / "case.yaml").read_text(encoding="utf-8") == CASE


# --- what is answered ---


def test_the_language_service_answers(client: TestClient) -> None:
    found = ask(client, "read")
    assert found["sound"]
    assert {"claim", "assumption", "move"} <= {part["kind"] for part in found["parts"]}
    assert found["passages"]["likely"] == {
        "source": "memo", "paragraph": 2, "start": 52, "end": 71,
    }  # fmt: skip
    at = CASE.index("P(answer = ") + len("P(answer = ")
    offered = ask(client, "complete", offset=at)
    assert [i["label"] for i in offered["items"]] == ["accept", "refuse"]
    assert ask(client, "hover", offset=CASE.index("-cost") + 2)["hover"]["lines"][0].startswith(
        "cost = 2"
    )


def test_a_fault_has_the_edit_that_mends_it_where_there_is_one(client: TestClient) -> None:
    wrong = CASE.replace("# by guess", "# 𝒳").replace("P(answer = refuse", "P(answr = refuse")
    (fault,) = (f for f in ask(client, "read", text=wrong)["faults"] if f["mend"])
    units = wrong.encode("utf-16-le")
    start, end = fault["mend"]["start"], fault["mend"]["end"]
    assert units[2 * start : 2 * end].decode("utf-16-le") == "answr"
    assert fault["mend"]["text"] == "answer"
    unclear = ask(client, "read", text=CASE.replace("title: A", "titel_of_it: A"))["faults"]
    assert {f["mend"] for f in unclear if f["severity"] == "error"} == {None}


def test_places_are_told_in_the_units_of_a_browser(client: TestClient) -> None:
    wide = CASE.replace("own remark", "own 𝒳𝒳 remark")
    units = wide.encode("utf-16-le")

    def cut(start: int, end: int) -> str:
        return units[2 * start : 2 * end].decode("utf-16-le")

    found = ask(client, "read", text=wide)
    claim = next(part for part in found["parts"] if part["id"] == "c1_refused")
    assert cut(claim["start"], claim["end"]).startswith("c1_refused:")
    at = len(wide[: wide.index("P(answer = ") + 11].encode("utf-16-le")) // 2
    items = ask(client, "complete", text=wide, offset=at)["items"]
    assert [item["label"] for item in items] == ["accept", "refuse"]
    assert items[0]["start"] == at
    told = ask(client, "hover", text=wide, offset=at - 5)["hover"]
    assert cut(told["start"], told["end"]) == "answer"


def test_a_case_is_built_and_asked(client: TestClient) -> None:
    model = ask(client, "build")
    assert [c["id"] for c in model["claims"]] == ["c1_refused", "c2_offered"]
    assert [s["name"] for s in model["sliders"]] == ["cost", "gain", "precision"]
    answer = {m["id"]: m for m in model["moves"]}["answer"]
    seen = {"north": "makes", "south": "sees", "public": ""}
    assert answer["turns"] == [{"by": "north", "sees": seen}]
    supposed = {"values": {"cost": 4}, "observed": ["answer != accept"], "record": True}
    found = ask(client, "point", supposed=supposed)
    assert found["supposed"] == supposed
    assert found["claims"][0]["word"] in ("holds", "fails")
    assert 0 < found["beliefs"]["probability"] < 1
    wrong = client.post("/api/point", json={"text": CASE, "supposed": {"observed": ["x = y"]}})
    assert wrong.status_code == 400
    assert "x" in wrong.json()["error"]


def test_a_sweep_comes_line_by_line_and_ends_with_the_turns(client: TestClient) -> None:
    answer = client.post("/api/sweep", json={"text": CASE, "supposed": {}})
    lines = [json.loads(line) for line in answer.text.splitlines()]
    *draws, slopes, _ = lines
    assert set(slopes["slopes"]) == {"c1_refused", "c2_offered"}
    assert slopes["slopes"]["c2_offered"]["cost"] < 0
    assert [line["done"] for line in draws] == [64, 128]
    assert lines[1]["verdicts"][0]["word"]
    assert {t["claim"] for t in lines[-1]["turns"]} <= {"c1_refused", "c2_offered"}


def test_an_older_request_does_not_answer_after_a_newer_one(session: Session) -> None:
    older, newer = session.newest("point"), session.newest("point")
    assert not older()
    assert newer()
    with pytest.raises(SupersededError):
        session.point(CASE, {}, older)
    assert session.point(CASE, {}, newer)["claims"]


def test_one_page_takes_nothing_from_another(session: Session) -> None:
    mine, other = session.newest("point", "mine"), session.newest("point", "other")
    assert mine()
    assert other()
    for i in range(1000):
        session.newest("point", f"page {i}")
    assert not mine()
    again = session.newest("point", "mine")
    assert again()


def test_a_pages_own_numbers_count_whatever_order_they_come_in(session: Session) -> None:
    last = session.newest("point", "mine", 7)
    late = session.newest("point", "mine", 6)
    assert last()
    assert not late()
    assert session.newest("point", "mine", 8)()
    assert not last()


def test_of_many_points_at_once_the_last_is_answered(client: TestClient) -> None:
    def move(number: int) -> dict[str, Any]:
        asked = {"supposed": {"values": {"cost": number / 10}}, "page": "p", "number": number}
        found: dict[str, Any] = ask(client, "point", **asked)
        return found

    with client, ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(move, range(50)))
    assert answers[-1]["supposed"] == {"values": {"cost": 4.9}}
    assert all("claims" in answer or answer == {"superseded": True} for answer in answers)


# --- edits ---


def test_keep_changes_the_number_and_nothing_else(client: TestClient) -> None:
    kept = ask(client, "keep", assumption="cost", value="3.25")["text"]
    assert kept == CASE.replace("value: 2, range", "value: 3.25, range")
    kept = ask(client, "keep", assumption="gain", value="1/3")["text"]
    assert kept == CASE.replace("value: 3\n", "value: 1/3\n")
    answer = client.post("/api/keep", json={"text": CASE, "assumption": "precision", "value": "3"})
    assert answer.status_code == 400
    assert "no place of its own" in answer.json()["error"]


def test_a_marked_passage_becomes_part_of_the_case(client: TestClient) -> None:
    start = SOURCE.index("and why")
    where = {"source": "memo", "start": start, "end": start + 7}
    made = ask(client, "make", made="claim", name="c3", **where)
    text = made["text"]
    assert text.startswith(CASE[: CASE.index("actors:") - 1])
    assert text[made["at"] :].startswith("c3:")
    known = ask(client, "read", text=text)
    assert known["passages"]["p02"] == {
        "source": "memo", "paragraph": 2, "start": start, "end": start + 7,
    }  # fmt: skip
    assert not known["sound"]
    assert ask(client, "sources", text=text)["checks"] == []
    cited = ask(client, "cite", kind="assumption", id="cost", **where)["text"]
    assert "because: assumed, cite: p02}  # by guess" in cited
    cited = ask(client, "cite", kind="claim", id="c1_refused", **where)["text"]
    assert "cite: [p02, likely]" in cited
    cited = ask(client, "cite", kind="claim", id="c2_offered", **where)["text"]
    assert "    holds if: P(offer = line) > 0.3\n    cite: p02\n" in cited
    assert ask(client, "read", text=cited)["sound"]


# --- the disk ---


def test_a_text_is_saved_unless_the_file_has_changed(client: TestClient, folder: Path) -> None:
    opened = ask(client, "open")
    assert opened["text"] == CASE
    assert opened["writable"]
    changed = CASE.replace("value: 2", "value: 2.5")
    saved = ask(client, "save", text=changed, hash=opened["hash"])
    assert (folder / "case.yaml").read_text() == changed
    assert ask(client, "disk")["hash"] == saved["hash"]
    (folder / "case.yaml").write_text(CASE + "# from elsewhere\n")
    answer = client.post("/api/save", json={"text": changed, "hash": saved["hash"]})
    assert answer.status_code == 400
    assert "changed on the disk" in answer.json()["error"]
    assert (folder / "case.yaml").read_text().endswith("# from elsewhere\n")


def test_a_full_disk_is_told_and_nothing_is_lost(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    opened = ask(client, "open")
    monkeypatch.setattr(session_module, "write_text", full)
    answer = client.post("/api/save", json={"text": CASE + "#", "hash": opened["hash"]})
    assert answer.status_code == 507
    assert "is full" in answer.json()["error"]
    assert (folder / "case.yaml").read_text() == CASE


def test_the_library_is_not_written_over() -> None:
    session = Session("beer-quiche")
    opened = session.opened()
    assert not opened["writable"]
    with pytest.raises(UsageError, match="library"):
        session.save(opened["text"], opened["hash"])


def test_the_report_is_written_beside_the_case(client: TestClient, folder: Path) -> None:
    told = ask(client, "report", supposed={})
    assert told["path"] == str((folder / "report.html").resolve())
    assert "A ceasefire offer" in (folder / "report.html").read_text(encoding="utf-8")


# --- the command ---


def test_answers_do_not_wait_for_acknowledgements() -> None:
    async def delayed() -> int:
        seen = asyncio.get_running_loop().create_future()
        with bound("127.0.0.1", 0) as listening:
            server = await asyncio.start_server(lambda _, writer: seen.set_result(writer),
                                                sock=listening)  # fmt: skip
            _, mine = await asyncio.open_connection(*listening.getsockname())
            theirs = (await seen).get_extra_info("socket")
            found = theirs.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            (await seen).close()
            mine.close()
            server.close()
        return int(found)

    assert asyncio.run(delayed())


def test_a_port_in_use_is_told() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UsageError, match="cannot listen"):
            bound("127.0.0.1", other.getsockname()[1])


def test_rounds_tell_who_makes_and_sees_in_each() -> None:
    session = Session("entry-deterrence")
    found = session.build(session.opened()["text"])
    entry = next(move for move in found["moves"] if move["id"] == "entry")
    whatever, *rounds = entry["turns"]
    assert whatever["by"] == "first, second, third"
    assert [turn["by"] for turn in rounds] == ["first", "second", "third"]
    assert rounds[1]["sees"] == {
        "incumbent": "sees", "first": "sees", "second": "makes", "third": "sees",
    }  # fmt: skip


def test_a_case_whose_file_is_gone_is_opened_empty_and_written_anew(session: Session) -> None:
    text = session.opened()["text"]
    session.path.unlink()
    opened = session.opened()
    assert opened["text"] == opened["hash"] == session.on_disk()["hash"] == ""
    session.save(text, opened["hash"])
    assert session.opened()["text"] == text


def test_what_the_first_answers_need_is_made_ready(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kernels that are compiled on a new machine are so before anybody waits for them."""
    asked: list[str] = []

    def noted(name: str) -> Callable[..., Any]:
        answer = getattr(WhatIf, name)

        def answered(*given: Any) -> Any:
            asked.append(name)
            return answer(*given)

        return answered

    for name in ("point", "slopes"):
        monkeypatch.setattr(WhatIf, name, noted(name))
    session.warm()
    assert asked == ["point", "slopes"]
