internal import Catalog
public import ColumnFile
public import Features

/// Writes what a feature space adds to the facts of a snapshot: a row for each of its tracks, in the same order.
public struct SpaceColumnsBuilder: ~Copyable {
    /// The column that says which training the rest comes from.
    public static let stampColumn = "space"

    private var file: ColumnFileBuilder

    /// Spools long columns into `directory`, or keeps all in memory where it is nil.
    /// - Parameter stamp: the mark of the training, kept in `stampColumn`.
    /// - Throws: `ColumnFileError` where spooling fails.
    public init(spoolingInto directory: String?, stamp: [UInt64] = []) throws(ColumnFileError) {
        file = ColumnFileBuilder(spoolingInto: directory)
        try file.append(contentsOf: stamp, to: Self.stampColumn)
        for word in [SnapshotColumns.location, SnapshotColumns.coverage] {
            try file.append(contentsOf: EmptyCollection<UInt64>(), to: word)
        }
        try file.append(contentsOf: EmptyCollection<Float>(), to: SnapshotColumns.familiarity)
    }

    /// Appends a track's row.
    /// - Parameters:
    ///   - location: where the index keeps its vector; nil where it has none.
    ///   - coverage: what the vector was made from.
    ///   - familiarity: how well known the recording is, 0 to 1.
    /// - Throws: `ColumnFileError` where spooling fails.
    public mutating func append(
        location: UInt64?, coverage: Coverage, familiarity: Float
    ) throws(ColumnFileError) {
        precondition((0...1).contains(familiarity), "familiarity lies between 0 and 1")
        try file.append(location ?? .max, to: SnapshotColumns.location)
        try file.append(coverage.rawValue, to: SnapshotColumns.coverage)
        try file.append(familiarity, to: SnapshotColumns.familiarity)
    }

    /// Writes the columns and waits until they are on disk.
    /// - Throws: `ColumnFileError` where the disk refuses.
    public consuming func write(to path: String) throws(ColumnFileError) { try file.write(to: path) }

    /// The columns in memory.
    /// - Throws: `ColumnFileError` where spooled bytes cannot be read back.
    public consuming func columnFile() throws(ColumnFileError) -> ColumnFile {
        try ColumnFile(bytes: file.bytes())
    }
}
