"""Many draws of one study, through an engine, and on disk where a table is asked for.

What the table holds depends on the study and the points alone: not on the engine, the number of
workers, the size of batches, or how often the sweep was cut short and taken up again.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from lackmus.engines.base import Engine, Result
from lackmus.engines.threads import Threads
from lackmus.foundation.arrays import Floats, freeze
from lackmus.foundation.disk import in_words, only_writer
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.errors import SolveError, UnfinishedError, UsageError
from lackmus.foundation.outcomes import ERROR
from lackmus.foundation.version import version
from lackmus.sweep.arrow import arrow
from lackmus.sweep.design import Design, draw
from lackmus.sweep.journal import Journal, refuse_other_plan
from lackmus.sweep.study import Outcomes, Study, unsolved
from lackmus.sweep.table import Header, join, read_header, write_table

#: Draws in the first batch, before anything has been measured, and in the largest.
_FIRST: Final = 16
_LARGEST: Final = 32768

#: A batch is at most this many times the one that was measured.
_GROWTH: Final = 16

#: Towards the end batches shrink, so that no worker idles, but not below this part of their size,
#: nor below so many draws, which are solved side by side, unless these take very long.
_SMALLER: Final = 8
_SIDE_BY_SIDE: Final = 32

#: How often a batch that died with its worker is given to another.
_TRIES: Final = 3

#: After so many draws failed by an error, and none succeeded, the study itself is at fault.
_HOPELESS: Final = 64


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sweep is.

    Attributes:
        done: Draws finished, those of earlier runs included.
        total: All draws.
        seconds: Since this run began.
        rate: Draws a second in this run.
        left: Seconds left at this rate; None before anything is measured.
    """

    done: int
    total: int
    seconds: float
    rate: float
    left: float | None


Report: TypeAlias = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, repr=False)
class Swept(Shown):
    """A finished sweep.

    Attributes:
        path: The table.
        draws: Its rows.
        failed: Draws in which some game has no certified solution.
        error: What the first draw raised that failed by an error; empty where none did.
        damaged: Files of an earlier run that were damaged, so that their draws were done again.
    """

    path: Path
    draws: int
    failed: int
    error: str = ""
    damaged: tuple[Path, ...] = ()

    def card(self) -> Card:
        """Where the table is and how many draws it has."""
        return Card(f"{self.path}: {self.draws:,} draws, {self.failed:,} without a solution")


@dataclass(frozen=True, slots=True)
class Ran:
    """Draws solved in memory.

    Attributes:
        outcomes: What was found at each point, in order.
        error: What the first draw raised that failed by an error; empty where none did.
    """

    outcomes: Outcomes
    error: str = ""


class StoppedError(UnfinishedError):
    """Ctrl-C when some of the draws were done.

    Attributes:
        rows: Which, first to last.
        ran: What was found there.
    """

    def __init__(self, parts: list[tuple[int, Outcomes]], total: int, error: str) -> None:
        self.ran = Ran(join([found for _, found in parts]), error)
        self.rows = np.concatenate([np.arange(at, at + len(f.failed)) for at, f in parts])
        super().__init__(f"stopped by Ctrl-C after {len(self.rows):,} of {total:,} draws")


def run_points(
    study: Study,
    points: Floats,
    *,
    engine: Engine | None = None,
    progress: Report | None = None,
) -> Ran:
    """Outcomes at points, in memory.

    Args:
        study: The claims as a function of assumptions.
        points: Shape (N, K).
        engine: By default threads of this process, one a core.
        progress: Called after every batch.

    Raises:
        SolveError: The study fails at every point.
        StoppedError: Ctrl-C; it has what was found till then.
        UnfinishedError: The engine was lost.
    """
    work = _Work(study, points, engine or Threads(), [(0, len(points))], progress)
    parts: list[tuple[int, Outcomes]] = []
    try:
        with closing(work.run()) as finished:
            parts.extend(finished)
    except KeyboardInterrupt:
        if not parts:
            raise
        parts.sort(key=_first_row)
        raise StoppedError(parts, len(points), work.error) from None
    return Ran(join([found for _, found in sorted(parts, key=_first_row)]), work.error)


def _first_row(part: tuple[int, Outcomes]) -> int:
    return part[0]


