# shellcheck shell=bash
# From a bare Debian to a built Segue: the toolchain, the packages, the build. Sourced after common.sh.

# The binary that the scripts run; SEGUE_BINARY names one that was built elsewhere and skips the build.
segue_binary=${SEGUE_BINARY:-$root/.build/release/segue}

swift_minimum=6.2
swift_page=https://www.swift.org/install/linux/

require_swift() {
    command -v swift >/dev/null ||
        fail "the Swift toolchain ($swift_minimum or newer) is not on PATH; how to get it: $swift_page"
    local version
    version=$(swift --version 2>/dev/null) || version=
    # Where only the archive was unpacked, swift starts once its packages are there; the build will tell otherwise.
    [[ $version =~ Swift\ version\ ([0-9]+\.[0-9]+) ]] || return 0
    local oldest
    oldest=$(printf '%s\n' "$swift_minimum" "${BASH_REMATCH[1]}" | sort -V | head -n 1)
    [[ $oldest == "$swift_minimum" ]] ||
        fail "Swift ${BASH_REMATCH[1]} is too old, $swift_minimum or newer is needed; how to get it: $swift_page"
}

listed_packages() { sed 's/#.*//' "$root/scripts/packages" | xargs; }

# missing_packages NAME…: prints those of the packages that are not installed.
missing_packages() {
    local installed name
    # dpkg-query fails as soon as one name is unknown to it, which is the case that we look for.
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    for name in "$@"; do
        [[ $'\n'$installed$'\n' == *$'\n'"installed $name"$'\n'* ]] || printf '%s\n' "$name"
    done
}

can_use_sudo() {
    command -v sudo >/dev/null || return 1
    # Either sudo asks for nothing, or there is a person to ask.
    sudo -n true 2>/dev/null || [[ -t 0 && -t 2 ]]
}

# install_packages NAME…: installs packages, through sudo for an ordinary user; fails when that is not possible.
install_packages() {
    say "installing Debian packages: $*"
    if ((EUID == 0)); then
        "$root/scripts/install" "$@"
    else
        can_use_sudo && sudo "$root/scripts/install" "$@"
    fi
}

# ensure_packages: installs what `scripts/packages` lists and the machine lacks, or says what an administrator must do.
ensure_packages() {
    local listed missing
    command -v dpkg-query >/dev/null ||
        fail "this is not Debian; install by hand what scripts/packages lists, then run .build/release/segue"
    read -ra listed <<<"$(listed_packages)"
    mapfile -t missing < <(missing_packages "${listed[@]}")
    ((${#missing[@]})) || return 0
    if install_packages "${missing[@]}"; then return 0; fi
    say "the packages could not be installed; as an administrator, run"
    printf '\n    %q %s\n\n' "$root/scripts/install" "${missing[*]}" >&2
    say "(that is apt-get install --no-install-recommends, without starting their services)"
    exit 1
}

build_stamp=$root/.build/release-of-segue

# Compares times of change, which unlike times of modification cannot be set back by a copy; a deletion changes its
# directory. SwiftPM's own check takes seconds.
build_is_current() {
    [[ -x $segue_binary && -f $build_stamp && $(<"$build_stamp") == "$(swift --version 2>/dev/null)" ]] || return 1
    local newer
    newer=$(find "$root/Package.swift" "$root/Sources" "$root/CFaiss" -cnewer "$build_stamp" -print -quit)
    [[ -z $newer ]]
}

# build_product NAME: with Swift's own libraries in the program, which starts the sooner for it and runs where there is no
# Swift. The default linker would warn of functions in them that Segue never calls.
build_product() {
    swift build -c release --static-swift-stdlib -Xswiftc -use-ld=lld --product "$1" --package-path "$root" >&2
}

ensure_build() {
    if [[ -n ${SEGUE_BINARY:-} ]]; then
        [[ -x $SEGUE_BINARY ]] || fail "SEGUE_BINARY=$SEGUE_BINARY is not an executable file"
        return 0
    fi
    if build_is_current; then return 0; fi
    say "building Segue (the first time takes minutes)"
    mkdir -p "$root/.build"
    # The stamp is as old as the beginning, so that an edit during the build counts as newer.
    swift --version >"$build_stamp.new" 2>/dev/null
    for product in segue segue-analyze; do
        build_product "$product" || fail "the build failed"
    done
    mv "$build_stamp.new" "$build_stamp"
}

# prepare_segue: all of the above, in order.
prepare_segue() {
    require_own "$root/.build"
    [[ -n ${SEGUE_BINARY:-} ]] || require_swift
    ensure_packages
    ensure_build
}
