# shellcheck shell=bash
# A private PostgreSQL and Redis in a directory of their own ("home"). Sourced after common.sh.
#
#   HOME/servers          data, settings and logs of the servers; belongs to the account that runs them, closed to others
#   HOME/sockets          symbolic link to the directory of their Unix sockets, closed to others as well
#   HOME/transition.lock  held while servers are started or stopped
#   HOME/users.lock       held, shared, by every script that uses the servers: the last one to leave stops them

# shellcheck source=scripts/lib/postgres.sh
source "$root/scripts/lib/postgres.sh"
# shellcheck source=scripts/lib/redis.sh
source "$root/scripts/lib/redis.sh"

# Descriptors of the two locks, once open.
transition='' users=''

# runs_in PID DIRECTORY: whether a process has this working directory. A number from an old pid file may meanwhile
# belong to any process; both servers work in their data directory.
runs_in() { [[ -n ${1:-} && /proc/$1/cwd -ef $2 ]]; }

# as_server COMMAND…: runs a command as the account of the servers, in their directory, without our locks.
as_server() (
    cd "$servers" || exit
    for lock in "${held_locks[@]}"; do exec {lock}>&-; done
    local identity=()
    if ((EUID != server_uid)); then
        identity=(setpriv "--reuid=$server_uid" "--regid=$server_gid" --clear-groups)
    fi
    exec "${identity[@]}" env HOME=/ LC_ALL=C.UTF-8 "$@"
)

# Neither server runs as root; the account that the package makes for PostgreSQL serves both then.
make_servers_as_root() {
    local account=postgres made
    if setpriv --reuid=$account --regid=$account --clear-groups test -x "$home"; then
        made=$(mktemp -d "$home/servers.XXXXXX")
        chown $account: "$made"
        mv -T "$made" "$home/servers"
    else
        # A clone under /root, say: that account cannot pass through, so the servers live elsewhere.
        [[ -d /var/lib/segue ]] || mkdir -m 711 /var/lib/segue
        made=$(mktemp -d /var/lib/segue/XXXXXXXX)
        chown $account: "$made"
        ln -sfnT "$made" "$home/servers"
    fi
}

# The path of a socket has at most 107 bytes, and stands in a connection string where other characters need quoting.
fits_socket() (
    LC_ALL=C
    [[ ${#1} -le 80 && $1 =~ ^[A-Za-z0-9/._-]+$ ]]
)

is_private() { [[ -d $1 && ! -L $1 && $(stat -c '%u %a' "$1") == "$server_uid 700" ]]; }

choose_sockets() {
    sockets=$servers/sockets
    if fits_socket "$sockets"; then
        [[ -d $sockets ]] || as_server mkdir -m 700 sockets
    else
        sockets=$(readlink "$home/sockets") || sockets=
        # The link back tells whether the directory is ours: a copied clone brings the record of another's.
        if ! is_private "$sockets" || ! [[ $sockets/servers -ef $servers ]]; then
            sockets=$(as_server mktemp -d /tmp/segue.XXXXXX)
            as_server ln -s "$servers" "$sockets/servers"
        fi
    fi
    [[ $(readlink "$home/sockets") == "$sockets" ]] || ln -sfnT "$sockets" "$home/sockets"
}

# open_home DIRECTORY: makes the directories if they are missing; sets home, servers, sockets and the servers' account.
open_home() {
    home=$1
    require_own "$home"
    [[ -d $home ]] || mkdir -m 700 "$home"
    if ((EUID == 0)); then
        # The account of the servers must be able to pass through.
        chmod 711 "$home"
        [[ -e $home/servers ]] || make_servers_as_root
    else
        [[ -e $home/servers ]] || mkdir -m 700 "$home/servers"
    fi
    servers=$(readlink -f "$home/servers")
    read -r server_uid server_gid < <(stat -c '%u %g' "$servers")
    choose_sockets
}

# join_servers: starts those servers that the environment does not name, or joins running ones, and exports their URLs.
join_servers() {
    if [[ -n ${DATABASE_URL:-} && -n ${REDIS_URL:-} ]]; then return; fi
    open_lock transition "$home/transition.lock"
    open_lock users "$home/users.lock"
    flock "$transition"
    flock -s "$users"
    [[ -n ${DATABASE_URL:-} ]] || start_postgres
    [[ -n ${REDIS_URL:-} ]] || start_redis
    flock -u "$transition"
    export DATABASE_URL=${DATABASE_URL:-$(postgres_url)} REDIS_URL=${REDIS_URL:-$(redis_url)}
}

stop_servers() {
    stop_postgres
    stop_redis
    [[ $sockets == "$servers"/* ]] || rm -rf "$sockets"
}

# leave_servers: gives up our share; the last one stops the servers, for others it fails. Nothing to do where none was
# joined.
leave_servers() {
    [[ -n $users ]] || return 0
    flock "$transition"
    flock -u "$users"
    local last=yes
    flock -n "$users" || last=no
    [[ $last == no ]] || stop_servers
    flock -u "$users"
    flock -u "$transition"
    [[ $last == yes ]]
}
