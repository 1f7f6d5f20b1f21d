# Everything runs in a private .venv made from requirements.lock; nothing is installed system-wide
# except by `make browser`, which installs Chromium and Japanese fonts for the page tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
UV_VERSION := 0.13.9
# Processes that share the tests by the groups of tests/groups.py.
WORKERS ?= 2
# Kills of the long check of tests/crash; one takes seconds.
KILLS ?= 200

.PHONY: mornings help env demo test crash ui lint format docs bench wheel lock browser clean
.DEFAULT_GOAL := help

help: ## Show the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

env: $(STAMP) ## Make .venv from requirements.lock

# Compiled at once: where Python is told to write no bytecode, every command would compile all that it imports.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
	    || { echo "Katsuyo needs Python 3.11, 3.12 or 3.13; name one with: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check 'uv==$(UV_VERSION)'
	VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip install --quiet --compile-bytecode -r requirements.lock
	VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

demo: env ## A simulated ward of 6,000 staff, fetched by the real clients, shown in site/
	$(BIN)/katsuyo demo

test: env ## The whole test suite
	$(BIN)/python -m pytest -n $(WORKERS)

crash: env ## The long check: kill -9 at KILLS random moments
	$(BIN)/python -m pytest -p xdist -n 0 tests/crash --kills $(KILLS)

mornings: env ## The long play: ninety mornings in which everything happens
	$(BIN)/python -m tests.mornings.ninety

ui: env ## The Dagster UI on the demo data
	$(BIN)/katsuyo ui --demo

lint: env ## Linters and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/ty check
	$(BIN)/sqlfluff lint --disable-progress-bar sql

format: env ## Rewrite Python and SQL in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --disable-progress-bar sql

docs: env ## Write the generated parts of the documentation
	$(BIN)/python -m tests.generated_docs

bench: env ## Benchmarks beside their peers (see bench/README.md): make bench OPTIONS=--full
	$(BIN)/python -m bench.ingest $(OPTIONS)

wheel: env ## The package as one file in dist/, for a machine without this checkout
	$(BIN)/pip wheel --quiet --no-index --no-deps --no-build-isolation --wheel-dir dist .

# The hashed file is made of the plain one, so both name the same versions.
lock: ## Resolve the newest versions into both lock files (no index addresses)
	test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/pip install --quiet 'uv==$(UV_VERSION)'; }
	$(BIN)/uv pip compile --quiet --universal --no-header --no-annotate --no-emit-index-url \
	    --group dev pyproject.toml --upgrade -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --no-header --no-annotate --no-emit-index-url \
	    --no-deps --generate-hashes requirements.lock -o requirements-hashed.lock

browser: ## Chromium and Japanese fonts for the page tests (Debian and Ubuntu; needs root)
	command -v chromium >/dev/null && command -v pdftotext >/dev/null && fc-list :lang=ja | grep -q . \
	    || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk poppler-utils; }

clean: ## Remove the environment (data in var/ stays)
	rm -rf $(VENV)
