"""Findings to render, and a real browser, driven over a pipe by its DevTools protocol."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from lackmus.pipeline.findings import Findings
from lackmus.pipeline.loading import dissents_of, load
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.report.html import render

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")

_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars "
    "--disable-background-networking --disable-component-update --disable-sync "
    "--disable-dev-shm-usage --remote-debugging-pipe about:blank"
)

_PATIENCE = 60.0


class Browser:
    """Chromium with one page open; what the page logs and asks for is written down.

    Attributes:
        logged: Console messages and uncaught exceptions.
        requested: Addresses that the page asked for.
    """

    def __init__(self, profile: Path) -> None:
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        command = f'exec "$0" {_FLAGS} --user-data-dir="$1" 3<&{to_browser} 4>&{from_browser}'
        assert CHROMIUM is not None
        self._process = subprocess.Popen(
            ["bash", "-c", command, CHROMIUM, str(profile)],  # noqa: S607 - bash is where the shell finds it
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._read = b""
        self._asked = 0
        self._session = ""
        self._events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._out)
        os.close(self._in)

    def call(self, method: str, **params: object) -> dict[str, Any]:
        """Asks the browser for something and waits for the answer."""
        self._asked += 1
        message: dict[str, Any] = {"id": self._asked, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._asked:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self._events.append(answer)

    def _next(self) -> dict[str, Any]:
        limit = time.monotonic() + _PATIENCE
        while b"\0" not in self._read:
            ready, _, _ = select.select([self._in], [], [], max(0.0, limit - time.monotonic()))
            chunk = os.read(self._in, 1 << 20) if ready else b""
            if not chunk:
                raise RuntimeError("the browser does not answer")
            self._read += chunk
        head, _, self._read = self._read.partition(b"\0")
        message: dict[str, Any] = json.loads(head)
        return message

    def open(
        self, page: Path, *, width: int = 1280, scheme: str = "light", scripts: bool = True
    ) -> None:
        """Opens a file at a width, in a colour scheme, and waits until it has loaded."""
        self._events.clear()
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", features=features)
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        loader = self.call("Page.navigate", url=page.resolve().as_uri())["loaderId"]
        while not any(_is_loaded(event, loader) for event in self._events):
            self._events.append(self._next())

    @property
    def logged(self) -> list[str]:
        """What the page logged, in text."""
        kinds = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        return [json.dumps(e["params"]) for e in self._events if e.get("method") in kinds]

    @property
    def requested(self) -> list[str]:
        """Every address that the page asked for, its own first."""
        return [
            event["params"]["request"]["url"]
            for event in self._events
            if event.get("method") == "Network.requestWillBeSent"
        ]

    def evaluate(self, script: str) -> Any:
        """The value of a script in the page; of a promise, what it comes to."""
        answer = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        return answer["result"].get("value")

    def press(self, key: str, code: int, text: str = "", modifiers: int = 0) -> None:
        """Presses a key, as the DOM calls it and by its number, and lets it go."""
        how = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **how)
        self.call("Input.dispatchKeyEvent", type="keyUp", **how)

    def picture(self, path: Path, *, top: int = 0, height: int | None = None) -> None:
        """Writes a picture of the page, or of a stretch of it."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {
            "x": 0, "y": top, "width": size["width"], "height": height or size["height"] - top,
            "scale": 1,
        }  # fmt: skip
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(shot["data"]))


def _is_loaded(event: dict[str, Any], loader: str) -> bool:
    """Whether an event says that this page has loaded, and not one that stood there before."""
    told = event.get("params", {})
    return (told.get("name"), told.get("loaderId")) == ("load", loader)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A running browser; skips where there is none."""
    if CHROMIUM is None:
        pytest.skip("no chromium to open the report in")
    with Browser(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(scope="session")
def small() -> Findings:
    """A small case put to few draws."""
    effort = Effort(draws=96, nearest=True)
    return put_to_test("india-tariffs-2025", effort=effort)


@pytest.fixture(scope="session")
def large() -> Findings:
    """The Alaska case with its dissent, put to few draws, without the costly searches."""
    dissents = [load(path) for path in dissents_of("alaska-2025")]
    effort = Effort(draws=64, turns=False, probes=False)
    return put_to_test("alaska-2025", dissents=dissents, effort=effort)


@pytest.fixture(scope="session")
def page(large: Findings) -> str:
    """The report on the Alaska case."""
    return render(large)


@pytest.fixture(scope="session")
def small_page(small: Findings) -> str:
    """The report on a small case."""
    return render(small)


@pytest.fixture(scope="session")
def file(page: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the report on the Alaska case, which nobody writes to."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page, encoding="utf-8")
    path.chmod(0o444)
    return path


@pytest.fixture(scope="session")
def impossible() -> Findings:
    """A small case after something that the model rules out."""
    seen = {"tariff": "spare", "response": "resist"}
    effort = Effort(draws=8, turns=False, probes=False)
    return put_to_test("india-tariffs-2025", observed=seen, effort=effort)
