internal import Foundation

extension JobDocument {
    /// Reads what a job is asked, where nothing but the members that its kind knows may be named.
    ///
    /// - Parameters:
    ///   - members: the names that the object may have.
    ///   - form: what it looks like, for whoever wrote another one.
    /// - Throws: `JobRefused` that says what it looks like.
    public func asked<Value: Decodable>(
        as type: Value.Type, members: [String], form: String
    ) throws(JobRefused) -> Value {
        guard let object = (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] else {
            throw JobRefused(reason: "the payload is no JSON object; it is \(form)")
        }
        if let stranger = object.keys.sorted().first(where: { !members.contains($0) }) {
            throw JobRefused(reason: "the payload has the unknown member \"\(stranger.prefix(40))\"; it is \(form)")
        }
        do { return try decoded(as: type) } catch { throw JobRefused(reason: "the payload is not \(form)") }
    }
}
