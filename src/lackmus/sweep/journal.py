"""Finished batches on disk, from the first to the last: what a kill cannot take.

Beside ``FILE.parquet`` stands the folder ``FILE.parquet.parts`` while a sweep is unfinished. It
holds ``plan.json``, which says what is being swept, and one file a finished batch, named by its
rows. Each file is whole or not there; so what is on disk after a kill is right, and batches may
have any size. The folder goes when the table stands.

A batch's file is a line of JSON (`_Seal`: the plan's digest, the rows, a digest of the rest) and
arrays in NumPy's format. So a file that was damaged, renamed, or made by another sweep is known
before anything in it is believed; it is removed, and its draws are done again.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from lackmus.foundation.disk import read_bounded, write_bytes, write_whole
from lackmus.foundation.errors import FormatError, UnfinishedError, UsageError
from lackmus.sweep.study import KEPT, Outcomes
from lackmus.sweep.table import (
    Header,
    header_from_json,
    header_to_json,
    refuse_differences,
)

_PLAN: Final = "plan.json"
_PART: Final = re.compile(r"(\d{12})-(\d{12})\.part")
_NEW: Final = re.compile(r"\..*\.new")

#: Bytes above which neither a plan nor a batch is ours.
_LARGEST_PLAN: Final = 50_000_000
_LARGEST_PART: Final = 2_000_000_000

_DIGEST_SIZE: Final = 16


class _DamagedError(Exception):
    """A batch's file is not what its name says."""


@dataclass(frozen=True, slots=True)
class _Seal:
    """What a batch's file says of itself.

    Attributes:
        plan: Digest of the plan.
        start: First row.
        stop: Row behind the last.
        digest: Of what follows.
    """

    plan: str
    start: int
    stop: int
    digest: str


