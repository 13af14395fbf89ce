# Two commands do everything on a machine with Python 3.11 or newer, make and a package index:
#   make run    set up and start the bot        make test    set up, then every check and test
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The lock files are whole, so pip resolves nothing: old pips take a newer "coverage[toml]" than the
# one locked, and then refuse it. `make check` asks whether anything is missing.
LOCKED := $(PIP) install --no-deps --require-hashes -r
# Where PYTHONDONTWRITEBYTECODE is set pip compiles nothing, and every start would: three seconds.
COMPILE := $(BIN)/python -m compileall -qq -j 0 .venv/lib bot handlers knowledge

.PHONY: help setup run check test bench texts lock clean

help:   ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

.venv/run.done: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11" >&2; exit 2; }
	@test -x $(BIN)/python || { echo "Setting up .venv …"; $(PYTHON) -m venv .venv; }
	@$(LOCKED) requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(COMPILE) || true
	@echo "Learning what the phrasings mean; the first time takes a minute or two …"
	@$(BIN)/guide learn
	@touch $@

.venv/dev.done: .venv/run.done requirements-dev.lock
	@echo "Setting up the tools for checks and tests …"
	@$(LOCKED) requirements-dev.lock
	@$(COMPILE) || true
	@touch $@

setup: .venv/run.done  ## make .venv from the hashed lock file

run: .venv/run.done  ## start the bot: live with a token in .env, else the local sandbox
	@exec $(BIN)/guide run

check: .venv/dev.done  ## style, types, import contracts, dependencies and the content
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(PIP) check
	$(BIN)/guide check

test: .venv/dev.done check  ## every check, then every test with coverage
	@./tests/browser.sh
	$(BIN)/pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered

bench: .venv/dev.done  ## the benchmarks; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks

texts: .venv/run.done  ## bring the catalogues of interface texts up to date with the code
	@$(BIN)/pybabel --quiet extract --no-default-keywords -k _ -k _n:1,2 -k Command:2 -k marked \
		-k GuideError -k NotFoundError -k ForbiddenError -k SignInError -k TooManyError \
		--no-location --project health-it-guide --version 1 -o .venv/texts.pot bot handlers knowledge
	@for catalogue in knowledge/locales/*.po; do \
		$(BIN)/pybabel --quiet update -i .venv/texts.pot -o $$catalogue \
			-l $$(basename $$catalogue .po) -w 99 --no-fuzzy-matching --ignore-obsolete \
			--ignore-pot-creation-date; done

lock: .venv/dev.done  ## renew both lock files from pyproject.toml, with the same versions in both
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --extra semantic --group build --group dev --group bench \
		pyproject.toml \
		-o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --extra semantic --group build \
		-c requirements-dev.lock \
		pyproject.toml -o requirements.lock

clean:  ## remove what setup made
	rm -rf .venv
