internal import CSeccomp
internal import Glibc

/// What a process may use up before the system stops it.
public struct ResourceLimits: Sendable, Hashable {
    /// Seconds of processor time; past them the process is killed.
    public var processorSeconds: Int
    /// Bytes of address space; past them allocations fail.
    public var addressSpace: Int
    /// Bytes of any file that is written.
    public var fileSize: Int
    /// File descriptors that may be open at once.
    public var openFiles: Int

    /// Limits of a process.
    public init(processorSeconds: Int, addressSpace: Int, fileSize: Int, openFiles: Int) {
        self.processorSeconds = processorSeconds
        self.addressSpace = addressSpace
        self.fileSize = fileSize
        self.openFiles = openFiles
    }

    /// Binds the calling process to the limits, for good, and forbids it core files.
    /// - Throws: `ConfinementError` where the system refuses.
    public func apply() throws(ConfinementError) {
        let limits: [(String, __rlimit_resource, Int)] = [
            ("processor time", RLIMIT_CPU, processorSeconds), ("address space", RLIMIT_AS, addressSpace),
            ("file size", RLIMIT_FSIZE, fileSize), ("open files", RLIMIT_NOFILE, openFiles),
            ("core files", RLIMIT_CORE, 0),
        ]
        for (name, resource, value) in limits
        where segue_limit(Int32(resource.rawValue), UInt(value)) != 0 {
            throw .refused("the limit of \(name)", errno)
        }
    }
}
