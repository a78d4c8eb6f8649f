# shellcheck shell=bash
# What every script uses: the clone's directory, messages, help. Sourced.

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf 'segue: %s\n' "$*" >&2; }

fail() {
    say "$@"
    exit 1
}

# Prints the comment at the head of the calling script.
show_help() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }

# Remembers the descriptors of locks, so that servers that outlive the script do not inherit them.
held_locks=()

# open_lock VARIABLE FILE: opens a lock file and stores the descriptor's number in VARIABLE.
open_lock() {
    local descriptor
    exec {descriptor}<>"$2"
    held_locks+=("$descriptor")
    printf -v "$1" %s "$descriptor"
}

# One directory serves one account: what root made, another user cannot continue.
require_own() {
    local path
    for path in "$@"; do
        [[ ! -e $path || -O $path || $EUID == 0 ]] ||
            fail "$path belongs to $(stat -c %U "$path"): run as that user, or remove it"
    done
}