@dataclass(frozen=True)
class Journal:
    """The batches of one sweep that are safe.

    Attributes:
        folder: Where they are.
        header: What is being swept.
    """

    folder: Path
    header: Header

    @classmethod
    def beside(cls, path: Path, header: Header) -> Journal:
        """The journal of the table at `path`, which need not be there yet."""
        return cls(path.with_name(f"{path.name}.parts"), header)

    @cached_property
    def _digest(self) -> str:
        """Of the plan: what binds batches to it."""
        return _digest(header_to_json(self.header).encode())

    def exists(self) -> bool:
        """Whether a sweep was begun and not finished."""
        return (self.folder / _PLAN).is_file()

    def begin(self) -> None:
        """Make the folder and the plan; batches without a plan, which are no one's, go.

        Raises:
            OSError: The disk refuses.
            UsageError: Something else stands in the folder's place, or in it.
        """
        if self.folder.is_symlink() or (self.folder.exists() and not self.folder.is_dir()):
            raise UsageError(f"{self.folder} is no folder of Lackmus", hint="move it away")
        self.folder.mkdir(exist_ok=True)
        left = sorted(self.folder.iterdir())
        ours = [p for p in left if _PART.fullmatch(p.name) or _NEW.fullmatch(p.name)]
        if len(ours) < len(left):
            raise UsageError(f"{self.folder} holds other files", hint="move them away")
        for path in ours:
            path.unlink()
        text = header_to_json(self.header)
        write_whole(self.folder / _PLAN, lambda beside: write_bytes(beside, text.encode()))

    def check(self) -> None:
        """Raise FormatError, naming what differs, unless the plan on disk is this one."""
        plan = self.folder / _PLAN
        try:
            there = header_from_json(read_bounded(plan, _LARGEST_PLAN))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            raise FormatError(f"{plan} is damaged", hint=f"remove {self.folder}") from None
        refuse_other_plan(there, self.header, self.folder)

    def recover(self) -> tuple[Path, ...]:
        """Look through all batches and remove those that are damaged; their files' former names."""
        return tuple(path for start, stop, path in self._named() if not self._whole(start, stop))

    def keep(self, start: int, found: Outcomes) -> None:
        """Put a finished batch on the disk; OSError where the disk refuses."""
        stop = start + len(found.failed)
        packed = io.BytesIO()
        np.savez(packed, **{name: getattr(found, name) for name in KEPT})
        content = packed.getvalue()
        seal = json.dumps(asdict(_Seal(self._digest, start, stop, _digest(content)))).encode()
        whole = b"\n".join((seal, content))
        write_whole(self._file(start, stop), lambda beside: write_bytes(beside, whole))

    def safe(self) -> list[tuple[int, int]]:
        """Stretches of rows on disk, first to last, without overlap."""
        kept: list[tuple[int, int]] = []
        for start, stop, _ in self._named():
            if not kept or start >= kept[-1][1]:
                kept.append((start, stop))
        return kept

    def missing(self) -> list[tuple[int, int]]:
        """Stretches of rows still to do, first to last."""
        gaps, at = [], 0
        for start, stop in [*self.safe(), (self.header.draws, self.header.draws)]:
            if start > at:
                gaps.append((at, start))
            at = max(at, stop)
        return gaps

    def count(self) -> int:
        """How many rows are safe."""
        return sum(stop - start for start, stop in self.safe())

    def parts(self) -> Iterator[Outcomes]:
        """All batches, first to last.

        Raises:
            UnfinishedError: A file was damaged; it is removed, so that its draws are done again.
        """
        for start, stop in self.safe():
            try:
                yield self._read(start, stop)
            except _DamagedError as error:
                path = self._file(start, stop)
                path.unlink(missing_ok=True)
                message = f"{path} was damaged ({error}), and its draws must be done again"
                raise UnfinishedError(message) from None

    def end(self) -> None:
        """Remove the folder.

        It is renamed first: a removal that is cut short must not leave batches for another sweep.
        """
        if not self.folder.is_dir() or self.folder.is_symlink():
            return
        done = self.folder.with_name(f".{self.folder.name[:40]}.{secrets.token_hex(4)}.done")
        self.folder.rename(done)
        shutil.rmtree(done, ignore_errors=True)

    def _file(self, start: int, stop: int) -> Path:
        return self.folder / f"{start:012d}-{stop:012d}.part"

    def _named(self) -> list[tuple[int, int, Path]]:
        """Rows that files are named by, first to last, and the files."""
        return sorted(
            (int(match[1]), int(match[2]), path)
            for path in self.folder.glob("*.part")
            if (match := _PART.fullmatch(path.name))
        )

    def _whole(self, start: int, stop: int) -> bool:
        """Whether a batch can be read; one that cannot is removed."""
        try:
            self._read(start, stop)
        except _DamagedError:
            self._file(start, stop).unlink(missing_ok=True)
            return False
        return True

    def _read(self, start: int, stop: int) -> Outcomes:
        """A batch; raises _DamagedError unless it is of this plan and these rows."""
        try:
            whole = read_bounded(self._file(start, stop), _LARGEST_PART)
        except OSError as error:
            raise _DamagedError(error.strerror) from None
        line, _, content = whole.partition(b"\n")
        seal = _Seal(self._digest, start, stop, _digest(content))
        if line != json.dumps(asdict(seal)).encode():
            raise _DamagedError("it is not what was written, or of another sweep")
        if not start < stop <= self.header.draws:
            raise _DamagedError("there are no such draws")
        with np.load(io.BytesIO(content)) as packed:
            found = Outcomes(**{name: packed[name] for name in KEPT})
        if any(len(getattr(found, name)) != stop - start for name in KEPT):
            raise _DamagedError("it holds another number of draws")
        return found


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=_DIGEST_SIZE).hexdigest()


def refuse_other_plan(there: Header, wanted: Header, path: Path) -> None:
    """Raise FormatError, naming what differs, unless two headers are of the same sweep."""
    refuse_differences(
        {
            "case": (there.digest[:12], wanted.digest[:12]),
            "version": (there.version, wanted.version),
            "layout": (there.format, wanted.format),
            "design": (there.design, wanted.design),
            "seed": (there.seed, wanted.seed),
            "number of draws": (there.draws, wanted.draws),
            "assumptions": (there.assumptions, wanted.assumptions),
            "claims": (there.claims, wanted.claims),
            "points": (there.points, wanted.points),
        },
        path,
    )
