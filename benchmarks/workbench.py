"""How long the workbench takes: a fault as one types, a slider's move, from request to response.

Run: python -m benchmarks.workbench [CASE]. The server is the command itself, on loopback, idle but
for these requests; a request is timed from before it is sent until its answer has been read whole.
"""

from __future__ import annotations

import http.client
import json
import random
import statistics
import subprocess
import sys
import time
from urllib.parse import urlsplit

from beside import loops

MOVES = 200
TEXTS = 30


def main() -> None:
    case = sys.argv[1] if len(sys.argv) > 1 else "alaska-2025"
    command = [sys.executable, "-c", "from lackmus.cli.main import run; run()", "work", case]
    process = subprocess.Popen(
        [*command, "--no-browser", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        measure(case, process.stdout.readline().strip() if process.stdout else "")
    finally:
        process.terminate()
        process.wait()


def measure(case: str, address: str) -> None:
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port)
    headers = {"content-type": "application/json", "x-lackmus-token": parts.fragment}

    def ask(name: str, asked: object) -> tuple[dict, float]:
        body = json.dumps(asked)
        before = time.perf_counter()
        line.request("POST", f"/api/{name}", body, headers)
        answer = line.getresponse()
        found = json.loads(answer.read())
        if answer.status != 200:
            raise RuntimeError(found["error"])
        return found, 1000 * (time.perf_counter() - before)

    text = ask("open", {})[0]["text"]
    sliders = [s for s in ask("build", {"text": text})[0]["sliders"] if s["low"] < s["high"]]
    for _ in range(3):
        ask("point", {"text": text, "supposed": {}})
    random.seed(0)
    moves = []
    for _ in range(MOVES):
        slider = random.choice(sliders)  # noqa: S311 - no secret
        value = random.uniform(slider["low"], slider["high"])  # noqa: S311 - as above
        supposed = {"values": {slider["name"]: value}}
        moves.append(ask("point", {"text": text, "supposed": supposed})[1])
    typed = [ask("read", {"text": text + f"\n# {i}\n"})[1] for i in range(TEXTS)]
    told(f"{case}: a slider's move to new verdicts", moves)
    told(f"{case}: a typed letter to its faults", typed)


def told(what: str, milliseconds: list[float]) -> None:
    tail = statistics.quantiles(milliseconds, n=20)[-1]
    print(f"{what}: median {statistics.median(milliseconds):.0f} ms, 95 % {tail:.0f} ms; "
          f"{loops(statistics.median(milliseconds) / 1e3)}")  # fmt: skip


if __name__ == "__main__":
    main()
