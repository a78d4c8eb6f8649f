public import Catalog
internal import Features

/// The recordings of a catalog, numbered: what queries, answers and measures are made of.
///
/// Tracks of one recording are one item, so that a re-release is neither a wrong answer nor a second chance. Items are
/// numbered by their recording's hash, which depends on names alone: importing the same catalog in another order
/// gives the same numbers.
public struct ItemTable: Sendable {
    /// An item's number; small, because lists of them are long.
    public typealias Item = Int32

    /// Hashes of the recordings, ascending; an item's number is its place here.
    let recordings: [UInt64]
    /// The row of each item's representative among the tracks.
    let representatives: [Int]
    /// Whether some track of the item has a measured audio feature other than its length.
    let covered: [Bool]
    /// A number for each item's first artist, or -1 without one.
    let artists: [Int32]
    /// The item of each track's row.
    let itemOfRow: [Item]
    private let trackIDs: [TrackID]

    /// Numbers the recordings of tracks that are in ascending order of id.
    public init(_ tracks: [CatalogTrack]) {
        let identities = tracks.map(TrackIdentity.init)
        let recordings = Self.distinct(identities.map(\.recording))
        let itemOfRow = identities.map { Item(recordings.lowerBound(of: $0.recording)) }
        var representatives = [Int](repeating: -1, count: recordings.count)
        for (row, item) in itemOfRow.enumerated() {
            let known = representatives[Int(item)]
            if known < 0 || Self.represents(tracks[row], ratherThan: tracks[known]) { representatives[Int(item)] = row }
        }
        var numbers: [UInt64: Int32] = [:]
        artists = representatives.map { row in
            guard let artist = identities[row].artist else { return -1 }
            let number = numbers[artist] ?? Int32(numbers.count)
            numbers[artist] = number
            return number
        }
        covered = representatives.map { Self.isMeasured(tracks[$0]) }
        trackIDs = tracks.map(\.id)
        self.recordings = recordings
        self.itemOfRow = itemOfRow
        self.representatives = representatives
    }

    /// Number of items.
    public var count: Int { recordings.count }

    /// The item of a track, or nil where the catalog has no such track.
    public func item(of track: TrackID) -> Item? {
        let row = trackIDs.lowerBound(of: track)
        return row < trackIDs.count && trackIDs[row] == track ? itemOfRow[row] : nil
    }

    /// The distinct items of tracks, ascending; unknown tracks are left out.
    public func items(of tracks: [TrackID]) -> [Item] { Self.distinct(tracks.compactMap(item)) }

    /// Whether anything but the length was measured.
    static func isMeasured(_ track: CatalogTrack) -> Bool {
        AudioFeature.allCases.contains { $0 != .duration && track.features[$0] != nil }
    }

    /// Measured before unmeasured, then the most listed, then the one that came first.
    private static func represents(_ track: CatalogTrack, ratherThan other: CatalogTrack) -> Bool {
        let (measured, otherMeasured) = (isMeasured(track), isMeasured(other))
        if measured != otherMeasured { return measured }
        return track.playlistCount > other.playlistCount
    }

    private static func distinct<Element: Comparable>(_ elements: [Element]) -> [Element] {
        let sorted = elements.sorted()
        return sorted.indices.compactMap { $0 > 0 && sorted[$0] == sorted[$0 - 1] ? nil : sorted[$0] }
    }
}

extension Array where Element: Comparable {
    /// The place of the first element that is not below `element`; the array is ascending.
    func lowerBound(of element: Element) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
