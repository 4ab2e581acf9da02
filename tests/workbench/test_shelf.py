"""The cases beside the first: the library's and the folder's, and no others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")
pytest.importorskip("httpx2")

from starlette.testclient import TestClient
from tests.workbench.conftest import CASE

from lackmus.foundation.errors import InputError
from lackmus.workbench import shelf as shelf_module
from lackmus.workbench.server import hosts_of, make_app
from lackmus.workbench.session import Session
from lackmus.workbench.shelf import Shelf

HOST = "127.0.0.1:8123"


@pytest.fixture
def client(session: Session) -> TestClient:
    app = make_app(session, "t", hosts_of("127.0.0.1", 8123))
    return TestClient(app, base_url=f"http://{HOST}", headers={"x-lackmus-token": "t"})


def ask(client: TestClient, name: str, /, **asked: object) -> Any:
    answer = client.post(f"/api/{name}", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def other(folder: Path) -> str:
    (folder / "other.yaml").write_text(CASE.replace("A ceasefire", "Another"), encoding="utf-8")
    return "folder/other.yaml"


def test_the_folder_and_the_library_are_listed(client: TestClient, other: str) -> None:
    found = ask(client, "cases")
    assert found["folder"] == [{"key": other, "title": "other.yaml"}]
    titles = {case["key"]: case["title"] for case in found["library"]}
    assert titles["library/beer-quiche"].startswith("Beer or quiche")


def test_other_yaml_is_not_offered(client: TestClient, other: str, folder: Path) -> None:
    (folder / "numbers.yaml").write_text("a: 1\n", encoding="utf-8")
    (folder / "sub.yaml").mkdir()
    (folder / "dissent.yml").write_text("# mine\nextends: case.yaml\n", encoding="utf-8")
    (folder / "empty.yml").write_text(" \n", encoding="utf-8")
    (folder / "observations.yaml").write_text("observations: []\n", encoding="utf-8")
    found = ask(client, "cases")
    assert [case["key"] for case in found["folder"]] == ["folder/dissent.yml", other]
    assert {one["title"]: one["why"] for one in found["others"]} == {
        "empty.yml": "empty",
        "numbers.yaml": "begins neither with a title, as a case does, nor with 'extends'",
        "observations.yaml": "a record, read with case.yaml",
        "sub.yaml": "a folder",
    }
    assert client.post("/api/open", json={"case": "folder/empty.yml"}).status_code == 400


def test_each_case_is_answered_by_its_own(client: TestClient, other: str) -> None:
    assert ask(client, "open", case=other)["file"] == "other.yaml"
    assert ask(client, "open", case="library/beer-quiche")["library"]
    assert ask(client, "open")["file"] == "case.yaml"
    text = ask(client, "open", case="library/beer-quiche")["text"]
    built = ask(client, "build", case="library/beer-quiche", text=text)
    assert built["title"].startswith("Beer or quiche")
    changed = text + "\n# mine\n"
    refused = client.post(
        "/api/save", json={"case": "library/beer-quiche", "text": changed, "hash": ""}
    )
    assert refused.status_code == 400


def test_saving_one_leaves_the_others(client: TestClient, other: str, folder: Path) -> None:
    opened = ask(client, "open", case=other)
    ask(client, "save", case=other, text=opened["text"] + "# mine\n", hash=opened["hash"])
    assert (folder / "other.yaml").read_text(encoding="utf-8").endswith("# mine\n")
    assert (folder / "case.yaml").read_text(encoding="utf-8") == CASE


@pytest.mark.parametrize(
    "key",
    [
        "folder/../secret.yaml",
        "folder/case.yaml",
        "library/../x",
        "library/none",
        "/etc/passwd",
        "x",
    ],
)
def test_a_key_that_was_not_listed_opens_nothing(client: TestClient, key: str) -> None:
    answer = client.post("/api/open", json={"case": key})
    assert answer.status_code == 400
    assert "hunter2" not in answer.text
    assert "'Open a case' lists" in answer.json()["hint"]


def test_a_link_that_leads_out_of_the_folder_is_not_listed(
    client: TestClient, folder: Path
) -> None:
    (folder / "link.yaml").symlink_to(folder.parent / "secret.yaml")
    assert ask(client, "cases")["folder"] == []
    assert client.post("/api/open", json={"case": "folder/link.yaml"}).status_code == 400


def test_what_was_not_used_for_long_is_given_up(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf_module, "_KEPT", 1)
    shelf = Shelf(session)
    first = shelf.session("library/beer-quiche")
    assert shelf.session("library/beer-quiche") is first
    shelf.session("library/lemons")
    assert shelf.session("library/beer-quiche") is not first
    assert shelf.session("") is session
    again = shelf.session("library/beer-quiche")
    shelf.close("library/beer-quiche")
    assert shelf.session("library/beer-quiche") is not again


def test_a_case_that_has_gone_is_told(session: Session, other: str, folder: Path) -> None:
    (folder / "other.yaml").unlink()
    with pytest.raises(InputError, match=r"there is no case"):
        Shelf(session).session(other)
