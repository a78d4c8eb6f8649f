# shellcheck shell=bash
# The private PostgreSQL. Sourced by servers.sh, which documents `home`, `servers` and `sockets`.

postgres_bin=/usr/lib/postgresql/15/bin

# `off` trades durability for speed, for data that is thrown away.
postgres_durability=on

postgres_url() { printf 'host=%s port=5432 user=segue dbname=segue' "$sockets"; }

# The whole of the server's settings; the file is written anew at each start.
postgres_settings() {
    cat <<SETTINGS
# Written by the scripts at each start; edit scripts/lib/postgres.sh instead.
listen_addresses = ''
port = 5432
unix_socket_directories = '$sockets'
unix_socket_permissions = 0700
max_connections = 200
fsync = $postgres_durability
synchronous_commit = $postgres_durability
full_page_writes = $postgres_durability
# Bulk loads: large batches between checkpoints, index builds in memory.
shared_buffers = 512MB
maintenance_work_mem = 256MB
work_mem = 16MB
max_wal_size = 4GB
checkpoint_timeout = 15min
# Index builds write whole pages: lz4 packs them ten times as fast as the default.
wal_compression = lz4
# Nothing is replicated; an index that a transaction makes is then written once instead of twice.
wal_level = minimal
max_wal_senders = 0
random_page_cost = 1.1
# Containers often have 64 MB of /dev/shm: parallel queries take from this first.
min_dynamic_shared_memory = 64MB
log_line_prefix = '%m [%p] '
SETTINGS
}

# Prints the number in postmaster.pid when that process is this server, whatever its state.
postgres_pid() {
    local pid
    { read -r pid <"$servers/postgres/postmaster.pid"; } 2>/dev/null || return 1
    runs_in "$pid" "$servers/postgres" && printf '%s' "$pid"
}

postgres_serves() {
    [[ -S $sockets/.s.PGSQL.5432 ]] && postgres_pid >/dev/null || return 1
    local lines
    mapfile -t lines <"$servers/postgres/postmaster.pid"
    [[ ${lines[7]:-} == ready* ]]
}

# In a temporary name until it is complete, so that an interrupted creation leaves nothing half made.
create_cluster() {
    say "creating the PostgreSQL cluster"
    as_server rm -rf postgres.new
    as_server "$postgres_bin/initdb" -D postgres.new -U segue -E UTF8 --locale=C.UTF-8 --auth-local=trust \
        --auth-host=reject --no-instructions >/dev/null || fail "initdb failed"
    as_server "$postgres_bin/postgres" --single -D postgres.new -c log_checkpoints=off postgres <<<'CREATE DATABASE segue' >/dev/null ||
        fail "the database could not be created"
    as_server mv postgres.new postgres
}

# PostgreSQL removes a pid file whose process is gone, but not one whose number another process got after a reboot.
drop_stale_postmaster_pid() {
    if ! postgres_pid >/dev/null; then rm -f "$servers/postgres/postmaster.pid"; fi
}

start_postgres() {
    if postgres_serves; then return 0; fi
    [[ -x $postgres_bin/postgres ]] || fail "$postgres_bin/postgres is missing: install the package postgresql-15"
    [[ -d $servers/postgres ]] || create_cluster
    # Alive without its socket, or left in the middle of a start or stop.
    stop_postgres
    drop_stale_postmaster_pid
    postgres_settings | as_server tee postgres/postgresql.conf >/dev/null
    if [[ -f $servers/postgres.log ]]; then as_server mv postgres.log postgres.log.1; fi
    local attempt
    # Children of a killed server hold its shared memory for a moment.
    for attempt in 1 2 3 4 5; do
        # The directory in the environment: pg_ctl would pass an argument through a shell.
        if as_server PGDATA="$servers/postgres" "$postgres_bin/pg_ctl" start -s -w -t 300 -l postgres.log; then return 0; fi
        grep -q 'pre-existing shared memory' "$servers/postgres.log" || break
        sleep "$attempt"
    done
    tail -n 20 "$servers/postgres.log" >&2 || true
    fail "PostgreSQL does not start; its log: $servers/postgres.log"
}

stop_postgres() {
    postgres_pid >/dev/null || return 0
    local mode
    # Inside a trap, a bare `return` would return the status from before the trap.
    for mode in fast immediate; do
        if as_server PGDATA="$servers/postgres" "$postgres_bin/pg_ctl" stop -s -w -t 60 -m $mode; then return 0; fi
    done
    fail "PostgreSQL (process $(postgres_pid)) does not stop"
}
