# `make help` lists the targets. Everything runs from .venv, which is made on first use.
PYTHON ?= python3
ARGS ?=
RUN := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help install demo run test lint evaluate fit bench chaos fuzz failover format lock audit

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

install: .venv/.installed ## what the program needs, into .venv

demo: .venv/.installed ## a playground without a WeChat account; ARGS="--once" plays the story and checks it
	@$(RUN) -m bot demo $(ARGS)

run: .venv/.installed ## the program with a real account (settings in .env)
	@$(RUN) -m bot run $(ARGS)

test: .venv/.tested ## the whole test suite
	@$(RUN) -m pytest -n 2 $(ARGS)

lint: .venv/.tested ## ruff and mypy
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy

evaluate: .venv/.tested ## triage and drafts measured on ../shared/data; ARGS="--fast", ARGS="--test"
	@$(RUN) -m tests.evaluation $(ARGS)

fit: .venv/.fitted ## learn again how types are told apart and what reads well alone, from the labels; ARGS="--check"
	@$(RUN) -m tests.evaluation.fit_types $(ARGS)
	@$(RUN) -m tests.evaluation.fit_worth $(ARGS)

bench: .venv/.benched ## what things cost, beside what they are compared with; ARGS="--quick", ARGS="--only callback"
	@$(RUN) -m tests.bench $(ARGS)

chaos: .venv/.tested ## many processes, a store that dies, WeChat in trouble, weeks of votes, then an audit; ARGS="--minutes 30 --seed 7"
	@$(RUN) -m tests.chaos.storm $(ARGS)

fuzz: .venv/.fuzzed ## 1,000,000 hostile inputs, steered by coverage; ARGS="--inputs 50000 --seed 7"
	@$(RUN) -m tests.fuzz $(ARGS)

failover: .venv/.tested ## Sentinel: the master is killed under load, then an audit; ARGS="--rounds 5"
	@$(RUN) -m tests.chaos.failover $(ARGS)

format: .venv/.tested ## put the code into its usual form
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

lock: .venv/.made ## write requirements*.txt from requirements*.in, with hashes
	@$(RUN) -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@given=""; for part in "" -dev -bench -fuzz -fit; do \
		UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --no-annotate $$given \
			requirements$$part.in --output-file requirements$$part.txt || exit 1; \
		given="$$given --constraint requirements$$part.txt"; \
	done

audit: .venv/.installed ## look the pinned packages up among known vulnerabilities (needs the network)
	@$(RUN) -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	@$(RUN) -m pip_audit --strict --disable-pip --require-hashes -r requirements.txt || \
		{ echo "not all packages could be looked up, or a hole is known: see the lines above" >&2; exit 1; }

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 …" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python cannot make virtual environments here: install the system package python3-venv" >&2; exit 2; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.installed: requirements.txt | .venv/.made
	@echo "installing what the program needs …"
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.tested: requirements.txt requirements-dev.txt | .venv/.installed
	@echo "installing what the tests need …"
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.venv/.benched: requirements.txt requirements-bench.txt | .venv/.tested
	@echo "installing what the bench compares with …"
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@

.venv/.fuzzed: requirements.txt requirements-fuzz.txt | .venv/.tested
	@echo "installing the fuzzer …"
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-fuzz.txt
	@touch $@

.venv/.fitted: requirements.txt requirements-fit.txt | .venv/.tested
	@echo "installing what the fit needs …"
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-fit.txt
	@touch $@
