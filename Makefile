# make run   starts the bot (Telegram with BOT_TOKEN set, else the sandbox in your browser)
# make test  runs everything: tests, types, style, import rules, the directory check
# Paths are relative throughout, so that a folder with spaces in its name works too.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3 python; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
IN_VENV := .venv/bin/python

.PHONY: run chat test check book canary safety planted faults bench sbom clean

run: .venv/.runs
	$(IN_VENV) -m bot run

chat: .venv/.runs
	$(IN_VENV) -m bot chat

test: .venv/.tests
	$(IN_VENV) -m pytest -n auto

check: .venv/.runs
	$(IN_VENV) -m bot directory check

# Forty conversations with the bot as it is, for a counselor to read: docs/conversations.md.
book: .venv/.tests
	$(IN_VENV) -m tests.read_aloud

# What is written nowhere: the real bot, everything a canary, everything failing, then every byte searched.
canary: .venv/.tests
	$(IN_VENV) -m tests.canary

# Each safety requirement, the tests that hold it, and how they ended.
safety: .venv/.tests
	$(IN_VENV) -m tests.safety

# Each safety requirement broken on purpose, to see its tests fail. Minutes.
planted: .venv/.tests
	$(IN_VENV) -m tests.safety --planted-faults

# The real bot and everything around it failing: what was done, what must hold, what came out. Writes
# docs/reliability.md. Some minutes.
faults: .venv/.tests
	$(IN_VENV) -m tests.faults

# Every benchmark of speed in turn, then a page of charts: build/bench/index.html. An hour on a quiet machine.
bench: .venv/.tests
	$(IN_VENV) -m pip install --quiet --disable-pip-version-check -e ".[bench]"
	$(IN_VENV) benchmarks/bot_loop.py
	$(IN_VENV) benchmarks/one_answer.py
	$(IN_VENV) benchmarks/start.py
	$(IN_VENV) benchmarks/store.py
	$(IN_VENV) benchmarks/growth.py
	$(IN_VENV) benchmarks/understanding.py
	$(IN_VENV) benchmarks/match.py
	$(IN_VENV) benchmarks/load.py
	$(IN_VENV) benchmarks/page.py

# What a deployment is made of, as a CycloneDX list: build/marigold.cdx.json. Made from what the pins really install.
sbom: build/marigold.cdx.json

build/marigold.cdx.json: deploy/requirements.txt deploy/sbom-requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Marigold needs Python 3.11 or newer." >&2; exit 2; }
	rm -rf build/sbom-tool build/deployed && mkdir -p build
	$(PYTHON) -m venv build/sbom-tool
	$(PYTHON) -m venv --without-pip build/deployed
	build/sbom-tool/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r deploy/sbom-requirements.txt
	build/sbom-tool/bin/python -m pip --python build/deployed/bin/python install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r deploy/requirements.txt
	build/sbom-tool/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --output-reproducible --output-format JSON --output-file $@ build/deployed/bin/python

clean:
	rm -rf build .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Marigold needs Python 3.11 or newer. Install it (for example: sudo apt install python3 python3-venv), then try again." >&2; exit 2; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python could not make a virtual environment. On Debian or Ubuntu: sudo apt install python3-venv. Then try again." >&2; exit 2; }

.venv/.runs: pyproject.toml | .venv/bin/python
	$(IN_VENV) -m pip install --quiet --disable-pip-version-check --editable .
	@touch .venv/.runs

.venv/.tests: pyproject.toml | .venv/bin/python
	$(IN_VENV) -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch .venv/.runs .venv/.tests
