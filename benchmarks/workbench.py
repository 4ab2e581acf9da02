"""How long the workbench takes: a fault as one types, a slider's move, from request to response.

    python benchmarks/workbench.py [--case alaska-2025] [--load SECONDS]

The server is the command itself, on loopback, idle but for these requests; a request is timed from
before it is sent until its answer has been read whole. Beside what the clock says stands the
processor time that the server took for a request, which other work on the machine touches less,
and both as so many times a loop that is timed the same way in the same run.

With ``--load``, sliders are moved 50 times a second for so long, each move a request of its own
whatever has become of those before, and once a second one is let go, which asks for draws; then
told is what became of them, how much memory the server had from the start to the end, and whether
the last answer is that of a case freshly opened.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

from beside import reference
from lackmus.workbench.session import Session

MOVES = 200
TEXTS = 60
A_SECOND = 50
_PAGES = 1024

#: Looks at the server's memory under load.
_LOOKS = 12


class Server:
    """The command, running, and what it has taken of the machine."""

    def __init__(self, case: str) -> None:
        command = [sys.executable, "-c", "from lackmus.cli.main import run; run()", "work", case]
        self._process = subprocess.Popen(
            [*command, "--no-browser", "--port", "0"], stdout=subprocess.PIPE, text=True
        )
        self.address = self._process.stdout.readline().strip() if self._process.stdout else ""

    def cpu(self) -> float:
        """Seconds of processor time so far; 0 where the machine does not tell."""
        stat = Path(f"/proc/{self._process.pid}/stat")
        if not stat.exists():
            return 0.0
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Resident megabytes; 0 where the machine does not tell."""
        statm = Path(f"/proc/{self._process.pid}/statm")
        if not statm.exists():
            return 0.0
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


