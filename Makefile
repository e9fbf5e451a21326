# `make demo` and `make test` are all a newcomer needs; `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8080
VENV := .venv
BIN := $(VENV)/bin

export TIDTAM_PORT := $(PORT)
export TIDTAM_LOG_FORMAT ?= console

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset client test check faults bench lock library clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: $(VENV)/server client ## Set up, load the demo office, start the server (PORT=8080)
	@$(BIN)/tidtam db upgrade
	@$(BIN)/tidtam demo load
	@$(BIN)/tidtam demo sign-ins
	@TIDTAM_LOG_LEVEL=$${TIDTAM_LOG_LEVEL:-WARNING} $(BIN)/tidtam serve

demo-reset: ## Throw the demo's data away and start afresh
	@$(PYTHON) deploy/forget_demo.py
	@$(MAKE) --no-print-directory demo

client: $(VENV)/client ## Build the field client, when something in it changed
	@$(BIN)/python deploy/build_client.py

test: $(VENV)/dev client ## Lint, types, import rules and all tests, on SQLite and PostgreSQL
	@$(MAKE) --no-print-directory check
	$(BIN)/python deploy/build_client.py test
	$(BIN)/python -m tests.support.browser
	$(BIN)/pytest -n 2 --dist loadfile $(PYTEST)

check: $(VENV)/dev ## Lint, types and import rules alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/python -m forms.library.build --check
	$(BIN)/python deploy/build_client.py check

faults: $(VENV)/dev ## The long fault run: 100 kills under load, 10,000 mutated requests, 4,800 records that meet
	TIDTAM_FAULT_KILLS=100 TIDTAM_FUZZ=10000 TIDTAM_STRESS=400 $(BIN)/pytest tests/faults tests/integration/hostile \
		tests/integration/sync/test_stress.py -q -s

bench: $(VENV)/dev ## CPU time and memory of the intake
	$(BIN)/python -m tests.benchmarks.intake.run --engine sqlite
	$(BIN)/python -m tests.benchmarks.intake.run --engine postgresql

library: $(VENV)/dev ## Build the XLSForms of the library from their sources
	$(BIN)/python -m forms.library.build

lock: $(VENV)/dev ## Resolve the locks anew
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group build $(LOCK) -o requirements/server.txt
	$(BIN)/uv pip compile --group client $(LOCK) -o requirements/client.txt
	$(BIN)/uv pip compile pyproject.toml --group build --group dev $(LOCK) -o requirements/dev.txt
LOCK := --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-annotate \
	--custom-compile-command "make lock"

clean: ## Remove the virtual environment and caches (never data)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tidtam needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/server: $(BIN)/python requirements/server.txt pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/server.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--config-settings editable_mode=compat --editable .
	@touch $@

$(VENV)/client: $(BIN)/python requirements/client.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/client.txt
	@touch $@

$(VENV)/dev: $(VENV)/server requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
