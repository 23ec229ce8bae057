#!/bin/sh
# Installs the Debian packages of scripts/packages.txt that are missing, and only those; asks nothing.
# Then checks that Swift is there and new enough. Says what is wrong and what to do where it cannot go on.
set -eu
cd "$(dirname "$0")"

say() { printf 'deps: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

list_all() { sed -e 's/#.*//' -e 's/[[:space:]].*//' -e '/^$/d' packages.txt; }

install_missing() {
    command -v dpkg-query >/dev/null 2>&1 ||
        fail "this is no Debian (dpkg-query is missing). Install what scripts/packages.txt lists by your system's own means," \
            "then run make with DEPS=skip."
    missing=
    for name in $(list_all); do
        is_installed "$name" || missing="$missing $name"
    done
    [ -n "$missing" ] || return 0

    say "missing:$missing"
    command -v apt-get >/dev/null 2>&1 || fail "apt-get is missing; install these packages by hand, then try again."
    root=
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null 2>&1 ||
            fail "installing needs root and there is no sudo. As root: apt-get install --no-install-recommends$missing"
        # Without a terminal nobody could type a password, so sudo must not wait for one.
        if [ -t 0 ]; then root=sudo; else root='sudo -n'; fi
        $root true || fail "sudo refuses. As root: apt-get install --no-install-recommends$missing"
    fi
    apt="$root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300"
    $apt update >&2 || fail "apt-get update failed: no network, or a package source is wrong (see above)."
    # shellcheck disable=SC2086 -- the lists are words
    $apt install --no-install-recommends $missing >&2 ||
        fail "apt-get install failed (see above). On another release than Debian 12 the names may differ: scripts/packages.txt."
    for name in $missing; do
        is_installed "$name" || fail "$name is still not installed (see above)."
    done
}

check_swift() {
    where='Swift 6.3 for Debian 12: https://www.swift.org/install/linux'
    command -v swift >/dev/null 2>&1 || fail "there is no swift in PATH. Install $where"
    words=$(swift --version 2>&1) || fail "swift does not run: $words. Install $where"
    version=$(printf '%s\n' "$words" | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
    [ -n "$version" ] || fail "swift --version says nothing usable: $words"
    major=${version% *}
    minor=${version#* }
    if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 3 ]; }; then
        fail "Swift $major.$minor is too old. Install $where"
    fi
}

# Package names only, for other scripts.
if [ "${1:-}" = --list ]; then
    list_all
    exit 0
fi
[ "${DEPS:-}" = skip ] || install_missing
check_swift
