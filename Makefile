# Two commands do all the set-up: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: run test check bench lock clean

run: .venv/.runtime
	@exec $(BIN)/python manage.py up

test: .venv/.development
	$(BIN)/pytest

check: .venv/.development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

.venv/.runtime: requirements.txt
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --requirement requirements.txt
	touch $@

.venv/.development: .venv/.runtime requirements-dev.txt
	$(BIN)/pip install --quiet --requirement requirements-dev.txt
	touch $@

lock:
	$(BIN)/pip-compile --quiet --strip-extras --annotation-style=line --no-emit-index-url --no-emit-trusted-host --no-emit-find-links requirements.in
	$(BIN)/pip-compile --quiet --strip-extras --annotation-style=line --no-emit-index-url --no-emit-trusted-host --no-emit-find-links requirements-dev.in

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache static/collected
