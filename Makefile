# Everything this project can be asked to do. `make` alone shows the list.

UV_VERSION = 0.13.9
PG15_BIN ?= /usr/lib/postgresql/15/bin
BIN = .venv/bin
UV = .tools/uv
ARGS ?=
# Test processes side by side; each starts servers of its own, and takes over what another has not come to.
WORKERS ?= 2
SIDE_BY_SIDE = -n $(WORKERS) --dist worksteal

export UV_PYTHON_DOWNLOADS = never
export UV_PROJECT_ENVIRONMENT = .venv
# The tests start some hundred processes: compiled once, not by each of them.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo test test-pg15 check format bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/.installed ## Make the environment from the lock file (needs Python 3.11 or newer)

demo: install ## Start everything, fill the simulated town, walk one participant through (ARGS=--exit stops after it)
	@$(BIN)/teilhabe demo $(ARGS)

test: install ## Install what is missing and run every test, on the system's PostgreSQL 15 too if it is there
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(ARGS)
	@$(MAKE) --no-print-directory test-pg15

test-pg15: install ## Run the tests that need a database on PostgreSQL 15 of the system
	@if [ -x "$(PG15_BIN)/initdb" ]; then \
		echo "The tests that tell of the database, once more on $(PG15_BIN):"; \
		TEILHABE_TEST_POSTGRES_BIN="$(PG15_BIN)" TEILHABE_POSTGRES_BIN="$(PG15_BIN)" \
			$(BIN)/python -m pytest $(SIDE_BY_SIDE) --only-postgres $(ARGS); \
	else \
		echo "Not run on PostgreSQL 15: there is no $(PG15_BIN)/initdb (Debian 12: apt-get install postgresql-15)."; \
	fi

check: install ## The quick part: lint, format, types, layers, tests of the domain but the thorough ones
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m "not thorough" tests/domain

format: install ## Format the code and mend what the linter can mend
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

bench: install ## Measure, side by side, what docs/benchmarks.md shows
	@$(UV) sync --frozen --inexact --quiet --group bench
	$(BIN)/python -m tests.benchmarks $(ARGS)

clean: ## Remove what make has made; the state directory .teilhabe stays
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .schemathesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.installed: pyproject.toml uv.lock Makefile infra/bootstrap.sh
	@sh infra/bootstrap.sh $(UV_VERSION)
	@touch $@
