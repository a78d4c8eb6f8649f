/// The bookkeeping of a pool, without any waiting: events go in, actions come out.
struct PoolState<Member> {
    /// What a caller who wants a member should do.
    enum Acquired {
        /// Use this one.
        case member(Member)
        /// Open one; the place is taken.
        case open
        /// Wait until told.
        case wait
    }

    /// What a returned member or a freed place leads to.
    enum Released {
        /// Nothing.
        case nothing
        /// Give the member to this waiter.
        case handOver(Member, waiter: UInt64)
        /// Tell this waiter to open one; the place is taken.
        case open(waiter: UInt64)
    }

    let limit: Int
    private(set) var idle: [Member] = []
    private(set) var taken = 0
    private(set) var waiters: [UInt64] = []

    init(limit: Int) {
        precondition(limit > 0, "a pool without places serves nobody")
        self.limit = limit
    }

    /// A caller wants a member; the one that was returned last is the likeliest to be alive and warm.
    mutating func acquire(waiter: UInt64) -> Acquired {
        if let member = idle.popLast() {
            taken += 1
            return .member(member)
        }
        guard taken < limit else {
            waiters.append(waiter)
            return .wait
        }
        taken += 1
        return .open
    }

    /// A caller is done with a member; one that is not reusable leaves its place to be filled anew.
    mutating func release(_ member: Member, reusable: Bool) -> Released {
        guard reusable else { return freePlace() }
        guard !waiters.isEmpty else {
            taken -= 1
            idle.append(member)
            return .nothing
        }
        return .handOver(member, waiter: waiters.removeFirst())
    }

    /// A place was given up: a member could not be opened, or was broken.
    mutating func freePlace() -> Released {
        guard waiters.isEmpty else { return .open(waiter: waiters.removeFirst()) }
        taken -= 1
        return .nothing
    }

    /// A waiter gives up; false where it was served already.
    mutating func abandon(waiter: UInt64) -> Bool {
        guard let index = waiters.firstIndex(of: waiter) else { return false }
        waiters.remove(at: index)
        return true
    }

    /// Lets go of all idle members.
    mutating func dropIdle() { idle = [] }
}
