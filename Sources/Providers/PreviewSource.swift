/// A service that says where a part of a recording can be heard.
public protocol PreviewSource: Sendable {
    /// The service's name in provenance.
    var name: String { get }
    /// The namespace of external ids that it is asked by.
    var namespace: String { get }
    /// The address of a preview; nil where the service has none of the track.
    /// - Throws: `ServiceError`.
    func preview(of id: String) async throws(ServiceError) -> String?
}
