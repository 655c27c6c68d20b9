# make demo: set everything up, check a sample return and compute indicators.   make test: set up, lint, types, all tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := sample_returns/cin_2025-26_every_rule.xml

RETURNS := sample_returns/cin_2025-26_every_rule.xml 301=sample_returns/ssda903/every_rule_2025-26
INDICATORS := re-referrals-12m,cpp-deescalation-destination,cla-family-network

.PHONY: help setup demo test lint types bench docs clean

help:
	@echo "make demo   set up, then check a sample return that has mistakes, and compute indicators"
	@echo "make test   set up, then run lint, types and all tests"
	@echo "make bench  set up, then measure reading and checking large returns"
	@echo "make docs   set up, then write docs/indicators anew from the definitions"

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
	@echo; echo '$$ csc-returns indicators --indicators $(INDICATORS) $(RETURNS)'
	@$(BIN)/csc-returns indicators --indicators $(INDICATORS) $(RETURNS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

test: lint types
	$(BIN)/pytest -n auto

bench: setup
	$(BIN)/python benchmarks/large_returns.py

docs: setup
	$(BIN)/python docs/indicators/generate.py

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache
