"""What a first run has compiled in a second process is what it asks for itself."""

from __future__ import annotations

from typing import Any, cast

import lackmus
from lackmus.certification.draws import examine
from lackmus.certification.passes import measure
from lackmus.pipeline.first_run import compile_from_the_end
from lackmus.solvers.quantal_response.branch import follow


def test_each_kernel_is_compiled_for_what_commands_give_it() -> None:
    compile_from_the_end()
    lackmus.test("beer-quiche", draws=8)
    for kernel in (measure, follow, examine):
        assert len(cast(Any, kernel).signatures) == 1, kernel
