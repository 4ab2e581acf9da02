"""A job beside another: in a copy of the process where there may be one, with the same answer."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from lackmus.engines import side_job
from lackmus.engines.side_job import SideJob, can_be_copied

COPIES = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2,
    reason="no copy is made here: it takes Linux and two cores",
)


PROGRAM = """
import os
from lackmus.engines.side_job import SideJob, can_be_copied
nothing = lambda *far: None
"""


def said(program: str, *cores: int) -> str:
    """What a process of one thread prints, on all cores or some."""
    about = f"import os; os.sched_setaffinity(0, {set(cores)})\n" if cores else ""
    return subprocess.run(
        [sys.executable, "-c", about + PROGRAM + program],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


@COPIES
def test_a_copy_does_it_and_tells_how_far_it_is() -> None:
    program = """
def job(tell):
    tell(1, 2)
    tell(2, 2)
    return os.getpid(), "x" * 1_000_000
far = []
with SideJob(job, copied=True) as other:
    made = 3
    who, much = other.result(lambda *told: far.append(told))
print(who != os.getpid(), len(much), far)
"""
    assert said(program) == "True 1000000 [(1, 2), (2, 2)]"


@COPIES
@pytest.mark.parametrize("end", ["os._exit(9)", "os.kill(os.getpid(), 9)", "1 / 0", "return print"])
def test_what_a_copy_does_not_finish_is_done_here(end: str) -> None:
    """It dies, is killed, meets an error, or makes what cannot be handed over."""
    program = f"""
here = os.getpid()
def job(tell):
    if os.getpid() != here:
        {end.replace("print", "lambda: 0")}
    return 42
with SideJob(job, copied=True) as other:
    print(other.result(nothing))
"""
    assert said(program) == "42"


@COPIES
def test_an_error_is_raised_here() -> None:
    program = """
def job(tell):
    raise ValueError("of the job")
with SideJob(job, copied=True) as other:
    try:
        other.result(nothing)
    except ValueError as error:
        print(error)
"""
    assert said(program) == "of the job"


@COPIES
def test_ctrl_c_is_for_the_process_that_was_copied() -> None:
    program = """
import signal, time
def job(tell):
    time.sleep(0.3)
    return "done"
with SideJob(job, copied=True) as other:
    try:
        time.sleep(0.1)
        os.killpg(0, signal.SIGINT)
        time.sleep(5)
    except KeyboardInterrupt:
        print(other.result(nothing))
"""
    text = "import os; os.setsid()\n" + program
    assert said(text) == "done"


@COPIES
def test_a_copy_logs_no_news() -> None:
    """Both compile what is not kept, and one of them says so; trouble is told by whoever has it."""
    program = """
import logging, sys
logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
def job(tell):
    logging.info("news of the copy")
    logging.warning("trouble of the copy")
    sys.stdout.flush()
with SideJob(job, copied=True) as other:
    logging.info("news")
    sys.stdout.flush()
    other.result(nothing)
"""
    assert sorted(said(program).splitlines()) == ["news", "trouble of the copy"]


@COPIES
def test_no_copy_outlives_the_block() -> None:
    program = """
import time, multiprocessing
try:
    with SideJob(lambda tell: time.sleep(60), copied=True):
        (copy,) = multiprocessing.active_children()
        raise KeyboardInterrupt
except KeyboardInterrupt:
    print(copy.is_alive(), multiprocessing.active_children())
"""
    assert said(program) == "False []"


@COPIES
def test_no_copy_outlives_a_process_that_is_killed() -> None:
    """Not even one that has more to hand over than a pipe holds."""
    program = """
import subprocess, sys, time
inner = (
    "import time\\nfrom lackmus.engines.side_job import SideJob\\n"
    "def job(tell):\\n    time.sleep(0.3)\\n    return 'x' * 1_000_000\\n"
    "with SideJob(job, copied=True) as other:\\n"
    "    print(other._copy.pid, flush=True)\\n    time.sleep(60)"
)
killed = subprocess.Popen([sys.executable, "-c", inner], stdout=subprocess.PIPE, text=True)
copy = int(killed.stdout.readline())
killed.kill()
killed.wait()
def is_there():
    try:
        with open(f"/proc/{copy}/stat") as file:
            return file.read().split()[2] != "Z"
    except OSError:
        return False
end = time.monotonic() + 20
while is_there() and time.monotonic() < end:
    time.sleep(0.02)
print(is_there())
if is_there():
    os.kill(copy, 9)
"""
    assert said(program) == "False"


@COPIES
def test_ctrl_c_while_a_copy_is_made_is_for_this_process() -> None:
    program = """
import signal, multiprocessing.popen_fork as fork
launch = fork.Popen._launch
def launched(self, process):
    run = process.run
    def interrupted():
        os.kill(os.getpid(), signal.SIGINT)
        run()
    process.run = interrupted
    launch(self, process)
    os.kill(os.getpid(), signal.SIGINT)
fork.Popen._launch = launched
import sys
try:
    SideJob(lambda tell: os.getpid(), copied=True)
except KeyboardInterrupt:
    print("here", file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + program], check=True, capture_output=True, text=True
    )
    assert done.stderr.strip() == "here"


@COPIES
def test_a_worker_of_a_pool_makes_no_copy() -> None:
    program = """
import multiprocessing
def who(_):
    with SideJob(lambda tell: os.getpid(), copied=True) as other:
        return other.result(nothing) == os.getpid()
with multiprocessing.get_context("fork").Pool(1) as pool:
    print(pool.map(who, [0]))
"""
    assert said(program) == "[True]"


WHO = """
with SideJob(lambda tell: os.getpid(), copied={}) as other:
    print(other.result(nothing) == os.getpid())
"""


@COPIES
def test_no_copy_is_made_unasked_or_without_a_core_for_it() -> None:
    assert said(WHO.format("True")) == "False"
    assert said(WHO.format("False")) == "True"
    assert said(WHO.format("True"), min(os.sched_getaffinity(0))) == "True"


def test_no_copy_is_made_beside_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """They may hold locks that nobody would let go of in a copy."""
    monkeypatch.setattr(side_job, "cores", lambda: 2)
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert not can_be_copied()
        with SideJob(lambda _: os.getpid(), copied=True) as other:
            assert other.result(lambda *_: None) == os.getpid()
    finally:
        done.set()
        thread.join()


@COPIES
def test_a_case_is_found_the_same_with_a_copy_and_without() -> None:
    program = """
from lackmus.pipeline import trial
from lackmus.engines import side_job
trial._WORTH_A_COPY = 0
made = []
begin = side_job.SideJob.__init__
def counted(self, job, *, copied):
    begin(self, job, copied=copied)
    made.append(self._copy is not None)
side_job.SideJob.__init__ = counted
told = []
for copied in (True, False):
    effort = trial.Effort(draws=256, copied=copied)
    found = trial.put_to_test("india-tariffs-2025", effort=effort)
    told.append((
        found.reading.probes,
        [claim.thresholds for claim in found.claims],
        [claim.box for claim in found.claims],
    ))
print(made, told[0] == told[1], len(told[0][0]), all(told[0][1]), any(told[0][2][1:]))
"""
    assert said(program) == "[True, True, False, False] True 4 True True"
