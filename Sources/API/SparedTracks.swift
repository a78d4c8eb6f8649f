internal import Catalog
internal import Foundation
public import Recommendation
public import Sampling

/// What a listener met, by recording, and how far each has recovered.
public struct SparedTracks: Sendable {
    private let histories: [UInt64: TrackHistory]
    private let now: Double

    /// Takes what a listener did; another release of a track is as well known as the track.
    init(_ listening: [ListenedTrack], in catalog: ServingCatalog, at moment: Date) {
        var histories: [UInt64: TrackHistory] = [:]
        for track in listening {
            let handle = catalog.track(track.track)
            let recording = handle.map { catalog.snapshot($0).recording($0.row) } ?? track.recording
            histories[recording, default: TrackHistory()].formUnion(track.history)
        }
        self.histories = histories
        now = moment.timeIntervalSince1970
    }

    /// Answers a request so that a listener is spared what it met lately, and notes what is given out.
    ///
    /// - Parameters:
    ///   - wish: what is spared whom.
    ///   - request: what is asked.
    ///   - id: names the answer, for feedback to refer to.
    ///   - catalog: what is answered from.
    ///   - listeners: knows what the listener met.
    ///   - ask: answers a request.
    /// - Throws: `PlaylistError.unknownListener`, `CatalogStoreError`, what `ask` throws.
    public static func answer(
        to wish: CooldownWish, _ request: RecommendationRequest, id: String, from catalog: ServingCatalog,
        listeners: any PlaylistStore, _ ask: (RecommendationRequest) throws -> RecommendationAnswer
    ) async throws -> RecommendationAnswer {
        let now = Date()
        let listening = try await listeners.listening(of: wish.listener, context: wish.context, at: now)
        let answer = try SparedTracks(listening, in: catalog, at: now).answer(to: wish, relaxing: request.k) {
            var request = request
            request.resting = $0
            return try ask(request)
        }
        try await listeners.recordServed(
            answer.items.map { catalog.id($0.track) }, to: wish.listener, context: wish.context, recommendation: id,
            at: now)
        return answer
    }

    /// The recordings that have not recovered; what is disliked never does.
    func resting(_ cooldowns: Cooldowns) -> [UInt64: Float] {
        histories.compactMapValues { history in
            let share = history.isDisliked ? 0 : cooldowns.share(of: history, at: now)
            return share < 1 ? Float(share) : nil
        }
    }

    /// The answer to a wish: rests are shortened step by step where it may be and fewer than `count` tracks are left,
    /// and what was shortened is said.
    func answer(
        to wish: CooldownWish, relaxing count: Int, _ ask: ([UInt64: Float]) throws -> RecommendationAnswer
    ) throws -> RecommendationAnswer {
        var rules = SamplingRules(count: 1)
        rules.cooldowns = wish.cooldowns
        var answer = try ask(resting(rules.cooldowns))
        var relaxed: [String] = []
        for step in wish.ladder where answer.items.count < count {
            guard let made = rules.relax(step) else { continue }
            relaxed.append(made.text)
            answer = try ask(resting(rules.cooldowns))
        }
        answer.pool.relaxed = relaxed
        return answer
    }
}
