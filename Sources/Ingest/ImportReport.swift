public import Catalog

/// Something in a file that was not taken over.
public struct ImportProblem: Sendable, Hashable, Codable {
    /// The file's path as it was given.
    public var file: String
    /// The physical line, from 1, where the row or document starts.
    public var line: Int
    /// The column, or the place inside a document, where known.
    public var field: String?
    /// What is wrong, in words.
    public var reason: String

    /// Describes a problem.
    public init(file: String, line: Int, field: String? = nil, reason: String) {
        self.file = file
        self.line = line
        self.field = field
        self.reason = reason
    }
}

/// What became of a file.
public struct ImportReport: Sendable, Hashable, Codable {
    /// The file's path as it was given.
    public var file: String
    /// What the file was recognised as.
    public var format: String
    /// Rows, or items of documents, that were looked at.
    public var rowsRead: Int
    /// How many of these were not taken over: the bad ones, and what a catalog has no place for (episodes, local files).
    public var rowsSkipped: Int
    /// The first of them, in the file's order.
    public var problems: [ImportProblem]
    /// What changed in the catalog.
    public var counts: ImportCounts
    /// Wall-clock time.
    public var seconds: Double

    /// Describes an import.
    public init(
        file: String, format: String, rowsRead: Int, rowsSkipped: Int, problems: [ImportProblem], counts: ImportCounts,
        seconds: Double
    ) {
        self.file = file
        self.format = format
        self.rowsRead = rowsRead
        self.rowsSkipped = rowsSkipped
        self.problems = problems
        self.counts = counts
        self.seconds = seconds
    }
}

/// How far an import is.
public struct ImportProgress: Sendable, Hashable {
    /// Bytes of the file, as it lies on disk, that were used.
    public var bytesDone: Int
    /// Size of the file on disk in bytes.
    public var bytesTotal: Int
    /// Rows, or items of documents, that were looked at.
    public var rows: Int

    /// Describes a moment.
    public init(bytesDone: Int, bytesTotal: Int, rows: Int) {
        self.bytesDone = bytesDone
        self.bytesTotal = bytesTotal
        self.rows = rows
    }
}
