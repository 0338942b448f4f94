# Every command a developer needs; `make` lists them.
.DEFAULT_GOAL := help
SERVICE := .venv/bin
ASSISTANT := .venv-assistant/bin
QUIET := RASA_TELEMETRY_ENABLED=false HF_HUB_OFFLINE=1 OMP_NUM_THREADS=1 TF_CPP_MIN_LOG_LEVEL=3 SQLALCHEMY_SILENCE_UBER_WARNING=1
RASA := $(QUIET) $(ASSISTANT)/python -m bot.rasa_cli

.PHONY: help install lint format types imports validate train test test-service test-assistant test-kb test-bot test-stories test-contracts fuzz figures test-e2e up check bench-turns bench-worker bench-kb bench-nlu bench-sla bench-desk screenshots

help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

install: ## Install both environments from the lock file
	uv sync --frozen
	$(SERVICE)/python -c "from hub.prepare import sync_assistant; sync_assistant(print)"

lint: ## Check format and style
	$(SERVICE)/ruff format --check .
	$(SERVICE)/ruff check .

format: ## Put files into shape
	$(SERVICE)/ruff check --fix-only .
	$(SERVICE)/ruff format .

types: ## mypy strict, once per environment
	$(SERVICE)/mypy kit conversations exchange escalation hub tests/kit tests/conversations tests/exchange tests/escalation tests/hub tests/contracts tests/fakes
	$(ASSISTANT)/mypy kit kb_index bot actions

imports: ## Check who imports whom
	$(SERVICE)/lint-imports

validate: ## Check Rasa's data and domain, and every article
	$(RASA) data validate --quiet --fail-on-warnings
	$(SERVICE)/pharos kb check

train: ## Build the index and train the model, when stale
	$(SERVICE)/python -c "from hub.prepare import prepare; from hub.settings import Settings; prepare(Settings(), print)"

test: train test-service test-assistant test-contracts test-e2e ## All tests, both environments, and the whole in a browser

test-service: ## The service's tests on SQLite and PostgreSQL
	$(SERVICE)/pytest -n auto --dist loadfile tests --ignore=tests/e2e --ignore=tests/kb_index --ignore=tests/bot --ignore=tests/actions

test-assistant: train ## The assistant's tests, two at a time
	$(MAKE) --no-print-directory -j2 --output-sync=target test-kb test-stories test-bot

test-kb: ## The index's tests, in a process of their own, where torch may load
	$(QUIET) $(ASSISTANT)/pytest tests/kb_index

test-bot: ## The tests of worker, actions and kit
	$(QUIET) $(ASSISTANT)/pytest tests/kit tests/bot tests/actions

test-stories: train ## The test conversations through the trained model, by Rasa's own test
	$(RASA) test core --e2e --stories tests/test_stories.yml --model var/models/$$(cat var/models/current) \
		--out var/test-stories --no-plot --quiet --fail-on-prediction-errors

test-contracts: train ## The wire's contract against a real worker
	$(SERVICE)/python -m tests.contracts

fuzz: train ## The contract with 10,000 made-up messages
	PHAROS_FUZZ_EXAMPLES=10000 $(SERVICE)/python -m tests.contracts -k fuzz

figures: ## The figures that take long: 2,000 Telegram updates, 1,000 raced tickets, 10,000 ticket logs
	PHAROS_TEST_WHOLE=1 $(SERVICE)/pytest tests/hub/telegram/test_many_updates.py tests/escalation/test_claims.py
	$(SERVICE)/python -m bench.sla 10000

test-e2e: train ## The running whole in headless Chromium, and each process killed
	$(SERVICE)/pytest tests/e2e

up: ## Run everything
	$(SERVICE)/pharos up

bench-turns: train ## Time turns through the customer API, one and eight conversations at once
	$(SERVICE)/python -m bench.turns

bench-worker: train ## Time turns inside the worker, fresh and in conversations of 200 turns
	$(SERVICE)/python -m bench.worker

bench-kb: train ## Time the knowledge search on the real articles and over a million passages
	$(QUIET) $(ASSISTANT)/python -m bench.kb_speed

bench-nlu: train ## Train and time our pipeline beside DIET + TED of a Rasa starter bot (some ten minutes)
	$(QUIET) $(ASSISTANT)/python -m bench.nlu

.PHONY: widget-size
widget-size: ## What the bubble weighs on the line; fails when it is more than promised
	$(SERVICE)/python -m bench.widget_size

.PHONY: bench-widget
bench-widget: ## Time the bubble in Chromium: click to panel, Enter to message
	$(SERVICE)/python -m bench.widget_paint

bench-sla: ## Hold the clocks of random tickets against a minute-by-minute model (10,000 histories)
	$(SERVICE)/python -m bench.sla

bench-desk: ## Time lists, search, tickets and replies with 1,000 to 100,000 tickets, in both stores (half an hour)
	$(SERVICE)/python -m bench.desk

screenshots: train ## Take the pictures of the README anew
	$(SERVICE)/python -m bench.screenshots

check: lint types imports validate test ## What CI runs
