# `make` lists the targets. Each does the set-up it needs by itself.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.PHONY: help setup run test soak bench console fmt lint deny doctor release clean

help: ## lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## installs what is missing on this machine (Postgres binaries, Node, a JDK, Chromium, a C compiler)
	@scripts/setup.sh

run: ## builds, starts the server with its own Postgres and an invented county, plays the first loop, stays up
	@scripts/run.sh

test: ## everything that must hold: format, lints, tests, bindings, browser, documentation; PARTS="cargo e2e" for some
	@scripts/test.sh $(PARTS)

soak: ## the long runs: a thousand kills and broken requests; writes docs/soak.md
	@scripts/soak.sh

bench: ## measures the release build into target/bench/
	@scripts/bench.sh

console: ## builds the web console into backend/console/dist
	@scripts/console.sh build

fmt: ## formats Rust and TypeScript
	@cargo fmt --all
	@. scripts/env.sh && cd backend/console && npm run format

lint: ## format check and lints, warnings as errors
	@scripts/test.sh setup format console clippy

deny: ## licences, banned crates and advisories (needs cargo-deny)
	@cargo deny check

doctor: ## says in plain words what this machine lacks
	@scripts/setup.sh --check && cargo run --quiet --locked -p hejie-server -- doctor

release: console ## the optimised server, target/release/hejie
	@cargo build --release --locked -p hejie-server

clean: ## removes what was built; keeps ./hejie-data
	@cargo clean
	@rm -rf backend/console/dist backend/console/node_modules
