# Everything a developer does here. Each target builds the environment it needs, once, and again
# only when pyproject.toml, constraints.txt or the Python version changes.
#
#     make test PYTHON=python3.12

PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help demo examples test test_slow package unit_tests integration_tests lint format coverage \
	test_floors test_openai2 test_newest test_llmock test_native test_ray test_interop ray docs docs_site \
	check_site features bench bench_short bench_linear soak \
	refresh_catalog clean check_python check_live

help:  ## show this help
	@echo "Usage: make TARGET [PYTHON=python3.12]"
	@sed -n 's/^\([a-z0-9_]*\):[^#]*## */  \1:/p' $(firstword $(MAKEFILE_LIST)) \
		| awk -F: '{ name = $$1; sub(/^[^:]*:/, ""); printf "%-20s %s\n", name, $$0 }'

# --- What the tools see of the caller's shell ----------------------------------------------------

# Neither keys nor settings that change what is tested, or have each process compile it anew.
# Without LIVE=1 there is no way to the real service: its variables are unset, and so are proxies,
# which would stand before the local servers.
ALWAYS_HIDDEN := (ANTHROPIC|GEMINI|GOOGLE|LANGCHAIN|LANGSMITH|OPENAI|VERTEXAI)_[A-Za-z0-9_]*|LC_OUTPUT_VERSION|PYTHON(PATH|HOME|DONTWRITEBYTECODE)|LIVE
OFFLINE_HIDDEN := $(ALWAYS_HIDDEN)|COMETAPI_[A-Za-z0-9_]*|(HTTPS?|ALL|NO|https?|all|no)_(PROXY|proxy)
hide = env $$(env | sed -n -E 's/^($(1))=.*/-u \1/p')
OFFLINE := $(call hide,$(OFFLINE_HIDDEN))
ONLINE := $(call hide,$(ALWAYS_HIDDEN)) LIVE=1

LOOPBACK_ONLY := --allow-hosts=127.0.0.1,::1,localhost --allow-unix-socket
UNIT := -m pytest --numprocesses=2 --dist=loadfile --disable-socket --allow-unix-socket tests/unit_tests
INTEGRATION := -m pytest $(LOOPBACK_ONLY) tests/integration_tests
SLOW := -m "slow and not interop and not llmock and not native and not ray"
# They wait more than they compute. The tests of a file stay together, as they may share a server;
# files with few tests, which are often the longest, do not come last.
PARALLEL := --numprocesses=4 --dist=loadfile --no-loadscope-reorder
# Neither the options nor the conftest.py of the other suites: they need plugins that are not there.
TOOLS := -m pytest --noconftest -o addopts=--import-mode=importlib $(LOOPBACK_ONLY) \
	$(wildcard tests/integration_tests/test_interop*.py)

# --- Environments --------------------------------------------------------------------------------

# A stamp carries the Python version, so that another PYTHON builds the environment again.
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
MAIN := .venv/.ready-$(VERSION)
DEMO := .venv-demo/.ready-$(VERSION)
FLOORS := .venv-floors/.ready-$(VERSION)
OPENAI2 := .venv-openai2/.ready-$(VERSION)
LLMOCK := .venv-llmock/.ready-$(VERSION)
NATIVE := .venv-native/.ready-$(VERSION)
RAY := .venv-ray/.ready-$(VERSION)
BENCH := .venv-bench/.ready-$(VERSION)
AIOHTTP := .venv-aiohttp/.ready-$(VERSION)
INTEROP := .venv-interop/.ready-$(VERSION)
INTEROP2 := .venv-interop2/.ready-$(VERSION)
CATALOG := .venv-catalog/.ready-$(VERSION)
PACKAGE := .venv-package/.ready-$(VERSION)
DOCS := .venv-docs/.ready-$(VERSION)
INPUTS := pyproject.toml constraints.txt

# pip says what it fetches and installs, in the newer version also while it installs.
pip_install = -m pip install --disable-pip-version-check
define new_environment
@echo "Building $(1) with Python $(VERSION), once"
@$(PYTHON) -m venv --clear $(1)
@$(1)/bin/python $(pip_install) --quiet --upgrade --constraint constraints.txt pip
endef

check_python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or later is needed; PYTHON=$(PYTHON) is $(or $(VERSION),not there)." >&2; \
		echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; \
		exit 1; \
	}

$(MAIN): $(INPUTS) | check_python
	$(call new_environment,.venv)
	@.venv/bin/python $(pip_install) --constraint constraints.txt --editable '.[dev]'
	@touch $@