class Line:
    """One connection, kept open."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._line = http.client.HTTPConnection(parts.hostname or "", parts.port)
        self._headers = {"content-type": "application/json", "x-lackmus-token": parts.fragment}

    def last(self, name: str, asked: object) -> dict:
        """The last line of a stream; empty where it was broken off."""
        self._line.request("POST", f"/api/{name}", json.dumps(asked), self._headers)
        lines = self._line.getresponse().read().splitlines()
        return json.loads(lines[-1]) if lines else {}

    def ask(self, name: str, asked: object) -> dict:
        self._line.request("POST", f"/api/{name}", json.dumps(asked), self._headers)
        answer = self._line.getresponse()
        found = json.loads(answer.read())
        if answer.status != 200:
            raise RuntimeError(found["error"])
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", default="alaska-2025")
    parser.add_argument("--load", type=float, default=0.0, metavar="SECONDS")
    asked = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
          f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
    server = Server(asked.case)
    try:
        if asked.load:
            load(server, asked.case, asked.load)
        else:
            measure(server, asked.case)
    finally:
        server.stop()


def opened(line: Line) -> tuple[str, list[dict]]:
    """The text, and the sliders that can be moved, when all is warm."""
    text = line.ask("open", {})["text"]
    sliders = [s for s in line.ask("build", {"text": text})["sliders"] if s["low"] < s["high"]]
    for _ in range(10):
        line.ask("point", {"text": text, "supposed": {}})
    return text, sliders


def moves(sliders: list[dict], count: int) -> list[dict]:
    """So many moves of one slider after the other, the same ones in every run."""
    chosen = random.Random(0)  # noqa: S311 - no secret
    found = []
    for _ in range(count):
        slider = chosen.choice(sliders)
        found.append({"values": {slider["name"]: chosen.uniform(slider["low"], slider["high"])}})
    return found


# --- how long --------------------------------------------------------------------------------


def measure(server: Server, case: str) -> None:
    line = Line(server.address)
    text, sliders = opened(line)
    asked = [{"text": text, "supposed": supposed} for supposed in moves(sliders, MOVES)]
    told(server, line, f"{case}: a slider's move to new verdicts", "point", asked)
    typed = [{"text": f"{text}\n# {i}\n"} for i in range(TEXTS)]
    told(server, line, f"{case}: a typed letter to its faults", "read", typed)
    built = [{"text": f"{text}\n# again {i}\n"} for i in range(TEXTS // 3)]
    told(server, line, f"{case}: a typed letter to a game that can be played", "build", built)


def told(server: Server, line: Line, what: str, name: str, asked: list[dict]) -> None:
    seconds, loops, own = [], [], []
    before = server.cpu()
    for one in asked:
        started = time.perf_counter()
        line.ask(name, one)
        seconds.append(time.perf_counter() - started)
        if len(seconds) % 5 == 0:
            started = time.process_time()
            loops.append(reference())
            own.append(time.process_time() - started)
    cpu = (server.cpu() - before) / len(asked)
    middle, tail = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    loop, cpu_loop = statistics.median(loops), statistics.median(own)
    print(f"{what}: median {1e3 * middle:.1f} ms, 95 % {1e3 * tail:.1f} ms "
          f"({middle / loop:.1f} loops of {1e3 * loop:.1f} ms); processor {1e3 * cpu:.1f} ms "
          f"({cpu / cpu_loop:.1f} loops of {1e3 * cpu_loop:.1f} ms)")  # fmt: skip


# --- how much --------------------------------------------------------------------------------


@dataclass
class _Kept:
    """What has come back, as a page would keep it: the newest, whatever comes after."""

    lock: Lock = field(default_factory=Lock)
    answered: list[int] = field(default_factory=list)
    superseded: int = 0
    late: int = 0
    shown: dict = field(default_factory=dict)

    def take(self, number: int, answer: dict) -> None:
        with self.lock:
            if answer.get("superseded"):
                self.superseded += 1
                return
            if self.answered and number < max(self.answered):
                self.late += 1
            else:
                self.shown = answer
            self.answered.append(number)


def load(server: Server, case: str, seconds: float) -> None:
    first = Line(server.address)
    text, sliders = opened(first)
    all_moves = moves(sliders, int(A_SECOND * seconds))
    kept, memory = _Kept(), [server.memory()]
    free: list[Line] = []
    started, cpu = time.perf_counter(), server.cpu()

    def send(number: int, supposed: dict) -> None:
        with kept.lock:
            line = free.pop() if free else None
        line = line or Line(server.address)
        asked = {"text": text, "supposed": supposed, "page": "load", "number": number}
        kept.take(number, line.ask("point", asked))
        with kept.lock:
            free.append(line)

    def let_go(supposed: dict) -> bool:
        last = Line(server.address).last(
            "sweep", {"text": text, "supposed": supposed, "page": "load"}
        )
        return last.get("done") == last.get("of", 0)

    sweeps = []
    with ThreadPoolExecutor(_PAGES) as pool:
        for number, supposed in enumerate(all_moves):
            time.sleep(max(0.0, started + number / A_SECOND - time.perf_counter()))
            pool.submit(send, number, supposed)
            if number % A_SECOND == 0 or number == len(all_moves) - 1:
                sweeps.append(pool.submit(let_go, supposed))
            if number % (len(all_moves) // _LOOKS) == 0:
                memory.append(server.memory())
    took = time.perf_counter() - started
    memory.append(server.memory())
    print(f"{case}: {len(all_moves)} moves in {took:.1f} s, {len(kept.answered)} answered, "
          f"{kept.superseded} superseded, {kept.late} late ones dropped; "
          f"{sum(each.result() for each in sweeps)} of {len(sweeps)} sweeps run to their end; "
          f"processor {(server.cpu() - cpu) / took:.2f} of {os.cpu_count()} cores")  # fmt: skip
    print("memory from the start to the end, MB: " + ", ".join(f"{size:.0f}" for size in memory))
    same = _same(case, text, all_moves[-1], kept.shown)
    print(f"the last answer is that of a case freshly opened: {same}")


def _same(case: str, text: str, supposed: dict, shown: dict) -> bool:
    session = Session(case)
    fresh = session.point(text, supposed, session.newest("point"))
    return all(shown[key] == json.loads(json.dumps(fresh[key])) for key in ("claims", "beliefs"))


if __name__ == "__main__":
    main()
