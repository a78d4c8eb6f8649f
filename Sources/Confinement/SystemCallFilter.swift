internal import CSeccomp
internal import Glibc

/// Takes from the calling process every system call that computing on open files does not need.
///
/// What remains: reading and writing descriptors that are open already, memory that is not executable, the clock, and
/// ending. Opening a file, the network, other processes and programs, signals to any of them, threads and privileges all
/// fail with EPERM.
public enum SystemCallFilter {
    private static let allowed = [
        "read", "readv", "pread64", "write", "writev", "lseek", "fstat", "newfstatat", "close", "munmap",
        "mremap", "madvise", "brk", "futex", "exit", "exit_group", "clock_gettime", "clock_getres", "gettimeofday",
        "time", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "getrandom", "getpid", "gettid",
        "sched_yield", "sched_getaffinity", "getrusage", "sysinfo", "restart_syscall", "nanosleep",
        "clock_nanosleep", "poll", "ppoll", "set_robust_list", "rseq", "membarrier",
    ]

    /// Confines the calling thread for good, and every thread that it would start: call it before there are others.
    /// - Throws: `ConfinementError` where the kernel has no such filters.
    public static func apply() throws(ConfinementError) {
        guard segue_no_new_privileges() == 0 else { throw .refused("to do without new privileges", errno) }
        guard segue_no_core_of_ours() == 0 else { throw .refused("to hide the process's memory", errno) }
        guard let filter = segue_refusing_filter() else { throw .refused("a filter of system calls", ENOMEM) }
        defer { seccomp_release(filter) }
        for name in allowed {
            // A call that this processor does not have cannot be made either.
            let number = seccomp_syscall_resolve_name(name)
            guard number >= 0 else { continue }
            try check(segue_allow(filter, number))
        }
        for name in ["mmap", "mprotect"] {
            try check(segue_allow_memory(filter, seccomp_syscall_resolve_name(name), PROT_EXEC))
        }
        // To end itself, as `abort` does; not to end who waits for it, or others of the same user.
        try check(segue_allow_value(filter, seccomp_syscall_resolve_name("tgkill"), 0, UInt(getpid())))
        // To ask what is open; not to have others told of it by signals.
        try check(segue_allow_value(filter, seccomp_syscall_resolve_name("fcntl"), 1, UInt(F_GETFL)))
        try check(seccomp_load(filter))
    }

    private static func check(_ status: Int32) throws(ConfinementError) {
        guard status == 0 else { throw .refused("a filter of system calls", -status) }
    }
}
