# make demo: set everything up and check a sample return.   make test: set up, lint, types, all tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := sample_returns/cin_2025-26_every_rule.xml

.PHONY: help setup demo test lint types bench clean

help:
	@echo "make demo   set up, then check a sample return that has mistakes"
	@echo "make test   set up, then run lint, types and all tests"
	@echo "make bench  set up, then measure reading and checking a large return"

# The environment is made anew when what it is made from changes.
$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

setup: $(VENV)/.ready

# The validation finds mistakes and says so with status 1: that is what is shown, and no failure of the demo.
demo: setup
	@echo '$$ csc-returns validate --limit 3 $(SAMPLE)'
	@$(BIN)/csc-returns validate --limit 3 $(SAMPLE); status=$$?; \
	echo; echo "(exit status $$status: 1 means that errors were found)"; test $$status -eq 1

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

test: lint types
	$(BIN)/pytest -n auto

bench: setup
	$(BIN)/python benchmarks/validate.py

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache
