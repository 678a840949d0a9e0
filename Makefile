# Every target makes what it needs first. ARGS is passed on: make test ARGS="-k assign", make run ARGS="--help".

PYTHON ?= python3
BIN := .venv/bin
export PYTHON

.PHONY: help run test check lint format bench screenshots install lock clean

help:
	@echo "make run          the terminal UI on a local colony"
	@echo "make test         all tests, the ones with real Docker and tmux too"
	@echo "make check        everything a change must pass: format, lint, types, import contracts, tests"
	@echo "make lint         check without the tests"
	@echo "make format       let ruff rewrite what it can"
	@echo "make bench        speed and memory tables"
	@echo "make screenshots  the pictures in screenshots/, from the running program"
	@echo "make install      .venv from requirements.lock"
	@echo "make lock         requirements.lock from pyproject.toml (ARGS=--upgrade for newer versions)"
	@echo "make clean        remove what was made"

install:
	@scripts/prepare-machine
	@scripts/install

run: install
	@$(BIN)/colony-tui $(ARGS)

test: install
	@scripts/prepare-machine tests
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)

check: lint test

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy tests bench scripts/screenshots.py
	$(BIN)/lint-imports

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install
	$(BIN)/python -m bench.bench_server $(ARGS)
	$(BIN)/python -m bench.bench_files
	$(BIN)/python -m bench.bench_executor
	$(BIN)/python -m bench.bench_tui

screenshots: install
	@scripts/prepare-machine pictures
	$(BIN)/python -m scripts.screenshots $(ARGS)

lock: install
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --group dev pyproject.toml --output-file requirements.lock $(ARGS)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build snapshot_report.html
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
