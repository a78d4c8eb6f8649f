// Calls of Linux about threads and processors that its C library or Swift's module of it lacks.
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// As many as Linux can be built for; it refuses to say anything where there are more than asked for.
#define SEGUE_PROCESSORS 8192

struct segue_processors { unsigned long bits[SEGUE_PROCESSORS / (8 * sizeof(unsigned long))]; };

static inline unsigned long *segue_processor_word(struct segue_processors *p, unsigned int n)
{
    return &p->bits[n / (8 * sizeof(unsigned long))];
}

static inline unsigned long segue_processor_bit(unsigned int n)
{
    return 1UL << (n % (8 * sizeof(unsigned long)));
}

// Counts the processors that the calling thread may run on, and gives the numbers, from 0, of the first ones.
static inline unsigned int segue_processors_allowed(unsigned int *numbers, unsigned int room)
{
    struct segue_processors p = { { 0 } };
    unsigned int count = 0;
    if (syscall(SYS_sched_getaffinity, 0, sizeof p, &p) <= 0) return 0;
    for (unsigned int n = 0; n < SEGUE_PROCESSORS; n++) {
        if (!(*segue_processor_word(&p, n) & segue_processor_bit(n))) continue;
        if (count < room) numbers[count] = n;
        count++;
    }
    return count;
}

// Keeps the calling thread on one processor from now on; where the system refuses, nothing changes.
static inline void segue_stay_on(unsigned int processor)
{
    struct segue_processors p = { { 0 } };
    if (processor >= SEGUE_PROCESSORS) return;
    *segue_processor_word(&p, processor) = segue_processor_bit(processor);
    (void)syscall(SYS_sched_setaffinity, 0, sizeof p, &p);
}

// Gives the calling thread the name that tools show, of at most 15 bytes.
static inline void segue_name_thread(const char *name)
{
    (void)prctl(PR_SET_NAME, name, 0, 0, 0);
}

// The system's number of the calling thread.
static inline int segue_thread_number(void)
{
    return (int)syscall(SYS_gettid);
}

// Asks for time slices of so many nanoseconds for the calling thread; nothing comes of it where the system refuses.
static inline void segue_ask_for_slices(uint64_t nanoseconds)
{
#ifdef SYS_sched_setattr
    // Neither the C library nor a header beside its own declares this before 2.41.
    struct { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority; uint64_t runtime, deadline, period; } a = { 0 };
    if (syscall(SYS_sched_getattr, 0, &a, sizeof a, 0) != 0 || a.policy != 0) return;
    a.runtime = nanoseconds;
    (void)syscall(SYS_sched_setattr, 0, &a, 0);
#endif
}
