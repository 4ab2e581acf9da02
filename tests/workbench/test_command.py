"""The command as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.workbench.conftest import CASE

pytest.importorskip("starlette")


@pytest.fixture
def running(folder: Path) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", "from lackmus.cli.main import run; run()", "work", str(folder),
         "--no-browser", "--draws", "64"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=120)


def test_the_command_prints_an_address_that_answers(running: str) -> None:
    address, _, token = running.partition("#")
    assert address.startswith("http://127.0.0.1:")
    assert len(token) >= 32
    with urllib.request.urlopen(address) as page:  # noqa: S310 - the address is our own
        assert b"workbench.js" in page.read()
    asked = urllib.request.Request(  # noqa: S310 - the address is our own
        f"{address}api/open", b"{}", {"x-lackmus-token": token, "content-type": "application/json"}
    )
    with urllib.request.urlopen(asked) as answer:  # noqa: S310 - as above
        assert json.load(answer)["text"] == CASE
    rebound = urllib.request.Request(address, headers={"Host": "evil.example"})  # noqa: S310 - as above
    with pytest.raises(urllib.error.HTTPError, match="421"):
        urllib.request.urlopen(rebound)  # noqa: S310 - as above


def test_without_starlette_a_line_says_what_to_install(folder: Path) -> None:
    code = "import sys; sys.modules['starlette'] = None\nfrom lackmus.cli.main import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", code, "work", str(folder), "--no-browser"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "lackmus[work]" in done.stderr
    assert "Traceback" not in done.stderr
