"""Work that tells how far it is, as lines that end with what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Thread
from typing import TypeAlias

from lackmus.workbench.messages import Json

#: Told a stage, how much of it is done, and of how much.
Tell: TypeAlias = Callable[[str, int, int], None]


def telling(work: Callable[[Tell], Json]) -> Iterator[Json]:
    """How far the work is, as often as it tells; last of all what it comes to.

    Raises:
        BaseException: Whatever the work raises.
    """
    lines: SimpleQueue[tuple[Json, bool] | BaseException] = SimpleQueue()

    def tell(stage: str, done: int, of: int) -> None:
        lines.put(({"stage": stage, "done": done, "of": of}, False))

    def run() -> None:
        try:
            lines.put((work(tell), True))
        except BaseException as error:  # noqa: BLE001 - who waits for the lines is told of it
            lines.put(error)

    Thread(target=run, daemon=True).start()
    last = False
    while not last:
        found = lines.get()
        if isinstance(found, BaseException):
            raise found
        line, last = found
        yield line
