internal import ColumnFile
internal import Features
internal import FileSystem
internal import Foundation
internal import Recommendation
internal import Signing

/// The mark of one training, the digest of its `space.json`, that every other file of its space carries: factors, means
/// and places of two trainings are numbers in different bases and must never meet.
struct SpaceStamp: Hashable {
    /// The 32 bytes of the digest as four words.
    let words: [UInt64]

    init(hashing space: [UInt8]) throws {
        let bytes = try SHA256Digest(hashing: space).bytes
        words = stride(from: 0, to: bytes.count, by: 8).map { start in
            bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// Checks that a file was made by the same training.
    func check(_ file: ColumnFile, _ path: String) throws {
        let found = try file.column(SpaceColumnsBuilder.stampColumn, of: UInt64.self).elements
        guard found == words else {
            throw GenerationError(
                .corrupt, "\(path) belongs to another training than \(GenerationFile.space); build the index again")
        }
    }
}

/// Writes a trained space as files of a generation and reads it back: the space as JSON, what grows with the catalog as
/// columns.
enum SpaceFiles {
    /// Writes the files of a trained space into a folder.
    static func write(_ trained: TrainedSpace, into folder: String) throws -> SpaceStamp {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = Array(try encoder.encode(trained.space))
        try Durable.write(json, to: "\(folder)/\(GenerationFile.space)")
        let stamp = try SpaceStamp(hashing: json)
        try write(trained.artists, stamp, to: "\(folder)/\(GenerationFile.artists)")
        try write(trained.factors.columns, stamp, to: "\(folder)/\(GenerationFile.factors)", spoolingInto: folder)
        return stamp
    }

    /// Reads the files back.
    /// - Throws: `GenerationError` where they contradict each other or themselves, `ColumnFileError`, `DecodingError`.
    static func read(from folder: String) throws -> (TrainedSpace, SpaceStamp) {
        let json = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(GenerationFile.space)"))
        let stamp = try SpaceStamp(hashing: Array(json))
        let space = try JSONDecoder().decode(FeatureSpace.self, from: json)
        let artists = try artists(at: "\(folder)/\(GenerationFile.artists)", stamp)
        let columns = try factors(at: "\(folder)/\(GenerationFile.factors)", stamp)
        guard let factors = LearnedFactors(columns, model: space.listening) else {
            throw GenerationError(
                .corrupt, "\(folder)/\(GenerationFile.factors) holds no factors of this space; build the index again")
        }
        return (TrainedSpace(space: space, artists: artists, factors: factors), stamp)
    }

    // MARK: Artists' means

    private static let artist = "artist.hash"
    private static let means = "artist.means"

    private static func write(_ artists: ArtistProfiles, _ stamp: SpaceStamp, to path: String) throws {
        var file = ColumnFileBuilder(spoolingInto: nil)
        try file.append(contentsOf: stamp.words, to: SpaceColumnsBuilder.stampColumn)
        try file.append(contentsOf: artists.artists, to: artist)
        try file.append(contentsOf: artists.means, to: means)
        try file.write(to: path)
    }

    private static func artists(at path: String, _ stamp: SpaceStamp) throws -> ArtistProfiles {
        let file = try ColumnFile(path: path)
        try stamp.check(file, path)
        let profiles = ArtistProfiles(
            artists: try file.column(artist, of: UInt64.self).elements,
            means: try file.column(means, of: Float.self).elements)
        guard let profiles else {
            throw GenerationError(.corrupt, "\(path) holds no artists' means; build the index again")
        }
        return profiles
    }

    // MARK: Factors

    private static let recording = "recording.hash"
    private static let listings = "recording.listings"
    private static let playlist = "playlist.id"
    private static let credited = "artist.hash"
    private static let numbers:
        [(name: String, path: any WritableKeyPath<LearnedFactors.Columns, [Float]> & Sendable)] = [
            ("recording.factors", \.recordingFactors), ("artist.factors", \.artistFactors),
            ("playlist.track_factors", \.playlistTrackFactors), ("playlist.artist_factors", \.playlistArtistFactors),
            ("playlist.track_confidence", \.trackConfidence), ("playlist.artist_confidence", \.artistConfidence),
        ]

    /// Writes the columns of factors, whatever they hold; reading is what checks them.
    static func write(
        _ columns: LearnedFactors.Columns, _ stamp: SpaceStamp, to path: String, spoolingInto folder: String
    ) throws {
        var file = ColumnFileBuilder(spoolingInto: folder)
        try file.append(contentsOf: stamp.words, to: SpaceColumnsBuilder.stampColumn)
        try file.append(contentsOf: columns.recordings, to: recording)
        try file.append(contentsOf: columns.listings, to: listings)
        try file.append(contentsOf: columns.artists, to: credited)
        try file.append(contentsOf: columns.playlists, to: playlist)
        for column in numbers { try file.append(contentsOf: columns[keyPath: column.path], to: column.name) }
        try file.write(to: path)
    }

    private static func factors(at path: String, _ stamp: SpaceStamp) throws -> LearnedFactors.Columns {
        let file = try ColumnFile(path: path)
        try stamp.check(file, path)
        var columns = LearnedFactors.Columns()
        columns.recordings = try file.column(recording, of: UInt64.self).elements
        columns.listings = try file.column(listings, of: UInt32.self).elements
        columns.artists = try file.column(credited, of: UInt64.self).elements
        columns.playlists = try file.column(playlist, of: Int64.self).elements
        for column in numbers {
            columns[keyPath: column.path] = try file.column(column.name, of: Float.self).elements
        }
        return columns
    }
}
