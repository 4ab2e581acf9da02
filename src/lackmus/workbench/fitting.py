"""What was supposed once, held against a case as it is now: what fits, and words about the rest.

A state or a link may be of an older text, of another version of Lackmus, or of a stranger. Nothing
in it is trusted: what has not the right form, or names what the case does not have, is left out and
told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

from lackmus.foundation.errors import InputError
from lackmus.workbench.messages import Json
from lackmus.workbench.what_if import MOST_DRAWS, Supposition, WhatIf

#: Observations that are looked at, and characters of the longest.
_MOST_OBSERVED: Final = 100
_LONGEST: Final = 1_000

#: Values that are looked at.
_MOST_VALUES: Final = 10_000

#: The largest number, far beyond that of any assumption.
_LARGEST_VALUE: Final = 1e300

#: Sentences that are told.
_MOST_TOLD: Final = 20

#: Characters of what is quoted.
_QUOTED: Final = 60

#: The largest seed that a browser can write exactly.
_LARGEST_SEED: Final = 2**53 - 1


def fitting(kept: Json, what_if: WhatIf | None) -> tuple[Json, list[str]]:
    """As much of a kept supposition as fits, and a sentence about each part that does not.

    Args:
        kept: What was kept; anything that JSON can hold.
        what_if: Of the case as it is; None where it has faults, and then forms alone are looked at.
    """
    left: list[str] = []
    supposed: Json = {
        "values": dict(_values(kept.get("values"), what_if, left)),
        "observed": list(_observed(kept.get("observed"), what_if, left)),
        "record": kept.get("record") is True,
    }
    for name, least, most in (("draws", 1, MOST_DRAWS), ("seed", 0, _LARGEST_SEED)):
        number = kept.get(name)
        if type(number) is int and least <= number <= most:
            supposed[name] = number
        elif number is not None:
            left.append(
                f"'{_quoted(number)}' is no number of the {name} from {least:,} to {most:,}"
            )
    more = len(left) - _MOST_TOLD
    return supposed, [*left[:_MOST_TOLD], *([f"and {more:,} more"] if more > 0 else [])]


def _values(kept: Any, what_if: WhatIf | None, left: list[str]) -> Iterator[tuple[str, float]]:  # noqa: ANN401 - whatever JSON can hold
    if kept is None:
        return
    if not isinstance(kept, dict) or len(kept) > _MOST_VALUES:
        left.append("what is supposed of assumptions cannot be read")
        return
    ranges = {s.name: (s.low, s.high) for s in what_if.sliders()} if what_if else {}
    for name, value in kept.items():
        low, high = ranges.get(name, (-math.inf, math.inf))
        if what_if is not None and name not in ranges:
            left.append(f"there is no assumption '{_quoted(name)}' any more")
        elif type(value) not in (int, float) or not abs(value) <= _LARGEST_VALUE:
            left.append(f"'{_quoted(value)}' is no value of {_quoted(name)}")
        elif not low <= value <= high:
            left.append(
                f"{name} = {_quoted(value)} lies outside its range, {low:.6g} to {high:.6g}"
            )
        else:
            yield name, float(value)


def _observed(kept: Any, what_if: WhatIf | None, left: list[str]) -> Iterator[str]:  # noqa: ANN401 - as above
    if kept is None:
        return
    if not isinstance(kept, list) or len(kept) > _MOST_OBSERVED:
        left.append("what was observed cannot be read")
        return
    for text in kept:
        if not isinstance(text, str) or len(text) > _LONGEST:
            left.append(f"'{_quoted(text)}' is no observation")
            continue
        try:
            if what_if is not None:
                what_if.conditions(Supposition(observed=(text,)))
        except InputError as error:
            left.append(f"'{_quoted(text)}' cannot be observed: {error.faults[0].message}")
        else:
            yield text


def _quoted(value: Any) -> str:  # noqa: ANN401 - as above
    text = " ".join(str(value)[: 2 * _QUOTED].split())
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"
