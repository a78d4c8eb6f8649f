import Catalog
import Ingest
import Testing

@testable import segue

@Suite struct UnmatchedListTests {
    private let counts: ImportCounts = {
        var counts = ImportCounts()
        (counts.matching.byISRC, counts.matching.byName, counts.matching.notFound) = (1, 1_200, 1)
        counts.matching.unmatched = [
            ImportMatching.Unmatched(
                line: 4, artist: "Earth, Wind & Fire", title: "\"September\"", duration: 215_000,
                ids: ["isrc:USSM17800845", "file:/a b.mp3"])
        ]
        return counts
    }()

    private var report: ImportReport {
        ImportReport(
            file: "x.m3u", format: "M3U playlist", rowsRead: 3, rowsSkipped: 0, problems: [], counts: counts, seconds: 1
        )
    }

    @Test func theListIsATableThatProgramsRead() {
        #expect(
            UnmatchedList([.done(report)]).text == """
                file,line,artist,title,duration_ms,ids
                x.m3u,4,"Earth, Wind & Fire","\""September\""\",215000,isrc:USSM17800845 file:/a b.mp3

                """)
    }

    @Test func theReportSaysWhatWasFoundHow() {
        let text = ImportText.matching(counts.matching)
        #expect(text.contains("1,202 tracks") && text.contains("1 by ISRC, 1,200 by name"))
        #expect(text.contains("1 are not in the catalog") || text.contains("1 is not in the catalog"))
        #expect(ImportText.lines(report).count == 3)
    }

    @Test func aListThatCannotBeWrittenNamesTheMend() {
        let error = #expect(throws: (any Error).self) { try UnmatchedList([]).write(to: "/no/such/folder/x.csv") }
        #expect(String(describing: error).contains("/no/such/folder/x.csv"))
    }
}
