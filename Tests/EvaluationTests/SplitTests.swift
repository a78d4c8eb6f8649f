import Catalog
import Testing

@testable import Evaluation

@Suite("Groups of near-duplicates") struct PlaylistGroupTests {
    @Test func moreThanHalfInCommonIsOneGroup() {
        // 3 of 5 in common, 2 of 4 in common.
        let groups = PlaylistGroups(
            [listed(1, [0, 1, 2, 3]), listed(2, [0, 1, 2, 4]), listed(3, [0, 1, 5])], itemCount: 6)
        #expect(groups.names[0] == groups.names[1])
        #expect(groups.names[2] != groups.names[0])
        #expect(groups.names[0] == "demo:p1")
    }

    @Test func exactlyHalfIsNotEnough() {
        #expect(PlaylistGroups([listed(1, [0, 1, 2]), listed(2, [1, 2, 3])], itemCount: 4).count == 2)
    }

    @Test func groupsAreWhatLinksConnect() {
        let chain = [listed(3, [0, 1, 2, 3, 4]), listed(1, [1, 2, 3, 4, 5]), listed(2, [2, 3, 4, 5, 6])]
        let groups = PlaylistGroups(chain, itemCount: 7)
        #expect(Set(groups.names) == ["demo:p1"])
    }

    @Test func emptyAndEqualPlaylistsAreHandled() {
        let groups = PlaylistGroups(
            [listed(1, []), listed(2, []), listed(3, [0]), listed(4, [0])], itemCount: 1)
        #expect(groups.count == 3)
        #expect(groups.names[2] == groups.names[3])
    }

    @Test func theSameNameJoins() {
        let one = listed(1, [0, 1], named: "same")
        let other = listed(2, [2, 3], named: "same")
        #expect(PlaylistGroups([one, other], itemCount: 4).count == 1)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func theJoinFindsWhatComparingAllPairsFinds(_ seed: UInt64) {
        var generator = Xoshiro256(seed: seed)
        var sets: [[Int32]] = []
        for number in 0..<120 {
            let base = number > 0 && generator.chance(0.5) ? sets[generator.integer(below: number)] : []
            let kept = base.filter { _ in generator.chance(0.75) }
            let fresh = (0..<generator.integer(below: 14)).map { _ in Int32(generator.integer(below: 60)) }
            sets.append(Set(kept + fresh).sorted())
        }
        let found = PlaylistGroups(sets.enumerated().map { listed(Int64($0.offset), $0.element) }, itemCount: 60)
        var union = DisjointSets(count: sets.count)
        for one in sets.indices {
            for other in 0..<one {
                let common = Set(sets[one]).intersection(sets[other]).count
                if 2 * common > Set(sets[one]).union(sets[other]).count { union.join(one, other) }
            }
        }
        for one in sets.indices {
            for other in 0..<one {
                #expect((found.names[one] == found.names[other]) == (union.root(of: one) == union.root(of: other)))
            }
        }
    }

    @Test func ofManyPlaylistsThatShareTracksFewAreOfOneGroup() {
        var generator = Xoshiro256(seed: 3)
        var playlists: [ListedPlaylist] = []
        for number in 0..<5_000 {
            var items: Set<Int32> = []
            for _ in 0..<50 {
                let draw = generator.uniform()
                items.insert(Int32(draw * draw * draw * 50_000))
            }
            playlists.append(listed(Int64(number), items.sorted()))
        }
        #expect(PlaylistGroups(playlists, itemCount: 50_000).count > 4_800)
    }
}

@Suite("Splits") struct SplitTests {
    private let playlists: [ListedPlaylist] = (0..<40).map { (number: Int) -> ListedPlaylist in
        listed(Int64(number), [Int32(2 * number), Int32(2 * number + 1)])
    }

    @Test func groupsStayTogetherAndFoldsAreStable() {
        let twins = playlists + [listed(99, [0, 1], named: "twin")]
        let split = Split(grouping: twins, itemCount: 80, folds: 5)
        #expect(split.folds.count == 41)
        #expect(split.folds[0] == split.folds[40])
        #expect(split.used == [0, 1, 2, 3, 4])
        #expect(split.folds == Split(grouping: twins, itemCount: 80, folds: 5).folds)
        // The fold follows from the name alone: this is what other versions and machines must find as well.
        #expect(split.folds[3] == Int(StableHash.of("fold:demo:p3") % 5))
        #expect(split.groups == 40)
    }

