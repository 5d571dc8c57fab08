# Everything a developer does here. Each target builds the environment it needs, once, and again
# only when pyproject.toml, constraints.txt or the Python version changes.
#
#     make test PYTHON=python3.12

PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help demo test unit_tests integration_tests lint format coverage test_floors test_openai2 \
	test_llmock test_ray ray docs bench bench_short soak clean check_python check_live

help:  ## show this help
	@echo "Usage: make TARGET [PYTHON=python3.12]"
	@sed -n 's/^\([a-z0-9_]*\):[^#]*## */  \1:/p' $(firstword $(MAKEFILE_LIST)) \
		| awk -F: '{ name = $$1; sub(/^[^:]*:/, ""); printf "%-20s %s\n", name, $$0 }'

# --- What the tools see of the caller's shell ----------------------------------------------------

# Neither keys nor settings that change what is tested. Without LIVE=1 there is no way to the real
# service: its variables are unset, and so are proxies, which would stand before the local servers.
ALWAYS_HIDDEN := (OPENAI|LANGCHAIN|LANGSMITH)_[A-Za-z0-9_]*|LC_OUTPUT_VERSION|PYTHONPATH|PYTHONHOME|LIVE
OFFLINE_HIDDEN := $(ALWAYS_HIDDEN)|COMETAPI_[A-Za-z0-9_]*|(HTTPS?|ALL|NO|https?|all|no)_(PROXY|proxy)
hide = env $$(env | sed -n -E 's/^($(1))=.*/-u \1/p')
OFFLINE := $(call hide,$(OFFLINE_HIDDEN))
ONLINE := $(call hide,$(ALWAYS_HIDDEN)) LIVE=1

LOOPBACK_ONLY := --allow-hosts=127.0.0.1,::1,localhost --allow-unix-socket
UNIT := -m pytest --disable-socket --allow-unix-socket tests/unit_tests
INTEGRATION := -m pytest $(LOOPBACK_ONLY) tests/integration_tests

# --- Environments --------------------------------------------------------------------------------

# A stamp carries the Python version, so that another PYTHON builds the environment anew.
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
MAIN := .venv/.ready-$(VERSION)
FLOORS := .venv-floors/.ready-$(VERSION)
OPENAI2 := .venv-openai2/.ready-$(VERSION)
LLMOCK := .venv-llmock/.ready-$(VERSION)
RAY := .venv-ray/.ready-$(VERSION)
BENCH := .venv-bench/.ready-$(VERSION)
AIOHTTP := .venv-aiohttp/.ready-$(VERSION)
INPUTS := pyproject.toml constraints.txt
pip_install = -m pip install --quiet --disable-pip-version-check

check_python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { \
		echo "Python 3.10 or later is needed; PYTHON=$(PYTHON) is $(or $(VERSION),not there)." >&2; \
		echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; \
		exit 1; \
	}

$(MAIN): $(INPUTS) | check_python
	@echo "Building .venv with Python $(VERSION)"
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python $(pip_install) --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(FLOORS): $(INPUTS) scripts/floors.py | check_python
	@echo "Building .venv-floors with Python $(VERSION)"
	@$(PYTHON) -m venv --clear .venv-floors
	@.venv-floors/bin/python $(pip_install) --constraint constraints.txt packaging \
		'tomli; python_version < "3.11"'
	@.venv-floors/bin/python scripts/floors.py constraints.txt > .venv-floors/constraints.txt
	@.venv-floors/bin/python $(pip_install) --constraint .venv-floors/constraints.txt \
		--editable '.[emulator,test]'
	@touch $@

$(OPENAI2): $(INPUTS) | check_python
	@echo "Building .venv-openai2 with Python $(VERSION)"
	@$(PYTHON) -m venv --clear .venv-openai2
	@sed 's/^openai==.*/openai<3/' constraints.txt > .venv-openai2/constraints.txt
	@.venv-openai2/bin/python $(pip_install) --constraint .venv-openai2/constraints.txt \
		--editable '.[emulator,test]' 'openai<3'
	@touch $@

$(LLMOCK): $(INPUTS) | check_python
	@echo "Building .venv-llmock with Python $(VERSION)"
	@$(PYTHON) -m venv --clear .venv-llmock
	@.venv-llmock/bin/python $(pip_install) --constraint constraints.txt \
		--editable '.[emulator,test]' 'llmock==0.2.2'
	@touch $@

$(RAY): $(INPUTS) | check_python
	@echo "Building .venv-ray with Python $(VERSION)"
	@$(PYTHON) -m venv --clear .venv-ray
	@.venv-ray/bin/python $(pip_install) --constraint constraints.txt \
		--editable '.[emulator,ray,test]' cloudpickle dask
	@touch $@

# The benchmarks compare what a user installs, without the extra [aiohttp] and with it.
$(BENCH): $(INPUTS) | check_python
	@echo "Building .venv-bench with Python $(VERSION)"
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/python $(pip_install) --constraint constraints.txt --editable '.[bench]'
	@touch $@

$(AIOHTTP): $(INPUTS) | check_python
	@echo "Building .venv-aiohttp with Python $(VERSION)"
	@$(PYTHON) -m venv --clear .venv-aiohttp
	@.venv-aiohttp/bin/python $(pip_install) --constraint constraints.txt --editable '.[aiohttp]'
	@touch $@

# --- Use -----------------------------------------------------------------------------------------

