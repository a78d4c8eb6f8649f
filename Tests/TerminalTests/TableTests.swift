import Synchronization
import Testing

@testable import Terminal

@Suite("Widths") struct DisplayWidthTests {
    @Test(
        "Columns of a text",
        arguments: [
            ("abc", 3), ("", 0), ("é", 1), ("e\u{301}", 1), ("日本語", 6), ("한국", 4), ("🎵", 2), ("👨‍👩‍👧", 2), ("❤️", 2),
            ("ﾊﾛ", 2),
            ("…", 1), ("█▏", 2),
        ])
    func columnsOfAText(_ text: String, _ columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    @Test func truncationLeavesRoomForTheEllipsis() {
        #expect(DisplayWidth.truncated("abcdef", to: 6) == "abcdef")
        #expect(DisplayWidth.truncated("abcdef", to: 4) == "abc…")
        #expect(DisplayWidth.truncated("ab cdef", to: 4) == "ab…")
        #expect(DisplayWidth.truncated("日本語", to: 4) == "日…")
        #expect(DisplayWidth.truncated("abc", to: 1) == "…")
        #expect(DisplayWidth.truncated("abc", to: 0) == "")
    }

    @Test("Truncated text never exceeds the width", arguments: 0...12)
    func truncatedTextFits(_ width: Int) {
        for text in ["日本語のタイトル", "Café del Mar", "👨‍👩‍👧 family 👨‍👩‍👧", "plain"] {
            #expect(DisplayWidth.of(DisplayWidth.truncated(text, to: width)) <= width)
            #expect(StyledText(text).truncated(to: width).width <= width)
        }
    }
}

@Suite("Printable text") struct PrintableTests {
    @Test func nothingThatATerminalActsOnIsLeft() {
        #expect(Printable.text("a\u{1B}[31mb") == "a\u{FFFD}[31mb")
        #expect(Printable.text("a\nb\tc") == "a b c")
        #expect(Printable.text("a\u{9B}2Jb\u{7F}") == "a\u{FFFD}2Jb\u{FFFD}")
        #expect(Printable.text("x\u{202E}gpj") == "x\u{FFFD}gpj")
    }

    @Test func ordinaryTextStaysAsItIs() {
        for text in ["Beyoncé", "日本語", "👨‍👩‍👧", "שלום"] { #expect(Printable.text(text) == text) }
    }

    @Test func aTitleCannotSmuggleAnEscapeSequenceIntoATable() {
        #expect(!StyledText("Evil\u{1B}]0;title\u{7}").rendered(usesColor: true).contains("\u{1B}"))
    }
}

@Suite("Tables") struct TableTests {
    private func table() -> Table {
        var table = Table([Table.Column("Name", shrinksTo: 6), Table.Column("Count", .trailing)])
        table.append(["short", "1"])
        table.append(["日本語 a longer one", "1,000"])
        return table
    }

    @Test func columnsAreAligned() {
        let lines = table().lines().map(\.plain)
        #expect(lines == ["Name                 Count", "short                    1", "日本語 a longer one  1,000"])
    }

    @Test("A narrow terminal cuts what may be cut", arguments: 13...25)
    func narrowTablesFit(_ width: Int) {
        let lines = table().lines(width: width)
        #expect(lines.allSatisfy { $0.width == width })
        #expect(lines[2].plain.contains("…"))
        #expect(lines[2].plain.hasSuffix("1,000"))
    }

    @Test func belowTheLeastWidthNothingIsLost() {
        #expect(table().lines(width: 5).allSatisfy { $0.width == 13 })
    }

    @Test func anEmptyTableIsItsHeadings() {
        #expect(Table([Table.Column("A"), Table.Column("B")]).lines().map(\.plain) == ["A  B"])
    }

    @Test func aNoteStandsBelowItsRowAndIsWrapped() {
        var table = Table([Table.Column("#", .trailing), Table.Column("Name", shrinksTo: 4)])
        table.append(Table.Row(["1", "Song"], note: "why it is here, in some words"))
        let lines = ["#  Name", "1  Song", "   why it is here, in", "   some words"]
        #expect(table.lines(width: 24).map(\.plain) == lines)
        #expect(table.lines().map(\.plain).last == "   why it is here, in some words")
    }

    @Test func coloursAreWrittenOnlyWhereWanted() {
        let text = StyledText("red", .color(.red)) + StyledText(" plain")
        #expect(text.rendered(usesColor: true) == "\u{1B}[31mred\u{1B}[0m plain")
        #expect(text.rendered(usesColor: false) == "red plain")
        #expect(text.width == 9)
    }

    @Test func truncatingKeepsStylesAndMarksTheCut() {
        let text = StyledText("abc", .bold) + StyledText("def", .dim)
        #expect(text.truncated(to: 6) == text)
        #expect(text.truncated(to: 5).plain == "abcd…")
        #expect(text.truncated(to: 3).plain == "ab…")
        #expect(text.truncated(to: 4).plain == "abc…")
    }
}

@Suite("Bars") struct BarTests {
    @Test(
        "Bars to an eighth of a column",
        arguments: [
            (0.0, ""), (1.0, "████"), (0.5, "██"), (0.25 / 8, "▏"), (1.0 / 64, "▏"), (0.375, "█▌"), (2, "████"),
        ])
    func barsAreExactToAnEighth(_ share: Double, _ bar: String) {
        #expect(Bar.text(share, width: 4) == bar)
    }

    @Test func nothingAndLessHasNoBar() {
        #expect(Bar.text(-0.5, width: 4) == "")
        #expect(Bar.text(.nan, width: 4) == "")
        #expect(Bar.text(0.5, width: 0) == "")
    }
}

@Suite("Wrapping") struct TextWrappingTests {
    @Test func linesBreakAtSpaces() {
        #expect(TextWrapping.lines("one two three", width: 8) == ["one two", "three"])
        #expect(TextWrapping.lines("a verylongword b", width: 5) == ["a", "verylongword", "b"])
        #expect(TextWrapping.lines("", width: 5) == [])
        #expect(TextWrapping.lines("one\ntwo", width: 20) == ["one", "two"])
    }

    @Test("Digits are grouped", arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
    func digitsAreGrouped(_ number: Int, _ text: String) {
        #expect(GroupedNumber.text(number) == text)
    }
}
