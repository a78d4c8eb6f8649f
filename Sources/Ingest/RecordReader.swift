internal import Catalog

/// Turns a file of one format into records, a batch at a time.
protocol RecordReader: AnyObject {
    /// What the file was recognised as, for reports.
    var format: String { get }
    /// How much its values count against stored ones.
    var authority: ImportSource.Authority { get }
    /// Reads on until about `rows` more rows are in `sink`.
    /// - Returns: False when the file has ended.
    /// - Throws: `ImportError` when the whole file is to be refused.
    func read(rows: Int, into sink: RecordSink) throws(ImportError) -> Bool
}
