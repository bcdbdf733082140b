# The two commands a new user needs:
#   make results   set up, run the shipped scenarios, write their tables and figures to results/
#   make test      set up, check style and types, run every test
# To see whether the results in the repository are those of the model in it:
#   make reproduce   set up, run every scenario again, compare every cell
# And for readers:
#   make docs      set up, build the pages of the documentation in docs/_build/
#   make benchmark set up, measure speed and memory side by side
# They build what they need in .venv/ from Python 3.11 or newer and nothing else.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: results reproduce test docs benchmark setup clean

results: setup
	$(BIN)/leaksim run scenarios --out results
	$(BIN)/leaksim exhibits results/exhibits.yaml

reproduce: setup
	$(BIN)/leaksim reproduce results scenarios

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist worksteal -m "not slow"

docs: setup
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build

# Without Mesa, which it is compared with, the rest is measured all the same.
benchmark: setup
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,benchmarks]'
	$(BIN)/python benchmarks/speed.py --lanes-for-memory 20000

setup: .venv/installed

.venv/installed: pyproject.toml src/leaksim/version.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "leaksim needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3 ..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv docs/_build
