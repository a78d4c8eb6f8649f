internal import Catalog
internal import FileSystem

/// What a run over a folder knows of its files and their tracks: how they were when it began, and what has become of them.
///
/// What a path held before says nothing of what it holds now, so a file that is due, or gone, is no twin of any other.
struct FolderLedger: Sendable {
    /// What the tags of an original leave open, so that its copies may say it.
    struct Gaps: Sendable {
        var title = false
        var artists = false
        var isrc = false
    }

    /// Files as they were, by path.
    private(set) var former: [FilePath: MusicFile]
    /// Tracks as they were, by the path that named them.
    private(set) var formerTracks: [FilePath: FiledTrack]
    /// Tracks by the path that names them now, as far as they were there when the run began.
    private(set) var tracks: [FilePath: TrackID]
    /// Files that are due and not done.
    private(set) var pending: Set<FilePath>
    /// Files that are gone.
    private(set) var gone: Set<FilePath>
    /// Tracks that a file was taken off, or that are to be looked at when the run ends.
    private(set) var touched: Set<TrackID> = []
    /// Files that are looked into although they are as they were, since another of their track is not.
    private(set) var companions: Set<FilePath> = []
    /// Files that have to be analysed, whatever is known of their content.
    private(set) var insisted: Set<FilePath> = []
    /// Known files that cannot be heard in this run: they may be what they were, and no other file is judged by them.
    private(set) var hidden: Set<FilePath>
    /// Files of other folders that share tracks with files of this one.
    private(set) var outside: Set<FilePath> = []
    /// Those of them that are not there, apart from what paths held that hold something else.
    private(set) var away: Set<FilePath> = []
    private var present: Set<FilePath>
    private let byContent: [String: [FilePath]]
    private var pathsOf: [TrackID: Set<FilePath>]
    private var claimed: Set<TrackID> = []
    private var moves: [FilePath: FilePath] = [:]
    /// Originals whose documents were seen in this run.
    private(set) var originals: [FilePath: Gaps] = [:]
    private var originalOf: [FilePath: FilePath] = [:]
    /// Originals that an earlier path took the place of.
    private var overtaken: Set<FilePath> = []
    /// Tracks that are told anew from such a path on, by the paths of their files.
    private var retold: [FilePath: TrackID] = [:]
    /// Those of the files that are gone whose content is now elsewhere.
    private(set) var followed: Set<FilePath> = []

    /// Where what paths held is kept that hold something else now.
    private(set) var left: Set<FilePath> = []

    /// Begins with what was known and what the plan makes of it.
    init(
        known: [MusicFile], tracks: [FiledTrack], plan: FolderPlan, present: Set<FilePath>, outside: OutsideFiles
    ) {
        former = Dictionary(known.map { ($0.place, $0) }) { first, _ in first }
        formerTracks = Dictionary(tracks.map { (FilePath($0.path), $0) }) { first, _ in first }
        self.tracks = formerTracks.mapValues(\.track)
        pending = Set(plan.due.map(\.place))
        gone = Set(plan.gone.map(\.place))
        left = Set(plan.gone.filter(\.isLeft).map(\.place))
        self.present = present
        hidden = Set(former.keys).subtracting(present).subtracting(gone)
        byContent = Dictionary(grouping: known.filter { $0.refusal == nil && $0.content != nil }) { $0.content ?? "" }
            .mapValues { $0.map(\.place).sorted() }
        pathsOf = Dictionary(grouping: tracks, by: \.track).mapValues { Set($0.map { FilePath($0.path) }) }
        admit(outside)
        for path in pending.union(gone) { companions.formUnion(mates(of: path)) }
        companions = companions.intersection(self.present).subtracting(pending)
        pending.formUnion(companions)
        insisted = companions
    }

    /// Takes files of other folders into account.
    mutating func admit(_ others: OutsideFiles) {
        present.formUnion(others.present.map(\.place))
        for (file, track) in others.known where outside.insert(file.place).inserted {
            (former[file.place], formerTracks[file.place]) = (file, track)
            // Neither there nor away: it only tells whose the recording was, until the next run over its folder.
            guard !file.isLeft else { continue }
            put(file.place, track.track)
            if !present.contains(file.place) {
                hidden.insert(file.place)
                away.insert(file.place)
            }
        }
    }

