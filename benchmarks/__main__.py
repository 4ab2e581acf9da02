"""Every benchmark in one run: ``python -m benchmarks [--quick] [NAME …]``, kept in results.md."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "results.md"

#: Each benchmark with what makes it quick.
BENCHMARKS = {
    "cases": (),
    "gambit": ("--rounds", "7", "--limit", "20"),
    "logit": ("--quick",),
    "roofline": ("--quick",),
    "equilibria": ("--limit", "10"),
    "learning": ("--draws", "400"),
    "workbench": (),
    "drafting": ("--split", "dev"),
    "sweep": ("--draws", "600", "--rows", "100000"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short limits, small trees")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    asked = parser.parse_args()
    text = (
        f"# Measured by `{' '.join(['python -m benchmarks', *sys.argv[1:]])}`\n\n"
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}\n\n"
    )
    for name in asked.names or BENCHMARKS:
        done = subprocess.run(
            [sys.executable, str(HERE / f"{name}.py"), *(BENCHMARKS[name] * asked.quick)],
            text=True, check=False, stdout=subprocess.PIPE,
        )  # fmt: skip
        part = done.stdout + f"\n(ended with status {done.returncode})\n" * (done.returncode != 0)
        print(part, flush=True)
        text += f"# {name}\n\n{part}\n"
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
