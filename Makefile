# What there is to do here. `make` alone lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet --quiet
SHARED := $(BIN)/pytest -n auto --maxprocesses 4
ENGINE ?= $(firstword $(foreach engine,docker podman,$(if $(shell command -v $(engine)),$(engine))))

# The tests start many processes; none should compile what another has compiled.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help run test quick check lint-api bench image clean kafka

help:
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: $(VENV)/.run ## the whole service with a demo world, on this machine
	@$(BIN)/courant demo

test: $(VENV)/.dev kafka ## every test; PostgreSQL and Kafka take part where they can be started
	@held=true; \
	$(SHARED) -m "not alone" || held=false; \
	$(BIN)/pytest -m alone || held=false; \
	$$held

quick: $(VENV)/.dev ## the tests that take milliseconds
	@$(SHARED) -m "not slow and not alone and not kafka and not postgres"

check: $(VENV)/.dev ## style, types, and which module may import which
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lint-api: ## the OpenAPI document against the rules of Spectral and OWASP; needs npm
	@tests/spectral/lint.sh

bench: $(VENV)/.dev ## how fast it is on this machine, into bench.json
	@$(BIN)/python -m tests.benchmarks

image: ## the container image courant:dev
	@test -n "$(ENGINE)" || { echo "make image needs docker or podman" >&2; exit 1; }
	@$(ENGINE) build --tag courant:dev .

clean: ## remove what was built and cached; not .venv, and never data
	@rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis bench.json
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# Not a stamp: the jars are shared by all checkouts, and the script knows whether it has them.
kafka:
	@if command -v java >/dev/null && command -v mvn >/dev/null; then \
		tests/services/kafka/get-kafka.sh fetch || echo "Kafka could not be fetched." >&2; fi

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Courant needs Python 3.11 or newer; say which with: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.python pyproject.toml
	@echo "Installing Courant into $(VENV) ..."
	@$(PIP) install --editable '.[channels,embeddings]'
	@touch $@

$(VENV)/.dev: $(VENV)/.python pyproject.toml
	@echo "Installing Courant and what its tests need into $(VENV) ..."
	@$(PIP) install --editable '.[dev,channels,embeddings]'
	@touch $@ $(VENV)/.run