# What the demo needs, the emulator and a screen, and prices for more of its estimates.
$(DEMO): $(INPUTS) | check_python
	$(call new_environment,.venv-demo)
	@.venv-demo/bin/python $(pip_install) --constraint constraints.txt --editable '.[emulator]'
	@touch $@

$(FLOORS): $(INPUTS) scripts/floors.py | check_python
	$(call new_environment,.venv-floors)
	@.venv-floors/bin/python $(pip_install) --constraint constraints.txt packaging
	@.venv-floors/bin/python scripts/floors.py constraints.txt > .venv-floors/constraints.txt
	@.venv-floors/bin/python $(pip_install) --constraint .venv-floors/constraints.txt \
		--editable '.[cli,emulator,test]'
	@touch $@

$(OPENAI2): $(INPUTS) | check_python
	$(call new_environment,.venv-openai2)
	@sed 's/^openai==.*/openai<3/' constraints.txt > .venv-openai2/constraints.txt
	@.venv-openai2/bin/python $(pip_install) --constraint .venv-openai2/constraints.txt \
		--editable '.[aiohttp,cli,emulator,test]' 'openai<3'
	@touch $@

$(LLMOCK): $(INPUTS) | check_python
	$(call new_environment,.venv-llmock)
	@.venv-llmock/bin/python $(pip_install) --constraint constraints.txt \
		--editable '.[cli,emulator,test]' 'llmock==0.2.2'
	@touch $@

$(NATIVE): $(INPUTS) | check_python
	$(call new_environment,.venv-native)
	@.venv-native/bin/python $(pip_install) --constraint constraints.txt \
		--editable '.[anthropic,cli,emulator,google,prices,test]' 'llmock==0.2.2'
	@touch $@

$(RAY): $(INPUTS) | check_python
	$(call new_environment,.venv-ray)
	@.venv-ray/bin/python $(pip_install) --constraint constraints.txt \
		--editable '.[cli,emulator,ray,test]' cloudpickle dask
	@touch $@

# What people put around the HTTP library; langchain-tests, which is not here, asks for vcrpy 8.
# Without `langchain`, the instrumentations of LangChain trace nothing.
INTEROP_TOOLS := langchain openinference-instrumentation-langchain opentelemetry-instrumentation-genai-langchain \
	opentelemetry-instrumentation-httpx opentelemetry-sdk pytest pytest-asyncio pytest-socket pytest-timeout \
	trustme vcrpy
.venv-interop/%: OF_ITS_OWN := httpx2-pytest 'openai>=3'
.venv-interop2/%: OF_ITS_OWN := pytest-httpx respx 'openai<3'
.venv-interop2/%: OPENAI := s/^openai==.*/openai<3/
$(INTEROP) $(INTEROP2): $(INPUTS) | check_python
	$(call new_environment,$(@D))
	@sed 's/^vcrpy==.*/vcrpy==9.4.2/; $(OPENAI)' constraints.txt > $(@D)/constraints.txt
	@$(@D)/bin/python $(pip_install) --constraint $(@D)/constraints.txt \
		--editable '.[aiohttp,emulator]' $(INTEROP_TOOLS) $(OF_ITS_OWN)
	@touch $@

# The benchmarks compare what a user installs, without the extra [aiohttp] and with it.
$(BENCH): $(INPUTS) | check_python
	$(call new_environment,.venv-bench)
	@.venv-bench/bin/python $(pip_install) --constraint constraints.txt --editable '.[bench]'
	@touch $@

$(AIOHTTP): $(INPUTS) | check_python
	$(call new_environment,.venv-aiohttp)
	@.venv-aiohttp/bin/python $(pip_install) --constraint constraints.txt --editable '.[aiohttp]'
	@touch $@

$(PACKAGE): $(INPUTS) | check_python
	$(call new_environment,.venv-package)
	@.venv-package/bin/python $(pip_install) --constraint constraints.txt build twine
	@touch $@

$(DOCS): $(INPUTS) | check_python
	$(call new_environment,.venv-docs)
	@.venv-docs/bin/python $(pip_install) --constraint constraints.txt --editable '.[docs]'
	@touch $@

# Of the partner packages only the data are read, so what they need themselves is left out.
PARTNERS := langchain-anthropic langchain-deepseek langchain-google-genai langchain-openrouter \
	langchain-xai
