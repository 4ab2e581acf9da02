"""The page on assistants: its session is what the server says, its set-ups start the server."""

from __future__ import annotations

import json
import re
import runpy
import tomllib
from pathlib import Path

import anyio
import pytest

pytest.importorskip("mcp", reason="the extra mcp is not installed")

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/how-to/work-with-an-assistant.md"


def test_the_session_on_the_page_is_what_the_server_says() -> None:
    script = runpy.run_path(str(ROOT / "scripts/build_assistant_page.py"))
    text = PAGE.read_text("utf-8")
    assert script["page"](text, anyio.run(script["transcript"])) == text


def test_every_set_up_starts_the_server() -> None:
    text = PAGE.read_text("utf-8")
    blocks = re.findall(r"^```(json|toml)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    read = [json.loads(b) if kind == "json" else tomllib.loads(b) for kind, b in blocks]
    assert {key for one in read for key in one} == {"mcpServers", "servers", "mcp_servers"}
    for one in read:
        (servers,) = one.values()
        assert servers["lackmus"]["command"] == "lackmus"
        assert servers["lackmus"]["args"] == ["mcp"]


def test_the_page_lists_every_tool() -> None:
    from lackmus.assistants.tools import TOOLS

    assert set(re.findall(r"^\| `(\w+)\(", PAGE.read_text("utf-8"), re.MULTILINE)) == set(TOOLS)
