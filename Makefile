PYTHON ?= python3
PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset demo-story story-town-hall test test-slow test-fast check format bench bench-rollout safety identity docs texts lock venv dev

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

demo: venv  ## start everything with demo data; PORT=8001 and HOST=0.0.0.0 change where; Ctrl-C ends it
	@exec $(PY) -m stadttor demo

demo-reset: venv  ## throw the demo's data away, so that the next `make demo` starts over
	@exec $(PY) -m stadttor demo --reset

demo-story: dev  ## play the whole story against the running demo, pictures in var/story/
	@exec $(PY) -m tests.journeys.story

story-town-hall: dev  ## play a real town hall in a browser, into reports/town-hall.json and var/story/town-hall/; JOURNEY=phone for one
	@$(PY) -m stadttor assets
	@exec $(PY) -m tests.town_hall

test: dev  ## run the tests (a private PostgreSQL and a headless Chromium)
	@$(PY) -m stadttor assets
	@exec $(PY) -m tests

test-slow: dev  ## run the slow tests: backup, other languages in a browser, what attacks the product, the bench (small)
	@$(PY) -m stadttor assets
	@exec $(PY) -m pytest -q -m slow

test-fast: dev  ## run the tests that need neither database nor browser
	@exec $(PY) -m pytest -q -m "not db and not browser and not slow"

check: dev  ## lint, format, types, layers, lock files, texts
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	@if grep -n http requirements*.lock; then echo "A lock file names a host: make lock"; exit 1; fi
	$(PY) -m stadttor texts missing
	$(PY) -m stadttor texts compile

format: dev  ## put the source into shape
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: dev  ## measure, into reports/bench.json
	@$(PY) -m stadttor assets
	@exec $(PY) -m tests.bench

bench-rollout: dev  ## roll a service out to the whole country, into reports/rollout.json
	@$(PY) -m stadttor assets
	@exec $(PY) -m tests.bench_rollout

safety: dev  ## attack the product, into reports/safety.json; NIGHT=1 for longer, ROW=rls for one row
	@$(PY) -m stadttor assets
	@exec $(PY) -m tests.safety

identity: dev  ## let outside wallets and accounts try to sign in, into reports/identity.json; PART=wallet for one part
	@$(PY) -m stadttor assets
	@exec $(PY) -m tests.identity

texts: dev  ## refresh the catalogues of texts from the source
	@exec $(PY) -m stadttor texts extract

docs: venv  ## say where to read on
	@echo "Start with README.md, then docs/tour.md (one application followed through the files)."
	@ls docs/*.md docs/*/*.md

lock: dev  ## pin all packages anew, with hashes and without hosts
	.venv/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header requirements.in -o requirements.lock
	.venv/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header -c requirements.lock requirements-dev.in -o requirements-dev.lock

venv:
	@$(PYTHON) tools/bootstrap.py

dev:
	@$(PYTHON) tools/bootstrap.py --dev