demo: $(MAIN)  ## run examples/quickstart.py, on the emulator if no key is set; FILE=path to ask about
	@$(call hide,$(ALWAYS_HIDDEN)) .venv/bin/python examples/quickstart.py $(if $(FILE),'$(subst ','\'',$(FILE))')

ray: $(RAY)  ## run examples/ray_batch.py on a few prompts, on the emulator if no key is set
	@rm -rf build/ray
	@$(call hide,$(ALWAYS_HIDDEN)) .venv-ray/bin/python examples/ray_batch.py --output build/ray

# --- Tests ---------------------------------------------------------------------------------------

test: $(MAIN)  ## unit tests without sockets, then integration tests against the emulator
	$(OFFLINE) .venv/bin/python $(UNIT)
	$(OFFLINE) .venv/bin/python $(INTEGRATION)

unit_tests: $(MAIN)  ## unit tests, sockets disabled
	$(OFFLINE) .venv/bin/python $(UNIT)

ifeq ($(LIVE),1)
integration_tests: check_live $(MAIN)
	$(ONLINE) .venv/bin/python -m pytest tests/integration_tests
else
integration_tests: $(MAIN)  ## against the emulator; LIVE=1 with COMETAPI_KEY: the real service
	$(OFFLINE) .venv/bin/python $(INTEGRATION)
endif

check_live:
	@test -n "$$COMETAPI_KEY" || { \
		echo "LIVE=1 runs against the real service and needs COMETAPI_KEY in the environment." >&2; \
		exit 1; \
	}

test_floors: $(FLOORS)  ## both suites, each runtime dependency at the lowest version promised
	.venv-floors/bin/python scripts/floors.py --check
	$(OFFLINE) .venv-floors/bin/python $(UNIT)
	$(OFFLINE) .venv-floors/bin/python $(INTEGRATION)

test_openai2: $(OPENAI2)  ## both suites on version 2 of the openai SDK
	.venv-openai2/bin/python -c 'import openai; assert openai.VERSION < "3", openai.VERSION'
	$(OFFLINE) .venv-openai2/bin/python $(UNIT)
	$(OFFLINE) .venv-openai2/bin/python $(INTEGRATION)

test_llmock: $(LLMOCK)  ## the standard integration suite against LLMock, an independent server
	$(OFFLINE) PATH="$(CURDIR)/.venv-llmock/bin:$$PATH" .venv-llmock/bin/python $(INTEGRATION) -m llmock

test_ray: $(RAY)  ## examples/ray_batch.py on Ray, with workers killed; cloudpickle and Dask
	$(OFFLINE) .venv-ray/bin/python $(INTEGRATION) -m ray

coverage: $(MAIN)  ## both suites, with a report of the lines they miss
	$(OFFLINE) .venv/bin/python -m coverage run $(UNIT)
	$(OFFLINE) .venv/bin/python -m coverage run --append $(INTEGRATION)
	.venv/bin/python -m coverage report

# --- Code ----------------------------------------------------------------------------------------

TYPED := $(wildcard langchain_cometapi tests examples benchmarks scripts)

lint: $(MAIN)  ## ruff (rules and format) and mypy
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy $(TYPED)

format: $(MAIN)  ## format the code and fix what can be fixed
	.venv/bin/python -m ruff check --fix --exit-zero .
	.venv/bin/python -m ruff format .

docs: $(MAIN)  ## write the tables of docs/ anew: ChatOpenAI and ChatCometAPI side by side
	$(OFFLINE) .venv/bin/python -m scripts.wire_shapes
	$(OFFLINE) .venv/bin/python -m scripts.lifecycle

bench: $(BENCH) $(AIOHTTP) $(MAIN)  ## run the benchmarks, and write docs/performance.md
	$(OFFLINE) .venv-bench/bin/python -m benchmarks --aiohttp .venv-aiohttp/bin/python
	$(OFFLINE) .venv/bin/python -m benchmarks.embeddings

bench_short: $(BENCH)  ## the shortest of them: fail if a case costs clearly more than it did
	$(OFFLINE) .venv-bench/bin/python -m benchmarks.short

# Each peer has an environment of its own; one that cannot be built is told of in the table.
PEERS := $(patsubst benchmarks/peers/requirements-%.txt,%,$(wildcard benchmarks/peers/requirements-*.txt))
PEER_READY := $(PEERS:%=.venv-peer-%/.ready-$(VERSION))
$(PEER_READY): .venv-peer-%/.ready-$(VERSION): benchmarks/peers/requirements-%.txt pyproject.toml | check_python
	@echo "Building .venv-peer-$* with Python $(VERSION)"
	@$(PYTHON) -m venv --clear .venv-peer-$*
	@.venv-peer-$*/bin/python $(pip_install) --editable . --requirement $< 2> .venv-peer-$*/pip.log \
		&& touch $@ || cat .venv-peer-$*/pip.log >&2

.PHONY: bench_peers
bench_peers: $(BENCH) $(PEER_READY)  ## other packages and another floor, beside ChatOpenAI, in about 10 minutes
	$(OFFLINE) .venv-bench/bin/python -m benchmarks.peers

soak: $(MAIN)  ## 10,000 calls in one process: fail if anything leaks
	$(OFFLINE) .venv/bin/python -m benchmarks.soak

clean:  ## remove environments, caches and builds
	rm -rf .venv .venv-floors .venv-openai2 .venv-llmock .venv-ray .venv-bench .venv-aiohttp .venv-peer-* build dist htmlcov .coverage \
		.benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