    @Test func whatIsTestedIsNotLearnedFrom() {
        let split = Split(grouping: playlists, itemCount: 80, folds: 4)
        for fold in split.used {
            let training = Set(split.training(for: fold))
            #expect(playlists.indices.allSatisfy { training.contains($0) != (split.folds[$0] == fold) })
        }
    }

    @Test(arguments: [
        "p1,0\np2,1\n", "p1\t0\np2\t1", "p1 0\r\np2   1\r\n", "# a remark\n\nplaylist,fold\n\"p1\",0\ndemo:p2,1",
    ])
    func separatorsHeadingsAndRemarks(_ text: String) throws {
        let split = try Split(SplitFile(parsing: text), playlists)
        #expect(split.folds[1] == 0 && split.folds[2] == 1)
        #expect(split.folds.count { $0 != nil } == 2)
        #expect(split.warnings.isEmpty && split.groups == nil)
    }

    @Test func linksAndURIsNameSpotifyPlaylists() throws {
        let id = "37i9dQZF1DXcBWIGoYBM5M"
        let spotify = [listed(1, [0], named: id, namespace: "spotify")]
        for name in [id, "spotify:playlist:\(id)", "https://open.spotify.com/playlist/\(id)?si=x", "spotify:\(id)"] {
            #expect(try Split(SplitFile(parsing: "\(name),3"), spotify).used == [3])
        }
    }

    @Test(arguments: ["p1,train\np2,0", "p1,-1\np2,0", "p2,0"])
    func playlistsWithoutAFoldAreOnlyLearnedFrom(_ text: String) throws {
        let split = try Split(SplitFile(parsing: text), playlists)
        #expect(split.folds[1] == nil && split.folds[5] == nil && split.folds[2] == 0)
        #expect(split.training(for: 0).count == 39)
    }

    @Test func aThirdColumnNamesADataSet() throws {
        let split = try Split(SplitFile(parsing: "p1,0,one\np2,0,two\np3,0"), playlists, by: .namespace)
        #expect(Array(split.labels[1...3]) == ["one", "two", "demo"])
    }

    @Test func unknownPlaylistsAreCountedNamedAndSkipped() throws {
        let lines = ["p1,0"] + (0..<7).map { "nobody\($0),1" }
        let split = try Split(SplitFile(parsing: lines.joined(separator: "\n")), playlists)
        #expect(split.used == [0])
        let warning = try #require(split.warnings.first)
        #expect(warning.hasPrefix("7 of the split file's 8 playlists"))
        #expect(warning.contains("nobody4") && !warning.contains("nobody5"))
    }

    @Test func aFileOfStrangersIsAnError() throws {
        let file = try SplitFile(parsing: "x,0\ny,1")
        let error = #expect(throws: EvaluationError.self) { try Split(file, playlists) }
        #expect(error?.kind == .foreignSplit && error?.description.contains("import them") == true)
    }

    @Test(
        "A malformed line is named",
        arguments: [
            ("p1,0\np2", 2), ("p1,0\np2,one", 2), ("p1,-2", 1), ("p1,0\n\np3,1.5", 3), (",0", 1), ("a,0,b,c", 1),
            ("p1,0\np1,1", 2), ("p1,99999", 1),
        ])
    func malformedLinesAreNamed(_ text: String, _ line: Int) {
        let error = #expect(throws: EvaluationError.self) { try Split(SplitFile(parsing: text), playlists) }
        #expect(error?.kind == .malformedSplit)
        #expect(error?.description.hasPrefix("line \(line) of the split file") == true)
    }

    @Test(arguments: ["", "\n\n", "# nothing\n", "id,fold\n"])
    func anEmptyFileIsAnError(_ text: String) {
        #expect(throws: EvaluationError.self) { try SplitFile(parsing: text) }
    }

    @Test func namespacesAreLabels() {
        let mixed = [listed(1, [0]), listed(2, [1], namespace: "spotify")]
        #expect(Split(grouping: mixed, itemCount: 2, folds: 2, by: .namespace).labels == ["demo", "spotify"])
        #expect(Split(grouping: mixed, itemCount: 2, folds: 2).labels == ["all", "all"])
    }
}
