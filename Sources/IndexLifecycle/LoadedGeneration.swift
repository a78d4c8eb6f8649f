internal import Catalog
internal import ColumnFile
public import Features
internal import Foundation
public import Recommendation
internal import VectorIndex

/// A published generation, opened for serving.
public struct LoadedGeneration: Sendable {
    /// What it consists of.
    public let manifest: GenerationManifest
    /// Its vectors and facts.
    public let segment: ServingSegment
    /// How its vectors were made, and how new ones are.
    public let vectorizer: Vectorizer

    /// Opens a generation after checking its files.
    /// - Parameter checksums: whether to read every byte against the manifest; lengths are compared always.
    /// - Throws: `GenerationError` that says what is wrong with which file.
    public init(
        _ id: String, in directory: GenerationDirectory, checksums: Bool = true
    ) throws(GenerationError) {
        try self.init(directory.check(id, checksums: checksums), at: directory.generationPath(id))
    }

    /// The generation alone, as it was built.
    public var serving: ServingCatalog {
        ServingCatalog(
            generation: GenerationInfo(id: manifest.id, builtAt: manifest.builtAt, tracks: manifest.tracks),
            space: vectorizer.space, segments: [segment])
    }

    init(_ manifest: GenerationManifest, at path: String) throws(GenerationError) {
        self.manifest = manifest
        do {
            let index = try VectorIndex.open(path: "\(path)/\(GenerationFile.index)")
            let snapshot = try CatalogSnapshot(
                facts: ColumnFile(path: "\(path)/\(GenerationFile.facts)"),
                space: ColumnFile(path: "\(path)/\(GenerationFile.columns)"))
            segment = ServingSegment(
                index: index, snapshot: snapshot, probes: manifest.nprobe,
                deepProbes: min(manifest.nlist, 2 * manifest.nprobe))
            let space = try Self.space(at: "\(path)/\(GenerationFile.space)")
            let artists = try Self.artists(at: "\(path)/\(GenerationFile.artists)")
            guard space.listening == nil else {
                throw GenerationError(.corrupt, "\(path): the learned factors are missing")
            }
            vectorizer = Vectorizer(TrainedSpace(space: space, artists: artists, factors: .none))
        } catch let error as GenerationError {
            throw error
        } catch {
            throw GenerationError(.corrupt, "\(path): \(error)")
        }
        guard segment.index.count == manifest.vectors, segment.snapshot.count == manifest.tracks,
            segment.index.dimension == manifest.dimension, vectorizer.space.dimension == manifest.dimension,
            segment.index.listCount == manifest.nlist
        else { throw GenerationError(.corrupt, "\(path): the files do not belong to one another") }
    }

    private static func space(at path: String) throws -> FeatureSpace {
        try JSONDecoder().decode(FeatureSpace.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static func artists(at path: String) throws -> ArtistProfiles {
        let file = try ColumnFile(path: path)
        let ids = try file.column(ArtistColumns.id, of: UInt64.self).withSpan { span in
            span.indices.map { span[$0] }
        }
        let means = try file.column(ArtistColumns.means, of: Float.self).withSpan { span in
            span.indices.map { span[$0] }
        }
        guard let profiles = ArtistProfiles(artists: ids, means: means) else {
            throw GenerationError(.corrupt, "\(path) holds no artists' means")
        }
        return profiles
    }
}

/// Columns of the file that keeps artists' means.
enum ArtistColumns {
    static let id = "artist.id"
    static let means = "artist.means"
}

extension GenerationDirectory {
    /// Opens the current generation, or where it is damaged or gone the newest one that is good.
    /// - Returns: the generation, and what was wrong with the ones that were passed over.
    /// - Throws: `missing` where none is good, naming the mend.
    public func openNewestGood(
        checksums: Bool = true
    ) throws(GenerationError) -> (generation: LoadedGeneration, problems: [GenerationError]) {
        var problems: [GenerationError] = []
        let candidates = [current].compactMap(\.self) + generations.filter { $0 != current }
        for id in candidates {
            do throws(GenerationError) {
                return (try LoadedGeneration(id, in: self, checksums: checksums), problems)
            } catch {
                problems.append(error)
            }
        }
        let reasons = problems.isEmpty ? "" : " (\(problems.map(\.description).joined(separator: "; ")))"
        throw GenerationError(.missing, "no usable index under \(path)\(reasons); run `segue index build`")
    }
}