    /// Whether a path is of the folder, or of another and was taken into account.
    func knows(_ path: FilePath) -> Bool { present.contains(path) || former[path] != nil }

    /// The files that name the same track, the path itself among them.
    private func mates(of path: FilePath) -> Set<FilePath> { tracks[path].flatMap { pathsOf[$0] } ?? [] }

    /// The files of a path's track that cannot be heard now, in order of path.
    func unheardMates(of path: FilePath) -> [FilePath] { mates(of: path).intersection(hidden).sorted() }

    /// Files that are due and not alone with their tracks.
    var sharing: [FilePath] { pending.filter { mates(of: $0).count > 1 }.sorted() }

    /// Whether what the store says of a path still holds.
    func isSettled(_ path: FilePath) -> Bool { !pending.contains(path) && !gone.contains(path) }

    /// Whether the path's file can say what its track is.
    func speaks(_ path: FilePath) -> Bool {
        present.contains(path) && isSettled(path) && !hidden.contains(path)
    }

    /// Whether files of a path's track are still to be heard.
    func isAwaited(_ path: FilePath) -> Bool { !mates(of: path).isDisjoint(with: pending) }

    /// Where the file of a path is now that may have been followed to another.
    func whereabouts(of path: FilePath) -> FilePath { moves[path] ?? path }

    /// The original that a file is a copy of, or itself.
    func original(of path: FilePath) -> FilePath { originalOf[path] ?? path }

    /// The path that had this content alone, is gone, and whose track has its title from tags: what is renamed.
    func renamed(to file: MusicFile) -> FilePath? {
        guard tracks[file.place] == nil, !insisted.contains(file.place) else { return nil }
        return byContent[file.content ?? ""]?.first { path in
            guard gone.contains(path), let filed = formerTracks[path], former[path]?.version == file.version else {
                return false
            }
            return !claimed.contains(filed.track) && pathsOf[filed.track]?.count == 1
                && filed.name != FileTags.title(of: path.text)
        }
    }

    /// Follows a file to its new path.
    mutating func move(_ old: FilePath, to path: FilePath) {
        guard let track = tracks[old] else { return }
        put(old, nil)
        put(path, track)
        gone.remove(old)
        claimed.insert(track)
        moves[old] = path
    }

    /// The track that an original keeps: that of its own path where that held this recording, else of the path that did.
    ///
    /// - Parameter alike: paths whose recordings, as they were, are this one.
    mutating func claim(_ file: MusicFile, alike: [FilePath], hasPrint: Bool) -> TrackID? {
        let isUntouched = former[file.place]?.content == file.content
        // Where neither has a print, or nothing is known of what it held, nothing but its place speaks for it.
        let isStill =
            alike.contains(file.place)
            || former[file.place].map { $0.content == nil || !hasPrint && !$0.hasPrint } == true
        let own = isStill ? [file.place] : []
        // What is alike without a print has the same bytes.
        let places =
            (isUntouched ? [file.place] : []) + byContent[file.content ?? "", default: []]
            + (hasPrint ? own + alike : alike + own)
        let track =
            alike.compactMap { retold[$0] }.first
            ?? places.compactMap { formerTracks[$0]?.track }.first { !claimed.contains($0) }
        if let track { claimed.insert(track) }
        retold = retold.filter { $0.value != track }
        return track
    }

    /// The path that is gone and had this content, when its track came to the file; each is followed once.
    mutating func follow(_ file: MusicFile, _ track: TrackID?) -> FilePath? {
        guard let track, formerTracks[file.place] == nil else { return nil }
        let old = byContent[file.content ?? ""]?.first {
            gone.contains($0) && !followed.contains($0) && formerTracks[$0]?.track == track
        }
        if let old { followed.insert(old) }
        return old
    }

