import Foundation

/// How far this program steps back behind others when processors are short.
enum Niceness {
    /// Raises it for all threads, and with them for those that they start; on Linux it belongs to threads.
    ///
    /// What the system refuses is left as it is: the work is done all the same, only less politely.
    static func raise(to nice: Int) {
        let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
        for thread in (threads ?? []).compactMap(UInt32.init) {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), thread, Int32(nice))
        }
    }
}
