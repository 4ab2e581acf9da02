"""Cases that are too large for any table, told before a row is made."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from typing import Final

from lackmus.case import syntax
from lackmus.case.scope import Scope, Variable
from lackmus.compiler.stages import Rules, Stage, stages_of
from lackmus.foundation.errors import CaseError, Fault, UsageError

#: Digits of a number that is written out.
_WRITTEN_OUT = 16


#: Set to a whole number, it is the most histories that a case may have.
MOST_HISTORIES: Final = "LACKMUS_MOST_HISTORIES"

#: Most histories where nothing else is said, at some hundred bytes and a microsecond each.
DEFAULT_LIMIT: Final = 2_000_000

_WHOLE: Final = re.compile("[1-9][0-9]{0,11}")

#: How a case gets smaller, and the limit larger.
SMALLER: Final = (
    "make moves conditional, merge options, or play fewer rounds; "
    f"{MOST_HISTORIES}=… in the environment allows more, in more time and memory"
)


def most_histories() -> int:
    """Most histories that a case may have.

    Raises:
        UsageError: The environment says otherwise, and not by a whole number.
    """
    told = os.environ.get(MOST_HISTORIES, "")
    if not told:
        return DEFAULT_LIMIT
    if not _WHOLE.fullmatch(told):
        message = f"{MOST_HISTORIES} is {told!r}, which is no number of histories"
        raise UsageError(message, f"a whole number, such as {2 * DEFAULT_LIMIT}")
    return int(told)


def refuse_too_large(
    case: syntax.Case, scope: Scope, *, rounds: Mapping[str, int], rules: Rules, limit: int
) -> None:
    """Counts the histories that the unconditional moves alone make.

    Args:
        case: A case that passed its check.
        scope: Its names.
        rounds: Number of rounds per block.
        rules: Changes of the rules.
        limit: Most histories to make.

    Raises:
        CaseError: There are more than `limit`. Where conditions thin them out, only making them
            tells, and the expansion keeps to the limit too.
    """
    count, crossing = 1, None
    for stage in stages_of(case, scope, rounds):
        if isinstance(stage, Stage) and _always(stage.variable, scope, rules):
            count *= len(stage.variable.options)
            crossing = crossing or (stage.variable if count > limit else None)
    if crossing is not None:
        power = math.log10(count)
        size = f"{count:,}" if power < _WRITTEN_OUT else f"10^{int(power)}"
        message = f"at least {size} histories, and {limit:,} is the limit"
        raise CaseError([Fault("too-large", message, crossing.span, SMALLER)])


def _always(variable: Variable, scope: Scope, rules: Rules) -> bool:
    """Whether a move is made in every history, with all its options."""
    move = variable.move
    block = scope.blocks[variable.block] if variable.block else None
    return (
        move is not None
        and bool(move.by)
        and move.condition is None
        and not any(option.condition for option in move.options)
        and (block is None or (block.condition is None and block.ends_if is None))
        and not rules.touch(variable)
    )
