# shellcheck shell=bash
# The private Redis. Sourced by servers.sh, which documents `home`, `servers` and `sockets`.

redis_url() { printf 'unix://%s/redis.sock' "$sockets"; }

# A cache and locks: nothing in it needs to survive, so nothing is saved.
redis_settings() {
    cat <<SETTINGS
# Written by the scripts at each start; edit scripts/lib/redis.sh instead.
port 0
unixsocket $sockets/redis.sock
unixsocketperm 700
daemonize yes
pidfile redis.pid
logfile ../redis.log
save ""
appendonly no
maxmemory 256mb
maxmemory-policy volatile-lru
SETTINGS
}

redis_pid() {
    local pid
    { read -r pid <"$servers/redis/redis.pid"; } 2>/dev/null || return 1
    runs_in "$pid" "$servers/redis" && printf '%s' "$pid"
}

redis_serves() { [[ -S $sockets/redis.sock ]] && redis_pid >/dev/null; }

redis_answers() { [[ $(as_server redis-cli -s "$sockets/redis.sock" PING 2>/dev/null) == PONG ]]; }

start_redis() {
    if redis_serves; then return 0; fi
    stop_redis
    as_server mkdir -p -m 700 redis
    redis_settings | as_server tee redis/redis.conf >/dev/null
    as_server rm -f redis.log
    as_server env --chdir=redis redis-server redis.conf >/dev/null || fail "Redis does not start"
    for _ in {1..100}; do
        if redis_serves && redis_answers; then return 0; fi
        sleep 0.05
    done
    tail -n 20 "$servers/redis.log" >&2 || true
    fail "Redis does not answer; its log: $servers/redis.log"
}

stop_redis() {
    local pid
    pid=$(redis_pid) || return 0
    kill -TERM "$pid"
    for _ in {1..200}; do
        # The process, not its pid file: that goes before the socket does.
        runs_in "$pid" "$servers/redis" || return 0
        sleep 0.05
    done
    kill -KILL "$pid"
    rm -f "$sockets/redis.sock"
}
