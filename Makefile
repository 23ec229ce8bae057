# Everything one does here is a target; `make help` lists them. POSIX make and sh.
.POSIX:
.SUFFIXES:

SWIFT = swift
PREFIX = /usr/local
DESTDIR =
# Options of `make demo`: make demo ARGS="--seed 7 --speed 10"
ARGS =
# One binary that needs no Swift on the machine it runs on.
RELEASE = --configuration release --static-swift-stdlib

# The first target: plain `make` explains itself.
help:
	@printf '%s\n' \
	    'make demo [ARGS=…]     install what is missing, build, open the dashboard on a simulated market' \
	    'make test              install what is missing, build and run every test' \
	    'make deps              install the missing Debian packages, check Swift (DEPS=skip: only the check)' \
	    'make build             release build: .build/release/tradeul' \
	    'make install [PREFIX=…] put that binary into PREFIX/bin (PREFIX=/usr/local)' \
	    'make lint              check the format of all sources' \
	    'make format            correct it' \
	    'make tidy              run the checks of imports, sizes and banned calls only' \
	    'make docs              write docs/settings.md and docs/columns.md from their tables' \
	    'make golden-update     write the expected screens of the tests anew' \
	    'make bench             measure; prints one JSON object'

deps:
	@sh scripts/deps.sh

# Fetching is the one step that needs the network; say so when it fails.
fetch: deps
	@[ -f .build/workspace-state.json ] || $(SWIFT) package resolve || { \
	    echo 'make: the Swift packages could not be fetched: is the network there, and github.com reachable?' >&2; exit 1; }

build: fetch
	$(SWIFT) build $(RELEASE) --product tradeul

demo: build
	@exec .build/release/tradeul demo $(ARGS)

test: fetch
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest

tidy: fetch
	$(SWIFT) test --disable-xctest --filter ArchitectureTests

lint:
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

format:
	$(SWIFT) format --in-place --recursive Sources Tests Package.swift

docs: fetch
	$(SWIFT) build --product tradeul
	.build/debug/tradeul config keys --markdown > docs/settings.md.new
	mv docs/settings.md.new docs/settings.md
	.build/debug/tradeul columns --markdown > docs/columns.md.new
	mv docs/columns.md.new docs/columns.md

golden-update: fetch
	UPDATE_GOLDEN=1 $(SWIFT) test --disable-xctest --filter DashboardTests

# Standard output carries the JSON object alone.
bench: fetch
	@$(SWIFT) build $(RELEASE) --product tradeul >&2
	@$(SWIFT) build $(RELEASE) --product TradeulBench >&2
	@.build/release/TradeulBench

install: build
	mkdir -p '$(DESTDIR)$(PREFIX)/bin'
	cp .build/release/tradeul '$(DESTDIR)$(PREFIX)/bin/tradeul'
	chmod 755 '$(DESTDIR)$(PREFIX)/bin/tradeul'

.PHONY: help deps fetch build demo test tidy lint format docs golden-update bench install
