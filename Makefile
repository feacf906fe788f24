# Ledarna. `make run` starts it, `make test` tests it; each sets up what it needs first.
.PHONY: run setup test lint screenshots

PY = .venv/bin/python

setup:
	@sh tools/setup.sh

test:
	@sh tools/setup.sh --dev
	@$(PY) -m tests.everything

lint:
	@sh tools/setup.sh --dev
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy .
	@$(PY) -m pytest -q tests/test_direction.py

screenshots:
	@sh tools/setup.sh --dev
	@$(PY) -m tests.browser.screenshots
