# Everything runs in .venv, which `make` fills at the versions that constraints.txt pins.
# Nothing is installed system-wide but, in `make test` as root on Debian, a browser when
# there is none.

PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3) python3)
VENV := .venv
BIN := $(VENV)/bin
PINS := pyproject.toml course/pyproject.toml constraints.txt Makefile
PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip install -q -c constraints.txt
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
UNIT := tests/dv tests/widgets

export PYTHONNOUSERSITE := 1
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export JUPYTER_PREFER_ENV_PATH := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help book site figures lab assignments test unit lint ends lock clean

help:  ## show what there is to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

book: $(VENV)/book.stamp  ## build the interactive book into _build/html
	@$(BIN)/python book/_ext/build.py book

site: $(VENV)/book.stamp  ## lay out the book for a static host, in _build/site
	@$(BIN)/python book/_ext/build.py site

figures: $(VENV)/book.stamp  ## lay out the figures for slides, in _build/figures
	@$(BIN)/python book/_ext/build.py figures

lab: $(VENV)/lab.stamp  ## open the chapters as live notebooks in JupyterLab
	@$(BIN)/python book/_ext/build.py lab
	@cd lab && exec ../$(BIN)/jupyter lab

assignments: $(VENV)/lab.stamp  ## turn the chapters into an nbgrader course in course/
	@$(BIN)/dv-course assignments

test: $(VENV)/test.stamp  ## build the book, then run every test
	@$(BIN)/python book/_ext/build.py book
	@$(BIN)/python tests/browser/executable.py --install
	@$(PYTEST)

unit: $(VENV)/unit.stamp  ## run the tests of the module alone: no book, no browser
	@$(PYTEST) $(UNIT)

lint: $(VENV)/lint.stamp  ## check style, types and spelling
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --check
	@$(BIN)/python book/_ext/cells.py check
	@$(BIN)/python book/_ext/cells.py format --check
	@$(BIN)/codespell
	@$(BIN)/basedpyright
	@$(BIN)/repo-review --show err . > $(VENV)/review || { cat $(VENV)/review; exit 1; }

ends: $(VENV)/unit.stamp  ## try the module at the lowest and the newest versions it may meet
	@$(BIN)/python tests/packaging/ends.py

lock: $(VENV)/base.stamp  ## remake constraints.txt, keeping its pins (NEW=1 lets them go)
	@$(BIN)/python tests/packaging/lock.py $(if $(NEW),--new)

clean:  ## remove all that make made (your notebooks in lab/ are kept)
	rm -rf $(VENV) _build build *.egg-info course/*.egg-info .pytest_cache .ruff_cache .hypothesis

# One environment, filled in steps: each stamp is made only when its step has ended.
$(VENV)/base.stamp: $(PINS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Making an environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(PIP) --upgrade pip setuptools
	@touch $@

$(VENV)/dv.stamp: $(VENV)/base.stamp
	@echo "Installing dv and the course, with PyTorch (usually 1 to 4 minutes) …"
	@$(PIP) --no-build-isolation -e '.[torch,widgets,ising]' -e './course[cluster]'
	@touch $@

$(VENV)/book.stamp: $(VENV)/dv.stamp
	@echo "Installing what builds the book (usually a minute) …"
	@$(PIP) --group book
	@touch $@

$(VENV)/lab.stamp: $(VENV)/book.stamp
	@echo "Installing JupyterLab (usually a minute) …"
	@$(PIP) --no-build-isolation -e '.[course]'
	@touch $@

$(VENV)/unit.stamp: $(VENV)/dv.stamp
	@echo "Installing what tests the module (usually half a minute) …"
	@$(PIP) --group unit
	@touch $@

$(VENV)/lint.stamp: $(VENV)/unit.stamp
	@echo "Installing what checks style, types and spelling (usually half a minute) …"
	@$(PIP) --group lint
	@touch $@

$(VENV)/test.stamp: $(VENV)/lab.stamp $(VENV)/unit.stamp
	@echo "Installing what tests the pages (usually a minute) …"
	@$(PIP) --group test
	@touch $@
