# Two commands do all the set-up on a fresh machine: `make demo` and `make test`. They need Python 3.11 or newer.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: help demo test lint lint-spec format types tests coverage constraints clean

help:  ## list what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(INSTALLED)  ## check recordings, ask the service, fuzz the sandbox: the main job, in two minutes
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test: lint types tests  ## all that CI runs

lint: $(INSTALLED)  ## ruff: rules and layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-spec:  ## the linter for OpenAPI documents, over the contract; needs Node.js 20.19 or newer
	REDOCLY_TELEMETRY=off npx --yes @redocly/cli@2.77.0 lint spec/openapi.yaml --config spec/redocly.yaml

format: $(INSTALLED)  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(INSTALLED)  ## mypy, strict
	$(BIN)/mypy

tests: $(INSTALLED)  ## every test
	$(BIN)/python -m pytest -n 2

coverage: $(INSTALLED)  ## every test, with branch coverage
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term-missing:skip-covered

constraints:  ## pin the full set of packages anew
	rm -rf $(VENV)/.pin && $(PYTHON) -m venv $(VENV)/.pin
	$(VENV)/.pin/bin/python -m pip install --quiet --disable-pip-version-check '.[dev]'
	$(VENV)/.pin/bin/python -m pip freeze --exclude picqer-contract --exclude-editable > constraints.txt
	rm -rf $(VENV)/.pin

clean:  ## remove what was made
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
