internal import Catalog
internal import FileSystem
internal import Signing

/// Files that changed places in a folder, told by their content before anything is heard: a renumbered album, two files that
/// swapped names.
///
/// What is known of a path would else be overwritten as soon as what it holds now is taken in, and a run that ends then
/// would forget whose track the content was that waits under the next path.
struct FolderExchange: Sendable {
    /// From which path to which other what is known is to go; each path is left, and come to, once.
    private(set) var moves: [(from: FilePath, to: FilePath)] = []

    /// Looks into those files that are due and may hold what others did.
    static func among(_ due: [FolderWalk.File], known: [MusicFile]) async -> FolderExchange {
        let former = Dictionary(known.map { ($0.place, $0) }) { first, _ in first }
        let changed = due.filter { file in
            former[file.place].map { $0.size != file.size || $0.modified != file.modified } != false
        }
        let left = Set(changed.map(\.place))
        let sizes = Set(known.filter { left.contains($0.place) && $0.refusal == nil && $0.content != nil }.map(\.size))
        guard !sizes.isEmpty else { return FolderExchange([], [:]) }
        let contents = await AnalyzerPool.onThread {
            changed.map { file -> (place: FilePath, content: String?) in
                // Of another size than all of them, it holds none of them.
                guard sizes.contains(file.size) else { return (place: file.place, content: "") }
                let digest = try? SHA256Digest(contentsOfFile: file.path)
                return (place: file.place, content: digest?.hexadecimal)
            }
        }
        return FolderExchange(contents, former)
    }

    /// - Parameters:
    ///   - contents: of files that changed, in order of path: what they hold, empty where that is nothing known, nil where
    ///     they cannot be read.
    ///   - former: what is known of files.
    init(_ contents: [(place: FilePath, content: String?)], _ former: [FilePath: MusicFile]) {
        // What cannot be read may be what it was.
        let others = contents.filter { $0.content != nil && $0.content != former[$0.place]?.content }
        var sources: [String: [FilePath]] = [:]
        for (place, _) in others.reversed() {
            guard let file = former[place], file.refusal == nil, let content = file.content else { continue }
            sources[content, default: []].append(place)
        }
        var origins: [FilePath: FilePath] = [:]
        for (place, content) in others { origins[place] = sources[content ?? ""]?.popLast() }
        moves = origins.map { (from: $1, to: $0) }
        // What is overwritten, and was found nowhere, waits under the path that was left: it may be told by its sound.
        for last in Set(origins.keys).subtracting(origins.values) where former[last] != nil {
            var first = last
            while let origin = origins[first] { first = origin }
            moves.append((from: last, to: first))
        }
        moves.sort { $0.from < $1.from }
    }
}
