import Catalog
import FileSystem
import SoundDocument
import Testing

@testable import MusicFolder

struct RecordingMatchTests {
    private func values(_ count: Int, seed: UInt64) -> [UInt32] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt32(state >> 32)
        }
    }

    @Test func aRecordingIsItself() {
        let print = RecordingPrint(duration: 60, values: values(300, seed: 1))
        #expect(RecordingMatch.isSame(print, print))
    }

    @Test func fewFlippedBitsAndAShiftAreForgiven() {
        let original = values(300, seed: 1)
        let other = original.dropFirst(7).map { $0 ^ 0x0000_0101 }
        #expect(
            RecordingMatch.isSame(
                RecordingPrint(duration: 60, values: original), RecordingPrint(duration: 59, values: Array(other))))
    }

    @Test func anotherRecordingIsAnother() {
        let (first, second) = (values(300, seed: 1), values(300, seed: 2))
        #expect(
            !RecordingMatch.isSame(
                RecordingPrint(duration: 60, values: first), RecordingPrint(duration: 60, values: second)))
    }

    @Test func lengthTellsAnExcerptFromTheWhole() {
        let same = values(300, seed: 1)
        #expect(
            !RecordingMatch.isSame(
                RecordingPrint(duration: 60, values: same), RecordingPrint(duration: 64, values: same)))
    }

    @Test func nothingIsLikeNothing() {
        let empty = RecordingPrint(duration: 5, values: [])
        #expect(!RecordingMatch.isSame(empty, empty))
    }

    @Test func tagsBecomeATrack() {
        let tags = FileTags([
            "title": " A Song ", "artist": "One;Two", "album": "The Album", "album_artist": "One", "track": "7/12",
            "date": "2009-05-01T00:00:00", "genre": "Rock/Pop", "isrc": "us-rc1-76-07839",
            "musicbrainz_trackid": "F27EC8DB-AF05-4F36-916E-3D57F91ECF5E",
        ])
        let record = tags.record(of: file("/m/a.ogg"), duration: 12.345)
        #expect(record.name == "A Song")
        #expect(record.artists.map(\.name) == ["One", "Two"])
        #expect(record.album?.name == "The Album" && record.album?.artists.map(\.name) == ["One"])
        #expect(record.trackNumber == 7 && record.duration == 12_345)
        #expect(record.released == ReleaseDate("2009-05-01"))
        #expect(record.genres == ["rock", "pop"])
        #expect(
            record.ids.map(\.description) == [
                "file:/m/a.ogg", "isrc:USRC17607839", "mbid:f27ec8db-af05-4f36-916e-3d57f91ecf5e",
            ])
    }

    @Test func badTagsAreLeftOut() {
        let tags = FileTags([
            "isrc": "nonsense", "musicbrainz_trackid": "1", "track": "x", "date": "soon", "artist": "  ",
        ])
        let record = tags.record(of: file("/m/some_file.name.mp3"), duration: 1)
        #expect(record.name == "some file.name")
        #expect(record.ids.count == 1 && record.artists.isEmpty && record.trackNumber == nil && record.released == nil)
    }

    @Test func onlyWhatChangedIsDue() throws {
        let folder = try SoundFolder()
        try folder.write("a.ogg", "1")
        try folder.write("b.ogg", "22")
        let walk = try FolderWalk(folder.path) { $0.hasSuffix(".ogg") }
        var known = walk.files.map {
            MusicFile(path: $0.path, size: $0.size, modified: $0.modified, content: "c", version: 1)
        }
        known.append(file(folder.path + "/gone.ogg"))
        let same = FolderPlan(found: walk.files, known: known, version: 1, again: false)
        #expect(same.unchanged == 2 && same.due.isEmpty && same.gone.map(\.path) == [folder.path + "/gone.ogg"])
        let hidden = FolderPlan(
            found: walk.files, known: known, hidden: [FilePath(folder.path)], version: 1, again: false)
        #expect(hidden.gone.isEmpty && hidden.unchanged == 2)
        #expect(FolderPlan(found: walk.files, known: known, version: 2, again: false).due.count == 2)
        #expect(FolderPlan(found: walk.files, known: known, version: 1, again: true).due.count == 2)
        known[0].size += 1
        #expect(
            FolderPlan(found: walk.files, known: known, version: 1, again: false).due.map(\.path) == [known[0].path])
    }

    @Test func whatIsHiddenIsNotGoneAndItsPlaceIsNamed() {
        let known = ["/m/away/x/a.ogg", "/m/away.ogg", "/m/awayer/b.ogg"].map(file)
        let plan = FolderPlan(
            found: [], known: known, hidden: [FilePath("/m/away"), FilePath("/m/other"), FilePath("/m/away.ogg")],
            version: 1, again: false)
        #expect(plan.gone.map(\.path) == ["/m/awayer/b.ogg"])
        #expect(plan.blocked == [FilePath("/m/away"), FilePath("/m/away.ogg")])
    }

    @Test func pathsAreComparedByTheirBytes() {
        let (composed, decomposed) = (FilePath("/m/\u{e9}.ogg"), FilePath("/m/e\u{301}.ogg"))
        #expect(composed.text == decomposed.text, "as strings they are one")
        #expect(composed != decomposed && Set([composed, decomposed]).count == 2 && decomposed < composed)
        let mark = FilePath("/m/\u{301}x/\u{301}.ogg")
        #expect(mark.lastName.utf8.elementsEqual("\u{301}.ogg".utf8))
        #expect(mark.places.map(\.text.utf8.count) == [13, 6, 2, 0])
        #expect(FilePath("plain").lastName == "plain")
    }

    @Test(arguments: [
        ("unreadable", 1), ("too_slow", 1), ("crashed", 1), ("too_long", 1), ("not_audio", 0), ("damaged", 0),
    ])
    func whatMayPassIsTriedAgain(_ code: String, _ due: Int) throws {
        let folder = try SoundFolder()
        try folder.write("a.ogg", "1")
        let walk = try FolderWalk(folder.path) { $0.hasSuffix(".ogg") }
        let known = walk.files.map {
            MusicFile(
                path: $0.path, size: $0.size, modified: $0.modified, content: "c", version: 1,
                refusal: MusicFile.Refusal(code: code, message: "It was so."))
        }
        let plan = FolderPlan(found: walk.files, known: known, version: 1, again: false)
        #expect(plan.due.count == due && plan.unchanged == 1 - due)
        #expect(FolderPlan(found: walk.files, known: known, version: 2, again: false).due.count == 1)
    }

    private func file(_ path: String) -> MusicFile {
        MusicFile(path: path, size: 1, modified: 1, content: "c", version: 1)
    }
}
