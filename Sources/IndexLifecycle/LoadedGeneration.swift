internal import ColumnFile
public import Features
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

    /// Opens a generation after checking its files, on at most `threads` threads.
    /// - Throws: `GenerationError` that says what is wrong with which file.
    public init(
        _ id: String, in directory: GenerationDirectory, _ checking: FileChecking = .everything, threads: Int = 1
    ) throws(GenerationError) {
        try self.init(directory.check(id, checking), at: directory.generationPath(id), threads: threads)
    }

    /// The generation alone, as it was built.
    public var serving: ServingCatalog {
        ServingCatalog(
            generation: GenerationInfo(id: manifest.id, builtAt: manifest.builtAt, tracks: manifest.tracks),
            space: vectorizer.space, segments: [segment])
    }

    init(_ manifest: GenerationManifest, at path: String, threads: Int = 1) throws(GenerationError) {
        self.manifest = manifest
        do {
            let (trained, stamp) = try SpaceFiles.read(from: path)
            vectorizer = Vectorizer(trained)
            segment = try Self.segment(manifest, at: path, stamp, threads)
        } catch let error as GenerationError {
            throw error
        } catch {
            throw GenerationError(.corrupt, "\(path): \(error)")
        }
        guard segment.index.count == manifest.vectors, segment.snapshot.count == manifest.tracks,
            segment.index.dimension == manifest.dimension, vectorizer.space.dimension == manifest.dimension,
            segment.index.listCount == manifest.nlist,
            segment.artists?.dimension ?? manifest.dimension == manifest.dimension
        else { throw GenerationError(.corrupt, "\(path): the files do not belong to one another") }
    }

    private static func segment(
        _ manifest: GenerationManifest, at path: String, _ stamp: SpaceStamp, _ threads: Int
    ) throws -> ServingSegment {
        let columns = "\(path)/\(GenerationFile.columns)"
        let space = try ColumnFile(path: columns)
        try stamp.check(space, columns)
        let artists = try VectorIndex.open(path: "\(path)/\(GenerationFile.artistIndex)", threads: threads)
        return ServingSegment(
            index: try VectorIndex.open(path: "\(path)/\(GenerationFile.index)", threads: threads),
            snapshot: try CatalogSnapshot(
                facts: ColumnFile(path: "\(path)/\(GenerationFile.facts)"), space: space),
            probes: manifest.nprobe, deepProbes: manifest.deepProbes, artists: artists.count == 0 ? nil : artists)
    }
}

extension GenerationDirectory {
    /// Opens the current generation, or where it is damaged or gone the newest one that is good, on at most `threads`
    /// threads.
    /// - Returns: the generation, and what was wrong with the ones that were passed over.
    /// - Throws: `missing` where none is good, naming the mend.
    public func openNewestGood(
        _ checking: FileChecking = .unlessUnchanged, threads: Int = 1
    ) throws(GenerationError) -> (generation: LoadedGeneration, problems: [GenerationError]) {
        var problems: [GenerationError] = []
        let candidates = [current].compactMap(\.self) + generations.filter { $0 != current }
        for id in candidates {
            do throws(GenerationError) {
                return (try LoadedGeneration(id, in: self, checking, threads: threads), problems)
            } catch {
                problems.append(error)
            }
        }
        let reasons = problems.isEmpty ? "" : " (\(problems.map(\.description).joined(separator: "; ")))"
        throw GenerationError(.missing, "no usable index under \(path)\(reasons); run `segue index build`")
    }
}
