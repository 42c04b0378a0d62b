# make site | offline | test | check | clean — needs python3 (3.11 or newer) and make; everything else is fetched into .venv

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: site offline serve test check lint types clean browser

site: $(STAMP)
	$(BIN)/python build.py
	@echo "Open site/index.html in a browser (or: make serve)"

offline: $(STAMP)
	$(BIN)/python build.py offline

serve: $(STAMP)
	$(BIN)/python build.py serve

test: $(STAMP) browser
	$(BIN)/python -m pytest -n 2

check: test lint types

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

clean:
	rm -rf build site dist $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

# the ranges of pyproject.toml decide what is installed; a change there installs again
$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "slidegloss needs Python 3.11 or newer; say which with: make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "Python's venv module is missing (Debian: apt-get install python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev,engines]"
	@$(BIN)/python -m compileall -q slidegloss # as pip does with what it copies; a start takes half the time
	@touch $@

# Chromium for the browser tests; without it they are skipped
browser:
	@if command -v chromium chromium-browser google-chrome >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk gettext >/dev/null; \
	else echo "No Chromium found: the browser tests are skipped (Debian: apt-get install chromium fonts-noto-cjk)"; fi
