internal import CProcessors
internal import Dispatch
internal import Foundation
internal import Synchronization

/// Makes Linux choose anew who runs, 2,000 times a second on each processor, while long work goes on beside a service.
///
/// A thread in the background that was given a processor keeps it until the system's clock ticks, which many kernels do
/// 250 times a second: whoever waits behind it, a request for one, waits for up to 4 ms, however far it should come first.
/// Here a thread for each processor wakes up in between, does nothing and sleeps again, and each time the kernel looks who
/// should run. That costs 3 % of each processor, where a timer of a virtual machine is dear, and nothing while no work is
/// under way. Kernels whose clock ticks 1,000 times a second need it less, and it does no harm there. Where there are many
/// processors nobody waits for one, and nothing beats.
public final class PreemptionBeat: Sendable {
    /// That of this process. Its threads exist, asleep, from the first use on, and are as nice as the process was then.
    public static let shared = PreemptionBeat()

    /// The most processors that are worth it.
    private static let most = 8

    /// Microseconds between two looks.
    private static let interval: UInt32 = 500

    private let underway = Work()
    private let beats: [Beat]

    init() {
        let underway = underway
        let started = Self.processors.map { processor in
            let beat = Beat()
            Thread.detachNewThread { beat.run(on: processor, during: underway) }
            return beat
        }
        // Where the system gives no more threads one never starts, which is no reason to wait forever.
        beats = started.filter { $0.started.wait(timeout: .now() + .seconds(5)) == .success }
    }

    /// The system's numbers of its threads.
    var threads: [Int32] { beats.map { $0.thread.load(ordering: .relaxed) } }

    /// Beats while the work goes on; several may go on at the same time.
    /// - Throws: what the work throws.
    public func during<Outcome>(_ work: () async throws -> Outcome) async rethrows -> Outcome {
        if underway.count.add(1, ordering: .relaxed).oldValue == 0 { for beat in beats { beat.wanted.signal() } }
        defer { underway.count.subtract(1, ordering: .relaxed) }
        return try await work()
    }

    /// The processors that this process may use, where they are few.
    static var processors: [UInt32] {
        var numbers = [UInt32](repeating: 0, count: most)
        let count = Int(segue_processors_allowed(&numbers, UInt32(most)))
        return count <= most ? Array(numbers.prefix(count)) : []
    }

    private final class Work: Sendable {
        let count = Atomic(0)
    }

    /// The thread of one processor.
    private final class Beat: Sendable {
        let thread = Atomic<Int32>(0)
        let started = DispatchSemaphore(value: 0)
        let wanted = DispatchSemaphore(value: 0)

        func run(on processor: UInt32, during work: Work) {
            segue_name_thread("preemption beat")
            segue_stay_on(processor)
            // Else whoever computes would go on to the end of its own slice.
            TimeSlices.shorten()
            thread.store(segue_thread_number(), ordering: .relaxed)
            started.signal()
            while true {
                wanted.wait()
                while work.count.load(ordering: .relaxed) > 0 { usleep(PreemptionBeat.interval) }
            }
        }
    }
}
