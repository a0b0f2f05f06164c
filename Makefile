# Everything a contributor needs is installed by the two targets `test` and `demo`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Prowler is large: compiling it anew at every start would take as long as starting it.
unexport PYTHONDONTWRITEBYTECODE

# Both ends of the supported range of Prowler, and the tests that depend on its version.
RANGE := 5.37.1 5.46.0
RANGE_TESTS := tests/scan tests/services tests/compliance tests/test_metadata.py tests/test_fifteen_controls.py

.PHONY: test test-range demo format clean

test: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/deptry checks compliance
	$(BIN)/pytest -n auto --dist loadgroup

test-range: $(RANGE:%=.range/%/installed)
	set -e; for version in $(RANGE); do \
		echo "Prowler $$version"; \
		.range/$$version/bin/pytest -q -n auto --dist loadgroup $(RANGE_TESTS); \
	done

demo: $(VENV)/installed
	$(BIN)/cis-monitoring demo

format: $(VENV)/installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .range build dist demo-output .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/installed: pyproject.toml
	@echo "Installing Prowler and what the tests need into $(VENV): some 300 packages, one to five minutes."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --python $(BIN)/python --editable '.[test]'
	touch $@

.range/%/installed: pyproject.toml $(VENV)/installed
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .range/$*
	$(BIN)/uv pip install --python .range/$*/bin/python --quiet --editable '.[test]' prowler==$*
	touch $@
