// Filters of system calls (libseccomp), and what limits a process beside them.
#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

// Variadic calls and function-like macros, which do not import.
static inline int segue_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

static inline int segue_no_core_of_ours(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

// Allowed where the third argument asks for no protection of this kind.
static inline int segue_allow_memory(scmp_filter_ctx filter, int call, int protection) {
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, (scmp_datum_t)protection, (scmp_datum_t)0));
}

// Allowed where the argument of this number, from 0, is this value.
static inline int segue_allow_value(scmp_filter_ctx filter, int call, unsigned int argument, unsigned long value) {
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, SCMP_CMP(argument, SCMP_CMP_EQ, (scmp_datum_t)value));
}

static inline int segue_allow(scmp_filter_ctx filter, int call) {
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
}

static inline scmp_filter_ctx segue_refusing_filter(void) { return seccomp_init(SCMP_ACT_ERRNO(EPERM)); }

static inline int segue_limit(int resource, unsigned long value) {
    struct rlimit limit = {value, value};
    return setrlimit(resource, &limit);
}
