import Testing

@testable import Postgres

@Suite struct PoolStateTests {
    @Test func opensUpToItsLimitAndThenMakesCallersWait() {
        var pool = PoolState<String>(limit: 2)
        #expect(isOpen(pool.acquire(waiter: 1)))
        #expect(isOpen(pool.acquire(waiter: 2)))
        guard case .wait = pool.acquire(waiter: 3) else {
            Issue.record("did not wait")
            return
        }
        #expect(pool.waiters == [3])
    }

    @Test func reusesWhatWasReturnedLast() {
        var pool = PoolState<String>(limit: 2)
        _ = pool.acquire(waiter: 1)
        _ = pool.acquire(waiter: 2)
        _ = pool.release("a", reusable: true)
        _ = pool.release("b", reusable: true)
        guard case .member("b") = pool.acquire(waiter: 3) else {
            Issue.record("did not reuse")
            return
        }
        #expect(pool.taken == 1)
    }

    @Test func handsOverInOrderOfArrival() {
        var pool = PoolState<String>(limit: 1)
        for waiter in 1...3 as ClosedRange<UInt64> { _ = pool.acquire(waiter: waiter) }
        guard case .handOver("a", waiter: 2) = pool.release("a", reusable: true) else {
            Issue.record("not handed over")
            return
        }
        #expect(pool.waiters == [3])
        #expect(pool.taken == 1)
    }

    @Test func aBrokenMembersPlaceGoesToTheNextWaiter() {
        var pool = PoolState<String>(limit: 1)
        _ = pool.acquire(waiter: 1)
        _ = pool.acquire(waiter: 2)
        guard case .open(waiter: 2) = pool.release("broken", reusable: false) else {
            Issue.record("place not passed on")
            return
        }
        guard case .nothing = pool.freePlace() else {
            Issue.record("nobody waits")
            return
        }
        #expect(pool.taken == 0)
    }

    @Test func aWaiterWhoWasServedCannotGiveUp() {
        var pool = PoolState<String>(limit: 1)
        _ = pool.acquire(waiter: 1)
        _ = pool.acquire(waiter: 2)
        _ = pool.release("a", reusable: true)
        let gaveUp = pool.abandon(waiter: 2)
        #expect(!gaveUp)
    }

    private func isOpen(_ action: PoolState<String>.Acquired) -> Bool {
        if case .open = action { true } else { false }
    }
}
