"""What serves until the other side leaves: a browser, an editor or an assistant."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lackmus.cli import console


def work(
    case: str,
    *,
    sources: Path | None,
    host: str,
    port: int,
    draws: int,
    seed: int,
    browser: bool,
) -> None:
    """Serves the workbench until Ctrl-C; prints its address first.

    In the place of a case may stand a link that a workbench's page made.
    """
    import webbrowser

    from lackmus.workbench.link import case_of, content_of
    from lackmus.workbench.server import serve

    link = content_of(case)
    if link is not None:
        case = case_of(link)

    def ready(address: str) -> None:
        console.line(address)
        sys.stdout.flush()
        if browser:
            webbrowser.open(address)

    serve(
        case, sources=sources, host=host, port=port, draws=draws, seed=seed, ready=ready,
        link=link or "",
    )  # fmt: skip


def lsp() -> None:
    """Serves one editor until it hangs up; nothing else is written to the standard output."""
    from lackmus.service.lsp import server

    # The server closes what it writes to when the editor leaves.
    server().start_io(stdout=os.fdopen(os.dup(sys.stdout.fileno()), "wb"))


def mcp(seconds: float) -> None:
    """Serves one assistant until it hangs up; nothing else is written to the standard output."""
    from lackmus.assistants.server import server

    server(seconds).run("stdio")
