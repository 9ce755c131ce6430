# Everything runs in .venv, which `make` fills from the pins in pyproject.toml
# (and constraints.txt for what lies beneath them). Nothing is installed system-wide
# but, in `make test` as root on Debian, a browser when there is none.

PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3) python3)
VENV := .venv
BIN := $(VENV)/bin
PINS := pyproject.toml constraints.txt Makefile

export PYTHONNOUSERSITE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export JUPYTER_PREFER_ENV_PATH := 1

.DEFAULT_GOAL := help
.PHONY: help book lab assignments test lock clean

help:  ## show what there is to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

book: $(VENV)/book.stamp  ## build the interactive book into _build/html
	@$(BIN)/python book/_ext/build.py book

lab: $(VENV)/lab.stamp  ## open the chapters as live notebooks in JupyterLab
	@$(BIN)/python book/_ext/build.py lab
	@cd lab && exec ../$(BIN)/jupyter lab

assignments: $(VENV)/course.stamp  ## turn the chapters into an nbgrader course in course/
	@$(BIN)/dv-course assignments

test: $(VENV)/test.stamp  ## build the book, then run every test
	@$(BIN)/python book/_ext/build.py book
	@$(BIN)/python tests/browser/executable.py --install
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lock:  ## remake constraints.txt from the pins in pyproject.toml
	rm -rf _build/lock && $(PYTHON) -m venv _build/lock
	_build/lock/bin/pip install -q '.[book,lab,course,test]'
	(echo "# Made by 'make lock' from the pins in pyproject.toml: these and all beneath them."; \
	  _build/lock/bin/pip freeze --exclude dv | sed 's/+cpu$$//') > constraints.new
	mv constraints.new constraints.txt && rm -rf _build/lock build

clean:  ## remove all that make made (your notebooks in lab/ are kept)
	rm -rf $(VENV) _build build dv.egg-info course/dv_course.egg-info .pytest_cache .hypothesis

# One environment, filled in steps: each stamp is made only when its step has ended.
$(VENV)/base.stamp: $(PINS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/book.stamp: $(VENV)/base.stamp
	$(BIN)/pip install -q -c constraints.txt -e '.[book]' -e ./course
	@touch $@

$(VENV)/lab.stamp: $(VENV)/book.stamp
	$(BIN)/pip install -q -c constraints.txt -e '.[book,lab]' -e ./course
	@touch $@

$(VENV)/course.stamp: $(VENV)/lab.stamp
	$(BIN)/pip install -q -c constraints.txt -e '.[book,lab,course]' -e ./course
	@touch $@

$(VENV)/test.stamp: $(VENV)/course.stamp
	$(BIN)/pip install -q -c constraints.txt -e '.[book,lab,course,test]' -e ./course
	@touch $@
