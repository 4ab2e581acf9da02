"""Finished batches on disk, from the first to the last: what a kill cannot take.

Beside ``FILE.parquet`` stands the folder ``FILE.parquet.parts`` while a sweep is unfinished. It
holds ``plan.json``, which says what is being swept, and one file a finished batch, named by its
rows. Each file is whole or not there; so what is on disk after a kill is right, and batches may
have any size. The folder goes when the table stands.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import numpy as np

from lackmus.foundation.errors import FormatError, UnfinishedError
from lackmus.sweep.disk import write_whole
from lackmus.sweep.study import Outcomes
from lackmus.sweep.table import (
    Header,
    header_from_json,
    header_to_json,
    refuse_differences,
)

_PLAN: Final = "plan.json"
_FIELDS: Final = tuple(field.name for field in fields(Outcomes))


@dataclass(frozen=True, slots=True)
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

    def exists(self) -> bool:
        """Whether a sweep was begun and not finished."""
        return (self.folder / _PLAN).is_file()

    def begin(self) -> None:
        """Make the folder and the plan; OSError where the disk refuses."""
        self.folder.mkdir(exist_ok=True)
        text = header_to_json(self.header)
        write_whole(self.folder / _PLAN, lambda beside: _write(beside, text.encode()))

    def check(self) -> None:
        """Raise FormatError, naming what differs, unless the plan on disk is this one."""
        plan = self.folder / _PLAN
        try:
            there = header_from_json(plan.read_bytes())
        except (ValueError, TypeError, KeyError):
            raise FormatError(f"{plan} is damaged", hint=f"remove {self.folder}") from None
        refuse_other_plan(there, self.header, self.folder)

    def keep(self, start: int, found: Outcomes) -> None:
        """Put a finished batch on the disk; OSError where the disk refuses."""
        stop = start + len(found.failed)
        packed = io.BytesIO()
        np.savez(packed, **{name: getattr(found, name) for name in _FIELDS})
        name = f"{start:012d}-{stop:012d}.npz"
        write_whole(self.folder / name, lambda beside: _write(beside, packed.getvalue()))

    def safe(self) -> list[tuple[int, int]]:
        """Stretches of rows on disk, first to last, without overlap."""
        named = sorted(
            tuple(int(end) for end in path.stem.split("-")) for path in self.folder.glob("*.npz")
        )
        kept: list[tuple[int, int]] = []
        for start, stop in named:
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
            yield _read(self.folder / f"{start:012d}-{stop:012d}.npz")

    def end(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


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


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _read(path: Path) -> Outcomes:
    try:
        with path.open("rb") as file, np.load(file) as packed:
            return Outcomes(**{name: packed[name] for name in _FIELDS})
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile):
        path.unlink()
        raise UnfinishedError(f"{path} was damaged, and its draws must be done again") from None
