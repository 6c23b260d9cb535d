# Every target calls one command; the logic is in the package.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
STAMP  := $(VENV)/.ready
DEV    := $(VENV)/.ready-dev
LOCK   := $(BIN)/uv pip compile pyproject.toml --universal --no-emit-index-url --custom-compile-command "make lock" --quiet
# Bytecode of what a book imports, and of no more: it is written here even where it otherwise never is.
IMPORT := PYTHONDONTWRITEBYTECODE= $(BIN)/python -c 'from thesisbook.engine.fast import chapter_libraries, site_libraries'

.PHONY: setup dev book test soak gates mutate pictures lint bench reproduce serve lock clean

# What `make book` needs, and on top of it what tests and development need.
setup: $(STAMP)
dev: $(DEV)

$(STAMP): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --requirement requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	$(IMPORT)
	touch $@

$(DEV): requirements-dev.txt $(STAMP)
	$(PIP) --requirement requirements-dev.txt
	touch $@

book: setup
	$(BIN)/thesisbook build --all --lang all $(if $(ADDRESS),--address $(ADDRESS))

test: dev
	$(BIN)/python -m pytest -m "not soak" -n 3 --dist worksteal

soak: dev
	$(BIN)/python -m pytest --hypothesis-profile soak

# Faults put into data, prose and outputs, and into the package: what of them is refused.
gates: dev book
	$(BIN)/python tests/gates/catalogue.py --each 40
	$(BIN)/python tests/gates/report.py

mutate: dev
	$(BIN)/python tests/gates/mutate.py
	$(BIN)/python tests/gates/report.py

pictures: dev
	$(BIN)/python tests/exhibits/renew_pictures.py
	$(BIN)/python tests/renew_docs.py

# The page's scripts by tsc and node; where one is not installed, it says so.
lint: dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	$(BIN)/python -m pytest -q -rs -k pass_a_checker tests/outputs/test_whatif_page.py

bench: dev
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

reproduce: setup
	$(BIN)/thesisbook reproduce

serve: setup
	$(BIN)/thesisbook serve

lock: dev
	$(LOCK) --output-file requirements.txt
	$(LOCK) --extra cluster --extra test --constraint requirements.txt --output-file requirements-dev.txt

clean:
	rm -rf _build book/chapters
