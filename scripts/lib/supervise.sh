# shellcheck shell=bash
# Running a program to its end, signals included. Sourced.

child=
pending_signal=

# A signal that the program gets in place of all others, where it cleans up after that one alone.
only_signal=

# A signal that comes before the child exists is delivered as soon as it does.
pass_on() {
    pending_signal=$1
    [[ -z $child ]] || kill "-${only_signal:-$1}" -- "$child_target" 2>/dev/null || true
}

# Returns the child's status; a trapped signal only interrupts the wait.
await_child() {
    local status=0
    wait "$child" || status=$?
    while kill -0 "$child" 2>/dev/null; do
        status=0
        wait "$child" || status=$?
    done
    status=0
    wait "$child" || status=$?
    return "$status"
}

# run_in_own_group COMMAND…: the program gets each signal once, from us, and the terminal's Ctrl-C reaches neither it nor
# the servers directly. Should this script be killed, the program is told to end.
run_in_own_group() {
    local signal
    for signal in INT TERM HUP; do
        # shellcheck disable=SC2064 # the name is wanted now
        trap "pass_on $signal" "$signal"
    done
    # Only under job control does a background process get a group of its own and the signals' defaults.
    set -m
    setpriv --pdeathsig "${only_signal:-TERM}" "$@" </dev/null &
    child=$! child_target=-$!
    set +m
    [[ -z $pending_signal ]] || pass_on "$pending_signal"
    await_child
}

# run_in_our_group COMMAND…: for programs that talk with the terminal; it sends them its Ctrl-C itself.
run_in_our_group() {
    trap : INT
    trap 'pass_on TERM' TERM HUP
    # A background process without job control would ignore interrupts.
    setpriv --pdeathsig TERM env --default-signal=INT,QUIT "$@" <&0 &
    child=$! child_target=$!
    [[ -z $pending_signal ]] || pass_on "$pending_signal"
    await_child
}

# at_end COMMAND…: runs the command when the script ends in any way, undisturbed by further signals.
at_end() {
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap 'exit 129' HUP
    # shellcheck disable=SC2064 # the command is wanted now
    trap "trap '' INT TERM HUP; $*" EXIT
}
