internal import Catalog

/// A track that a path or a query names.
enum TrackReference {
    /// Reads a reference to a track.
    /// - Throws: `Problem` that says what the parameter takes.
    static func parse(_ text: String, parameter: String) throws(Problem) -> ExternalID {
        let fault: Fault
        do throws(ReferenceError) {
            let reference = try EntityReference(parsing: text)
            if reference.kind == .track { return reference.id }
            fault = Fault(
                parameter: parameter, .badReference, "names a \(reference.kind.rawValue); give a track")
        } catch {
            fault = Fault(parameter: parameter, .badReference, error.description)
        }
        throw Problem(faults: [fault], limit: 1)
    }

    /// The track in the catalog, or nil; the namespace `segue` is the internal id itself, as answers give it for tracks
    /// without another.
    /// - Throws: `CatalogStoreError`.
    static func internalID(of id: ExternalID, in store: any CatalogReading) async throws -> TrackID? {
        if id.namespace == "segue" { return Int64(id.value).map(TrackID.init(rawValue:)) }
        return try await store.trackID(for: id)
    }
}

extension Problem {
    /// The catalog does not have a track that a path or a query names.
    static var unknownTrack: Problem {
        Problem(.unknownTrack, "the catalog does not have this track; GET /api/v1/tracks lists what it has")
    }
}
