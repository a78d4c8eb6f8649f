internal import HTTPServer
internal import Sampling
public import Signing

/// Names answers, so that feedback can say which of them it is about.
///
/// Nothing of an answer is written down for that: thousands are given in a second, and few are ever spoken of. An id
/// shows by itself that this installation gave it, and to whom (see `IdentifierKey`); Storage checks it when feedback
/// names it. Only what spares a listener is remembered with its tracks, as it always was, for they must rest.
///
/// The key is the database's, not one of those that sign tokens: these are dropped minutes after they are replaced, while
/// feedback comes days after an answer, and the command line answers without any. Nor does a secret of its own protect
/// more: who can read the database's can write its plays.
public struct RecommendationIDs: Sendable {
    private let key: IdentifierKey

    /// Names answers under a key that feedback is checked by; by itself under one that nobody else has.
    public init(key: IdentifierKey = IdentifierKey()) { self.key = key }

    /// A new id; `listener` is nil where the answer is for nobody in particular, and any listener's feedback may name it.
    /// - Throws: `SigningError`.
    public func next(for listener: String?) throws(SigningError) -> String {
        var numbers = PooledRandomNumbers()
        return try key.identifier(for: listener ?? Listener.anybody, using: &numbers)
    }
}
