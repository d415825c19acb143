# Greenroom's commands. Each makes what it needs first, from nothing but Python 3.11 or newer and make.

VENV := .venv
BIN := $(VENV)/bin
SYNCED := $(VENV)/.synced
# Tests at once. Many wait for processes to start or leases to lapse, so six keep two cores busy
JOBS ?= 6
# How many seeds make chaos tries in a row
SEEDS ?= 1
PACKAGES := pyproject.toml shared/pyproject.toml $(wildcard services/*/pyproject.toml)

# The newest Python that really starts: a version manager may offer names it then refuses to run
PYTHON ?= $(shell for python in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$python && break; done)
NO_PYTHON = Greenroom needs Python 3.11 or newer, and none was found on the PATH. Install one, or name it: make PYTHON=/path/to/python3

.DEFAULT_GOAL := help
.PHONY: help up test web client chaos containers lint format bench sync lock clean

help: ## Show these commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  make %-11s %s\n' "$$name" "$$text"; done

up: $(SYNCED) ## Run NATS and the four services; Ctrl-C stops them
	@$(BIN)/python -m deploy.local.up

test: $(SYNCED) ## Run every test but those of the four commands below
	$(BIN)/pytest -n $(JOBS) --dist worksteal --ignore=tests/containers --ignore=tests/web -m "not chaos" $(ARGS)

web: $(SYNCED) ## Drive the page in a real Chromium, where there is one
	$(BIN)/pytest -n 3 --dist loadfile tests/web $(ARGS)

client: ## Check the JavaScript client's types and the page's, and test the client
	@$(if $(PYTHON),,$(error $(NO_PYTHON)))
	@$(PYTHON) -m deploy.local.client $(ARGS)

chaos: $(SYNCED) ## Break whole systems under load; SEEDS=20 tries that many seeds in a row
	$(BIN)/python -m tests.chaos.seeds $(SEEDS) $(ARGS)

containers: $(SYNCED) ## Run the tests that build the images and run them
	$(BIN)/pytest -n 3 --dist loadfile tests/containers $(ARGS)

lint: $(SYNCED) ## Check style, types and the import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/architecture

format: $(SYNCED) ## Put the code into its one style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(SYNCED) ## Run the benchmarks, one after the other
	@for file in bench/[a-z]*.py; do name=$$(basename $$file .py); echo "== bench.$$name"; \
		$(BIN)/python -m bench.$$name || exit; done

sync: $(SYNCED) ## Make the whole environment in .venv

lock: ## Resolve the dependencies anew into requirements.lock
	@$(if $(PYTHON),,$(error $(NO_PYTHON)))
	@$(PYTHON) deploy/local/environment.py lock

clean: ## Remove the environment and caches; the jobs and media in .data stay
	rm -rf $(VENV) .tools clients/js/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Nothing to do while the environment is younger than what it is made from
$(SYNCED): tools.lock requirements.lock $(PACKAGES) $(BIN)/python
	@$(if $(PYTHON),,$(error $(NO_PYTHON)))
	@$(PYTHON) deploy/local/environment.py sync

# Missing, or left pointing at a Python that is gone: the environment is made again
$(BIN)/python: ;
