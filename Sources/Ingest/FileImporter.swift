public import Catalog

/// Brings files into the catalog: recognises the format by content, reads in bounded memory, and either takes a whole
/// file over, apart from single bad rows, or changes nothing.
public struct FileImporter: Sendable {
    private let store: any CatalogImporting
    private let options: ImportOptions

    /// An importer into a store.
    public init(store: any CatalogImporting, options: ImportOptions = ImportOptions()) {
        self.store = store
        self.options = options
    }

    /// Imports one file.
    ///
    /// Reading and parsing run on the calling task in short batches, each while the store takes the one before it.
    /// - Parameters:
    ///   - path: Where the file lies.
    ///   - progress: Called after every batch, from the importing task.
    /// - Throws: `ImportError`, after which the catalog is as before.
    public func importFile(
        path: String, progress: @Sendable (ImportProgress) -> Void = { _ in }
    ) async throws(ImportError) -> ImportReport {
        let clock = ContinuousClock()
        let began = clock.now
        let input = try InputBuffer(file: path, maximumUnpackedBytes: options.maximumUnpackedBytes)
        let reader = try FormatSniffer.reader(for: input, options: options)
        let sink = RecordSink(file: path, maximumProblems: options.maximumProblems)
        let counts = try await run(reader, input, sink, progress)
        return ImportReport(
            file: path, format: reader.format, rowsRead: sink.rowsRead, rowsSkipped: sink.rowsBad + sink.rowsForeign,
            problems: sink.problems, counts: counts, seconds: (clock.now - began) / .seconds(1))
    }

    private func run(
        _ reader: any RecordReader, _ input: InputBuffer, _ sink: RecordSink,
        _ progress: @Sendable (ImportProgress) -> Void
    ) async throws(ImportError) -> ImportCounts {
        let name = input.file.split(separator: "/").last.map(String.init) ?? input.file
        let pending = try await calling(input.file) {
            try await store.beginImport(
                of: ImportSource(
                    name: name, authority: reader.authority, durationTolerance: options.durationTolerance,
                    maximumUnmatched: options.maximumUnmatched))
        }
        do throws(ImportError) {
            try await stream(reader, input, sink, into: pending, progress)
            try judge(sink, file: input.file)
        } catch {
            await pending.cancel()
            throw error
        }
        return try await calling(input.file) { try await pending.commit() }
    }

    private func stream(
        _ reader: any RecordReader, _ input: InputBuffer, _ sink: RecordSink, into pending: any CatalogImport,
        _ progress: @Sendable (ImportProgress) -> Void
    ) async throws(ImportError) {
        var appending: Task<Void, any Error>?
        do throws(ImportError) {
            var hasMore = true
            while hasMore {
                if Task.isCancelled { throw ImportError(.cancelled, input.file, "cancelled; the catalog is unchanged") }
                hasMore = try reader.read(rows: options.batchRows, into: sink)
                let records = sink.takeRecords()
                try await finish(appending, input.file)
                appending = records.isEmpty ? nil : Task { try await pending.append(records) }
                progress(ImportProgress(bytesDone: input.bytesDone, bytesTotal: input.bytesTotal, rows: sink.rowsRead))
            }
        } catch {
            _ = await appending?.result
            throw error
        }
        try await finish(appending, input.file)
    }

    /// Waits for a batch that went to the store while the next one was read.
    private func finish(_ appending: Task<Void, any Error>?, _ file: String) async throws(ImportError) {
        guard let appending else { return }
        try await calling(file) {
            try await withTaskCancellationHandler {
                try await appending.value
            } onCancel: {
                appending.cancel()
            }
        }
    }

    /// Refuses a file that turned out not to be what it seemed.
    private func judge(_ sink: RecordSink, file: String) throws(ImportError) {
        if sink.rowsRead == 0 { throw ImportError(.empty, file, "there is no row or object in it") }
        let examined = sink.rowsRead - sink.rowsForeign
        let isMostlyBad =
            examined >= options.minimumRowsForShare
            && Double(sink.rowsBad) > options.maximumBadShare * Double(examined)
        let first =
            sink.problems.first.map { " (line \($0.line): \($0.field.map { "\($0) " } ?? "")\($0.reason))" } ?? ""
        if sink.rowsBad > 0 && sink.rowsBad == examined || isMostlyBad {
            throw ImportError(
                .badRows, file, "\(sink.rowsBad) of \(examined) rows are bad\(first); is this the right file?",
                problems: sink.problems)
        }
        if sink.recordCount == 0 {
            throw ImportError(
                .nothingToImport, file, "there is nothing to import in it\(first)", problems: sink.problems)
        }
    }

    private func calling<Result>(
        _ file: String, _ body: () async throws -> Result
    ) async throws(ImportError) -> Result {
        do {
            return try await body()
        } catch {
            throw ImportError(store: error, file: file)
        }
    }
}
