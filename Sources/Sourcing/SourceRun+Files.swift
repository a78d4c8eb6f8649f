import Foundation
import Ingest

extension SourceRun {
    /// Takes a file, or every file below a folder; in a folder a file that is refused is told of, and the others go on.
    mutating func files(_ path: String) async throws {
        guard let kind = Self.kind(path) else {
            throw SourceError.refused("\(path): there is no such file or folder; check the path")
        }
        if let roots = ingest.options.roots, !roots.admit(path) {
            throw SourceError.refused("\(path) lies outside of what SEGUE_SOURCE_ROOTS names")
        }
        guard kind == .typeDirectory else { return try await file(path) }
        let names = Self.files(below: path)
        let done = Set(report.done)
        for (place, name) in names.enumerated() where !done.contains(name) {
            observer.progress(Double(place) / Double(names.count), name)
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

    /// Regular files, by name, without hidden ones.
    private static func files(below path: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return all.filter { name in
            !name.split(separator: "/").contains { $0.hasPrefix(".") } && kind(path + "/" + name) == .typeRegular
        }.sorted()
    }

    /// What lies at a path, links followed; nil where nothing does.
    private static func kind(_ path: String) -> FileAttributeType? {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        return try? FileManager.default.attributesOfItem(atPath: target)[.type] as? FileAttributeType
    }
}
