internal import Catalog

/// Collects the records and problems that a reader finds until the importer takes them away.
final class RecordSink {
    /// Records found since they were last taken.
    private(set) var records: [CatalogRecord] = []
    /// The first problems, in the file's order.
    private(set) var problems: [ImportProblem] = []
    /// Those of the first problems that are of wrong rows or items.
    private(set) var faults: [ImportProblem] = []
    /// Rows or items looked at.
    private(set) var rowsRead = 0
    /// Rows or items that are wrong.
    private(set) var rowsBad = 0
    /// Items that are right but have no place in a catalog.
    private(set) var rowsForeign = 0
    /// Records found altogether.
    private(set) var recordCount = 0

    private let file: String
    private let maximumProblems: Int

    init(file: String, maximumProblems: Int) {
        self.file = file
        self.maximumProblems = maximumProblems
    }

    /// Counts a row or item before it is known whether it is good.
    func countRow() { rowsRead += 1 }

    /// Takes a record in.
    func add(_ record: consuming CatalogRecord) {
        records.append(record)
        recordCount += 1
    }

    /// Reports a row that is wrong.
    func reportBad(line: Int, field: String? = nil, reason: String) {
        rowsBad += 1
        if problems.count < maximumProblems {
            faults.append(ImportProblem(file: file, line: line, field: field, reason: reason))
        }
        report(line: line, field: field, reason: reason)
    }

    /// Reports an item that a catalog has no place for.
    func reportForeign(line: Int, field: String? = nil, reason: String) {
        rowsForeign += 1
        report(line: line, field: field, reason: reason)
    }

    /// Hands the records over and begins anew.
    func takeRecords() -> [CatalogRecord] {
        let taken = records
        records = []
        records.reserveCapacity(taken.count)
        return taken
    }

    private func report(line: Int, field: String?, reason: String) {
        guard problems.count < maximumProblems else { return }
        problems.append(ImportProblem(file: file, line: line, field: field, reason: reason))
    }
}
