internal import Foundation

/// A JSON document as text: what a job is told, what it keeps, and what it leaves behind.
///
/// The queue passes it on without looking inside; only a job's handler knows its shape.
public struct JobDocument: Sendable, Hashable {
    /// The JSON text.
    public let text: String

    /// An object without members.
    public static let empty = JobDocument(text: "{}")

    /// Takes text that is JSON already; a store refuses text that is not.
    public init(text: String) { self.text = text }

    /// Writes a value, members by name.
    /// - Throws: `EncodingError` where the value cannot be written as JSON.
    public init(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        text = String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Reads a value.
    /// - Throws: `DecodingError` where the document has another shape.
    public func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: Data(text.utf8))
    }

    /// Whether the text is a JSON object, which payloads are.
    public var isObject: Bool {
        ((try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]) != nil
    }
}
