# Everything lives in .venv; only Python 3.11+ and make are needed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: quickstart test slow short gpu check fix docs bench bench-memory table clean

quickstart: $(READY)  ## set up, then train and judge specs/tickets.ft
	$(BIN)/ftspec run specs/tickets.ft

test: $(READY)  ## set up, then run the tests
	$(BIN)/pytest -q

slow: $(READY)  ## the tests that train for longer
	$(BIN)/pytest -q -m slow

# Slow tests that take about seven minutes of one processor together; a pull request must pass them too.
SHORT := tests/run/test_ppo.py tests/run/test_online.py tests/run/test_emit.py tests/run/test_merge.py \
	tests/run/test_shipped.py tests/evaluate/test_seeds.py tests/kinds/test_objectives.py

short: $(READY)  ## those of them that a pull request must pass
	$(BIN)/pytest -q -m slow $(SHORT)

gpu: $(READY)  ## the tests that need CUDA
	$(BIN)/pytest -q -m gpu

check: $(READY)  ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/ftspec fmt --check specs templates
	$(BIN)/python -m ftspec.reference docs --check

fix: $(READY)  ## what lint and format can mend themselves
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/ftspec fmt specs templates

docs: $(READY)  ## the reference under docs/, from the models
	$(BIN)/python -m ftspec.reference docs

table: $(READY)  ## which methods train by which objectives, into the README, from the tests
	$(BIN)/python -m tests.table

bench: $(READY)  ## every measured figure, as ratios within one run
	$(BIN)/python -m bench

bench-memory: $(READY)  ## predicted against measured memory
	$(BIN)/python -m bench.memory

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	$(BIN)/python -m compileall -q ftspec
	touch $(READY)

clean:
	rm -rf .venv dist build runs
