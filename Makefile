# Footnote's commands. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test test-clients soak chaos audit sbom check format vendor lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Footnote needs Python 3.11 or later: make PYTHON=python3.13 ..."; exit 1; }
	@echo "Making the environment $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV)
	-@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.lock

# uv installs in seconds. If there is no uv for this machine, pip installs from the same hashes.
define install
	@echo "Installing $$(grep -c '==' $(1)) packages from $(1) into $(VENV), once: this takes up to a minute ..."
	@if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
	else $(BIN)/python -m pip install --quiet --require-hashes -r $(1); fi
endef

# Compiled modules are kept in this folder, which is ours, also where PYTHONDONTWRITEBYTECODE is set for images: without them,
# each command compiles a thousand modules, for five seconds.
KEEP_COMPILED := unset PYTHONDONTWRITEBYTECODE

# The command works in any folder. -P keeps what lies in that folder out of the imports. A copy of this program among the
# packages (`pip install .` without -e) would be imported in its place, and stay as it is when this folder is updated.
define command
	@if [ -d "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/app" ]; then \
	$(BIN)/python -m pip uninstall --quiet --yes footnote; fi
	@$(BIN)/python -c "import pathlib, sysconfig; pathlib.Path(sysconfig.get_path('purelib'), 'footnote.pth').write_text('$(CURDIR)')"
	@printf '#!/bin/sh\n$(KEEP_COMPILED)\nexec "%s" -P -c "from app.cli import main; main()" "$$@"\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/footnote
	@chmod +x $(BIN)/footnote
endef

$(VENV)/run.stamp: requirements.lock Makefile | $(BIN)/python
	$(call install,requirements.lock)
	$(call command)
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock Makefile | $(BIN)/python
	$(call install,requirements-dev.lock)
	$(call command)
	@touch $@

# The checkers of the page's JavaScript; node itself is in the development lock.
JS := tests/js
NPM := $(BIN)/python -m tests.node $(JS)

$(JS)/node_modules/.package-lock.json: $(JS)/package-lock.json | $(VENV)/dev.stamp
	$(NPM) ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

# Pure modules on which every answer and every chunk depends: the tests pass each of their lines and branches.
CORES := app/answering/citations.py app/answering/prompt.py \
	app/core/answers.py app/core/chunking.py app/core/file_status.py app/core/filters.py app/core/searches.py \
	app/ingest/chunk_stream.py app/ingest/chunking.py app/ingest/table_rows.py app/ingest/token_chunking.py \
	app/retrieval/ranking.py
comma := ,
empty :=
space := $(empty) $(empty)

run: $(VENV)/run.stamp ## start Footnote on http://127.0.0.1:8000
	@echo "Starting Footnote and its database: the first start takes some seconds ..."
	@$(KEEP_COMPILED); exec $(BIN)/python -m app serve

test: $(VENV)/dev.stamp $(JS)/node_modules/.package-lock.json ## run every test
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term $(ARGS)
	$(if $(ARGS),,$(BIN)/coverage report --include=$(subst $(space),$(comma),$(CORES)) --fail-under=100)

# Other people's clients live in environments of their own: they need other versions than we do.
CLIENTS := tests/clients
CLIENT_NPM := $(BIN)/python -m tests.node $(CLIENTS)/node

$(CLIENTS)/.venv/%.stamp: $(CLIENTS)/%.lock | $(VENV)/dev.stamp
	$(BIN)/python -m venv $(CLIENTS)/.venv/$*
	$(BIN)/uv pip install --quiet --python $(CLIENTS)/.venv/$*/bin/python --require-hashes -r $<
	@touch $@

$(CLIENTS)/node/node_modules/.package-lock.json: $(CLIENTS)/node/package-lock.json | $(VENV)/dev.stamp
	$(CLIENT_NPM) ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

test-clients: $(CLIENTS)/.venv/newest.stamp $(CLIENTS)/.venv/openai2.stamp $(CLIENTS)/node/node_modules/.package-lock.json ## ask through other people's clients, and show what each shows
	$(BIN)/python -m tests.clients.run

# Whoever installs or ships Footnote wants to know what is in it. These tools are no part of it.
TOOLS := .ci/.venv

$(TOOLS)/stamp: .ci/tools.lock | $(VENV)/dev.stamp
	$(BIN)/python -m venv $(TOOLS)
	$(BIN)/uv pip install --quiet --python $(TOOLS)/bin/python --require-hashes -r .ci/tools.lock
	@touch $@

audit: $(TOOLS)/stamp ## look up known weaknesses of the locked packages, where the network allows it
	.ci/audit.py $(TOOLS)/bin/pip-audit --requirement requirements.lock --require-hashes --disable-pip --format json --progress-spinner off

sbom: $(TOOLS)/stamp ## write sbom.cdx.json, the list of what is installed (CycloneDX)
	$(TOOLS)/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --output-file sbom.cdx.json

MINUTES ?= 1
STREAMS ?= 50
soak: $(VENV)/dev.stamp ## clients of all kinds at once; MINUTES=1 STREAMS=50
	$(BIN)/python -m benchmarks.soak --minutes $(MINUTES) --streams $(STREAMS)

KILLS ?= 10
FILES ?= 200
chaos: $(VENV)/dev.stamp ## kill -9 of every part in turn while files are read; KILLS=10 FILES=200
	$(BIN)/python -m benchmarks.chaos_ingest --kills $(KILLS) --files $(FILES)

check: $(VENV)/dev.stamp $(JS)/node_modules/.package-lock.json ## lint, types and import rules, of Python and JavaScript
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(NPM) run --silent check

# The page's lexer of Markdown: the bytes of the npm package that the lock names. A test compares them.
vendor: $(JS)/node_modules/.package-lock.json ## refresh the page's copies of marked and Temml from the lock
	cp $(JS)/node_modules/marked/lib/marked.esm.js static/vendor/marked.esm.js
	cp $(JS)/node_modules/marked/LICENSE static/vendor/marked.LICENSE
	cp $(JS)/node_modules/temml/dist/temml.min.js static/vendor/temml.min.js
	cp $(JS)/node_modules/temml/LICENSE static/vendor/temml.LICENSE

format: $(VENV)/dev.stamp $(JS)/node_modules/.package-lock.json ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(NPM) run --silent format

lock: $(VENV)/dev.stamp ## refresh the lock files
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 $(UPGRADE) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-strip-extras --python-version 3.11 $(UPGRADE) --extra dev --extra local --extra otel pyproject.toml -o requirements-dev.lock
	$(foreach packages,newest openai2,$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 $(UPGRADE) $(CLIENTS)/$(packages).in -o $(CLIENTS)/$(packages).lock;)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 $(UPGRADE) .ci/tools.in -o .ci/tools.lock
	echo uv | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 $(UPGRADE) - -o requirements-uv.lock

clean: ## remove the virtual environment and caches (never .data)
	rm -rf $(VENV) $(JS)/node_modules $(TOOLS) $(CLIENTS)/.venv $(CLIENTS)/node/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage*