    /// Notes that a path leaves its track; gives where what is known of it is to be kept until `dropLeft`, as of a file that is
    /// gone: a path that is looked into later may hold the recording, and who else is of the track has to be heard, in this
    /// run or, where this one is ended, the next.
    mutating func leave(_ path: FilePath) -> FilePath? {
        guard let track = tracks[path], let filed = formerTracks[path], filed.track == track,
            let place = former[path]?.placeOnceLeft, former[place] == nil
        else { return nil }
        former[place] = former[path]
        formerTracks[place] = FiledTrack(path: place.text, track: track, name: filed.name)
        put(path, nil)
        put(place, track)
        gone.insert(place)
        left.insert(place)
        return place
    }

    /// Drops what is kept of paths that left their tracks where all others of these have been heard, one of them at least;
    /// gives it.
    mutating func dropLeft() -> [FilePath] {
        let told = left.intersection(gone).filter { place in
            let mates = mates(of: place)
            return mates.contains(where: speaks) && mates.isDisjoint(with: pending) && mates.isDisjoint(with: hidden)
        }
        for place in told { name(place, nil) }
        gone.subtract(told)
        left.subtract(told)
        return told.sorted()
    }

    /// Notes which track a path names from now on; one that is to come is nil.
    mutating func name(_ path: FilePath, _ track: TrackID?) {
        if let before = tracks[path], before != track { touched.insert(before) }
        put(path, track)
    }

    private mutating func put(_ path: FilePath, _ track: TrackID?) {
        if let before = tracks[path] { pathsOf[before]?.remove(path) }
        tracks[path] = track
        if let track { pathsOf[track, default: []].insert(path) }
    }

    /// Notes that an original was taken in.
    mutating func settle(original path: FilePath, _ gaps: Gaps) {
        pending.remove(path)
        originals[path] = gaps
    }

    /// Notes that a file was taken in as a copy.
    mutating func settle(_ path: FilePath, copyOf other: FilePath) {
        pending.remove(path)
        originalOf[path] = original(of: other)
        put(path, tracks[other])
    }

    /// Notes that a file was done with in some other way.
    mutating func settle(_ path: FilePath) { pending.remove(path) }

    /// Notes that a file cannot be heard in this run.
    mutating func hide(_ path: FilePath) {
        pending.remove(path)
        hidden.insert(path)
    }

    /// Notes what an original has from a copy.
    mutating func fill(_ path: FilePath, _ filled: Gaps) { originals[path] = filled }

    /// Makes the files due that share a track with one whose document was not seen in this run; gives them.
    ///
    /// The first of them by path is the original, which nobody can tell without the tags of all.
    mutating func regroup(with path: FilePath) -> [FilePath] {
        guard originals[original(of: path)] == nil else { return [] }
        let mates = tracks[path] == nil ? [path] : self.mates(of: path)
        let due = mates.intersection(present).subtracting(pending).subtracting(companions).subtracting(insisted)
            .subtracting(hidden)
        companions.formUnion(due)
        insist(on: due)
        return due.sorted()
    }

    /// The original of a path's track, where that was taken in already and another file, which turns out to hold the
    /// recording too, comes before it: one of another folder, of which something else was known. Each is given once.
    mutating func overtake(by file: FilePath, with path: FilePath) -> FilePath? {
        let original = original(of: path)
        guard file < original, originals[original] != nil, overtaken.insert(original).inserted else { return nil }
        return original
    }

    /// Makes the files of a track due once more whose original was overtaken; gives them.
    mutating func retell(_ files: [FiledTrack], of original: FilePath) -> [FilePath] {
        originals[original] = nil
        for file in files {
            let path = FilePath(file.path)
            put(path, file.track)
            (originalOf[path], retold[path]) = (nil, file.track)
        }
        let due = Set(files.map { FilePath($0.path) }).intersection(present).subtracting(pending).subtracting(hidden)
        companions.formUnion(due)
        insist(on: due)
        return due.sorted()
    }

    /// Makes files due that have to be analysed.
    mutating func insist(on paths: Set<FilePath>) {
        pending.formUnion(paths)
        insisted.formUnion(paths)
    }
}
