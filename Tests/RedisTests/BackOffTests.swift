import Testing

@testable import Redis

@Suite struct BackOffTests {
    private let start = ContinuousClock.now

    @Test func nothingFailedMeansNoWait() {
        #expect(BackOff(first: .seconds(1), longest: .seconds(4)).remaining(at: start) == .zero)
    }

    @Test func eachFailureDoublesTheWaitUpToTheLongest() {
        var backOff = BackOff(first: .seconds(1), longest: .seconds(4))
        for expected in [1, 2, 4, 4] {
            backOff.failed(at: start)
            #expect(backOff.remaining(at: start) == .seconds(expected))
        }
    }

    @Test func theWaitPasses() {
        var backOff = BackOff(first: .seconds(1), longest: .seconds(4))
        backOff.failed(at: start)
        #expect(backOff.remaining(at: start + .milliseconds(400)) == .milliseconds(600))
        #expect(backOff.remaining(at: start + .seconds(2)) == .zero)
    }

    @Test func successForgetsTheFailures() {
        var backOff = BackOff(first: .seconds(1), longest: .seconds(4))
        backOff.failed(at: start)
        backOff.failed(at: start)
        backOff.succeeded()
        #expect(backOff.remaining(at: start) == .zero)
        backOff.failed(at: start)
        #expect(backOff.remaining(at: start) == .seconds(1))
    }
}
