public import Catalog
internal import Gzip

/// Why a file was not imported; the catalog is as it was before.
public struct ImportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of refusal.
    public enum Code: String, Sendable, CaseIterable, Codable {
        /// There is no such file.
        case notFound = "not_found"
        /// The path is not a regular file.
        case notAFile = "not_a_file"
        /// The file cannot be read.
        case notReadable = "not_readable"
        /// There is nothing in the file.
        case empty
        /// The content is none of the accepted formats.
        case unknownFormat = "unknown_format"
        /// The content was recognised, but holds nothing for a catalog.
        case nothingToImport = "nothing_to_import"
        /// A table lacks columns.
        case missingColumns = "missing_columns"
        /// The text is in another encoding than UTF-8.
        case notUTF8 = "not_utf8"
        /// JSON that does not parse.
        case brokenJSON = "broken_json"
        /// More than a setting allows.
        case tooLarge = "too_large"
        /// Compressed data ends early.
        case truncated
        /// Compressed data is damaged.
        case corrupt
        /// Too many rows are bad.
        case badRows = "bad_rows"
        /// An audio analysis does not say which track it is about.
        case trackUnknown = "track_unknown"
        /// The store failed.
        case store
        /// The import was cancelled.
        case cancelled
    }

    /// What kind of refusal.
    public var code: Code
    /// The file's path as it was given.
    public var file: String
    /// What is wrong and what to do about it, in words.
    public var message: String
    /// Bad rows that led to the refusal, if any.
    public var problems: [ImportProblem] = []
    /// The store's own error, where it was the store.
    public var storeError: CatalogStoreError?

    /// The file and the message.
    public var description: String { "\(file): \(message)" }

    init(_ code: Code, _ file: String, _ message: String, problems: [ImportProblem] = []) {
        self.code = code
        self.file = file
        self.message = message
        self.problems = problems
    }
}

extension ImportError {
    init(_ error: GzipError, file: String) {
        let (code, message): (Code, String) =
            switch error {
            case .notFound: (.notFound, "there is no such file; check the path")
            case .isDirectory: (.notAFile, "this is a directory; name the files in it")
            case .notRegular: (.notAFile, "this is a pipe or a device; save its content to a file first")
            case .notReadable: (.notReadable, "permission denied; make the file readable for this user")
            case .failed(_, let words): (.notReadable, "reading failed: \(words)")
            case .truncated(let offset):
                (.truncated, "the gzip data ends early, after \(offset) bytes; fetch the file again")
            case .corrupt(let offset, let reason):
                (.corrupt, "the gzip data is damaged near byte \(offset) (\(reason)); fetch the file again")
            case .tooLarge(let limit):
                (.tooLarge, "unpacks to more than \(limit) bytes; raise the limit of unpacked bytes if that is right")
            }
        self.init(code, file, message)
    }

    /// Takes an error of the store, whatever it is.
    init(store error: any Error, file: String) {
        let message =
            switch error {
            case CatalogStoreError.unavailable(let text): "the database cannot be reached (\(text)); start it and retry"
            case CatalogStoreError.busy(let text): "the catalog is busy (\(text)); retry when the other import is done"
            case CatalogStoreError.failed(let text): "the database failed: \(text)"
            default: "the store failed: \(error)"
            }
        self.init(.store, file, message)
        storeError = error as? CatalogStoreError
    }
}
