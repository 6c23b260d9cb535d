# Every target calls one command; the logic is in the package.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.ready

.PHONY: setup book test soak pictures lint bench reproduce serve lock clean

setup: $(STAMP)

# Wheels are compiled once here: where bytecode is not written a chapter takes twice as long. The exit code of
# compileall is let go, because some wheels ship templates that are no Python.
$(STAMP): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	-$(BIN)/python -m compileall -q $(VENV)/lib >/dev/null
	touch $@

book: setup
	$(BIN)/thesisbook build --all

test: setup
	$(BIN)/python -m pytest -m "not soak" -n 2 --dist loadfile

soak: setup
	$(BIN)/python -m pytest --hypothesis-profile soak

pictures: setup
	$(BIN)/python tests/exhibits/renew_pictures.py

lint: setup
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: setup
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

reproduce: setup
	$(BIN)/thesisbook reproduce

serve: setup
	$(BIN)/thesisbook serve

lock: setup
	$(BIN)/uv pip compile pyproject.toml --extra cluster --extra test --universal --no-emit-index-url --custom-compile-command "make lock" --quiet --output-file requirements.txt

clean:
	rm -rf _build book/chapters
