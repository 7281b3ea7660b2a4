# Every target sets up what it needs by itself; see .ci/setup.
# `make` alone lists them.

SHELL := /bin/sh
PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest
# The whole suite, one file after the other, in the order of conftest.py, in so many processes. A quarter of
# the time stories wait for servers and browsers: three keep two processors busy. Proofs run in two, as they
# tell how long things take. What took longest is told.
WHOLE := --dist loadfile --no-loadscope-reorder --durations 40 --durations-min 8 --numprocesses
# All that is HTML: the templates, and the page of the web server in front.
PAGES := templates site/static/portal/resting.html
PIN := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help run test check bench prove styles pins clean setup-run setup-test

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: export PACKED_STATIC ?= 1
run: setup-run ## Serve the portal at http://127.0.0.1:8000 (PORT=...), with demo data on first start
	@$(PYTHON) manage.py serve --check-port
	@mkdir -p "$${DATA_DIR:-var}/static"
	@$(PYTHON) manage.py pack_static & $(PYTHON) manage.py migrate --verbosity 0; moved=$$?; wait $$! && exit $$moved
	@$(PYTHON) manage.py make_dev_seal --if-missing --verbosity 0
	@$(PYTHON) manage.py load_demo --if-empty --verbosity 0
	@$(PYTHON) manage.py load_demo --sign-ins
	@exec $(PYTHON) manage.py serve

test: setup-test ## Run the whole suite, in three processes (ARGS="-k letter" for a part, in one)
	$(PYTEST) $(or $(ARGS),$(WHOLE) 3)

check: setup-test ## Style, templates, types, import order, missing migrations, Django's own checks
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m djhtml --check --tabwidth 2 $(PAGES)
	$(PYTHON) -m djlint --lint --quiet $(PAGES)
	$(PYTHON) -m mypy
	PYTHONPATH=site:. .venv/bin/lint-imports
	$(PYTHON) manage.py makemigrations --check --dry-run --settings config.settings.test
	$(PYTHON) manage.py check --fail-level WARNING --settings config.settings.test

bench: setup-test ## Measure against the limits and write var/bench.json (ONLY=contracts for one group)
	PYTHONPATH=site:. $(PYTHON) -m tests.bench $(ONLY)

prove: setup-test ## The property, race and kill tests at full size
	$(PYTEST) --prove $(or $(ARGS),$(WHOLE) 2)

styles: setup-test ## Cut Bootstrap down to the classes that the pages name (after naming new ones)
	$(PYTHON) -m tests.styles.trim

pins: ## Pin requirements anew from pyproject.toml (needs uv)
	$(PIN) pyproject.toml --output-file requirements.txt
	$(PIN) pyproject.toml --extra sentry --constraint requirements.txt --output-file requirements-sentry.txt
	$(PIN) pyproject.toml --group dev --output-file requirements-dev.txt

clean: ## Remove the virtual environment and caches; var/ with its data stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup-run:
	@.ci/setup run

setup-test:
	@.ci/setup test
