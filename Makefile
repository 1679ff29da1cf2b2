# Everything works from a fresh clone; the first target builds .venv by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: demo test test-all lint format clean

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' || \
	  { echo "gspmc needs Python 3.10 to 3.12: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[onnx,llm,pdf,pose,web,dev]'
	@touch $@

demo: $(INSTALLED)  ## The whole pipeline on the synthetic signer, ending in a report.
	$(BIN)/gspmc quickstart --config configs/quickstart.yaml

test: $(INSTALLED)  ## All that runs on this machine in minutes.
	$(BIN)/python -m pytest -m 'not slow'

test-all: $(INSTALLED)  ## The slow ones too.
	$(BIN)/python -m pytest

lint: $(INSTALLED)
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/mypy

format: $(INSTALLED)
	$(BIN)/ruff check --fix src tests benchmarks
	$(BIN)/ruff format src tests benchmarks

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
