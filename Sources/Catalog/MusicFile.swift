/// What is remembered of a file of sound, so that it need not be analysed again.
public struct MusicFile: Sendable, Hashable {
    /// The source and provider that what files say is kept under, and leaves the catalog with them.
    public static let provider = "analyze"

    /// Why a file could not be analysed.
    public struct Refusal: Error, Sendable, Hashable, Codable {
        /// A short stable name.
        public var code: String
        /// One sentence.
        public var message: String

        /// A reason.
        public init(code: String, message: String) { (self.code, self.message) = (code, message) }
    }

    /// The absolute path, which is also the track's id in the namespace `file`.
    public var path: String
    /// Bytes.
    public var size: Int
    /// Nanoseconds since 1970 of the last change.
    public var modified: Int
    /// SHA-256 of the content, in hexadecimal; nil where it could not be read.
    public var content: String?
    /// The version of the descriptors.
    public var version: Int
    /// Nil where the file was analysed.
    public var refusal: Refusal?
    /// Whether its recording is known by a print.
    public var hasPrint: Bool

    /// Remembers a file.
    public init(
        path: String, size: Int, modified: Int, content: String?, version: Int, refusal: Refusal? = nil,
        hasPrint: Bool = false
    ) {
        self.path = path
        self.size = size
        self.modified = modified
        self.content = content
        self.version = version
        self.refusal = refusal
        self.hasPrint = hasPrint
    }

    /// The track's name in the catalog.
    public var trackID: ExternalID { ExternalID(namespace: "file", value: path) }
}

/// What the sound of a track is like, as it is kept.
public struct SoundRecord: Sendable, Hashable {
    /// The version of the descriptors.
    public var version: Int
    /// All descriptors, as a JSON object.
    public var descriptors: String
    /// The numbers that the `sound` block is made from.
    public var sound: [Float]
    /// The numbers that the `structure` block is made from; empty where only a part of the recording was heard.
    public var form: [Float]
    /// What was analysed, where that is no file.
    public var source: String?

    /// Keeps descriptors.
    public init(version: Int, descriptors: String, sound: [Float], form: [Float], source: String? = nil) {
        self.version = version
        self.descriptors = descriptors
        self.sound = sound
        self.form = form
        self.source = source
    }
}

/// Keeps the sound of tracks that no file here holds. Implemented by Storage.
public protocol SoundStore: Sendable {
    /// Those of some tracks whose sound a provider has described.
    func described(_ tracks: [TrackID], by provider: String) async throws -> Set<TrackID>
    /// Keeps descriptors in place of the provider's earlier ones; tracks whose descriptors change count as changed, those
    /// that are gone are skipped.
    func keep(_ sounds: [TrackID: SoundRecord], by provider: String) async throws
}

/// By what the same recording is recognised in another file.
public struct RecordingPrint: Sendable, Hashable {
    /// Seconds of the whole recording.
    public var duration: Double
    /// An acoustic fingerprint, one number for about an eighth of a second.
    public var values: [UInt32]

    /// A print of a recording.
    public init(duration: Double, values: [UInt32]) { (self.duration, self.values) = (duration, values) }
}

/// A file that was analysed, with what came of it.
public struct AnalyzedFile: Sendable, Hashable {
    /// The file.
    public var file: MusicFile
    /// Nil where the file was refused or is the same recording as another one.
    public var sound: SoundRecord?
    /// Nil where there is none.
    public var print: RecordingPrint?
    /// The ids, besides paths, by which it names its track.
    public var ids: [ExternalID]

    /// A file with its analysis.
    public init(file: MusicFile, sound: SoundRecord? = nil, print: RecordingPrint? = nil, ids: [ExternalID] = []) {
        (self.file, self.sound, self.print, self.ids) = (file, sound, print, ids)
    }
}

/// A track that a file names.
public struct FiledTrack: Sendable, Hashable {
    /// The file's path.
    public var path: String
    /// The track.
    public var track: TrackID
    /// Its title; nil where it has none.
    public var name: String?

    /// A track by the path that names it.
    public init(path: String, track: TrackID, name: String?) {
        (self.path, self.track, self.name) = (path, track, name)
    }
}

