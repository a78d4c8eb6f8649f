internal import FileSystem
import Foundation
internal import Glibc
import Ingest

extension SourceRun {
    /// Takes a file, or every file below a folder, links followed; in a folder what is refused or cannot be read is told
    /// of, and the others go on.
    mutating func files(_ path: String) async throws {
        if let roots = ingest.options.roots, !roots.admit(path) {
            throw SourceError.refused("\(path) lies outside of what SEGUE_SOURCE_ROOTS names")
        }
        let folder: SourceFolder
        switch await SourceFolder.found(at: path, within: ingest.options.roots) {
        case .success(let found): folder = found
        case .failure(let error) where error.errno == ENOTDIR: return try await file(path)
        case .failure(let error) where error.errno == ENOENT:
            throw SourceError.refused("\(path): there is no such file or folder; check the path")
        case .failure(let error):
            throw SourceError.refused("\(error); the user that segue runs as must be able to read it")
        }
        let done = Set(report.done)
        if done.isEmpty { for problem in folder.problems { report.note(problem) } }
        for (place, name) in folder.names.enumerated() where !done.contains(name) {
            observer.progress(Double(place) / Double(folder.names.count), name)
            do {
                // A link within a root may lead out of it.
                if let roots = ingest.options.roots, !roots.admit(path + "/" + name) {
                    report.note("\(name): leads outside of what SEGUE_SOURCE_ROOTS names")
                } else {
                    try await file(path + "/" + name)
                }
            } catch let error as ImportError where error.storeError == nil && error.code != .cancelled {
                report.note(error.description)
            }
            report.done.append(name)
            try await observer.checkpoint(report)
        }
        observer.progress(1, path)
    }

    private mutating func file(_ path: String) async throws {
        let imports = NotingImports(report.key, store: ingest.store)
        let imported = try await FileImporter(store: imports, options: ingest.options.files).importFile(path: path)
        report.add(imports.tally, imported.counts)
        for problem in imported.problems { report.note("\(path):\(problem.line): \(problem.reason)") }
    }
}
