internal import Foundation

/// What this process holds in memory, as the kernel counts it; 0 where it does not say.
enum ProcessMemory {
    /// Resident bytes now.
    static var resident: Int { kibibytes("VmRSS:") * 1_024 }
    /// The most resident memory so far, in MiB.
    static var peakMebibytes: Double { (Double(kibibytes("VmHWM:")) / 1_024).rounded() }

    private static func kibibytes(_ field: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(field) }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
