# Ledarna. `make run` starts it, `make test` tests it; each sets up what it needs first.
# Another port: `make run PORT=8001`.
.PHONY: run demo setup test torture bench lint screenshots

PY = .venv/bin/python

run: setup
	@$(PY) manage.py serve

# A made-up association of three years, in a data directory of its own.
demo: setup
	@LEDARNA_DATA_DIR=demo-data $(PY) manage.py serve --books demo

setup:
	@sh tools/setup.sh

test:
	@sh tools/setup.sh --dev
	@$(PY) -m tests.everything

# What the suite does briefly: many processes at once, kills at random instants, hands in the database.
torture:
	@sh tools/setup.sh --dev
	@$(PY) -m tests.torture

# Speed beside peers, which live in an environment of their own; writes docs/bench.md.
bench:
	@sh tools/setup.sh --dev
	@[ -x .venv-peers/bin/python ] || $(PY) -m venv .venv-peers
	@.venv-peers/bin/python -m pip install --quiet --require-hashes -r bench/peers/requirements.lock
	@$(PY) -m bench

lint:
	@sh tools/setup.sh --dev
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy .
	@$(PY) -m pytest -q tests/test_direction.py

screenshots:
	@sh tools/setup.sh --dev
	@$(PY) -m tests.browser.screenshots
