"""Processes that work for a server: kept while they are of use, ended where they take too long."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

import anyio
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from lackmus.foundation.errors import LackmusError, UnfinishedError

Told: TypeAlias = Callable[[str, int, int], Awaitable[None]]

_COMMAND: Final = (sys.executable, "-P", "-m", "lackmus.assistants.worker")
#: More work at a time than this would only make each slower; each uses all cores.
_MOST: Final = 2
_LONGEST_ANSWER: Final = 10_000_000


class RefusedError(LackmusError):
    """A tool's arguments are at fault; the message is what the tool says of them."""


class Workers:
    """Runs tools in processes of their own. Made by `workers`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._idle: list[_Worker] = []
        self._room = anyio.CapacityLimiter(_MOST)

    async def run(self, tool: str, arguments: Mapping[str, object], tell: Told) -> str:
        """What a tool answers.

        Args:
            tool: Its name.
            arguments: What it is given; plain data.
            tell: Told how far the work is.

        Raises:
            RefusedError: The arguments are at fault.
            UnfinishedError: It took too long, or its process died.
        """
        async with self._room:
            worker = await self._free()
            whole = False
            try:
                with anyio.fail_after(self._seconds):
                    answer = await worker.ask(tool, arguments, tell)
                whole = True
            except TimeoutError:
                raise UnfinishedError(
                    f"stopped after {self._seconds:g} s, before '{tool}' was done\n"
                    "  hint: take fewer draws or a smaller case; "
                    "'lackmus mcp --seconds S' allows more"
                ) from None
            finally:
                if whole:
                    self._idle.append(worker)
                else:
                    await worker.end()
        if "fault" in answer:
            raise RefusedError(answer["fault"])
        if "broken" in answer:
            raise RuntimeError(answer["broken"])
        return str(answer["answer"])

    async def _free(self) -> _Worker:
        """One that is idle, and has not been ended meanwhile from elsewhere; else a new one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.is_there:
                return worker
            await worker.end()
        return await _Worker.start()

    async def end(self) -> None:
        """Ends all processes that are idle; those at work are ended by whoever waits for them."""
        while self._idle:
            await self._idle.pop().end()


@asynccontextmanager
async def workers(seconds: float) -> AsyncIterator[Workers]:
    """Workers whose every answer may take some seconds; they are ended behind the block."""
    made = Workers(seconds)
    try:
        yield made
    finally:
        await made.end()


class _Worker:
    def __init__(self, process: Process) -> None:
        assert process.stdout is not None  # noqa: S101 - it is a pipe, as asked for
        self._process = process
        self._answers = BufferedByteReceiveStream(process.stdout)

    @classmethod
    async def start(cls) -> _Worker:
        return cls(await anyio.open_process(_COMMAND, stderr=None))

    @property
    def is_there(self) -> bool:
        return self._process.returncode is None

    async def ask(self, tool: str, arguments: Mapping[str, object], tell: Told) -> dict[str, Any]:
        request = json.dumps({"tool": tool, "arguments": dict(arguments)})
        try:
            assert self._process.stdin is not None  # noqa: S101 - as above
            await self._process.stdin.send(request.encode() + b"\n")
            while True:
                line = await self._answers.receive_until(b"\n", _LONGEST_ANSWER)
                answer: dict[str, Any] = json.loads(line)
                if "told" not in answer:
                    return answer
                await tell(*answer["told"])
        except (anyio.EndOfStream, anyio.IncompleteRead, anyio.BrokenResourceError):
            raise UnfinishedError(
                f"the process that worked on '{tool}' ended, perhaps for want of memory\n"
                "  hint: take fewer draws or a smaller case"
            ) from None

    async def end(self) -> None:
        with anyio.CancelScope(shield=True):
            if self.is_there:
                self._process.kill()
            await self._process.aclose()