def sweep(
    study: Study,
    path: Path | str,
    n: int = 1000,
    seed: int = 0,
    design: Design = "lhs",
    *,
    points: Floats | None = None,
    engine: Engine | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Report | None = None,
    title: str = "",
    text: str = "",
) -> Swept:
    """Sweep a study into a Parquet table; see `lackmus.sweep.table` for its columns.

    Every finished batch is on disk before the next is counted, in a folder beside the table.

    Args:
        study: The claims as a function of assumptions.
        path: The table to write.
        n: Draws.
        seed: Root seed.
        design: See `draw`.
        points: The user's own points, shape (N, K), in place of `n`, `seed` and `design`.
        engine: By default threads of this process, one a core.
        resume: Go on with a sweep that was cut short; where the table stands already, be done.
        overwrite: Replace a table that stands there, and drop an unfinished sweep of it.
        progress: Called after every batch.
        title: The case's title, kept with the table.
        text: The case's text, kept with the table.

    Raises:
        UsageError: `path` cannot be written, or something stands there and neither `resume` nor
            `overwrite` is given, or the extra `parquet` is not installed.
        FormatError: What is to be resumed is a sweep of something else.
        SolveError: The study fails at every point.
        UnfinishedError: Ctrl-C, a full disk, another writer, or a lost cluster; it says how many
            draws are safe.
    """
    arrow()
    path = Path(path)
    if points is None:
        points = draw(study.assumptions, study.correlations, n, seed, design)
        header = _header(study, points, design, seed, title)
    else:
        points = _checked(points, study)
        header = _header(study, points, "table", None, title)
    with only_writer(path):
        journal = Journal.beside(path, header)
        if _stands(path, journal, resume=resume, overwrite=overwrite):
            return Swept(path, header.draws, _failed(path))
        work = _Work(study, points, engine or Threads(), [], progress)
        with _Unfinished(path, journal):
            if not journal.exists():
                journal.begin()
            damaged = journal.recover()
            work.gaps = journal.missing()
            with closing(work.run()) as finished:
                for start, found in finished:
                    journal.keep(start, found)
            write_table(path, header, points, journal.parts(), text)
            journal.end()
    return Swept(path, header.draws, _failed(path), work.error, damaged)


def _header(study: Study, points: Floats, design: str, seed: int | None, title: str) -> Header:
    return Header(
        digest=study.digest,
        design=design,
        seed=seed,
        draws=len(points),
        points=hashlib.blake2b(points.tobytes(), digest_size=16).hexdigest(),
        assumptions=tuple(assumption.name for assumption in study.assumptions),
        claims=tuple(study.claims),
        title=title,
        version=version(),
    )


def _checked(points: Floats, study: Study) -> Floats:
    if points.ndim != 2 or points.shape[1] != len(study.assumptions) or not len(points):
        raise UsageError(
            f"points of shape {points.shape} do not fit {len(study.assumptions)} assumptions"
        )
    return freeze(points.astype(np.float64))


def _stands(path: Path, journal: Journal, *, resume: bool, overwrite: bool) -> bool:
    """Whether the table asked for stands already; clears what is to be overwritten."""
    if overwrite and not resume:
        journal.end()
        return False
    if path.exists() and not resume:
        raise UsageError(f"{path} is there already", hint="remove it, or write elsewhere")
    if path.exists() and not journal.exists():
        refuse_other_plan(read_header(path), journal.header, path)
        return True
    if journal.exists():
        if not resume:
            raise UsageError(
                f"a sweep into {path} was cut short, and its draws are in {journal.folder}",
                hint="resume it, or remove that folder",
            )
        journal.check()
    return False


def _failed(path: Path) -> int:
    pa = arrow()
    column = pa.parquet.read_table(path, columns=["solve.failed"])["solve.failed"]
    return int(pa.compute.sum(column).as_py() or 0)


@dataclass(slots=True)
class _Unfinished:
    """Turns what cuts a sweep short into an UnfinishedError that says what is safe."""

    path: Path
    journal: Journal

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, KeyboardInterrupt):
            raise UnfinishedError(f"stopped by Ctrl-C; {self.safe()}") from None
        if isinstance(error, OSError):
            raise UnfinishedError(f"{in_words(error, self.path)}; {self.safe()}") from None
        if isinstance(error, UnfinishedError):
            raise UnfinishedError(f"{error}; {self.safe()}") from None

    def safe(self) -> str:
        """What is on disk, in words."""
        if not self.journal.exists():
            return "nothing was begun"
        count, total = self.journal.count(), self.journal.header.draws
        return (
            f"{count:,} of {total:,} draws are safe in {self.journal.folder}; "
            "the same sweep with --resume goes on from there"
        )


