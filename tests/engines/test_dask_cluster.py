"""Dask: the same table from a cluster, and through the death of workers, scheduler and client.

The clients are scripts of their own, since Dask's threads would outlive a test.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.sweep.slow_sweep import limited

from lackmus.engines.dask_cluster import DaskCluster, _result
from lackmus.foundation.errors import UnfinishedError, UsageError

pytest.importorskip("distributed", reason="the extra `dask` is not installed")

SCRIPT = Path(__file__).parents[1] / "sweep" / "slow_sweep.py"


def script(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def parts(path: Path) -> set[str]:
    return {part.name for part in Path(f"{path}.parts").glob("*.part")}


def wait_for_parts(path: Path, count: int, process: subprocess.Popen[str]) -> None:
    while len(parts(path)) < count and process.poll() is None:
        time.sleep(0.005)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The table of an uninterrupted run on one thread."""
    path = tmp_path_factory.mktemp("whole") / "t.parquet"
    out, err = script(path, "1").communicate()
    assert out == "done\n", err
    return path.read_bytes()


@pytest.fixture
def cluster(
    tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler with two workers: its address, and its process to kill.

    Its parameter, if any, is a script that the workers run first.
    """
    contact = tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    cli = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0",
           "--no-dashboard", "--scheduler-file", str(contact)]  # fmt: skip
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1",
              "--no-nanny", "--no-dashboard", "--scheduler-file", str(contact),
              "--local-directory", str(tmp_path)]  # fmt: skip
    if script := getattr(request, "param", ""):
        (tmp_path / "first.py").write_text(script)
        worker += ["--preload", str(tmp_path / "first.py")]
    processes = [subprocess.Popen(command, **quiet) for command in (cli, worker, worker)]  # type: ignore[call-overload]
    try:
        while not contact.exists() or not contact.read_text().endswith("}"):
            assert processes[0].poll() is None
            time.sleep(0.05)
        address = contact.read_text().partition('"address": "')[2].partition('"')[0]
        yield address, processes[0]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_a_cluster_of_two_that_loses_a_worker_writes_the_same_bytes(
    tmp_path: Path, whole: bytes
) -> None:
    path = tmp_path / "t.parquet"
    out, err = script(path, "local", "kill-worker").communicate()
    assert out == "done\n", err
    assert path.read_bytes() == whole


def test_a_killed_client_and_a_killed_scheduler_lose_no_finished_batch(
    tmp_path: Path, whole: bytes, cluster: tuple[str, subprocess.Popen[bytes]]
) -> None:
    path = tmp_path / "t.parquet"
    address, scheduler = cluster
    # However late it is killed, it has not come to the end.
    limited(path, 200)
    client = script(path, address)
    wait_for_parts(path, 3, client)
    client.send_signal(signal.SIGKILL)
    client.communicate()
    safe = parts(path)
    assert len(safe) >= 3

    limited(path, 400)
    client = script(path, address)
    wait_for_parts(path, len(safe) + 2, client)
    scheduler.kill()
    out, _ = client.communicate()
    assert "the connection to the Dask scheduler was lost" in out
    assert "of 600 draws are safe" in out
    assert safe < parts(path)

    limited(path, None)
    out, err = script(path, "2").communicate()
    assert out == "done\n", err
    assert path.read_bytes() == whole


def test_a_scheduler_that_does_not_answer_is_told() -> None:
    code = (
        "from lackmus.engines.dask_cluster import DaskCluster\n"
        "from lackmus.foundation.errors import UsageError\n"
        "try: DaskCluster('tcp://127.0.0.1:9', patience=1)\n"
        "except UsageError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in done.stdout
    assert "dask worker" in done.stdout


def test_a_running_cluster_takes_no_number_of_workers() -> None:
    with pytest.raises(UsageError, match="the workers it has"):
        DaskCluster("tcp://127.0.0.1:9", workers=3)


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"lackmus\[dask\]"):
        DaskCluster()


LACKING = "import sys\nsys.modules['lackmus'] = None\n"


@pytest.mark.parametrize("cluster", [LACKING], indirect=True)
def test_workers_without_lackmus_are_told(cluster: tuple[str, subprocess.Popen[bytes]]) -> None:
    address, _ = cluster
    code = (
        "from lackmus.engines.dask_cluster import DaskCluster\n"
        "from lackmus.foundation.errors import LackmusError\n"
        f"try: print(*DaskCluster({address!r}).map(abs, [(0, -1)]))\n"
        "except LackmusError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300
    )
    assert "Dask workers lack Lackmus" in done.stdout


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 400 Bad Request\r\n", b"SSH-2.0-OpenSSH\r\n"])
def test_what_is_no_scheduler_is_told_at_once(
    greeting: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lackmus.engines.dask_cluster._GREETING", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"

        def greet() -> None:
            line, _ = server.accept()
            with line, contextlib.suppress(ConnectionError):
                line.sendall(greeting)
                line.recv(1)

        threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(UsageError, match="is no Dask scheduler"):
            DaskCluster(address)


@pytest.mark.parametrize("status", ["lost", "cancelled", "pending"])
def test_a_future_that_did_not_end_is_lost_and_no_failed_job(status: str) -> None:
    future = SimpleNamespace(status=status, exception=lambda: None)
    found = _result(3, future)
    assert found.lost
    assert status in found.error


def test_a_client_that_was_stopped_has_not_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds in which nothing of it ran are none without a scheduler."""
    engine = object.__new__(DaskCluster)
    engine._patience = 2.0
    client = engine._client = SimpleNamespace(status="connecting")
    looks, began = list[float](), time.monotonic()

    def stopped(seconds: float) -> None:
        looks.append(seconds)
        monkeypatch.setattr("time.monotonic", lambda: began + 3600.0 * len(looks))
        if len(looks) == 3:
            client.status = "running"

    monkeypatch.setattr("lackmus.engines.dask_cluster.time.sleep", stopped)
    engine._wait_for_scheduler()
    client.status = "connecting"
    with pytest.raises(UnfinishedError, match="connection"):
        engine._wait_for_scheduler()
    assert 7 <= len(looks) <= 9
