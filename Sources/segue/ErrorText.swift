import Catalog
import Configuration
import Foundation
import HTTPServer
import IndexLifecycle
import Ingest
import Postgres
import Recommendation
import Redis
import Signing
import Storage

/// The one place where errors of all modules become lines for a person.
enum ErrorText {
    /// One line for each thing that is wrong.
    static func lines(_ error: any Error) -> [String] {
        if let error = error as? SettingsError { return error.problems }
        return [line(error)]
    }

    /// One line that says what is wrong and what to do about it.
    static func line(_ error: any Error) -> String {
        switch error {
        case let error as CatalogStoreError: text(of: error)
        case let error as PostgresError: text(of: error)
        case let error as RecommendationError: text(of: error)
        case let error as SigningKeyError: "signing keys: \(error)"
        case let error as ReferenceError: "\(error)"
        case is CancellationError: "interrupted; nothing was left half done"
        case let error as DecodingError: text(of: error)
        case let error as any CustomStringConvertible & Error: error.description
        default: "\(error)"
        }
    }

    private static func text(of error: CatalogStoreError) -> String {
        switch error {
        case .unavailable(let reason): "\(reason); is PostgreSQL running, and is DATABASE_URL right?"
        case .busy(let reason): reason
        case .badCursor: "the cursor is not one of this listing; begin without one"
        case .foreignWatermark: "the index belongs to another database; run `segue index build`"
        case .failed(let reason): "the database failed: \(reason)"
        }
    }

    private static func text(of error: PostgresError) -> String {
        guard error.isConnectionLost else { return "the database failed: \(error.debugDescription)" }
        return "PostgreSQL cannot be reached: \(error.message.trimmed); is it running, and is DATABASE_URL right?"
    }

    private static func text(of error: RecommendationError) -> String {
        switch error {
        case .unknownSeeds(let seeds):
            "not in the index: \(list(seeds)); import them and run `segue index build`, or give a title"
        case .emptySeeds(let seeds):
            "\(list(seeds)) \(seeds.count == 1 ? "is" : "are") empty; put tracks into it and take it over again by "
                + "`segue ingest` or `segue import`, or give another seed"
        case .seedsWithoutFeatures(let seeds):
            "nothing is known that \(list(seeds)) could be compared by; import audio features of it"
        case .nothingToCompare: "the weights leave nothing of the seeds to compare; give some block a weight above 0"
        default: "the index failed: \(error); run `segue index verify`"
        }
    }

    private static func list(_ references: [EntityReference]) -> String {
        let shown = references.prefix(3).map(\.description).joined(separator: ", ")
        return references.count > 3 ? "\(shown) and \(references.count - 3) more" : shown
    }

    /// A decoding error's place and words.
    static func text(of error: DecodingError) -> String {
        let context: DecodingError.Context? =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: nil
            }
        guard let context else { return "\(error)" }
        let place = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        return place.isEmpty ? context.debugDescription : "\(place): \(context.debugDescription)"
    }
}

extension String {
    /// Without white space at either end.
    var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
