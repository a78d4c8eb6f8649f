/// Rows in aligned columns.
public struct Table: Sendable {
    /// One column.
    public struct Column: Sendable, Hashable {
        /// To which side its cells lean.
        public enum Alignment: Sendable, Hashable {
            /// Text.
            case leading
            /// Numbers.
            case trailing
        }

        /// Its heading.
        public var title: String
        /// To which side it leans.
        public var alignment: Alignment
        /// The width in columns down to which it may be cut where the terminal is narrow; nil where it may not.
        public var shrinksTo: Int?

        /// Describes a column.
        public init(_ title: String, _ alignment: Alignment = .leading, shrinksTo: Int? = nil) {
            self.title = title
            self.alignment = alignment
            self.shrinksTo = shrinksTo
        }
    }

    /// A row, with an optional remark below it that spans the table.
    public struct Row: Sendable, Hashable {
        /// One cell a column.
        public var cells: [StyledText]
        /// A remark below the row, wrapped to the table's width; empty for none.
        public var note: String
        /// How the remark looks.
        public var noteStyle: Style

        /// A row of cells.
        public init(_ cells: [StyledText], note: String = "", _ noteStyle: Style = .dim) {
            self.cells = cells
            self.note = note
            self.noteStyle = noteStyle
        }
    }

    /// What stands between two columns.
    static let gap = "  "

    private let columns: [Column]
    private var rows: [Row] = []

    /// An empty table.
    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row, which has as many cells as there are columns.
    public mutating func append(_ row: Row) {
        precondition(row.cells.count == columns.count, "a row has a cell for each column")
        rows.append(row)
    }

    /// Adds a row of plain texts.
    public mutating func append(_ cells: [String]) { append(Row(cells.map { StyledText($0) })) }

    /// The lines, headings first; nil for a width of any size.
    public func lines(width: Int? = nil) -> [StyledText] {
        let widths = fitted(to: width)
        let headings = zip(columns, widths).map { column, width in
            padded(StyledText(DisplayWidth.truncated(column.title, to: width), .bold), column, width)
        }
        return [joined(headings)] + rows.flatMap { lines(of: $0, widths, total: width) }
    }

    private func lines(of row: Row, _ widths: [Int], total: Int?) -> [StyledText] {
        let cells = columns.indices.map { number in
            padded(row.cells[number].truncated(to: widths[number]), columns[number], widths[number])
        }
        let indent = (widths.first ?? 0) + Self.gap.count
        let notes = TextWrapping.lines(row.note, width: total.map { max($0 - indent, 20) } ?? .max).map { line in
            StyledText(String(repeating: " ", count: indent)) + StyledText(line, row.noteStyle)
        }
        return [joined(cells)] + notes
    }

    private func joined(_ cells: [StyledText]) -> StyledText {
        cells.enumerated().reduce(StyledText("")) { line, cell in
            cell.offset == 0 ? cell.element : line + StyledText(Self.gap) + cell.element
        }
    }

    private func padded(_ cell: StyledText, _ column: Column, _ width: Int) -> StyledText {
        let spaces = StyledText(String(repeating: " ", count: max(0, width - cell.width)))
        return column.alignment == .leading ? cell + spaces : spaces + cell
    }

    /// Natural widths, the widest columns that may shrink cut first until the whole fits.
    private func fitted(to total: Int?) -> [Int] {
        var widths = columns.indices.map { number in
            rows.reduce(DisplayWidth.of(columns[number].title)) { max($0, $1.cells[number].width) }
        }
        guard let total else { return widths }
        var surplus = widths.reduce(0, +) + Self.gap.count * (columns.count - 1) - total
        while surplus > 0, let widest = shrinkable(widths).max(by: { widths[$0] < widths[$1] }) {
            widths[widest] -= 1
            surplus -= 1
        }
        return widths
    }

    private func shrinkable(_ widths: [Int]) -> [Int] {
        columns.indices.filter { number in columns[number].shrinksTo.map { widths[number] > $0 } ?? false }
    }
}