@dataclass(frozen=True, slots=True)
class _Batch:
    """The function that travels: a study at some points, on one thread, by the same Lackmus.

    `version` is empty where it does not leave the process.
    """

    study: Study
    version: str

    def __call__(self, points: Floats) -> Outcomes:
        if self.version and version() != self.version:
            raise SolveError(f"a worker has Lackmus {version()}, and not {self.version}")
        found = self.study.run(points, threads=1)
        if found.holds.shape != (len(points), len(self.study.claims)):
            raise SolveError(f"{len(points)} points gave outcomes of shape {found.holds.shape}")
        return found


@dataclass(slots=True)
class _Work:
    """Hands out stretches of rows, sized by what the last have cost, until all are done.

    A batch that raises an error is halved until the draws that raise it stand alone; those are
    failed draws. A batch that died with its worker is given to another.
    """

    study: Study
    points: Floats
    engine: Engine
    gaps: list[tuple[int, int]]
    progress: Report | None = None
    error: str = ""
    done: int = 0
    alone: int = 0
    cost: float | None = None
    measured: int = _FIRST
    began: float = 0.0
    before: int = 0
    tries: dict[int, int] = field(default_factory=dict)

    def run(self) -> Generator[tuple[int, Outcomes], None, None]:
        """First row and outcomes of each finished batch, as they finish."""
        queue = deque(self.gaps)
        here = isinstance(self.engine, Threads)
        function = _Batch(self.study, "" if here else version())
        self.before = len(self.points) - sum(stop - start for start, stop in queue)
        self.began = time.monotonic()
        given: dict[int, tuple[int, int]] = {}
        while queue:
            for result in self.engine.map(function, self._jobs(queue, given)):
                start, stop = given.pop(result.key)
                found = self._settle(result, start, stop, queue)
                if found is not None:
                    yield start, found
                    self._tell(stop - start)

    def _jobs(
        self, queue: deque[tuple[int, int]], given: dict[int, tuple[int, int]]
    ) -> Iterator[tuple[int, Floats]]:
        key = 0
        while queue:
            start, stop = queue.popleft()
            left = stop - start + sum(b - a for a, b in queue)
            size = self._size(left)
            # What would be too little for a batch goes with the one before.
            if stop - start - size >= max(1.0, self._least() / 2):
                queue.appendleft((start + size, stop))
                stop = start + size
            given[key] = (start, stop)
            yield key, self.points[start:stop]
            key += 1

    def _size(self, left: int) -> int:
        """Draws in the next batch: the engine's seconds' worth, and a fair part of the rest."""
        share = -(-left // self.engine.workers)
        if self.cost is None:
            return min(_FIRST, share)
        most = min(self._wanted(), _GROWTH * self.measured, _LARGEST)
        return max(1, int(max(self._least(), min(most, max(share, most / _SMALLER)))))

    def _wanted(self) -> float:
        """Draws in the engine's seconds, as far as that is known."""
        return self.engine.batch_seconds / max(self.cost or 0.0, 1e-9)

    def _least(self) -> float:
        """Draws that a batch has at least, once their cost is known."""
        return 0.0 if self.cost is None else min(_SIDE_BY_SIDE, 2.0 * self._wanted())

    def _settle(
        self, result: Result[Outcomes], start: int, stop: int, queue: deque[tuple[int, int]]
    ) -> Outcomes | None:
        if result.value is not None:
            self.measured = max(self.measured, stop - start)
            latest = result.seconds / (stop - start)
            # The first batch also pays for what is made once, such as compiled games.
            self.cost = latest if self.cost is None else min(latest, 0.5 * (self.cost + latest))
            return result.value
        if result.lost:
            self._lost(result, start, stop, queue)
            return None
        self.error = self.error or result.error
        if stop - start == 1:
            self.alone += 1
            if self.cost is None and self.alone >= _HOPELESS:
                raise SolveError(f"every draw fails: {self.error}")
            return unsolved(1, len(self.study.claims), ERROR)
        middle = (start + stop) // 2
        queue.extendleft([(middle, stop), (start, middle)])
        return None

    def _lost(
        self, result: Result[Outcomes], start: int, stop: int, queue: deque[tuple[int, int]]
    ) -> None:
        self.tries[start] = self.tries.get(start, 0) + 1
        if self.tries[start] > _TRIES:
            raise UnfinishedError(
                f"the draws {start} to {stop - 1} were given up after {_TRIES + 1} workers died "
                f"over them ({result.error})"
            )
        queue.append((start, stop))

    def _tell(self, count: int) -> None:
        self.done = max(self.done, self.before) + count
        if self.progress is None:
            return
        seconds = time.monotonic() - self.began
        rate = (self.done - self.before) / max(seconds, 1e-9)
        left = (len(self.points) - self.done) / rate if rate else None
        self.progress(Progress(self.done, len(self.points), seconds, rate, left))
