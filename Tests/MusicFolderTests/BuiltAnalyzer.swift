import Foundation

/// The built `segue-analyze`.
enum BuiltAnalyzer {
    /// Beside the test bundle; nil where it was not built.
    static var path: String? {
        let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let place = URL(fileURLWithPath: test).deletingLastPathComponent().appendingPathComponent("segue-analyze").path
        return FileManager.default.isExecutableFile(atPath: place) ? place : nil
    }
}
