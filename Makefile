# Centroid. Each target is one thing that a user would type; CI types the same.
# Everything is built once, in release: debug numerics are too slow for real networks.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BUILD := swift build -c release
# SwiftPM keeps a manifest it has read, git facts included, until its environment changes: so they go through it.
export CENTROID_COMMIT := $(shell git describe --always --abbrev=40 --dirty=+ --exclude '*' 2>/dev/null)

.PHONY: help bootstrap openfhe build demo test chaos lint format bench clean

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap: ## Install the system packages that the build needs (apt, idempotent)
	@scripts/bootstrap

openfhe: ## Install OpenFHE for encrypted checks into .deps (OPENFHE_PREFIX: use a machine's own)
	@scripts/openfhe

build: bootstrap ## Build the centroid command (.build/release/centroid)
	@$(BUILD) --product centroid

demo: build ## Run the main job on a real network, encrypted at the end where OpenFHE can be had, and show its result tables
	@scripts/openfhe --optional
	@scripts/demo

test: bootstrap ## Build everything and run all tests, encrypted ones too where OpenFHE can be had
	@scripts/openfhe --optional
	@$(BUILD) --build-tests
	@swift test -c release --skip-build --parallel

chaos: bootstrap ## Kill workers 200 times (CENTROID_CHAOS_KILLS) and compare with an undisturbed run
	@$(BUILD) --build-tests
	@CENTROID_CHAOS_KILLS=$${CENTROID_CHAOS_KILLS:-200} swift test -c release --skip-build --filter ChaosTests

lint: ## Check the format of all Swift sources
	@swift format lint --strict --recursive Sources Tests Benchmarks migrations Package.swift

format: ## Format all Swift sources in place
	@swift format --in-place --recursive Sources Tests Benchmarks migrations Package.swift

bench: build ## Measure the hot paths beside their peers (installs the peers into .deps)
	@Benchmarks/run

clean: ## Remove build products
	@rm -rf .build .deps
