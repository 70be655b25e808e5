# Everything a developer or a user does with this checkout. Each target does only what is missing.
# The steps live in services/local (setup.py for tools and packages, the rest for running); this file only names them.
SHELL := /bin/bash
PYTHON3 ?= python3
PYTHON := .venv/bin/python
SETUP := $(PYTHON3) -P services/local/setup.py
WORKERS ?= 2
PYTEST := $(PYTHON) -m pytest

.DEFAULT_GOAL := help
.PHONY: help run stop status demo setup web lock test test-chaos check format bench openapi docs compose-test

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

run: web ## everything on this machine, in the foreground until Ctrl-C (PORT, GONGHAI_HOME, GONGHAI_ADMIN_ACCOUNT, GONGHAI_ADMIN_PASSWORD)
	@exec $(PYTHON) -m services.local up

stop: setup ## end a product that runs on the same GONGHAI_HOME
	@$(PYTHON) -m services.local stop

status: setup ## say whether it runs, and where
	@$(PYTHON) -m services.local status

demo: setup ## fill a running product with demo data through the gateway (DATA=file.csv for real companies)
	@$(PYTHON) -m services.local demo $(if $(DATA),--data "$(DATA)")

setup: ## virtual environment and every locked Python package
	@$(SETUP) packages

web: ## Node packages and the built web front end
	@$(SETUP) web

lock: ## renew the lock files from pyproject.toml
	@$(SETUP) lock

test: web ## structure, unit, integration, contract, end to end (browser too) and short chaos tests
	@$(PYTHON) -m tests.support.browser_binary
	@$(PYTEST) -n $(WORKERS) --dist loadscope -m "not soak" tests

test-chaos: web ## the long form of the chaos tests
	@$(PYTEST) -m soak tests/chaos

check: setup ## ruff, mypy, imports, structure, web lint and types, compose schema, generated files current
	@$(SETUP) node
	@$(PYTHON) -m tests.check

format: setup ## put the Python files in order
	@$(PYTHON) -m ruff check -q --fix services tests; $(PYTHON) -m ruff format -q services tests

bench: web ## measure against docs/benchmarks.md (ROWS=1000000 for a million customers)
	@$(PYTHON) -m tests.benchmarks $(if $(ROWS),--rows $(ROWS))

openapi: setup ## write docs/openapi.json from the services' routes, and the web's types from it
	@$(PYTHON) -m services.gateway openapi
	@$(SETUP) types

docs: setup ## write docs/events.md from the event schemas
	@$(PYTHON) -m services.common.events

compose-test: setup ## the whole product in Docker, scaled, used and taken down (needs a Docker engine with compose)
	@tests/compose/run.sh
