# shellcheck shell=bash
# The Python that tests compare against. Sourced after common.sh.

# The same module as pytrec_eval, with trec_eval inside the package: the original downloads it while it is installed.
python_requirements=(pytrec-eval-terrier==0.5.11)

# ensure_python: exports SEGUE_TEST_PYTHON, an environment under .build with what the tests need. Where it cannot be made,
# says so and leaves the variable unset: the tests concerned are skipped then.
ensure_python() {
    local environment=$root/.build/test-python stamp
    stamp=$environment/segue-requirements
    [[ -z ${SEGUE_TEST_PYTHON:-} ]] || return 0
    if [[ ! -f $stamp || $(<"$stamp") != "${python_requirements[*]}" ]]; then
        mkdir -p "$root/.build"
        if ! { python3 -m venv --clear "$environment" &&
            "$environment/bin/pip" install --quiet --disable-pip-version-check "${python_requirements[@]}"; } >&2; then
            say "no Python environment with ${python_requirements[*]}: tests against trec_eval are skipped"
            return 0
        fi
        echo "${python_requirements[*]}" >"$stamp"
    fi
    export SEGUE_TEST_PYTHON=$environment/bin/python
}
