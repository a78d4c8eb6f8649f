internal import Foundation

/// How far this program steps back behind others when processors are short.
public enum Niceness {
    /// Raises it for all threads, and with them for those that they start; on Linux it belongs to threads. Those of the
    /// preemption beat alone stay as they are, as they hardly compute and must come before everybody else.
    ///
    /// What the system refuses is left as it is: the work is done all the same, only less politely.
    public static func raise(to nice: Int) {
        guard nice > 0 else { return }
        let beat = PreemptionBeat.shared.threads
        let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
        for thread in (threads ?? []).compactMap(Int32.init) where !beat.contains(thread) {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), UInt32(thread), Int32(nice))
        }
    }
}
