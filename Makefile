# Everything a person does with this checkout. `make` explains itself.

PYTHON ?= python3
BIN := .venv/bin
SWITCH_TESTS := tests/freeswitch/conformance $(patsubst %,tests/freeswitch/test_%.py,dialplan doctor flow_tests habits import listening overlays versions wake)
PART_TESTS := tests/unit tests/bench tests/contract tests/corpus tests/wire
CENTRE_TESTS := $(patsubst %,tests/freeswitch/test_%.py,agent_phone called_back consult known_callers routing routing_faults supervision talk_recording)
WHOLE_TESTS := $(filter-out $(PART_TESTS) tests/data tests/freeswitch tests/__pycache__,$(patsubst %/,%,$(wildcard tests/*/)))

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-unit test-switch test-calls test-centre lint bench docs clean

help: ## Show this
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: .venv/ready ## Put Ivory and all it needs into .venv

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

demo: setup ## Hear Ivory at work: callers press keys and speak to a power company's hotline
	$(BIN)/ivr demo

# Those that call wait most of the time, and want to be on time; those of single parts take what is left.
test: setup ## Run the tests
	@$(MAKE) --no-print-directory -j4 --output-sync=target test-unit test-switch test-calls test-centre

test-unit: setup
	nice -n 5 $(BIN)/python -m pytest $(PART_TESTS)

test-switch: setup
	$(BIN)/python -m pytest $(SWITCH_TESTS)

test-calls: setup
	$(BIN)/python -m pytest $(filter-out $(SWITCH_TESTS) $(CENTRE_TESTS),$(wildcard tests/freeswitch/test_*.py))

test-centre: setup
	$(BIN)/python -m pytest $(WHOLE_TESTS) $(wildcard $(CENTRE_TESTS))

lint: setup ## Check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/ivr flow lint flows
	$(BIN)/ivr flow test --coverage 95

bench: setup ## Measure speed (tests/bench)
	$(BIN)/python -m tests.bench

docs: setup ## Write the generated parts of docs/
	$(BIN)/python docs/generate.py

clean: ## Remove what `make` made
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
