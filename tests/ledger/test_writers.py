"""Writers of a ledger as real processes: several at once, killed, and on a disk that is full."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lackmus.foundation.disk import only_writer
from lackmus.foundation.errors import UnfinishedError
from lackmus.ledger import chain
from lackmus.ledger.chain import append, whole

pytest.importorskip("resource", reason="Windows has no limits and no SIGKILL")

#: Enters, or finds entered, one forecast of its own and one that all make.
WRITER = """
import sys
from pathlib import Path
from lackmus.ledger.chain import extend
from lackmus.ledger.questions import entered
made = [{"id": name, "probability": 0.2} for name in ("all", sys.argv[2])]
extend(Path(sys.argv[1]), lambda entries: entered(entries, made, "2025-08-10", ""))
"""

#: Is killed when half of what it writes is on the disk.
KILLED = """
import os, signal, sys
from pathlib import Path
from lackmus.foundation import disk
from lackmus.ledger.chain import append

def half(beside, content):
    beside.write_bytes(content[: len(content) // 2])
    os.kill(os.getpid(), signal.SIGKILL)

disk.write_bytes = half
append(Path(sys.argv[1]), [{"kind": "forecast", "id": "b", "on": "2025-08-10"}])
"""

#: May write files of so many bytes.
LIMITED = """
import resource, sys
from pathlib import Path
from lackmus.foundation.errors import UnfinishedError
from lackmus.ledger.chain import append
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    append(Path(sys.argv[1]), [{"kind": "forecast", "id": "b", "on": "2025-08-10"}])
except UnfinishedError as error:
    sys.exit(str(error))
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.jsonl"
    append(path, [{"kind": "forecast", "id": "a", "on": "2025-08-10", "probability": 0.5}])
    return path


def started(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    # Which lines run is not watched: who is killed, or may write no more, leaves half a file of it.
    plain = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=plain)


def test_writers_at_once_wait_for_each_other_and_enter_nothing_twice(ledger: Path) -> None:
    names = [f"q{number}" for number in range(6)]
    writers = [started(WRITER, ledger, name) for name in names]
    told = [writer.communicate(timeout=120)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 6, told
    assert sorted(e["id"] for e in whole(ledger).entries) == ["a", "all", *names]
    assert [p.name for p in ledger.parent.iterdir()] == [ledger.name]


def test_who_waits_for_long_is_told_who_writes(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "_PATIENCE", 0.1)
    before = ledger.read_bytes()
    with only_writer(ledger), pytest.raises(UnfinishedError, match=r"somebody else \(process \d"):
        append(ledger, [{"kind": "forecast", "id": "b", "on": "2025-08-10"}])
    assert ledger.read_bytes() == before


def test_a_writer_that_is_killed_half_way_leaves_what_stood_there(ledger: Path) -> None:
    before = ledger.read_bytes()
    killed = started(KILLED, ledger)
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert ledger.read_bytes() == before
    append(ledger, [{"kind": "forecast", "id": "c", "on": "2025-08-10"}])
    assert [e["id"] for e in whole(ledger).entries] == ["a", "c"]


@pytest.mark.parametrize(
    ("size", "says"), [(0, "is full; nothing was begun"), (100, "is full; nothing was added")]
)
def test_a_disk_that_is_full_leaves_what_stood_there_and_nothing_else(
    ledger: Path, size: int, says: str
) -> None:
    before = ledger.read_bytes()
    limited = started(LIMITED, ledger, size)
    assert says in limited.communicate(timeout=120)[1]
    assert limited.returncode == 1
    assert ledger.read_bytes() == before
    assert [p.name for p in ledger.parent.iterdir()] == [ledger.name]