/// Keeps what is known of files of sound. Implemented by Storage.
public protocol MusicFileStore: Sendable {
    /// Runs `body` while no other run over folders is under way: files of several folders may share a track.
    ///
    /// - Parameter body: is given what throws where the turn was lost, so that another run may be under way.
    /// - Throws: `CatalogStoreError.busy` where one is, what `body` throws.
    func withTurnOfFolders<Result: Sendable>(
        _ body: @Sendable (_ confirm: @escaping @Sendable () async throws -> Void) async throws -> Result
    ) async throws -> Result
    /// The files in a folder and below it, in order of path.
    func musicFiles(under folder: String) async throws -> [MusicFile]
    /// The tracks that files in a folder and below it name, in order of path.
    func filedTracks(under folder: String) async throws -> [FiledTrack]
    /// Files that are known and name the same tracks as some paths do, these paths among them, in order of path.
    func filesSharingTracks(of paths: [String]) async throws -> [(file: MusicFile, track: FiledTrack)]
    /// Analysed files with one of these contents, in this version or, where it is nil, in any, in order of path.
    func musicFiles(contents: [String], version: Int?) async throws -> [MusicFile]
    /// For each of some prints, by its place among them, files whose prints share a number with it and that last as long,
    /// at most 50 of each.
    func recordings(
        like prints: [RecordingPrint]
    ) async throws -> [(place: Int, path: String, print: RecordingPrint)]
    /// Keeps files in place of what was known under their paths, and their descriptors with the tracks that have the
    /// paths as ids, which must be in the catalog; tracks whose descriptors change count as changed.
    func keep(_ files: [AnalyzedFile], provider: String) async throws
    /// Lets a file's track be known by another path.
    func move(_ path: String, to file: MusicFile) async throws
    /// Lets a file name another track, or none, and notes what it holds with that, as of an earlier version, so that a run
    /// that ends before the file is kept tells it from what its path held; the track that it named stays, until it is tidied,
    /// and one that it names already is not touched.
    func name(_ file: AnalyzedFile, _ track: TrackID?) async throws
    /// Those of some ids, each with the path of a file that names it, that tracks have which other files name and this one
    /// does not, by these paths.
    func idsOfOtherFiles(_ named: [(path: String, id: ExternalID)]) async throws -> [String: Set<ExternalID>]
    /// Those of some paths whose tracks have no title, or one that a provider gave, in order.
    func untitled(_ paths: [String], by provider: String) async throws -> [String]
    /// Lets files be known by other paths, with their tracks, all at once, so that paths can be exchanged; they count as
    /// files of an earlier version.
    func exchange(_ moves: [(from: String, to: String)]) async throws
    /// Takes ids that a provider brought off tracks where the first file by path that names them is of another track.
    func releaseIDs(by provider: String) async throws
    /// The ids that files name their tracks by and that no track has, each with the first of these files by path.
    func unheldIDs() async throws -> [(path: String, id: ExternalID)]
    /// Notes that files change, and that what follows for the catalog as a whole is not settled until it is noted that it is:
    /// where a run is ended early or killed, the next one settles it.
    func noteFiles(areSettled: Bool) async throws
    /// Whether no run over folders has left anything to settle.
    func areFilesSettled() async throws -> Bool
    /// Lets files count as files of an earlier version, so that a run that is ended early comes back to them.
    func expire(_ paths: [String]) async throws
    /// Drops what a provider said of tracks and says no more: values that it is the origin of, ids that it brought, and its
    /// audio features.
    func retract(allBut statements: [FiledStatement], by provider: String) async throws
    /// Drops what a provider said of those of some tracks that no file names any more, and those that nothing names; albums
    /// and artists follow. Gives the number of tracks that left.
    func tidy(_ tracks: [TrackID], provider: String) async throws -> Int
    /// Forgets files, and what they alone said; a track that had nothing but such files, and ids that the provider brought,
    /// leaves the catalog. Gives the number of tracks that left.
    func forget(_ paths: [String], provider: String) async throws -> Int
}
