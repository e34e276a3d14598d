# `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO_DATABASE := sqlite:///var/procession.db

.DEFAULT_GOAL := help
.PHONY: help setup run test lint types check bench migrate format docs sizes locks

help: ## list these targets
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(READY) ## make .venv with everything, from the locked files

run: $(READY) ## start the server with a demo organization under var/ (kept between starts)
	@PROCESSION_DATABASE_URL=$${PROCESSION_DATABASE_URL:-$(DEMO_DATABASE)} $(BIN)/procession demo --serve

migrate: $(READY) ## bring the database to the newest schema
	@PROCESSION_DATABASE_URL=$${PROCESSION_DATABASE_URL:-$(DEMO_DATABASE)} $(BIN)/procession migrate

test: $(READY) ## run the whole suite, on SQLite and PostgreSQL (one file: make test T=tests/core)
	@$(BIN)/pytest -n 2 --dist loadgroup $(T)

lint: $(READY) ## lint, and check the formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY) ## format, and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

types: $(READY) ## strict types
	$(BIN)/mypy
	$(BIN)/mypy bench

check: lint types test ## what CI runs

bench: $(READY) ## measure against the floor; prints a table of ratios, writes var/bench.json
	$(BIN)/python -m bench $(B)

docs: $(READY) ## write docs/reference from the code
	$(BIN)/python -m docs.build

sizes: ## lines per file and function: median, 90th percentile, largest
	@$(PYTHON) tools/sizes.py src

locks: $(READY) ## compile requirements/*.txt anew from *.in
	for name in run dev; do $(BIN)/pip-compile --quiet --upgrade --generate-hashes --no-emit-index-url \
	  --no-emit-trusted-host --strip-extras --allow-unsafe --no-header \
	  -o requirements/$$name.txt requirements/$$name.in; done
