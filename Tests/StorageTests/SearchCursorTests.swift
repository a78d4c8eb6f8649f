import Catalog
import Testing

@testable import Storage

@Suite struct SearchCursorTests {
    @Test(
        arguments: [
            (1.0, 0.25, 80, 12), (0.5, 0, -1, 1), (.leastNonzeroMagnitude, 0.333_333_34, 0, .max),
        ] as [(Float, Float, Int, Int64)])
    func comesBackExactly(part: Float, whole: Float, popularity: Int, id: Int64) throws {
        let digest = SearchCursor.digest(of: "query")
        let cursor = SearchCursor(query: digest, part: part, whole: whole, popularity: popularity, id: id)
        #expect(try SearchCursor(parsing: cursor.description, query: "query") == cursor)
    }

    @Test func belongsToItsQueryAlone() {
        let digest = SearchCursor.digest(of: "query")
        let text = SearchCursor(query: digest, part: 1, whole: 1, popularity: 1, id: 1).description
        #expect(throws: CatalogStoreError.badCursor) { try SearchCursor(parsing: text, query: "Query") }
    }

    @Test(arguments: ["1", "-----", "1-1-1-1", "1-1-1-1-1-1", "g-1-1-1-1"])
    func anythingElseIsRefused(tail: String) {
        #expect(throws: CatalogStoreError.badCursor) { try SearchCursor(parsing: tail, query: "query") }
        let head = String(SearchCursor.digest(of: "query"), radix: 16)
        #expect(throws: CatalogStoreError.badCursor) {
            try SearchCursor(parsing: "\(head)-ffffffffff-0-0-0", query: "query")
        }
    }
}
