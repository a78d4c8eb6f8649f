import Testing

@testable import Redis

@Suite struct RedisURLTests {
    @Test func readsAHostAlone() throws {
        let url = try RedisURL(parsing: "redis://example.org")
        #expect(url.endpoint == .tcp(host: "example.org", port: 6379))
        #expect(url.database == 0)
        #expect(url.user == nil && url.password == nil)
    }

    @Test func readsEveryPart() throws {
        let url = try RedisURL(parsing: "redis://app:p%40ss%2Fword@10.0.0.1:7000/3")
        #expect(url.endpoint == .tcp(host: "10.0.0.1", port: 7000))
        #expect(url.database == 3)
        #expect(url.user == "app")
        #expect(url.password == "p@ss/word")
    }

    @Test func readsAPasswordWithoutUser() throws {
        let url = try RedisURL(parsing: "redis://:secret@localhost")
        #expect(url.user == nil)
        #expect(url.password == "secret")
    }

    @Test func readsAnIPv6Address() throws {
        #expect(try RedisURL(parsing: "redis://[::1]:6380").endpoint == .tcp(host: "::1", port: 6380))
    }

    @Test func readsASocketPath() throws {
        let url = try RedisURL(parsing: " unix:///run/a%20b/redis.sock?db=2&password=x\n")
        #expect(url.endpoint == .unix(path: "/run/a b/redis.sock"))
        #expect(url.database == 2)
        #expect(url.password == "x")
    }

    @Test(arguments: [
        ("http://localhost", RedisURLError.scheme), ("localhost:6379", .scheme), ("redis://", .host),
        ("redis://h:0", .port), ("redis://h:70000", .port), ("unix://relative/path", .socketPath),
        ("unix://", .socketPath), ("redis://h/x", .database), ("redis://h/-1", .database),
        ("unix:///s?db=10000", .database), ("redis://h:port", .malformed),
    ])
    func refusesTheRestByName(text: String, expected: RedisURLError) {
        #expect(throws: expected) { try RedisURL(parsing: text) }
    }

    @Test func neverPrintsThePassword() throws {
        for text in ["redis://u:hunter2@h/1", "unix:///s?password=hunter2"] {
            let url = try RedisURL(parsing: text)
            var dumped = ""
            dump(url, to: &dumped)
            #expect(!"\(url) \(String(reflecting: url)) \(dumped)".contains("hunter2"))
        }
    }

    @Test func everyErrorShowsHowToWriteIt() {
        for error in [RedisURLError.malformed, .scheme, .host, .port, .socketPath, .database] {
            #expect(error.description.contains("unix:///path/to.sock"))
        }
    }
}
