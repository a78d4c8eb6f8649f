import Foundation
import Testing

@testable import segue_bench

@Suite final class VectorsSessionTests {
    private let folder: URL
    private let dimension = 8
    private let count = 600

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "vectors-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write((0..<count).flatMap { unit(seed: $0) }, "base")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    /// Different for every seed, and the same for the same one.
    private func unit(seed: Int) -> [Float] {
        let values = (0..<dimension).map { Float(sin(Double(seed * 31 + $0 * 17) * 1.7)) }
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { $0 / length }
    }

    private func write<Value>(_ values: [Value], _ name: String) throws {
        try values.withUnsafeBytes { try Data($0).write(to: folder.appending(path: name)) }
    }

    private func found(_ name: String) throws -> [Int64] {
        try Data(contentsOf: folder.appending(path: name)).withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) }
    }

    private func ask(_ session: inout VectorsSession, _ order: String) throws -> [String: Double] {
        let filled = order.replacing("FOLDER", with: folder.path)
        let answer = session.answer(filled)
        return try JSONDecoder().decode([String: Double].self, from: Data(answer.utf8))
    }

    private func built() throws -> VectorsSession {
        var session = VectorsSession()
        let order = #"{"do":"build","base":"FOLDER/base","count":600,"dimension":8,"nlist":9,"file":"FOLDER/index"}"#
        let answer = try ask(&session, order)
        #expect(try #require(answer["seconds"]) > 0)
        return session
    }

    @Test func searchReturnsTheVectorItself() throws {
        var session = try built()
        let answer = try ask(
            &session, #"{"do":"search","queries":"FOLDER/base","count":50,"k":3,"effort":9,"out":"FOLDER/out"}"#)
        #expect(answer["compared"] == 600)
        let ids = try found("out")
        #expect(ids.count == 150)
        #expect((0..<50).allSatisfy { ids[$0 * 3] == Int64($0) })
    }

    @Test func aBatchOnSeveralThreadsFindsWhatSingleSearchesFind() throws {
        var session = try built()
        for threads in [1, 2] {
            _ = try ask(
                &session,
                #"{"do":"search","queries":"FOLDER/base","count":40,"k":5,"effort":4,"threads":\#(threads),"#
                    + #""out":"FOLDER/out\#(threads)"}"#)
        }
        #expect(try found("out1") == found("out2"))
    }

    @Test func anOpenedIndexAnswersAsTheBuiltOne() throws {
        var (first, second) = (try built(), VectorsSession())
        _ = try ask(&second, #"{"do":"open","file":"FOLDER/index"}"#)
        let order = #"{"do":"search","queries":"FOLDER/base","count":40,"k":5,"effort":3,"out":"FOLDER/"#
        _ = try ask(&first, order + #"a"}"#)
        _ = try ask(&second, order + #"b"}"#)
        #expect(try found("a") == found("b"))
    }

    @Test(arguments: ["inside", "after", "direct", "service"])
    func everyWayOfFilteringFindsTheNearestThatAreAdmitted(way: String) throws {
        var session = try built()
        let admitted = (0..<count).filter { $0 % 7 == 3 }.map(Int64.init)
        try write(admitted, "admitted")
        _ = try ask(
            &session,
            #"{"do":"filtered","queries":"FOLDER/base","count":20,"k":4,"effort":9,"way":"\#(way)","#
                + #""admitted":"FOLDER/admitted","out":"FOLDER/out"}"#)
        let ids = try found("out")
        for query in 0..<20 {
            let expected = admitted.sorted { score(query, Int($0)) > score(query, Int($1)) }.prefix(4)
            #expect(Array(ids[query * 4..<query * 4 + 4]) == Array(expected))
        }
    }

    private func score(_ one: Int, _ other: Int) -> Float {
        zip(unit(seed: one), unit(seed: other)).reduce(0) { $0 + $1.0 * $1.1 }
    }

    @Test func fewerThanAskedForAreMarked() throws {
        var session = try built()
        try write([Int64(5)], "admitted")
        _ = try ask(
            &session,
            #"{"do":"filtered","queries":"FOLDER/base","count":1,"k":3,"effort":9,"way":"inside","#
                + #""admitted":"FOLDER/admitted","out":"FOLDER/out"}"#)
        #expect(try found("out") == [5, -1, -1])
    }

    @Test(
        arguments: [
            (#"{"do":"search","queries":"x","count":1}"#, "build first"), (#"{"do":"build"}"#, "dimension"),
            (#"{"do":"open"}"#, "file"), ("no JSON", "error"), (#"{"do":"sing"}"#, "sing"),
        ])
    func whatCannotBeDoneIsAnErrorNotAnEnd(order: String, reason: String) throws {
        var session = VectorsSession()
        let answer = try JSONDecoder().decode([String: String].self, from: Data(session.answer(order).utf8))
        #expect(answer["error"] != nil)
        #expect(reason == "error" || answer["error"]?.contains(reason) == true)
    }

    @Test func aFileThatIsTooShortIsRefused() throws {
        var session = try built()
        let answer = session.answer(
            #"{"do":"search","queries":"\#(path("base"))","count":601,"k":1,"effort":1}"#)
        #expect(answer.contains("fewer than"))
    }
}
