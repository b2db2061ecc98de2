# Two commands do all the set-up: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: run test check bench browser lock clean

# The whole product on http://127.0.0.1:8000/; Ctrl-C stops all of it. PORT and TRACKER_HOME choose another place.
run: .venv/.runtime
	@exec $(BIN)/python manage.py up

# Tests that need a browser or Debian's servers say why they are skipped where those are missing: see `browser`.
# Each process has a database and a queue of its own; `.venv/bin/python -m pytest` alone runs them in one.
test: .venv/.development
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

# The embedded database does not run for the migration check, of which Django warns; it compares files alone.
check: .venv/.development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py check --deploy --fail-level WARNING
	BEHIND_TLS=1 ALLOWED_HOSTS=tracker.example $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

bench: .venv/.development
	$(BIN)/python -m benchmarks

# What the tests use of Debian: Chromium for the browser, PostgreSQL and Redis for the deployment. Needs root.
browser:
	apt-get update --quiet
	apt-get install --quiet --yes --no-install-recommends chromium postgresql redis-server

.venv/.runtime: requirements.txt
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	touch $@

.venv/.development: .venv/.runtime requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	touch $@

LOCK := $(BIN)/pip-compile --quiet --strip-extras --annotation-style=line \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links
lock: .venv/.development
	$(LOCK) requirements.in
	$(LOCK) requirements-dev.in

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache static/collected
