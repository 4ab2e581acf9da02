"""Fixtures that every test may use."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings
from tests.examples import some

_HERE = Path(__file__).resolve().parent
_SHARED = _HERE.parents[1] / "shared"

#: Files that take some five seconds of processor time and more, the longest first: they
#: begin, so that no worker ends long before the other.
_LONGEST = (
    "workbench/test_page.py",
    "workbench/test_kept.py",
    "workbench/test_told.py",
    "workbench/test_meanwhile.py",
    "cli/test_outcomes.py",
    "compiled/test_cache.py",
    "report/test_browser.py",
    "report/test_accessible.py",
    "cli/test_commands.py",
    "solvers/enumeration/test_perfect_bayesian.py",
    "engines/test_dask_cluster.py",
    "meaning/test_meaning.py",
    "compiler/test_against_reference.py",
    "solvers/enumeration/test_extreme_nash.py",
    "sweep/test_sweep.py",
    "assistants/test_server.py",
    "cli/test_messages.py",
    "foundation/test_extras.py",
    "compiler/test_several.py",
    "docs/test_docs.py",
    "cli/test_endings.py",
    "report/test_filtering.py",
    "report/test_charts.py",
    "library/test_closed_forms.py",
    "service/test_rename.py",
    "report/test_display.py",
    "docs/test_console.py",
    "solution/test_certify.py",
    "cli/test_files.py",
    "case/test_faults.py",
    "report/test_html.py",
    "cli/test_servers.py",
)

#: Folders of tests that are watched for the lines they run; all, where none is named.
_WATCHED = frozenset(os.environ.get("LACKMUS_WATCHED", "").split())

#: By which coverage has a subprocess measured.
_IN_SUBPROCESSES = "COVERAGE_PROCESS_CONFIG"

# A shell that starts this in the background lets it ignore Ctrl-C, and children would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A slow machine is no fault of the code: nothing here is bounded in time.
settings.register_profile(
    "project",
    deadline=None,
    max_examples=some(100),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, whatever the order of the others is."""
    places = {_HERE / name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_collection_finish() -> None:
    """What collecting has made stays, and is not looked through for garbage again and again."""
    gc.freeze()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of sample sources and trees beside the project; skips where it is absent."""
    if not _SHARED.is_dir():
        pytest.skip("the folder of sample sources and trees is not beside the project")
    return _SHARED


def _is_watched(item: pytest.Item) -> bool:
    """Whether a test is of a watched room; random examples are not: each runs the same lines."""
    random = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    return bool(_WATCHED & set(item.path.parts)) and not random


@contextmanager
def _unwatched() -> Iterator[None]:
    """No line that runs meanwhile is watched, nor any of a process that is started meanwhile."""
    running = Coverage.current()
    if running is None:
        yield
        return
    running.stop()
    told = os.environ.pop(_IN_SUBPROCESSES, None)
    try:
        yield
    finally:
        if told is not None:
            os.environ[_IN_SUBPROCESSES] = told
        running.start()


def pytest_configure(config: pytest.Config) -> None:
    """Where workers run the tests, what hands them out is not watched."""
    running = Coverage.current()
    if running is not None and config.getoption("numprocesses", default=None):
        running.stop()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Iterator[None]:
    """Every worker imports the same: what that runs is watched in one."""
    if not _WATCHED or os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0":
        return (yield)
    with _unwatched():
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """No line of a test that is not watched is, its fixtures and subprocesses included."""
    if not _WATCHED or _is_watched(item):
        return (yield)
    with _unwatched():
        return (yield)
