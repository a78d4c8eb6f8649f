# shellcheck shell=bash
# Freely licensed music from Debian packages, to try Segue on. Sourced after common.sh and prepare.sh.

# Soundtracks of games under free licences, with tags; each package's copyright file names composers and licences.
music_packages=(
    singularity-music       # 16 pieces, one composer
    wesnoth-1.16-music      # 41 pieces for orchestra, several composers
    lincity-ng-data         # 3 pieces
    asc-music               # 3 pieces
    pingus-data             # 20 modules, several composers
    fillets-ng-data         # 15 pieces
    neverball-data          # 8 pieces
)

# Where those packages keep their music; speech and noises are elsewhere.
music_folders=(
    /usr/share/games/singularity/music
    /usr/share/games/wesnoth/1.16/data/core/music
    /usr/share/games/lincity-ng/music
    /usr/share/games/asc/music
    /usr/share/games/pingus/data/music
    /usr/share/games/fillets-ng/music
    /usr/share/games/neverball/bgm
)

# ensure_demo_music: installs the packages that are missing and sets demo_music to the folders that are there. A package
# that cannot be had is done without.
ensure_demo_music() {
    local missing package folder
    mapfile -t missing < <(missing_packages "${music_packages[@]}")
    if ((${#missing[@]})) && ! install_packages "${missing[@]}"; then
        for package in "${missing[@]}"; do
            install_packages "$package" || say "$package cannot be installed: its music is left out"
        done
    fi
    demo_music=()
    for folder in "${music_folders[@]}"; do
        if [[ -d $folder ]]; then demo_music+=("$folder"); fi
    done
    ((${#demo_music[@]})) || fail "no music could be installed; give a folder of your own: scripts/run --music DIR"
}

# take_music ARGUMENT…: sets arguments to what `segue up` is to be called with: --demo-music becomes the folders.
take_music() {
    local argument folder
    arguments=()
    for argument in "$@"; do
        if [[ $argument != --demo-music ]]; then
            arguments+=("$argument")
            continue
        fi
        ensure_demo_music
        for folder in "${demo_music[@]}"; do arguments+=(--music "$folder"); done
    done
}
