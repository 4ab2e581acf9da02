# Two commands for a newcomer: `make demo` runs the main job, `make test` runs all checks.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
LACKMUS := $(BIN)/python -c 'from lackmus.cli.main import run; run()'
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt

# Installing leaves modules as text; each is compiled where it is first imported, and kept.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup demo test coverage bench mutants clean

setup: $(READY)

# An environment is of one Python, and would be taken where another is asked for.
ifneq ($(origin PYTHON),file)
.venv/.base: | of-that-python
endif

.PHONY: of-that-python
of-that-python:
	@! test -x $(BIN)/python || test "$$($(BIN)/python -V)" = "$$($(PYTHON) -V)" || \
	  { echo "The environment in .venv is of $$($(BIN)/python -V): 'make clean' removes it"; exit 1; } >&2

.venv/.base: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Lackmus needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --editable .
	touch $@

# From `src` itself: beside it `.venv/.dev` may be installing.
$(READY): .venv/.base
	@echo "Compiling once what would else be compiled at first use"
	$(BIN)/python -m compileall -q src
	PYTHONPATH=src $(LACKMUS) test beer-quiche --draws 8 > /dev/null
	PYTHONPATH=src $(LACKMUS) solve beer-quiche > /dev/null
	touch $@

# uv installs the same in a quarter of the time; where it reaches no index, pip may know of another.
DEV := --editable '.[all]' --requirement requirements-dev.txt
.venv/.dev: .venv/.base requirements-dev.txt
	$(PIP) uv && $(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt $(DEV) || $(PIP) $(DEV)
	-$(BIN)/python -m pytest --quiet --collect-only > /dev/null # which compiles what every worker imports
	touch $@

# One installs while the other compiles.
.PHONY: ready-to-test
ready-to-test:
	@$(MAKE) --no-print-directory --jobs 2 $(READY) .venv/.dev

demo: setup
	$(BIN)/lackmus test alaska-2025 --draws 500 --with all --out report.html

test: ready-to-test
	PATH="$(CURDIR)/$(BIN):$$PATH" scripts/check

# All checks, and which lines their tests never run; `make test` tells the share where that is cheap.
coverage: ready-to-test
	PATH="$(CURDIR)/$(BIN):$$PATH" COVERAGE=1 scripts/check
	$(BIN)/coverage report --skip-covered --sort=cover

# What is only measured with or against; `make test` needs none of it.
.venv/.bench: $(READY) .venv/.dev requirements-bench.txt
	$(PIP) --requirement requirements-bench.txt
	touch $@

bench: .venv/.bench
	$(BIN)/python -m benchmarks

.venv/.mutants: $(READY) .venv/.dev requirements-mutants.txt
	$(PIP) --requirement requirements-mutants.txt
	touch $@

# `make mutants OF='lackmus.reading.*'`, or names of single mutants.
OF ?= lackmus.reading.*

mutants: .venv/.mutants
	$(BIN)/mutmut run --max-children 2 '$(OF)'

clean:
	rm -rf .venv report.html build dist mutants .coverage
