# Everything a person or a build server does here. `make` alone lists it.
# Needs Python 3.10 or newer with venv, nothing else; PYTHON=python3.12 picks another one.

PYTHON ?= python3
MINUTES ?= 30
HISTORIES ?= 20000
PROGRAMS ?= 200
BIN := .venv/bin
SHELL := /bin/bash
export PATH := $(CURDIR)/$(BIN):$(PATH)
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE ?= copy
# Programs are started by the hundred: let Python keep what it compiled, wherever that is switched off.
unexport PYTHONDONTWRITEBYTECODE
# Trust what this machine trusts (a company's proxy, say), where it keeps that in the usual place.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),true,false)

PROJECTS := packages/businessnxt packages/crosswalk packages/crosswalk-target packages/customwebshop sandbox \
	tap-businessnxt tap-customwebshop target-businessnxt target-customwebshop
READY := .venv/.ready
# One more than there are cores: whole programs wait for each other, and for disks, a third of their time.
SIDE_BY_SIDE := python -m pytest --numprocesses=3 --dist=loadfile
DOCS := README.md docs/assumptions.md docs/mapping.md docs/personal-data.md docs/scenarios.md docs/settings.md docs/sources.md \
	docs/webshops.md

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-oscar sandbox test unit test-pythons contract-live soak soak-sync soak-ablations bench lint docs format pins clean

help:  ## list these commands
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: $(READY)  ## make .venv with exactly the pinned packages, and ours beside them, editable

$(READY): requirements/dev.txt requirements/uv.txt pyproject.toml $(PROJECTS:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "$(PYTHON) is missing or older than 3.10: name a newer one, as in make setup PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "$(PYTHON) cannot make a virtual environment: on Debian, apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip sync --require-hashes requirements/dev.txt
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation $(PROJECTS:%=--editable %)
	@touch $@

demo: $(READY)  ## first sync of a small Norwegian shop, on this machine, with nothing to configure
	@python demo/run.py

demo-oscar: $(READY)  ## the same from a real open-source webshop, django-oscar
	@python demo/oscar/run.py

sandbox: $(READY)  ## a webshop and a Business NXT company to play with, until Ctrl-C
	@mkdir -p state/sandbox && exec sandbox serve --data state/sandbox

test: $(READY)  ## everything that must hold
	lint-imports
	$(SIDE_BY_SIDE) tests

unit: $(READY)  ## the quick part of it
	$(SIDE_BY_SIDE) tests/unit

test-pythons: $(READY)  ## the unit tests on the oldest and the newest Python we support, where found
	@python requirements/pythons.py 3.10 3.13

contract-live: $(READY)  ## hold docs/facts.yml against a real company: asks, writes marked rows, removes them
	@set -a; test ! -f .env || . ./.env; set +a; python tests/contract/businessnxt/live.py

soak: $(READY)  ## a shop that lives and a company that misbehaves, for MINUTES=30: nothing may be lost or come twice
	@python tests/soak/erp.py --minutes $(MINUTES)

soak-sync: $(READY)  ## both ways, edited and killed everywhere: HISTORIES=20000 of the merge, PROGRAMS=200 of programs
	@KILL_POINTS_STRIDE=1 python -m pytest -q --timeout=0 tests/unit/crosswalk/test_kill_points.py
	@python tests/soak/twoway/run.py --histories $(HISTORIES) --programs $(PROGRAMS)

soak-ablations: $(READY)  ## each rule of the merge broken on purpose: after how many histories is it noticed?
	@python tests/soak/twoway/ablations.py

bench: $(READY)  ## speed and memory against peers, into output/bench.json
	@mkdir -p output && python tests/bench/run.py

lint: $(READY)  ## style, types, house rules, stale pins and stale docs
	ruff check
	ruff format --check
	mypy
	lint-imports
	python requirements/compile.py --check
	cog -I docs --check $(DOCS)

docs: $(READY)  ## write the generated parts of the documents anew
	cog -I docs -r $(DOCS)

format: $(READY)  ## let ruff tidy up
	ruff check --fix
	ruff format

pins: $(READY)  ## pin anew what the packages ask for; ARGS=--upgrade takes the newest
	python requirements/compile.py $(ARGS)

clean:  ## remove what setup, tests and the demo made; links of a real company stay
	rm -rf .venv .meltano output state/sandbox node_modules .hypothesis .*_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
