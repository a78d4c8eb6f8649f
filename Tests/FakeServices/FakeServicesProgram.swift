import Foundation

/// Serves all fakes at once, for trying by hand: `fake-services [TRACKS [CATALOG]]`.
public enum FakeServicesProgram {
    /// Prints where each fake listens, as settings to export, and serves until the process ends; writes the world's
    /// tracks as a table for `segue import` to the file CATALOG.
    public static func run() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let world = FakeWorld(tracks: arguments.first.flatMap { Int($0) } ?? 5_000)
        do {
            if arguments.count > 1 { try Data(world.table.utf8).write(to: URL(fileURLWithPath: arguments[1])) }
            let servers = try FakeService.all.map { ($0, try $0.server(world)) }
            let lines = servers.flatMap { service, server in
                ([(service.setting, service.basePath)] + service.otherSettings).map { name, path in
                    "export \(name)=\(server.url)\(path)\n"
                }
            }
            FileHandle.standardOutput.write(Data(lines.joined().utf8))
            withExtendedLifetime(servers) {
                while true { Thread.sleep(forTimeInterval: 3_600) }
            }
        } catch {
            FileHandle.standardError.write(Data("cannot begin: \(error)\n".utf8))
            exit(1)
        }
    }
}

extension FakeWorld {
    /// The tracks as a table with a heading.
    public var table: String {
        tracks.reduce(into: "track_id,isrc,track_name,artist_name,album_name,duration_ms,year,popularity\n") {
            $0 += "\($1.spotify),\($1.isrc),\($1.name),\($1.artistName),\($1.album),\($1.duration),\($1.year),"
            $0 += "\($1.popularity)\n"
        }
    }
}
