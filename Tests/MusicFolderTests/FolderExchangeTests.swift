import Catalog
import SoundDocument
import Testing

@testable import MusicFolder

@Suite struct FolderExchangeTests {
    /// Moves as `a>b`, of files that are known by what they hold and hold other things now.
    private func moves(_ former: [String: String], _ now: [String: String?]) -> [String] {
        let known = former.map { path, content in
            (FilePath(path), MusicFile(path: path, size: 1, modified: 1, content: content, version: 1))
        }
        let contents = now.sorted { $0.key < $1.key }.map { (place: FilePath($0.key), content: $0.value) }
        return FolderExchange(contents, Dictionary(uniqueKeysWithValues: known)).moves.map { "\($0.from)>\($0.to)" }
    }

    @Test func filesThatChangePlacesTakeWhatIsKnownWithThem() {
        #expect(moves(["a": "1", "b": "2"], ["a": "2", "b": "1"]) == ["a>b", "b>a"])
        #expect(moves(["a": "1", "b": "2"], ["a": "", "b": "1", "c": "2"]) == ["a>b", "b>c"])
        #expect(moves(["a": "1", "b": "2"], ["a": "", "b": "2"]) == [])
    }

    @Test func whatIsOverwrittenWaitsUnderThePathThatWasLeft() {
        #expect(moves(["a": "1", "b": "2", "c": "3"], ["a": "", "b": "1", "c": "2"]) == ["a>b", "b>c", "c>a"])
    }

    @Test func copiesAreToldApartByTheirOrder() {
        #expect(moves(["a": "1", "b": "1"], ["a": "", "b": "", "c": "1", "d": "1", "e": "1"]) == ["a>c", "b>d"])
    }

    @Test func whatCannotBeReadOrHasNotMovedIsLeft() {
        #expect(moves(["a": "1"], ["a": nil, "b": "1"]) == [])
        #expect(moves(["a": "1"], ["b": "1"]) == [], "what is there still, or gone, is found by itself")
    }
}
