# Everything here works on a fresh machine with Python 3.11+ and make: `make help` lists it.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
# What is installed to run: requirements/full.txt has the extras too, as the container image does.
LOCK ?= requirements/run.txt

.DEFAULT_GOAL := help

##@ Use
.PHONY: run demo
run: $(VENV)/.run assets ## Start the registry at http://127.0.0.1:8000 with the demo
	$(BIN)/registry up $(ARGS)

demo: $(VENV)/.run ## Build and crawl the demo without serving it
	$(BIN)/registry demo

##@ Test
.PHONY: test test-all check lint fix types arch migrations docs-check docs bench
# Byte code is kept whatever the environment says: tests start hundreds of processes, and without it
# each of them would compile the project, and pytest would rewrite every test, again.
test test-all: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.dev assets browser forge-mock ## Run the default test suite
	$(PY) -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not slow" $(ARGS)

test-all: $(VENV)/.dev assets browser forge-mock ## Run every test, also the slow ones
	$(PY) -m pytest -n 3 --dist loadfile --no-loadscope-reorder --hypothesis-profile all $(ARGS)

check: lint types arch migrations docs-check test ## Everything that must be green before a change lands

lint: $(VENV)/.dev ## Look for mistakes and for code that is not formatted
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

fix: $(VENV)/.dev ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.dev ## Check the types
	$(BIN)/mypy

arch: $(VENV)/.dev ## Check the import contracts
	$(BIN)/lint-imports

migrations: $(VENV)/.dev ## Check that the migrations lead to the tables in the code
	$(PY) -m pytest -q tests/registry/db

docs-check: $(VENV)/.dev ## Check that the generated documentation is fresh
	$(PY) -m registry.cli.reference --check

docs: $(VENV)/.dev ## Generate the documentation of settings and commands
	$(PY) -m registry.cli.reference
	$(PY) -m web.api.snapshot
	$(PY) -m web.i18n.extract

bench: $(VENV)/.dev assets ## Measure speed, beside a named baseline in the same run
	$(PY) -m tests.bench $(ARGS)

##@ Build
.PHONY: install assets browser forge-mock lock clean help
install: $(VENV)/.dev ## Make the virtual environment with everything for development

$(VENV)/bin/python:
	@if command -v uv >/dev/null 2>&1; then uv venv -q --python $(PYTHON) $(VENV); \
	else $(PYTHON) -m venv $(VENV); fi

# uv is used where it is; pip does the same from the same hashes.
define install-from
	@if command -v uv >/dev/null 2>&1; then uv pip install -q --compile-bytecode --python $(PY) --require-hashes -r $(1); \
	else $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r $(1); fi
	@if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(PY) --no-deps --no-build-isolation -e .; \
	else $(PY) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; fi
	@$(PY) -m compileall -q registry crawlers web # the sandbox cannot write byte code itself
endef

$(VENV)/.run: $(LOCK) pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV), which takes a minute or two …"
	$(call install-from,$(LOCK))
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(call install-from,requirements/dev.txt)
	@touch $@ $(VENV)/.run

assets: web/static/dist/manifest.json ## Build the style sheet and scripts of the pages

web/static/dist/manifest.json: web/assets/package-lock.json web/assets/build.py web/static/registry.css web/static/registry.js | $(VENV)/.run
	@command -v npm >/dev/null 2>&1 || $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements/node.txt
	$(PY) -m web.assets.build

forge-mock: tests/crawlers/forges/node_modules/.stamp ## Install the mock server of a forge's published API

tests/crawlers/forges/node_modules/.stamp: tests/crawlers/forges/package-lock.json | $(VENV)/.run
	@command -v npm >/dev/null 2>&1 || $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements/node.txt
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --silent --prefix tests/crawlers/forges && touch $@ \
	|| echo "the mock server could not be installed: its tests are skipped by name"

browser: | $(VENV)/.dev ## Find a browser for the tests, or bring one
	@$(PY) -m tests.support.browser || echo "no browser: its tests are skipped by name"

lock: ## Write the lock files anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --group build --universal --generate-hashes --no-header --no-annotate -o requirements/run.txt -q
	uv pip compile pyproject.toml --group build --extra mcp --extra pdf --universal --generate-hashes --no-header --no-annotate -c requirements/run.txt -o requirements/full.txt -q
	uv pip compile pyproject.toml --group build --group dev --universal --generate-hashes --no-header --no-annotate -c requirements/run.txt -o requirements/dev.txt -q

clean: ## Remove what was built
	rm -rf $(VENV) web/static/dist web/assets/node_modules tests/crawlers/forges/node_modules .mypy_cache .ruff_cache .pytest_cache

help: ## Show this help
	@awk 'BEGIN {FS = ":.*##"} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*##/ {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
