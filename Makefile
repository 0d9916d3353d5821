# What a newcomer, a developer and CI type; `make help` lists it.

PYTHON ?= python3

BIN := .venv/bin
# Commands that need servers get throw-away ones.
WITH_SERVERS := $(BIN)/python -m keywork.local.stack

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check lint leaks audit bench format requirements clean venv

help: ## List what make can do here
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 14

run: .venv/local.stamp | venv ## Run keywork on this machine, at http://localhost:8000 or PORT=...
	@exec $(BIN)/python -I -S keywork/local/tether.py $$PPID 15 $(BIN)/python -m keywork.local

test: .venv/dev.stamp | venv ## Run every test, on throw-away servers
	@$(BIN)/python -m pytest -n 3

check: lint test ## Everything that must hold before a commit

lint: .venv/dev.stamp | venv ## The part of check that takes seconds: all but the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(WITH_SERVERS) sh -c '$(BIN)/keywork db upgrade && $(BIN)/keywork db check'

leaks: .venv/dev.stamp | venv ## Look at 2,000 pages for what is hidden from their readers, not some 100 as test does
	@KEYWORK_LEAK_CASES=2000 $(BIN)/python -m pytest -n 2 --durations 1 tests/leaks

audit: .venv/dev.stamp | venv ## Ask whether anything is known against a dependency; needs the network
	@$(BIN)/python .ci/audit.py

bench: .venv/bench.stamp | venv ## Measure everything in bench/ against its floor; writes var/bench.json
	@$(WITH_SERVERS) $(BIN)/python -m bench

format: .venv/dev.stamp | venv ## Put the code in the house's format
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

requirements: .venv/dev.stamp | venv ## Pin the dependencies in pyproject.toml again, with hashes
	@set -e; compile() { \
	  $(BIN)/uv pip compile --quiet --no-header --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-emit-find-links pyproject.toml "$$@"; \
	}; \
	compile --output-file requirements/production.txt; \
	compile --extra local --output-file requirements/local.txt; \
	compile --extra local --extra dev --output-file requirements/dev.txt; \
	compile --extra local --extra dev --extra bench --output-file requirements/bench.txt
	@! grep -n '://' requirements/*.txt || \
	  { echo 'A requirement file names an address: it must name packages only.' >&2; exit 1; }

clean: ## Remove what make made here, except the data in var/
	rm -rf .venv build *.egg-info .*_cache .hypothesis
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

# dev.txt holds all of local.txt, so a development environment can run keywork as it is.
.venv/local.stamp: requirements/local.txt pyproject.toml
	@$(call install,$<)
	@touch $@

.venv/dev.stamp: requirements/dev.txt pyproject.toml
	@$(call install,$<)
	@touch .venv/local.stamp $@

# bench.txt holds all of dev.txt: benchmarks stand on what the tests stand on.
.venv/bench.stamp: requirements/bench.txt pyproject.toml
	@$(call install,$<)
	@touch .venv/local.stamp .venv/dev.stamp $@

define install
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
{ echo 'keywork needs Python 3.11 or later, and $(PYTHON) is not:' \
  'install it, or say where it is with PYTHON=...' >&2; exit 1; }; \
$(PYTHON) -c 'import pip; v = pip.__version__.split("."); exit((int(v[0]), int(v[1])) < (22, 3))' \
  2>/dev/null || \
{ echo '$(PYTHON) has no pip 22.3 or later:' \
  'install it (on Debian and Ubuntu: apt-get install python3-pip).' >&2; exit 1; }; \
echo 'Installing what $(1) lists into .venv; the first time this takes a minute or two...'; \
pip_install() { \
  $(PYTHON) -m pip --python $(BIN)/python -qq --disable-pip-version-check install \
    --root-user-action ignore "$$@"; \
}; \
{ $(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear --without-pip .venv; } && \
pip_install --require-hashes -r $(1) && \
pip_install --no-deps --no-build-isolation -e . || \
{ echo 'The dependencies could not be installed, for the reason above; if it is that there is no' \
  'matching distribution, this Python or platform has none: try another with PYTHON=...' >&2; \
  exit 1; }
endef

venv:
	@$(BIN)/python -c '' 2>/dev/null || \
	{ echo '.venv does not work any more, as after an upgrade of Python:' \
	  'type make clean, then try again.' >&2; exit 1; }
