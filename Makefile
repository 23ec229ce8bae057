# Everything one does here is a target; `make help` lists them. POSIX make and sh.
.POSIX:
.SUFFIXES:

SWIFT = swift
PREFIX = /usr/local
DESTDIR =
SHARE = $(PREFIX)/share
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
	    'make install [PREFIX=…] put binary, themes, keymaps, manual page and completions there (PREFIX=/usr/local)' \
    'make uninstall          take them away again' \
	    'make lint              check the format of all sources' \
	    'make format            correct it' \
	    'make tidy              run the checks of imports, sizes and banned calls only' \
	    'make docs              write docs/settings.md and docs/columns.md from their tables' \
	    'make pictures          draw the pictures of README and the docs anew (docs/pictures.txt lists them)' \
	    'make pictures-check    say which of them are not what the program draws now' \
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

# From the build of the tests, which is there already; a picture is the same from any build.
pictures: fetch
	$(SWIFT) build --product tradeul
	.build/debug/tradeul screenshot --all docs/pictures.txt --into docs/pictures

pictures-check: fetch
	$(SWIFT) build --product tradeul
	.build/debug/tradeul screenshot --all docs/pictures.txt --into docs/pictures --check

golden-update: fetch
	UPDATE_GOLDEN=1 $(SWIFT) test --disable-xctest --filter DashboardTests

# Standard output carries the JSON object alone.
bench: fetch
	@$(SWIFT) build $(RELEASE) --product tradeul >&2
	@$(SWIFT) build $(RELEASE) --product TradeulBench >&2
	@.build/release/TradeulBench

install: build
	mkdir -p '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(SHARE)/tradeul/themes' '$(DESTDIR)$(SHARE)/tradeul/keymaps' \
	    '$(DESTDIR)$(SHARE)/man/man1' '$(DESTDIR)$(SHARE)/bash-completion/completions' \
	    '$(DESTDIR)$(SHARE)/zsh/site-functions' '$(DESTDIR)$(SHARE)/fish/vendor_completions.d'
	cp .build/release/tradeul '$(DESTDIR)$(PREFIX)/bin/tradeul'
	chmod 755 '$(DESTDIR)$(PREFIX)/bin/tradeul'
	cp themes/*.toml '$(DESTDIR)$(SHARE)/tradeul/themes/'
	cp keymaps/*.toml '$(DESTDIR)$(SHARE)/tradeul/keymaps/'
	cp docs/tradeul.1 '$(DESTDIR)$(SHARE)/man/man1/'
	.build/release/tradeul --generate-completion-script bash \
	    > '$(DESTDIR)$(SHARE)/bash-completion/completions/tradeul'
	.build/release/tradeul --generate-completion-script zsh > '$(DESTDIR)$(SHARE)/zsh/site-functions/_tradeul'
	.build/release/tradeul --generate-completion-script fish > '$(DESTDIR)$(SHARE)/fish/vendor_completions.d/tradeul.fish'

uninstall:
	rm -f '$(DESTDIR)$(PREFIX)/bin/tradeul' '$(DESTDIR)$(SHARE)/man/man1/tradeul.1' \
	    '$(DESTDIR)$(SHARE)/bash-completion/completions/tradeul' '$(DESTDIR)$(SHARE)/zsh/site-functions/_tradeul' \
	    '$(DESTDIR)$(SHARE)/fish/vendor_completions.d/tradeul.fish'
	rm -rf '$(DESTDIR)$(SHARE)/tradeul'

.PHONY: help deps fetch build demo test tidy lint format docs pictures pictures-check golden-update bench install uninstall
