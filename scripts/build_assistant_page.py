"""Writes the transcript in docs/how-to/work-with-an-assistant.md: a session with the server."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import anyio
from mcp import Client

from lackmus.assistants.server import server

TARGET: Final = Path(__file__).resolve().parents[1] / "docs/how-to/work-with-an-assistant.md"
BEGIN: Final = "<!-- Made by scripts/build_assistant_page.py -->\n"
END: Final = "<!-- The end of what is made -->\n"
MOST_LINES: Final = 60

INFORMATION: Final = """\
title: A ceasefire offer
actors:
  north: {aims: {settle: 0.3, outwait: rest}}
  south: {}
observers: [public]
moves:
  - offer: {by: south, options: [ceasefire, nothing]}
  - answer: {by: north, if: offer = ceasefire, options: [accept, refuse], seen by: [south]}
"""
MISSPELT: Final = INFORMATION.replace("if: offer", "if: ofer")
STAKES: Final = """\
assumptions:
  gain: {value: 2, range: [1, 3], says: what waiting brings a North that can wait, because: assumed}
stakes:
  north:
    - {worth: 1, if: answer = accept}
    - {worth: gain, if: answer = refuse and north.aim = outwait}
"""
SOUTH: Final = """\
  south:
    - {worth: 2, if: answer = accept}
    - {worth: -1, if: answer = refuse}
"""
CLAIMS: Final = """\
claims:
  refusal_tells:
    by: the author
    says: a refusal shows South that North means to outlast it
    holds if: P[south](north.aim = outwait | answer = refuse) > 0.9
"""

#: What is called, how the page speaks of the case, and what the page says before.
CALLS: Final = (
    ("describe", MISSPELT, MISSPELT, "Who knows what, with a slip:"),
    ("describe", INFORMATION, "", "The slip mended:"),
    ("stakes", INFORMATION + STAKES, STAKES, "With stakes, but not all of them:"),
    ("test", INFORMATION + STAKES + SOUTH + CLAIMS, SOUTH + CLAIMS,
     "With the rest, and the text's claim:"),
)  # fmt: skip


async def transcript() -> str:
    """The session, as Markdown."""
    parts = []
    async with Client(server()) as client:
        for tool, yaml, shown, before in CALLS:
            more = {"draws": 200} if tool == "test" else {}
            result = await client.call_tool(tool, {"yaml": yaml, **more})
            lines = [line.rstrip() for line in result.content[0].text.rstrip().splitlines()]
            told = lines[:MOST_LINES] + (["…"] if len(lines) > MOST_LINES else [])
            flat = "".join(f", {key}={value}" for key, value in more.items())
            failed = " fails" if result.is_error else ""
            parts += [
                before,
                *([f"```text\n{shown.rstrip()}\n```"] if shown else []),
                f"`{tool}(yaml{flat})`{failed}:",
                "```text\n" + "\n".join(told) + "\n```",
            ]
    return "\n\n".join(parts) + "\n"


def page(text: str, made: str) -> str:
    """The page with what is made in its place."""
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}\n{made}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    TARGET.write_text(page(TARGET.read_text("utf-8"), anyio.run(transcript)), encoding="utf-8")
