# make demo and make test do all the set-up on a fresh Debian machine; elsewhere they say what to install.
PYTHON ?= python3
BIN := .venv/bin
NATIVE := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core fonts-noto-color-emoji fonts-ipafont-gothic
TEST_NATIVE := chromium poppler-utils qpdf exim4-daemon-light nginx-light openssh-server openssl strace

.PHONY: demo test soak bench look audit lint types native test-native clean

demo: .venv/demo native  ## the demo agency: two clients, a live campaign, monthly reports
	$(BIN)/bilan build
	@echo
	@echo "The demo is built. Look at:"
	@echo "  output/index.html                            the agency"
	@echo "  output/novea/novacardz/index.html            the campaign #NovaCardz"
	@echo "  output/novea/room/index.html                 the client's room, with its reports"
	@echo "  output/novea/room/monthly-2026-09-draft.pdf  the report of September 2026"
	@echo "or run: $(BIN)/bilan serve --open"

test: .venv/test native test-native  ## every test
	$(BIN)/python -m pytest -n 3 --dist loadfile

soak: .venv/test native  ## long campaigns: 2,000 random edits, a build and a publishing killed at each of their changes, a memory damaged in 60 ways, exports of 290 MB, 10,000 messages with faults
	BILAN_SOAK=2000 $(BIN)/python -m pytest -n auto tests/test_oracle.py tests/test_crash.py tests/test_publish_killed.py tests/test_publish_sftp.py tests/test_publish_s3.py tests/test_mail.py tests/exports/test_exports_large.py

bench: .venv/test native  ## measures, and writes bench/RESULTS.md
	$(BIN)/python -m bench

look: .venv/test native test-native  ## contact sheets of every type of page, in .bench/look/
	$(BIN)/python -m bench.look

audit: .venv/test native test-native  ## Lighthouse on pages of the demo, into bench/RESULTS.md
	$(BIN)/python -m bench audit

lint: .venv/test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/test
	$(BIN)/mypy

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || sh .ci/install-native.sh python3-venv python3-dev
	$(PYTHON) -m venv .venv

.venv/demo: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/test: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@ .venv/demo

native:
	@sh .ci/install-native.sh $(NATIVE)

test-native:
	@sh .ci/install-native.sh $(TEST_NATIVE)
	@command -v java >/dev/null || sh .ci/install-native.sh default-jre-headless
	@command -v npm >/dev/null || sh .ci/install-native.sh nodejs npm

clean:
	rm -rf .venv .bilan
