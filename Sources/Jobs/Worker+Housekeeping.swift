internal import Foundation

extension Worker {
    /// Returns the jobs of dead workers and fires schedules, from time to time.
    func keepHouse() async {
        var failures = 0
        while !Task.isCancelled {
            do {
                let returned = try await store.reclaim(silentFor: configuration.lease)
                if !returned.isEmpty { tell(.reclaimed(returned)) }
                try await fireSchedules()
                markReachable()
                failures = 0
                try? await Task.sleep(for: configuration.pollInterval)
            } catch {
                failures += 1
                await pause(afterFailures: failures, error)
            }
        }
    }

    private func fireSchedules() async throws {
        let zone = configuration.timeZone
        while let firing = try await store.fireSchedule({ $0.decision(at: $1, localZone: zone) }) {
            if firing.outcome != .begun { tell(.scheduled(firing)) }
            try Task.checkCancellation()
        }
    }
}
