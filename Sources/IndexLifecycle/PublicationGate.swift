public import Catalog
public import Recommendation

/// Decides whether a generation that was built and verified may serve.
///
/// A build asks it last, so that a space which recommends worse than the one that serves is never published unnoticed.
public protocol PublicationGate: Sendable {
    /// Compares a candidate with what serves.
    /// - Parameters:
    ///   - candidate: the generation that was just built, opened as a server would.
    ///   - current: the generation that serves; nil where there is none that this program can open.
    ///   - view: the catalog as the candidate was built from it.
    func judge(
        candidate: ServingCatalog, current: ServingCatalog?, view: any CatalogView
    ) async throws -> GateVerdict
}

/// What a gate says of a candidate; the text is one sentence with the numbers, for the manifest and for people.
public enum GateVerdict: Sendable, Hashable {
    /// It may serve.
    case pass(summary: String)
    /// It is significantly worse than what serves.
    case refuse(reason: String)
}
