"""Every benchmark in one run: ``python -m benchmarks [NAME …]``, also kept in results.md."""

from __future__ import annotations

import contextlib
import io
import platform
import subprocess
import sys
from pathlib import Path

BENCHMARKS = ("cases", "logit", "equilibria", "sweep")
RESULTS = Path(__file__).with_name("results.md")


def main() -> None:
    wanted = sys.argv[1:] or BENCHMARKS
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        print("# Measured by `make bench`\n")
        print(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}\n")
    print(text.getvalue())
    for name in wanted:
        done = subprocess.run(
            [sys.executable, str(RESULTS.with_name(f"{name}.py"))], text=True, check=False,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        part = done.stdout + (f"\n(ended with status {done.returncode})\n" * (done.returncode != 0))
        print(part, flush=True)
        text.write(f"{part}\n")
        RESULTS.write_text(text.getvalue(), "utf-8")


if __name__ == "__main__":
    main()
