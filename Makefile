# Everything a contributor needs is installed by the two targets `test` and `demo`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Prowler is large: compiling it anew at every start would take as long as starting it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: test demo format clean

test: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist loadgroup

demo: $(VENV)/installed
	$(BIN)/cis-monitoring demo

format: $(VENV)/installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) build dist *.egg-info demo-output

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --python $(BIN)/python --quiet --editable '.[test]'
	touch $@
