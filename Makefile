# `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
RUNNABLE := $(VENV)/.runnable
READY := $(VENV)/.ready
DEMO_DATABASE := sqlite:///var/procession.db
# One process more than CI has cores: tests that wait leave theirs to others. Each begins with a part of its
# own, and helps the others when it is done.
AT_ONCE := -n 3 --dist worksteal
# Where this is set, every process compiles all of the server and of the suite anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test lint types check pythons bench migrate format docs pictures sizes locks

help: ## list these targets
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(RUNNABLE): requirements/build.txt requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Procession needs Python 3.11 or newer. Name one, for example: make PYTHON=python3.12"; exit 1; }
	@echo "Installing what the server needs into $(VENV) (only this once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(INSTALL) --require-hashes -r requirements/build.txt
	@$(INSTALL) --require-hashes --no-build-isolation -r requirements/run.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(READY): $(RUNNABLE) requirements/dev.txt
	@echo "Installing what building and testing need besides (only this once) ..."
	@$(INSTALL) --require-hashes --no-build-isolation -r requirements/dev.txt
	@touch $@

setup: $(READY) ## make .venv with everything, from the locked files

run: $(RUNNABLE) ## start the server with a demo organization under var/ (kept between starts)
	@PROCESSION_DATABASE_URL=$${PROCESSION_DATABASE_URL:-$(DEMO_DATABASE)} $(BIN)/procession demo --serve

migrate: $(RUNNABLE) ## bring the database to the newest schema
	@PROCESSION_DATABASE_URL=$${PROCESSION_DATABASE_URL:-$(DEMO_DATABASE)} $(BIN)/procession migrate

test: $(READY) ## run the whole suite, on SQLite and PostgreSQL (one file: make test T=tests/core)
	@$(BIN)/pytest $(AT_ONCE) --durations=15 --durations-min=10 $(T)

lint: $(READY) ## lint, and check the formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY) ## format, and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

types: $(READY) ## strict types
	$(BIN)/mypy
	$(BIN)/mypy bench tests docs

pythons: $(READY) ## the hostile part of the suite on every other Python that this machine has
	@$(BIN)/python tools/pythons.py

# Nothing of the browser tests may be left out then, and they run on both databases.
check: export PROCESSION_TESTS = complete
check: lint types test pythons ## what CI runs

bench: $(READY) ## measure against the floor, or (B=--peers) beside a Django twin; prints ratios, writes var/bench*.json
	$(BIN)/python -m bench $(B)

docs: $(READY) ## write docs/reference from the code
	$(BIN)/python -m docs.build

pictures: $(READY) ## make the pictures of README.md anew
	@PROCESSION_PICTURES=on $(BIN)/pytest tests/browser/test_pictures.py

sizes: ## lines per file and function: median, 90th percentile, largest
	@$(PYTHON) tools/sizes.py src

locks: $(READY) ## compile requirements/*.txt anew from *.in
	for name in build run dev peers; do $(BIN)/pip-compile --quiet --upgrade --generate-hashes --no-emit-index-url \
	  --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe --no-header \
	  -o requirements/$$name.txt requirements/$$name.in; done
