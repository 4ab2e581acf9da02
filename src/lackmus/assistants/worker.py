"""A process that does what tools are asked for, one after another.

It reads requests and writes answers as lines of JSON:

    {"tool": "test", "arguments": {"yaml": …}}
    {"told": ["draws", 100, 500]}          how far the work is, any number of times
    {"answer": text}                       or
    {"fault": text}                        what is wrong with the arguments, or
    {"broken": text}                       a fault of Lackmus itself

It ends when nobody is there to ask, also in the midst of work. Whatever else is printed goes to the
error stream.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import traceback
from typing import Any

from lackmus.assistants.tools import TOOLS, Progress, bounded
from lackmus.foundation.errors import LackmusError

#: A request is bounded by the arguments' own bounds; this is more than all of them together.
LONGEST_LINE = 50_000_000


def main() -> None:
    """Serves whoever started this process."""
    wire = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def listen() -> None:
        while line := sys.stdin.buffer.readline(LONGEST_LINE):
            asked.put(line)
        os._exit(0)

    def far(stage: str, done: int, total: int) -> None:
        say(told=[stage, done, total])

    def say(**told: object) -> None:
        wire.write(json.dumps(told).encode() + b"\n")
        wire.flush()

    threading.Thread(target=listen, daemon=True).start()
    while True:
        say(**answered(json.loads(asked.get()), far))


def answered(request: dict[str, Any], tell: Progress) -> dict[str, str]:
    """The answer to a request; whatever goes wrong is an answer too."""
    try:
        return {"answer": TOOLS[request["tool"]](tell, **request["arguments"])}
    except LackmusError as error:
        return {"fault": bounded(str(error))}
    except MemoryError:
        return {"fault": "there is not enough memory for this; make the case smaller"}
    except Exception as error:  # noqa: BLE001 - whatever it is, the next request is none the worse
        traceback.print_exc()
        return {"broken": type(error).__name__}


if __name__ == "__main__":
    main()
