import API
import Catalog
import Foundation
import HTTPServer
import Jobs
import Postgres
import Rules
import Storage
import TestSupport
import Testing

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// Segue's own playlists only.
private struct OwnTargets: PlaylistTargets {
    let store: PostgresStore

    func target(of ruleSet: RuleSet, batch: String) async throws -> (any PlaylistTarget)? {
        guard let target = ruleSet.target else { return nil }
        guard !target.isAtSpotify else { throw PlaylistTargetError.notPermitted("no account; connect one") }
        return OwnPlaylist(in: store, name: target.playlist, title: ruleSet.name, batch: batch)
    }
}

/// A service whose rule sets are in PostgreSQL, over thirty tracks.
func withRules(
    _ transport: Transport = .handler, refusing refusal: JobRefused? = nil,
    _ body: @escaping @Sendable (Service, PostgresStore) async throws -> Void
) async throws {
    try await withMigratedDatabase { database in
        try await database.session().execute(
            """
            INSERT INTO tracks (id, name, popularity, released, genres)
            SELECT i, 'Track ' || i, i, (1990 + i)::text, CASE WHEN i % 2 = 0 THEN ARRAY['rock'] ELSE '{}' END
            FROM generate_series(1, 30) AS i
            """)
        let store = database.store
        var options = Service.Options()
        options.rules = store
        options.store = MemoryStore(view: store)
        options.targets = OwnTargets(store: store)
        options.jobs = JobAccess(store: store, feed: JobFeed(store: store), kinds: ["rules.classify"]) { _, _ in
            if let refusal { throw refusal }
        }
        try await Service.with(transport, options) { try await body($0, store) }
    }
}

private func send(_ service: Service, _ method: String, _ path: String, _ body: String = "") async throws -> Answer {
    try await service.send(
        method, "/api/v1/rules\(path)", headers: ["Content-Type": "application/json"], body: Array(body.utf8))
}

private let root = #"{"match":"all","conditions":[{"field":"year","op":"gte","value":2010}]}"#

