# Everything here works on a fresh clone with only Python 3.11 or later and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO := .demo

.PHONY: help test lint check demo bench bench-scale crashtest clean

help:
	@echo "make demo   train a small model three times and compare the runs"
	@echo "make test   run the whole test suite"
	@echo "make lint   formatting, lint, types, import contracts"
	@echo "make check  test and lint"
	@echo "make bench  measure what commands cost"
	@echo "make bench-scale  the same in homes of up to 50,000 runs, with a plot"
	@echo "make crashtest  kill commands, have the disk fail, feed them garbage: nothing may be lost"
	@echo "make clean  remove what the others made"

# The mark is renewed when the requirements change.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "guild needs Python 3.11 or later: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[demo,notebook,optuna,test,test-flags,lint]'
	touch $@

test: $(VENV)/.installed
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: test lint

demo: $(DEMO)/.installed
	PATH="$(CURDIR)/$(DEMO)/venv/bin:$$PATH" GUILD_HOME="$(CURDIR)/$(DEMO)/home" sh examples/digits/demo.sh

$(DEMO)/.installed: pyproject.toml
	$(PYTHON) -m venv $(DEMO)/venv
	$(DEMO)/venv/bin/python -m pip install --quiet --disable-pip-version-check '.[demo]'
	touch $@

bench: $(VENV)/.installed
	$(BIN)/python benchmarks/core.py --guild $(BIN)/guild
	$(BIN)/python benchmarks/batch.py --guild $(BIN)/guild
	$(BIN)/python benchmarks/guildfile.py --guild $(BIN)/guild
	$(BIN)/python benchmarks/scalars.py
	$(BIN)/python benchmarks/index.py --guild $(BIN)/guild
	$(BIN)/python benchmarks/ipy.py

bench-scale: $(VENV)/.installed
	$(BIN)/python benchmarks/index.py --guild $(BIN)/guild --scale --plot docs/images/index-growth.svg

# How much, as in CRASHES=3, and the seed of an earlier one, as in SEED=1234.
crashtest: $(VENV)/.installed
	$(BIN)/python -m tests.crash --amount $(or $(CRASHES),1) $(if $(SEED),--seed $(SEED))

clean:
	rm -rf $(VENV) $(DEMO) build dist .mypy_cache .ruff_cache .hypothesis .pytest_cache .import_linter_cache
