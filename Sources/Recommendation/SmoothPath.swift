internal import Catalog
internal import Foundation
internal import LinearAlgebra
internal import VectorIndex

/// Looks for tracks between two, and chooses the sequence with the smallest steps.
///
/// Points at equal angles on the great circle from one vector to the other are searched around, and one of the tracks found
/// is chosen for each, so that the squared steps are least.
struct SmoothPath {
    /// Candidates looked for around each point, and how many more for every point: points that are close to one
    /// another share most of them.
    static let width = (least: 40, perPoint: 1)
    /// What following a track by another of the same artist costs, beside the squared steps.
    static let sameArtistCost: Float = 0.05
    /// How much straying from the straight way counts beside the steps.
    static let strayWeight: Float = 0.3

    let catalog: ServingCatalog
    let from: TrackHandle
    let to: TrackHandle

    /// Tracks for up to `steps` points between the ends, in order.
    /// - Throws: `VectorIndexError` where an index is damaged.
    func tracks(_ steps: Int) throws(VectorIndexError) -> [TrackHandle] {
        guard let start = catalog.direction(from), let end = catalog.direction(to) else { return [] }
        var layers: [[Stop]] = []
        for number in 1...steps {
            let point = Self.between(start, end, Float(number) / Float(steps + 1))
            layers.append(try stops(around: point, width: Self.width.least + Self.width.perPoint * steps))
        }
        var way = CheapestWay(layers.filter { !$0.isEmpty }, from: stop(from, start), to: stop(to, end), cost: cost)
        return way.distinct().map(\.track)
    }

    private func stop(_ track: TrackHandle, _ vector: [Float]) -> Stop {
        let snapshot = catalog.snapshot(track)
        return Stop(
            track: track, recording: snapshot.recording(track.row), artists: snapshot.artists(track.row),
            vector: vector,
            nearness: 1)
    }

    /// The point at a share of the angle between two unit vectors (spherical linear interpolation).
    static func between(_ start: [Float], _ end: [Float], _ share: Float) -> [Float] {
        let cosine = max(-1, min(1, zip(start, end).reduce(Float(0)) { $0 + $1.0 * $1.1 }))
        let angle = acos(Double(cosine))
        // Vectors that are all but opposite or equal have no one way between them: the straight line serves.
        let weights: (Double, Double) =
            angle < 1e-3 || angle > 3.14
            ? (1 - Double(share), Double(share))
            : (sin(angle * (1 - Double(share))) / sin(angle), sin(angle * Double(share)) / sin(angle))
        let mixed = zip(start, end).map { Double($0) * weights.0 + Double($1) * weights.1 }
        let length = mixed.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 1e-9 ? mixed.map { Float($0 / length) } : start
    }

    /// The nearest tracks, one for each recording and none of the ends'.
    private func stops(around point: [Float], width: Int) throws(VectorIndexError) -> [Stop] {
        var seen = Set([from, to].map { catalog.snapshot($0).recording($0.row) })
        var stops: [Stop] = []
        for (number, segment) in catalog.segments.enumerated() where segment.index.count > 0 {
            let found = try segment.index.search(
                point.span, k: min(width, segment.index.count), probes: segment.probes, filter: segment.visible)
            for neighbor in found.neighbors {
                guard let row = segment.snapshot.row(of: TrackID(rawValue: neighbor.id)) else { continue }
                let track = TrackHandle(segment: number, row: row)
                let recording = segment.snapshot.recording(row)
                guard let vector = catalog.direction(track), seen.insert(recording).inserted else { continue }
                stops.append(
                    Stop(
                        track: track, recording: recording, artists: segment.snapshot.artists(row), vector: vector,
                        nearness: neighbor.score))
            }
        }
        return stops
    }

    private func cost(_ one: Stop, _ other: Stop) -> Float {
        let distance = 1 - dot(one.vector.span, other.vector.span)
        let stray = 1 - other.nearness
        return distance * distance + Self.strayWeight * stray * stray
            + (one.artists.contains { other.artists.contains($0) } ? Self.sameArtistCost : 0)
    }
}
