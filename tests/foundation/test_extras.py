"""What is not installed is named, with the extra that brings it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from lackmus.foundation.errors import UsageError
from lackmus.foundation.extras import extra

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

#: Packages of the extras, none of which the base may need.
OPTIONAL = ("altair", "dask", "distributed", "pandas", "polars", "pyarrow", "xarray")

#: Makes a process in which nothing of these can be imported.
BARE = "import sys\n" + "".join(f"sys.modules[{name!r}] = None\n" for name in OPTIONAL)


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BARE + code], capture_output=True, text=True, check=False
    )


def test_a_missing_package_is_named_with_its_extra() -> None:
    with (
        pytest.raises(UsageError, match=r"a table needs the package nothing_of_this_name") as told,
        extra("parquet", "a table"),
    ):
        import nothing_of_this_name.part  # type: ignore[import-not-found]  # noqa: F401
    assert "pip install 'lackmus[parquet]'" in str(told.value)


def test_a_fault_within_a_package_that_is_there_passes_on() -> None:
    with pytest.raises(ZeroDivisionError), extra("parquet", "a table"):
        _ = 1 / 0


def test_every_extra_that_a_message_names_is_there() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    source = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "src").rglob("*.py"))
    assert set(re.findall(r'(?:with extra\("|lackmus\[)([a-z]\w*)', source)) <= set(extras)
    (every,) = extras["all"]
    listed = every.removeprefix("lackmus[").removesuffix("]").split(",")
    assert listed == sorted(set(extras) - {"all"})


def test_the_base_puts_a_case_to_the_test_and_draws_its_page_without_extras(
    tmp_path: Path,
) -> None:
    out = tmp_path / "page.html"
    done = run(
        "from lackmus.cli.main import run\n"
        f"sys.argv = ['lackmus', 'test', 'beer-quiche', '--draws', '20', '--out', {str(out)!r}]\n"
        "run()"
    )
    assert done.returncode == 0, done.stderr
    assert "<svg" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("lackmus.sweep_case('beer-quiche', 'x.parquet', 8)", "parquet"),
        ("FOUND.to_pandas()", "pandas"),
        ("FOUND.to_polars()", "polars"),
        ("FOUND.to_arrow()", "parquet"),
        ("Chart({}).to_altair()", "charts"),
    ],
)
def test_what_lacks_is_told_in_words(code: str, named: str) -> None:
    done = run(
        "import lackmus\n"
        "from lackmus.report.theme import Chart\n"
        "from lackmus.pipeline.findings import Findings\n"
        "FOUND = object.__new__(Findings)\n"
        "Findings.columns = lambda self, rows: {}\n"
        f"try:\n    {code}\nexcept lackmus.UsageError as error:\n    print(error)\n"
    )
    assert f"pip install 'lackmus[{named}]'" in done.stdout, done.stderr


def test_the_version_costs_no_arrays() -> None:
    done = run("import lackmus; print(lackmus.__version__, 'numpy' in sys.modules)")
    assert done.stdout.split() == [PROJECT["project"]["version"], "False"]


def test_nothing_that_ships_needs_what_only_tests_have() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["exclude"] == ["src/lackmus/testing"]
    shipped = (p for p in (ROOT / "src").rglob("*.py") if "testing" not in p.parts)
    for path in shipped:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import) (hypothesis|lackmus\.testing)\b", text, re.M), path


@pytest.mark.parametrize("group", sorted(PROJECT["dependency-groups"]))
def test_what_make_installs_for_developers_is_what_the_project_names(group: str) -> None:
    listed = (ROOT / f"requirements-{group}.txt").read_text(encoding="utf-8").splitlines()
    assert listed == PROJECT["dependency-groups"][group]


def test_the_readme_names_every_python_that_is_classified() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (tried,) = re.findall(r"checks were run on (.*)\)", text)
    named = " ".join(PROJECT["project"]["classifiers"])
    assert re.findall(r"3\.\d+", tried) == re.findall(r"Python :: (3\.\d+)", named)


def test_the_page_of_an_index_has_no_link_into_the_repository() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for rule in PROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        text = re.sub(rule["pattern"], rule["replacement"], text)
    assert re.findall(r"\]\((?!https?:)", text) == []
    assert "language reference" in text
    assert "docs/images" not in text
