internal import Catalog

/// Which playlists are tested in which fold; the others of a fold are what its space is learned from.
public struct Split: Sendable, Hashable {
    /// The fold in which each playlist is tested, by its number; nil for one that is only learned from.
    let folds: [Int?]
    /// The data set of each playlist; means over several are unweighted. All in one where nothing says otherwise.
    let labels: [String]
    /// Number of groups of near-duplicates; nil for a split that a file fixed.
    public let groups: Int?
    /// What should be known about the split, each a sentence.
    public let warnings: [String]

    /// Folds in use, ascending.
    public var used: [Int] { Set(folds.compactMap(\.self)).sorted() }

    /// How playlists are told apart into data sets.
    public enum Labelling: String, Sendable, CaseIterable {
        /// They are not.
        case pool
        /// By the namespace of their name.
        case namespace

        func label(of playlist: ListedPlaylist) -> String {
            guard self == .namespace else { return "all" }
            let name = playlist.externalIDs.min { $0.description < $1.description }
            return name?.namespace ?? "segue"
        }
    }

    /// Puts each group of near-duplicates into one fold, by a hash of the group's name.
    public init(grouping playlists: [ListedPlaylist], itemCount: Int, folds count: Int, by labelling: Labelling = .pool)
    {
        let groups = PlaylistGroups(playlists, itemCount: itemCount)
        folds = groups.names.map { Int(StableHash.of("fold:" + $0) % UInt64(count)) }
        labels = playlists.map(labelling.label)
        self.groups = groups.count
        warnings = []
    }

    /// Takes the folds of a file. Playlists that it does not name are only learned from.
    /// - Throws: `EvaluationError` where the file gives one playlist two folds or names no playlist of the catalog.
    public init(
        _ file: SplitFile, _ playlists: [ListedPlaylist], by labelling: Labelling = .pool
    ) throws(EvaluationError) {
        var folds = [Int??](repeating: nil, count: playlists.count)
        var labels = playlists.map(labelling.label)
        let names = SplitFile.Names(playlists)
        var unknown: [String] = []
        for entry in file.entries {
            guard let number = names.playlist(entry.id) else {
                unknown.append(entry.id)
                continue
            }
            if let known = folds[number], known != entry.fold {
                throw EvaluationError(
                    .malformedSplit, "line \(entry.line) of the split file gives \(entry.id) a second fold")
            }
            folds[number] = .some(entry.fold)
            labels[number] = entry.label ?? labels[number]
        }
        guard unknown.count < file.entries.count else {
            throw EvaluationError(
                .foreignSplit,
                "none of the \(unknown.count) playlists of the split file is in the catalog (the first is \(unknown[0]));"
                    + " import them, or give the ids under which the catalog has its playlists")
        }
        self.folds = folds.map { $0 ?? nil }
        self.labels = labels
        groups = nil
        warnings = Self.warnings(unknown: unknown, of: file.entries.count)
    }

    private static func warnings(unknown: [String], of total: Int) -> [String] {
        guard !unknown.isEmpty else { return [] }
        let named = unknown.prefix(5).joined(separator: ", ") + (unknown.count > 5 ? ", …" : "")
        return [
            "\(unknown.count) of the split file's \(total) playlists are not in the catalog and were skipped: \(named)"
        ]
    }

    /// The playlists that a fold's space is learned from.
    func training(for fold: Int) -> [Int] { folds.indices.filter { folds[$0] != fold } }
}
