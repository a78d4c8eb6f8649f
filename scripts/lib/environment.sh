# shellcheck shell=bash
# What the Segue binary finds in its environment. Sourced after common.sh.

# Makes the key that signs service tokens, once: a name and 32 random bytes, readable by the owner alone.
ensure_signing_key() {
    local file=$root/.segue/signing-keys made
    [[ ! -s $file ]] || return 0
    made=$(mktemp "$file.XXXXXX")
    printf 'k%s:%s\n' "$(date +%Y%m%d)" "$(head -c 32 /dev/urandom | base64 -w 0)" >"$made"
    mv "$made" "$file"
}

# export_settings: exports what a clone determines; what the caller set stays.
export_settings() {
    export SEGUE_INDEX_DIR=${SEGUE_INDEX_DIR:-$root/index}
    [[ -z ${SEGUE_SIGNING_KEYS:-}${SEGUE_SIGNING_KEYS_FILE:-} ]] || return 0
    ensure_signing_key
    export SEGUE_SIGNING_KEYS_FILE=$root/.segue/signing-keys
}
