# Two commands for a newcomer: `make demo` runs the main job, `make test` runs all checks.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: setup demo test coverage bench mutants clean

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Lackmus needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@echo "Compiling once what would else be compiled at first use"
	$(BIN)/python -m compileall -q src
	$(BIN)/lackmus test beer-quiche --draws 8 > /dev/null
	$(BIN)/lackmus solve beer-quiche > /dev/null
	touch $@

.venv/.dev: $(READY) requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[all]' --requirement requirements-dev.txt
	touch $@

demo: setup
	$(BIN)/lackmus test alaska-2025 --draws 500 --with all --out report.html

test: .venv/.dev
	PATH="$(CURDIR)/$(BIN):$$PATH" scripts/check

# All checks, and which lines their tests never run; `make test` tells the share where that is cheap.
coverage: .venv/.dev
	PATH="$(CURDIR)/$(BIN):$$PATH" COVERAGE=1 scripts/check
	$(BIN)/coverage report --skip-covered --sort=cover

# What is only measured with or against; `make test` needs none of it.
.venv/.bench: .venv/.dev requirements-bench.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement requirements-bench.txt
	touch $@

bench: .venv/.bench
	$(BIN)/python -m benchmarks

.venv/.mutants: .venv/.dev requirements-mutants.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement requirements-mutants.txt
	touch $@

# `make mutants OF='lackmus.reading.*'`, or names of single mutants.
OF ?= lackmus.reading.*

mutants: .venv/.mutants
	$(BIN)/mutmut run --max-children 2 '$(OF)'

clean:
	rm -rf .venv report.html build dist mutants .coverage