@Suite("Rules over HTTP", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct RulesRoutesTests {
    @Test(arguments: Transport.allCases)
    func ruleSetsAreMadeChangedAndRemoved(_ transport: Transport) async throws {
        try await withRules(transport) { service, _ in
            let made = try await send(service, "POST", "", #"{"name":"New ones","root":\#(root)}"#)
            #expect(made.status == 201 && made.json["id"].text == "new-ones")
            let twice = try await send(service, "POST", "", #"{"name":"New ones","root":\#(root)}"#)
            #expect(twice.status == 409 && twice.code == "rule_set_conflict")
            let put = try await send(service, "PUT", "/new-ones", #"{"name":"Newer","version":1,"root":\#(root)}"#)
            #expect(put.status == 200 && put.json["version"].number == 2)
            let stale = try await send(service, "PUT", "/new-ones", #"{"name":"x","version":1,"root":\#(root)}"#)
            #expect(stale.status == 409)
            let list = try await send(service, "GET", "")
            #expect(list.json["rule_sets"].list.map { $0["name"].text } == ["Newer"])
            let old = try await send(service, "GET", "/new-ones?version=1")
            #expect(old.json["name"].text == "New ones")
            let back = try await send(service, "POST", "/new-ones/rollback", #"{"version":1}"#)
            #expect(back.status == 200 && back.json["version"].number == 3)
            let gone = try await send(service, "DELETE", "/new-ones")
            #expect(gone.status == 204)
            let missing = try await send(service, "GET", "/new-ones")
            #expect(missing.status == 404 && missing.code == "unknown_rule_set")
            let versions = try await send(service, "GET", "/new-ones/versions")
            #expect(versions.json["versions"].list.count == 4)
        }
    }

    @Test func faultsPointAtTheirPlaces() async throws {
        try await withRules { service, _ in
            let bad = #"""
                {"name":"x","colour":1,"target":"demo:playlist:1","root":{"match":"all","conditions":[
                  {"field":"year","op":"eq","value":0},{"field":"energy","op":"between","value":[1,0]}],
                  "groups":[{"match":"all"},{"match":"some","conditions":[{"field":"name","op":"regex","value":"^a"},
                  {"field":"mood","op":"eq","value":1},{"field":"released","op":"in_last_days","value":36526}]}]}}
                """#
            let answer = try await send(service, "POST", "", bad)
            #expect(answer.status == 400)
            #expect(
                Set(answer.places) == [
                    "/colour", "/target", "/root/conditions/0/value", "/root/conditions/1/value",
                    "/root/groups/1/match", "/root/groups/1/conditions/0/op", "/root/groups/1/conditions/1/field",
                    "/root/groups/1/conditions/2/value",
                ])
        }
    }

    @Test(arguments: [17, 40, 10_000]) func deepRulesAreRefused(_ depth: Int) async throws {
        try await withRules { service, _ in
            let open = String(repeating: #"{"match":"all","groups":["#, count: depth)
            let rule = open + String(repeating: "]}", count: depth)
            // A body of the limit's size is refused as such, which is as good.
            let answer = try await send(service, "PUT", "/deep", #"{"name":"x","root":\#(rule)}"#)
            #expect([400, 413].contains(answer.status))
            let missing = try await send(service, "GET", "/deep")
            #expect(missing.status == 404, "nothing half-written")
        }
    }

    @Test func aRuleIsEvaluatedOverFactsAndOverTracks() async throws {
        try await withRules { service, _ in
            let facts = try await send(service, "POST", "/evaluate", #"{"root":\#(root),"facts":{"year":2011}}"#)
            #expect(facts.status == 200 && facts.json["matches"] == .flag(true))
            #expect(facts.json["decided_by"].list.map(\.text) == ["/root/conditions/0"])
            let track = try await send(service, "POST", "/evaluate", #"{"root":\#(root),"track":"segue:5"}"#)
            #expect(track.json["matches"] == .flag(false))
            let nobody = try await send(service, "POST", "/evaluate", #"{"root":\#(root),"track":"segue:99"}"#)
            #expect(nobody.status == 404)
            let bad = try await send(service, "POST", "/evaluate", #"{"root":\#(root),"facts":{"yaer":1}}"#)
            #expect(bad.places == ["/facts/yaer"])
            let none = try await send(service, "POST", "/evaluate", "{}")
            #expect(Set(none.places) == ["/root", "/facts"])
        }
    }

    @Test func aPreviewSaysWhatWouldComeGoAndStayAndWritesNothing() async throws {
        try await withRules { service, store in
            let body = #"{"name":"p","target":"segue:playlist:p","root":\#(root)}"#
            _ = try await send(service, "POST", "", body)
            let playlist = OwnPlaylist(
                in: store, name: try PlaylistName(parsing: "segue:playlist:p"), title: "p", batch: "t")
            _ = try await playlist.add(["1", "2", "20", "21", "22"], at: nil)
            let preview = try await send(service, "POST", "/p/preview?limit=2")
            #expect(preview.json["matching"].number == 11)
            #expect(preview.json["gain"]["count"].number == 8 && preview.json["gain"]["tracks"].list.count == 2)
            #expect(preview.json["lose"]["count"].number == 2 && preview.json["keep"]["count"].number == 3)
            #expect(preview.json["gain"]["tracks"][0]["name"].text == "Track 30")
            #expect(try await playlist.contents().keys == ["1", "2", "20", "21", "22"])
            let draft = try await send(service, "POST", "/p/preview", #"{"root":{"match":"any"}}"#)
            #expect(draft.json["lose"]["count"].number == 0 && draft.json["matching"].number == 0)
            #expect(draft.json["keep"]["count"].number == 5, "a sync never empties a playlist")
        }
    }

    @Test func targetsThatAreClaimedOrOutOfReachAreNamed() async throws {
        try await withRules { service, _ in
            let claimed = { (name: String, target: String) in
                #"{"name":"\#(name)","target":"\#(target)","root":\#(root)}"#
            }
            _ = try await send(service, "POST", "", claimed("a", "segue:playlist:p"))
            let second = try await send(service, "POST", "", claimed("b", "segue:playlist:p"))
            #expect(second.status == 409 && second.code == "target_claimed" && second.places == ["/target"])
            _ = try await send(service, "POST", "", claimed("c", "spotify:playlist:37i9dQZF1DX4sWSpwq3LiO"))
            let account = try await send(service, "POST", "/c/preview")
            #expect(account.status == 409 && account.code == "target_unavailable")
            _ = try await send(service, "POST", "", claimed("d", "segue:playlist:4711"))
            let gone = try await send(service, "POST", "/d/preview")
            #expect(gone.status == 409 && gone.text.contains("there is no playlist segue:playlist:4711"))
        }
    }

    @Test func classificationIsAJobAndTheSameOneWhileItWaits() async throws {
        try await withRules { service, _ in
            let first = try await send(service, "POST", "/classify", #"{"sync":true}"#)
            #expect(first.status == 202 && first.json["is_new"] == .flag(true))
            #expect(first.json["job"]["kind"].text == "rules.classify")
            let second = try await send(service, "POST", "/classify", #"{"sync":true}"#)
            #expect(second.json["is_new"] == .flag(false))
            let bad = try await send(service, "POST", "/classify", #"{"sync":1}"#)
            #expect(bad.places == ["/sync"])
        }
    }

    @Test func theSchemaOfTheLanguageIsServed() async throws {
        try await withRules { service, _ in
            let schema = try await send(service, "GET", "/schema")
            #expect(schema.status == 200)
            #expect(schema.json["$defs"].names == ["group", "condition"])
            for op in RuleOperator.allCases { #expect(schema.text.contains("\"\(op.rawValue)\""), "\(op)") }
            for name in RuleField.names { #expect(schema.text.contains("\"\(name)\""), "\(name)") }
        }
    }

    @Test func filtersMayAskWhatNoIndexCarries() async throws {
        try await withRules { service, _ in
            let id = SmallCatalog.tracks[0].id.rawValue
            let filter = #"{"match":"all","conditions":[{"field":"play_count","op":"eq","value":0}]}"#
            let answer = try await service.recommend(#"{"seeds":["segue:\#(id)"],"filter":\#(filter)}"#)
            #expect(answer.status == 200, "\(answer.text)")
        }
        try await Service.with { service in
            let filter = #"{"match":"all","conditions":[{"field":"play_count","op":"eq","value":0}]}"#
            let answer = try await service.recommend(#"{"seeds":["segue:1"],"filter":\#(filter)}"#)
            #expect(answer.status == 400 && answer.places == ["/filter"])
        }
    }
}
