# Two commands do everything: `make repro` (train, evaluate, score, report) and `make test`.
PYTHON ?= python3
VENV ?= .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export TOKENIZERS_PARALLELISM := false

.PHONY: help install repro test lint clean

help:  ## Say what there is to make
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

install: $(VENV)/.installed  ## Make the virtual environment with everything in it

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "stance needs Python 3.11 or newer; name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) (a few minutes the first time)"
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[train,serve,dev]'
	@touch $@

repro: install  ## Train, evaluate, score the examples and write the report
	dvc repro
	@echo
	@python scripts/show_metrics.py
	@echo "report: results/report.html"

test: install  ## Run the tests, among them a small `dvc repro` in a temporary clone
	OMP_NUM_THREADS=1 python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: install  ## Style and types
	ruff check
	ruff format --check
	mypy

clean:  ## Remove what `dvc repro` makes (not the environment, not DVC's cache)
	rm -rf data prepared checkpoints exported results models/claims models/attribution models/stance
