"""Cases that are too large for any table, told before a row is made."""

from __future__ import annotations

import math
from collections.abc import Mapping

from lackmus.case import syntax
from lackmus.case.scope import Scope, Variable
from lackmus.compiler.stages import Rules, Stage, stages_of
from lackmus.foundation.errors import CaseError, Fault

#: Digits of a number that is written out.
_WRITTEN_OUT = 16


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
        hint = "make moves conditional, merge options, or play fewer rounds"
        message = f"at least {size} histories, and {limit:,} is the limit"
        raise CaseError([Fault("too-large", message, crossing.span, hint)])


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
