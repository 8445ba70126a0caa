# Clientela. Plain `make` lists what can be done.
#
# Everything works from any folder (`make -C FOLDER`), as root and as an ordinary user, and needs only Python 3.11 or
# newer: the first target that needs it makes .venv, later ones find it made.

.DEFAULT_GOAL := help
# This folder, also when called with -f from elsewhere, and when its name has spaces.
HERE := $(shell cd "$$(dirname "$(strip $(MAKEFILE_LIST))")" && pwd)
IN := cd "$(HERE)" &&
BIN := .venv/bin
# One after the other: the targets share an environment and a database.
.NOTPARALLEL:

.PHONY: help run test check journeys spark bench storm intake fuzz vendor lock demo-reset clean

help: ## list what can be done
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1 \2/p' "$(HERE)/Makefile" | while read -r name what; do \
	printf 'make %-11s %s\n' "$$name" "$$what"; done
	@printf '\nSettings: %s lists them. Commands: %s.\n' '`$(BIN)/clientela check-setup`' '`$(BIN)/clientela --help`'

run: ## start everything: PostgreSQL, pages, worker, mail receiver; Ctrl-C stops it
	@$(IN) tools/environment run && exec $(BIN)/clientela run --end-with-parent

test: check ## everything that must hold: check, then all tests; pytest's closing line comes last
	@$(IN) tools/browser
	@$(IN) tools/mail-servers
	@$(IN) tools/spark
	@$(IN) $(BIN)/python -m pytest -n 2 tests

check: ## the rules a machine reads: style, types, who may import whom
	@$(IN) tools/environment dev
	@$(IN) $(BIN)/ruff check --quiet .
	@$(IN) $(BIN)/ruff format --check --quiet .
	@$(IN) $(BIN)/python -m mypy --no-error-summary
	@$(IN) said=$$($(BIN)/lint-imports 2>&1) || { printf '%s\n' "$$said"; exit 1; }

journeys: ## only the stories in a real browser
	@$(IN) tools/environment dev && tools/browser && $(BIN)/python -m pytest -m journey tests/journeys

spark: ## compute every measure on a real Spark cluster and on DuckDB, and compare row by row; needs Java 17
	@$(IN) tools/environment dev && tools/spark --required && $(BIN)/python -m pytest tests/spark

bench: ## measure speed and memory and print ratios; never fails on time
	@$(IN) tools/environment dev && $(BIN)/python -m tests.bench

storm: ## hand over ten thousand mails while receiver, worker and PostgreSQL are killed; tell what was lost
	@$(IN) tools/environment dev && $(BIN)/python -m tests.bench storm $(OPTIONS)

intake: ## measure how fast mail is taken in and understood, also with a million messages stored
	@$(IN) tools/environment dev && $(BIN)/python -m tests.bench intake $(OPTIONS)

fuzz: ## spoil mails at random for ten minutes, read them, and keep those that take too much time or memory
	@$(IN) tools/environment dev && $(BIN)/python -m tests.bench.fuzz $(OPTIONS)

vendor: ## fetch the browser libraries again, as tools/vendor/vendor.json pins them
	@$(IN) tools/environment dev && $(BIN)/python tools/vendor/refresh.py

lock: ## choose the newest packages that fit and write the lock files
	@$(IN) tools/environment dev && tools/lock

demo-reset: ## empty the database and fill it with the demonstration again
	@$(IN) tools/environment run && $(BIN)/clientela demo reset

clean: ## remove what can be made again (.venv, caches); your data stays
	@$(IN) rm -rf .venv .spark .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
	@$(IN) find clientela tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	@$(IN) find clientela -name '*.mo' -delete
