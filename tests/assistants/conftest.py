"""Cases to ask of, and a client that is connected."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
import pytest

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from mcp import Client
from mcp_types import CallToolResult, TextContent

from lackmus.assistants.server import server

T = TypeVar("T")

INFORMATION = """\
title: A ceasefire offer
actors:
  north: {aims: {settle: 0.3, outwait: rest}}
  south: {aims: {peace: 0.6, deals: rest}}
observers: [public]
moves:
  - offer: {by: south, options: [line, business]}
  - answer: {by: north, if: offer = line, options: [accept, refuse], seen by: [north]}
"""
STAKES = """\
assumptions:
  pain: {value: 2, range: [1, 3], because: assumed}
  trade: {value: 1, because: assumed}
stakes:
  north:
    - {worth: pain, if: answer = refuse and north.aim = outwait}
    - {worth: pain, if: answer = accept and north.aim = settle}
  south:
    - {worth: trade, if: offer = business and south.aim = deals}
    - {worth: 1, if: answer = accept}
"""
CLAIMS = """\
claims:
  refused:
    by: the author
    holds if: P(answer = refuse | offer = line, north.aim = outwait) > 0.5
"""
WHOLE = INFORMATION + STAKES + CLAIMS


def connected(talk: Callable[[Client], Awaitable[T]], seconds: float = 300) -> T:
    """What comes of a talk with the server, in this process."""

    async def run() -> T:
        async with Client(server(seconds)) as client:
            return await talk(client)

    return anyio.run(run)


def text_of(result: CallToolResult) -> str:
    (block,) = result.content
    assert isinstance(block, TextContent)
    return block.text


def asked(tool: str, seconds: float = 300, **arguments: object) -> str:
    """What a tool answers; it must not fail."""
    result = connected(lambda client: client.call_tool(tool, arguments), seconds)
    assert not result.is_error, text_of(result)
    return text_of(result)


def refused(tool: str, seconds: float = 300, **arguments: object) -> str:
    """How a tool fails; it must."""
    result = connected(lambda client: client.call_tool(tool, arguments), seconds)
    assert result.is_error, text_of(result)
    return text_of(result)
