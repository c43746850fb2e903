# Landfall's commands. `make help` lists them; the steps themselves are in .ci/.

BASE ?= /
OUT ?= dist
CONNECT ?=
FILTER ?=

SOURCES := $(shell find src style public -type f 2> /dev/null) Cargo.toml Cargo.lock Trunk.toml .ci/assets .ci/seal .ci/worker .ci/order .ci/packed $(wildcard .ci/pack/*) .ci/release .ci/glue $(wildcard .ci/bin/*) \
	$(wildcard docs/landfall.schema.json)

.PHONY: help run dev check test mutants kit e2e size screenshots icons pictures lighthouse bench-start dist site
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

run: ## the app on http://127.0.0.1:8080, as released
	@.ci/setup
	@echo "Landfall will be on http://127.0.0.1:8080 (the first build takes a few minutes)"
	@exec .ci/release serve --no-autoreload --dist target/serve

dev: ## the app on http://127.0.0.1:8080, rebuilt and reloaded at every change
	@.ci/setup
	@. .ci/env && exec trunk serve --skip-version-check --dist target/dev

check: ## the fast loop: format, lints, native tests
	@.ci/lint fmt
	@.ci/lint native
	@.ci/lint wasm
	@. .ci/env && cargo test $$NATIVE --lib --test architecture

test: ## every check; the last line counts the tests
	@.ci/test

mutants: ## plants named bugs into the engine; each must be found by a test (FILTER=part of a name, WIDE=1: by which)
	@.ci/setup --tests
	@WIDE=$(WIDE) .ci/mutants $(FILTER)

kit: ## the conformance kit on every connector's real server; writes docs/kit.md (FILTER=part of a name)
	@.ci/setup --tests
	@.ci/kit "$(FILTER)"

e2e: ## end-to-end tests in a browser (FILTER=part of a name)
	@.ci/setup --tests
	@$(MAKE) --no-print-directory site
	@.ci/e2e $(FILTER)

lighthouse: ## what Lighthouse says of home, list, record and settings (FILTER=part of a name)
	@.ci/setup --lighthouse
	@$(MAKE) --no-print-directory site
	@.ci/lighthouse "$(FILTER)"

bench-start: ## first and repeat visit beside other apps; writes docs/bench-start.md
	@.ci/setup --bench
	@$(MAKE) --no-print-directory site
	@.ci/bench-start

screenshots: ## pictures of every screen, into screenshots/
	@.ci/setup --tests
	@$(MAKE) --no-print-directory site
	@.ci/e2e screenshots

icons: ## the icons as pictures, from their drawings in public/icons
	@.ci/setup --tests
	@.ci/icons

pictures: ## the pictures of the app that the manifest shows
	@.ci/setup --tests
	@$(MAKE) --no-print-directory site
	@.ci/e2e screenshots::pictures_for_the_manifest
	@cp screenshots/manifest/*.webp public/pictures/

size: ## what a first visit downloads, against the budget
	@.ci/setup --tests
	@$(MAKE) --no-print-directory site
	@.ci/size

dist: ## a folder for any static host (BASE=/path/ OUT=folder CONNECT="https://origin ...")
	@.ci/setup
	@$(MAKE) --no-print-directory site
	@.ci/dist "$(BASE)" "$(OUT)" "$(CONNECT)"

site: target/site/index.html ; @:

target/site/index.html: $(SOURCES)
	@.ci/release build
