"""What a first run has compiled in a second process is what it asks for itself."""

from __future__ import annotations

import subprocess
import sys

#: In a process of its own: other tests give these kernels other arguments.
CODE = """
import lackmus
from lackmus.certification.draws import examine
from lackmus.certification.passes import measure
from lackmus.pipeline.first_run import compile_from_the_end
from lackmus.solvers.quantal_response.branch import follow

compile_from_the_end()
lackmus.test("beer-quiche", draws=8)
for kernel in (measure, follow, examine):
    print(len(kernel.signatures))
"""


def test_each_kernel_is_compiled_for_what_commands_give_it() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == (["1", "1", "1"], "")
