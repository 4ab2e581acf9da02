"""The commands that serve: where they listen, what they refuse, and how they end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("starlette")

from lackmus.cli.commands import servers
from lackmus.library.index import find

CASE = "beer-quiche"
COMMAND = [sys.executable, "-c", "from lackmus.cli.main import run; run()"]

Ended = Callable[..., subprocess.CompletedProcess[bytes]]


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_ctrl_c_is_the_end_of_a_workbench_and_no_trouble() -> None:
    serving = started("work", CASE, "--no-browser", "--port", "0")
    assert serving.stdout is not None
    assert serving.stdout.readline().startswith("http://127.0.0.1:")
    serving.send_signal(signal.SIGINT)
    said, complained = serving.communicate(timeout=60)
    assert (serving.returncode, said, complained) == (0, "", "")


def test_draws_that_ctrl_c_breaks_off_are_no_trouble() -> None:
    serving = started("work", CASE, "--no-browser", "--port", "0", "--draws", "20000")
    assert serving.stdout is not None
    address = urlsplit(serving.stdout.readline().strip())
    asked = HTTPConnection(address.netloc, timeout=300)
    content = json.dumps({"text": find(CASE).read_text("utf-8"), "supposed": {}})
    asked.request("POST", "/api/sweep", content, {"X-Lackmus-Token": address.fragment})
    assert "done" in json.loads(asked.getresponse().readline())
    serving.send_signal(signal.SIGINT)
    _, complained = serving.communicate(timeout=60)
    asked.close()
    assert serving.returncode == 0
    assert "ERROR" not in complained


def test_a_busy_port_is_told_with_what_to_do(ended: Ended) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        done = ended("work", CASE, "--no-browser", "--port", port)
    assert done.returncode == 2
    told = done.stderr.decode()
    assert f"cannot listen on 127.0.0.1, port {port}" in told
    assert "--port N" in told


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("203.0.113.7", "cannot listen on 203.0.113.7"),
        ("no-such-host.invalid", "cannot listen on no-such-host.invalid"),
        ("ä..b", "this is no name of a machine"),
        ("", "no address to listen on"),
    ],
)
def test_an_address_that_is_none_of_this_machine_is_told(
    ended: Ended, host: str, told: str
) -> None:
    done = ended("work", CASE, "--no-browser", "--port", "0", "--host", host)
    assert (done.returncode, done.stdout) == (2, b"")
    assert told in done.stderr.decode()
    assert "--host" in done.stderr.decode()
    assert "--port" not in done.stderr.decode()


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_refused(ended: Ended, port: str) -> None:
    done = ended("work", CASE, "--no-browser", "--port", port)
    assert done.returncode == 2
    assert "--port" in done.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nosuch",), "no case 'nosuch'"),
        ((CASE, "--sources", "nosuch"), "no folder nosuch"),
        ((CASE, "--draws", "20001"), "ask for 1 to 20,000"),
        (("#link=1.xx",), "the link cannot be read"),
        (("http://127.0.0.1:1/#link=9.xx",), "another version of Lackmus"),
    ],
    ids=lambda a: a[0] if isinstance(a, tuple) else None,
)
def test_what_cannot_be_opened_is_told_before_anything_listens(
    ended: Ended, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    done = ended("work", *arguments, "--no-browser", "--port", "0", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert told in done.stderr.decode()


def test_where_nobody_reads_the_address_it_ends_quietly(ended: Ended) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = ended("work", CASE, "--no-browser", "--port", "0", stdout=writing, timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("browser", [True, False])
def test_the_browser_is_opened_where_it_was_not_forbidden(
    *, browser: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[str] = []
    monkeypatch.setattr("webbrowser.open", shown.append)

    def serve(case: str, *, ready: Callable[[str], None], link: str, **_: object) -> None:
        assert (case, link) == (CASE, "")
        ready("http://127.0.0.1:1/#token")

    monkeypatch.setattr("lackmus.workbench.server.serve", serve)
    servers.work(CASE, sources=None, host="127.0.0.1", port=0, draws=8, seed=0, browser=browser)
    assert capsys.readouterr().out == "http://127.0.0.1:1/#token\n"
    assert shown == (["http://127.0.0.1:1/#token"] if browser else [])


@pytest.mark.parametrize(("command", "package"), [("lsp", "pygls"), ("mcp", "mcp.server")])
def test_a_server_ends_where_the_other_side_hangs_up(command: str, package: str) -> None:
    pytest.importorskip(package)
    serving = started(command)
    said, complained = serving.communicate("", timeout=60)
    assert (serving.returncode, said) == (0, "")
    assert "Traceback" not in complained


@pytest.mark.parametrize(("command", "package"), [("lsp", "pygls"), ("mcp", "mcp")])
def test_without_its_package_a_server_says_what_to_install(command: str, package: str) -> None:
    code = f"import sys; sys.modules[{package!r}] = None\n{COMMAND[-1]}"
    done = subprocess.run(
        [sys.executable, "-c", code, command], capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert f"lackmus[{command}]" in done.stderr
    assert "Traceback" not in done.stderr
