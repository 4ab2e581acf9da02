"""The page on what happened, and what that taught: words and places of marks, solving nothing."""

from __future__ import annotations

from dataclasses import dataclass

from lackmus.foundation.version import version
from lackmus.pipeline.learned import BeliefShift, Learned
from lackmus.pipeline.postmortem import Postmortem
from lackmus.report.happened import belief_strip, happened
from lackmus.report.learned import why
from lackmus.report.model import Happened, StripView

#: Width and height of the picture of a belief along the record.
_WIDTH, _HEIGHT = 560.0, 150.0


@dataclass(frozen=True, slots=True)
class PathView:
    """A belief along the record: a band and a line in the picture's units, and its steps."""

    name: str
    band: str
    line: str
    steps: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class AfterModel:
    """All that the page shows."""

    title: str
    happened: Happened
    beliefs: tuple[StripView, ...]
    paths: tuple[PathView, ...]
    width: float
    height: float
    why: tuple[str, ...]
    style: str
    version: str


def after_model(
    learned: Learned, found: Postmortem | None, style: str, *, compiled: bool = False
) -> AfterModel:
    """What the page shows of what was learnt; `compiled` as in `happened`."""
    return AfterModel(
        title=learned.case.title,
        happened=happened(learned, compiled=compiled),
        beliefs=tuple(map(belief_strip, learned.beliefs)),
        paths=tuple(map(_path, learned.beliefs)) if len(learned.record) > 1 else (),
        width=_WIDTH,
        height=_HEIGHT,
        why=() if found is None else tuple(why(found)),
        style=style,
        version=version(),
    )


def _path(shift: BeliefShift) -> PathView:
    steps = len(shift.along) - 1
    xs = [_WIDTH * i / max(1, steps) for i in range(steps + 1)]

    def points(values: list[float], across: list[float]) -> str:
        return " ".join(
            f"{x:.1f},{_HEIGHT * (1.0 - v):.1f}" for x, v in zip(across, values, strict=True)
        )

    high = [spread.band[1] for spread in shift.along]
    low = [spread.band[0] for spread in shift.along]
    return PathView(
        f"{shift.about} = {shift.value}",
        f"{points(high, xs)} {points(low[::-1], xs[::-1])}",
        points([spread.mean for spread in shift.along], xs),
        tuple((x, str(i)) for i, x in enumerate(xs)),
    )
