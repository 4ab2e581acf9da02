"""What `forks` has its processes forked from: what commands import is there, kernels are loaded.

Nothing is drawn here: what draws charts has threads of its own, which no fork would have.
"""

import lackmus.cli.main
import lackmus.report.html
from lackmus.pipeline.loading import load
from lackmus.pipeline.trial import Effort, put_to_test

__all__ = ["lackmus"]

put_to_test(load("beer-quiche"), effort=Effort(draws=20, threads=1))
