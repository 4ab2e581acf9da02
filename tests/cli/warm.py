"""What `forks` has its processes forked from: what commands import is there, kernels are loaded.

Nothing is drawn here: what draws charts has threads of its own, which no fork would have. A fork
does not look for garbage among what is there, since it would have to copy all of that.
"""

import gc
import pkgutil

from typer.testing import CliRunner

import lackmus.cli
from lackmus.cli.main import app
from lackmus.pipeline.loading import load
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.report import html

__all__ = ["lackmus"]

for module in pkgutil.walk_packages(lackmus.cli.__path__, "lackmus.cli."):
    pkgutil.resolve_name(module.name)
for name in ("beer-quiche", "india-tariffs-2025"):
    put_to_test(load(name), effort=Effort(draws=20, threads=1))
for name in ("report.html", "parts.html", "afterwards.html"):
    html._environment().get_template(name)
CliRunner().invoke(app, ["check", "beer-quiche"])
gc.freeze()