$(CATALOG): $(INPUTS) | check_python
	$(call new_environment,.venv-catalog)
	@.venv-catalog/bin/python $(pip_install) --constraint constraints.txt --editable .
	@.venv-catalog/bin/python $(pip_install) --constraint constraints.txt --no-deps $(PARTNERS)
	@touch $@

# --- Use -----------------------------------------------------------------------------------------

demo: $(DEMO)  ## a tour in a minute (examples/quickstart.py), on the emulator if no key is set; FILE=path to ask about
	@$(call hide,$(ALWAYS_HIDDEN)) .venv-demo/bin/python examples/quickstart.py $(if $(FILE),'$(subst ','\'',$(FILE))')

EXAMPLES := $(filter-out examples/_service.py examples/quickstart.py examples/ray_batch.py,$(wildcard examples/*.py))
examples: $(MAIN)  ## run the other examples one after the other, on the emulator if no key is set
	@set -e; for example in $(EXAMPLES); do \
		printf '\n=== %s ===\n\n' "$$example"; \
		$(call hide,$(ALWAYS_HIDDEN)) .venv/bin/python "$$example" < /dev/null; \
	done

ray: $(RAY)  ## run examples/ray_batch.py on a few prompts, on the emulator if no key is set
	@rm -rf build/ray
	@$(call hide,$(ALWAYS_HIDDEN)) .venv-ray/bin/python examples/ray_batch.py --output build/ray

# --- Tests ---------------------------------------------------------------------------------------

test: $(MAIN)  ## unit tests without sockets, then integration tests against the emulator
	$(OFFLINE) .venv/bin/python $(UNIT)
	$(OFFLINE) .venv/bin/python $(INTEGRATION) $(PARALLEL)

test_slow: $(MAIN)  ## what `make test` leaves out: other processes, long streams, every combination
	$(OFFLINE) .venv/bin/python $(INTEGRATION) $(PARALLEL) $(SLOW)

unit_tests: $(MAIN)  ## unit tests, sockets disabled
	$(OFFLINE) .venv/bin/python $(UNIT)

ifeq ($(LIVE),1)
integration_tests: check_live $(MAIN)
	$(ONLINE) .venv/bin/python -m pytest tests/integration_tests
else
integration_tests: $(MAIN)  ## against the emulator; LIVE=1 with COMETAPI_KEY: the real service
	$(OFFLINE) .venv/bin/python $(INTEGRATION) $(PARALLEL)
endif

check_live:
	@test -n "$$COMETAPI_KEY" || { \
		echo "LIVE=1 runs against the real service and needs COMETAPI_KEY in the environment." >&2; \
		exit 1; \
	}

test_floors: $(FLOORS)  ## `make test`, each runtime dependency at the lowest version promised
	.venv-floors/bin/python scripts/floors.py --check
	$(OFFLINE) .venv-floors/bin/python $(UNIT)
	$(OFFLINE) .venv-floors/bin/python $(INTEGRATION) $(PARALLEL)

test_openai2: $(OPENAI2)  ## `make test` on version 2 of the openai SDK
	.venv-openai2/bin/python -c 'import openai; assert openai.VERSION < "3", openai.VERSION'
	$(OFFLINE) .venv-openai2/bin/python $(UNIT)
	$(OFFLINE) .venv-openai2/bin/python $(INTEGRATION) $(PARALLEL)

test_newest: check_python  ## `make test` on the newest versions there are, without constraints
	@echo "Building .venv-newest with Python $(VERSION), again each time"
	@$(PYTHON) -m venv --clear .venv-newest
	@.venv-newest/bin/python $(pip_install) --quiet --upgrade pip
	@.venv-newest/bin/python $(pip_install) --editable '.[cli,emulator,test]'
	$(OFFLINE) .venv-newest/bin/python $(UNIT)
	$(OFFLINE) .venv-newest/bin/python $(INTEGRATION) $(PARALLEL)

test_llmock: $(LLMOCK)  ## the standard integration suite against LLMock, an independent server
	$(OFFLINE) PATH="$(CURDIR)/.venv-llmock/bin:$$PATH" .venv-llmock/bin/python $(INTEGRATION) -m llmock

test_native: $(NATIVE)  ## Claude and Gemini over their own protocols, also against LLMock
	$(OFFLINE) .venv-native/bin/python $(UNIT)/native -m native
	$(OFFLINE) PATH="$(CURDIR)/.venv-native/bin:$$PATH" \
		.venv-native/bin/python $(INTEGRATION)/native $(PARALLEL) -m native

test_ray: $(RAY)  ## examples/ray_batch.py on Ray, with workers killed; cloudpickle and Dask
	$(OFFLINE) .venv-ray/bin/python $(INTEGRATION) -m ray

test_interop: $(INTEROP) $(INTEROP2)  ## vcrpy, mocks, traces, proxies and TLS, on both versions of the SDK
	$(OFFLINE) .venv-interop/bin/python $(TOOLS)
	$(OFFLINE) .venv-interop2/bin/python $(TOOLS)

coverage: $(MAIN)  ## both suites, with a report of the lines they miss
	$(OFFLINE) .venv/bin/python -m coverage run $(UNIT) --numprocesses=0
	$(OFFLINE) .venv/bin/python -m coverage run --append $(INTEGRATION)
	.venv/bin/python -m coverage report

# --- Code ----------------------------------------------------------------------------------------

TYPED := $(wildcard langchain_cometapi tests examples benchmarks scripts)

lint: $(MAIN)  ## ruff (rules and format), mypy, which module may import which, and the types of the examples
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy $(TYPED)
	PYTHONPATH=. .venv/bin/lint-imports
	.venv/bin/python -m scripts.typed_examples

format: $(MAIN)  ## format the code and fix what can be fixed
	.venv/bin/python -m ruff check --fix --exit-zero .
	.venv/bin/python -m ruff format .

package: $(PACKAGE)  ## build wheel and sdist into dist/, check them, install the wheel elsewhere and use it
	@rm -rf dist
	.venv-package/bin/python -m build --outdir dist
	.venv-package/bin/python -m twine check --strict dist/*
	$(OFFLINE) .venv-package/bin/python scripts/check_package.py dist .venv-package/bin/python

docs: $(MAIN)  ## rewrite the tables of docs/: ChatOpenAI and ChatCometAPI side by side
	$(OFFLINE) .venv/bin/python -m scripts.wire_shapes
	$(OFFLINE) .venv/bin/python -m scripts.error_bodies
	$(OFFLINE) .venv/bin/python -m scripts.lifecycle
	$(OFFLINE) .venv/bin/python -m scripts.differences
	$(OFFLINE) .venv/bin/python -m scripts.structured_output
	$(OFFLINE) .venv/bin/python -m scripts.command_line
	$(OFFLINE) .venv/bin/python -m scripts.profile_table
	$(OFFLINE) .venv/bin/python -m scripts.token_error

features: $(MAIN)  ## run the tests that prove the features of the README, and rewrite its table
	$(OFFLINE) .venv/bin/python -m scripts.features

docs_site: $(DOCS)  ## build the documentation site in build/site; a warning is an error
	$(OFFLINE) .venv-docs/bin/zensical build --strict --clean

# Debian's browser, if there is none: as root alone, as in CI.
check_site: docs_site  ## look at each page of the site in a headless Chromium, and follow its links
	@.venv-docs/bin/python -m scripts.check_site --find-browser >/dev/null || { \
		echo "There is no Chromium; installing the package chromium of Debian"; \
		apt-get update -qq && apt-get install -qq --no-install-recommends chromium >/dev/null; \
	} || { echo "It cannot be installed. Install Chromium or Chrome, or name it in CHROMIUM." >&2; exit 1; }
	$(OFFLINE) .venv-docs/bin/python -m scripts.check_site build/site

refresh_catalog: $(CATALOG)  ## rewrite langchain_cometapi/data: the catalogue, and partners' profiles
	$(call hide,$(ALWAYS_HIDDEN)|COMETAPI_[A-Za-z0-9_]*) .venv-catalog/bin/python -m scripts.refresh_catalog $(ARGS)
	.venv-catalog/bin/python -m scripts.profile_table

bench: $(BENCH) $(AIOHTTP) $(MAIN)  ## run the benchmarks, and write docs/performance.md
	$(OFFLINE) .venv-bench/bin/python -m benchmarks --aiohttp .venv-aiohttp/bin/python
	$(OFFLINE) .venv/bin/python -m benchmarks.embeddings

bench_short: $(BENCH)  ## the shortest of them: fail if a case costs clearly more than it did
	$(OFFLINE) .venv-bench/bin/python -m benchmarks.short

bench_linear: $(MAIN)  ## double each field of a stream: fail if its cost more than doubles
	$(OFFLINE) .venv/bin/python -m benchmarks.linear

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
	$(OFFLINE) .venv/bin/python -m benchmarks.soak --aiohttp

clean:  ## remove environments, caches and builds
	rm -rf .venv .venv-* build dist htmlcov .coverage .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
