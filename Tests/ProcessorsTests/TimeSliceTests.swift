import Foundation
import Processors
import TestSupport
import Testing

/// How long Linux lets a thread compute before another's turn comes, as it says itself.
@Suite(.enabled(if: TimeSlice.isTold, "this system does not tell threads' time slices"))
struct TimeSliceTests {
    @Test func aThreadThatAsksHasTheShortestSlices() async {
        let before = TimeSlice.ofThisThread
        let found = await withCheckedContinuation { continuation in
            // A thread keeps them to its end.
            Thread.detachNewThread {
                TimeSlices.shorten()
                continuation.resume(returning: TimeSlice.ofThisThread)
            }
        }
        #expect(before != 100_000)
        #expect(found == 100_000)
    }
}
