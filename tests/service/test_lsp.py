"""The language server as an editor meets it: a process, spoken to over stdio."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
from tests.service.conftest import TEXT

_RUN = "from lackmus.cli.main import run; run()"


class _Editor:
    def __init__(self, *flags: str, code: str = _RUN) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "lsp", *flags],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.told: list[dict[str, Any]] = []
        self._asked = 0

    def __enter__(self) -> _Editor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.communicate()

    def send(self, method: str, params: object, **more: object) -> None:
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def next(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        size = 0
        while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode().partition(":")
            size = int(value) if name.lower() == "content-length" else size
        assert size, self.process.stderr and self.process.stderr.read()
        message: dict[str, Any] = json.loads(self.process.stdout.read(size))
        return message

    def ask(self, method: str, params: object) -> Any:
        self._asked += 1
        self.send(method, params, id=self._asked)
        while (answer := self.next()).get("id") != self._asked:
            self.told.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def refused(self, method: str, params: object) -> str:
        self._asked += 1
        self.send(method, params, id=self._asked)
        while (answer := self.next()).get("id") != self._asked:
            self.told.append(answer)
        return str(answer["error"]["message"])

    def diagnostics(self) -> dict[str, Any]:
        while True:
            for message in self.told:
                if message.get("method") == "textDocument/publishDiagnostics":
                    self.told.remove(message)
                    params: dict[str, Any] = message["params"]
                    return params
            self.told.append(self.next())


URI = "file:///nowhere/case.yaml"


@pytest.fixture(scope="module")
def editor() -> Iterator[_Editor]:
    pytest.importorskip("pygls")
    with _Editor() as running:
        running.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        running.send("initialized", {})
        document = {"uri": URI, "languageId": "yaml", "version": 1, "text": TEXT}
        running.send("textDocument/didOpen", {"textDocument": document})
        yield running


def place(marker: str) -> dict[str, int]:
    before = TEXT[: TEXT.index(marker) + len(marker)].split("\n")
    return {"line": len(before) - 1, "character": len(before[-1])}


def at(marker: str) -> dict[str, Any]:
    return {"textDocument": {"uri": URI}, "position": place(marker)}


@pytest.mark.xdist_group("lsp")
def test_an_editor_gets_all_it_asks_for(editor: _Editor) -> None:
    opened = editor.diagnostics()
    assert opened["uri"] == URI
    assert [d for d in opened["diagnostics"] if d["severity"] == 1] == []

    offered = editor.ask("textDocument/completion", at("holds if: P(answer = "))
    assert [item["label"] for item in offered["items"]] == ["accept", "refuse"]

    told = editor.ask("textDocument/hover", at("worth: -co"))
    assert told["contents"]["value"].startswith("cost = 2, uniform from 0 to 5")

    (defined,) = editor.ask("textDocument/definition", at("worth: -co"))
    assert defined["range"]["start"] == {"line": 10, "character": 2}

    everywhere = editor.ask(
        "textDocument/references", {**at("worth: -co"), "context": {"includeDeclaration": True}}
    )
    assert len(everywhere) == 2

    outline = editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": URI}})
    assert "claim c1" in [part["name"] for part in outline]

    # One edit: the end of the last line, after letters that take two UTF-16 units each.
    end = place("> 0.5")
    change = {
        "range": {"start": end, "end": end},
        "text": " # 𝒳𝒳\n  c2: {holds if: P(answr = refuse) > 0}\n",
    }
    editor.send(
        "textDocument/didChange",
        {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [change]},
    )
    (fault,) = [d for d in editor.diagnostics()["diagnostics"] if d["severity"] == 1]
    assert "answr" in fault["message"]
    assert "did you mean 'answer'?" in fault["message"]
    assert fault["range"]["start"] == {"line": end["line"] + 1, "character": 19}
    assert fault["range"]["end"]["character"] == 24

    # Its hint as an edit; then every place of a name, and another name for it.
    actions = editor.ask(
        "textDocument/codeAction",
        {"textDocument": {"uri": URI}, "range": fault["range"], "context": {"diagnostics": []}},
    )
    (edit,) = actions[0]["edit"]["changes"][URI]
    assert (edit["newText"], edit["range"]) == ("answer", fault["range"])

    lit = editor.ask("textDocument/documentHighlight", at("worth: -co"))
    assert [place["range"] for place in lit] == [place["range"] for place in everywhere]
    asked = editor.ask("textDocument/prepareRename", at("worth: -co"))
    assert asked["placeholder"] == "cost"
    renamed = editor.ask("textDocument/rename", {**at("worth: -co"), "newName": "price"})
    assert [e["range"] for e in renamed["changes"][URI]] == [place["range"] for place in lit]
    assert "is no name" in editor.refused(
        "textDocument/rename", {**at("worth: -co"), "newName": "2 x"}
    )
    folds = editor.ask("textDocument/foldingRange", {"textDocument": {"uri": URI}})
    assert {"startLine": 13, "endLine": 16} in [
        {key: fold[key] for key in ("startLine", "endLine")} for fold in folds
    ]

    assert editor.ask("shutdown", None) is None
    editor.send("exit", None)
    assert editor.process.wait(120) == 0


@pytest.mark.xdist_group("lsp")
def test_what_is_saved_beside_a_text_changes_what_is_told_of_it(tmp_path: Path) -> None:
    pytest.importorskip("pygls")
    base, dissent = tmp_path / "case.yaml", tmp_path / "mine.yaml"
    base.write_text(TEXT, encoding="utf-8")
    uri = dissent.as_uri()
    text = "extends: case.yaml\ntitle: Mine\nassumptions: {cost: {value: 3}}\n"
    with _Editor() as running:
        running.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        running.send("initialized", {})
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        running.send("textDocument/didOpen", {"textDocument": document})
        assert running.diagnostics()["diagnostics"] == []
        for now, faulty in ((TEXT.replace("stakes:", "stake:"), True), (TEXT, False)):
            base.write_text(now, encoding="utf-8")
            running.send("textDocument/didSave", {"textDocument": {"uri": base.as_uri()}})
            anew = running.diagnostics()
            assert anew["uri"] == uri
            assert bool(anew["diagnostics"]) == faulty


def test_without_pygls_a_line_says_what_to_install() -> None:
    hidden = "import sys; sys.modules['pygls'] = None; sys.modules['lsprotocol'] = None\n" + _RUN
    with _Editor(code=hidden) as running:
        _, errors = running.process.communicate(timeout=60)
    assert running.process.returncode == 2
    assert b"lackmus[lsp]" in errors
    assert b"Traceback" not in errors
