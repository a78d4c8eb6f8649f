internal import JSONText

/// A sequence of tracks that leads from one to another in small steps.
public struct PathAnswer: Sendable {
    /// One step of the sequence.
    public struct Step: Sendable {
        /// Where the step leads to.
        public var track: TrackHandle
        /// Cosine with the track before; the contributions of the explanation sum to it.
        public var similarity: Float
        /// Why the two go together.
        public var explanation: Explanation
    }

    /// The generation that answered.
    public var generation: GenerationInfo
    /// Where the sequence begins.
    public var from: TrackHandle
    /// Where it ends.
    public var to: TrackHandle
    /// The steps in order; the last one leads to `to`.
    public var steps: [Step]
    /// Why there are fewer tracks between the two than were asked for; nil where there are as many.
    public var reason: String?
    /// The catalog that the handles belong to.
    public var catalog: ServingCatalog
}

extension PathAnswer {
    /// The answer as JSON bytes.
    public func json() -> [UInt8] {
        var bytes: [UInt8] = [123]
        generation.append(to: &bytes)
        for (name, track) in [("from", from), ("to", to)] {
            JSONBytes.append(raw: ",", to: &bytes)
            JSONBytes.append(name, to: &bytes)
            JSONBytes.append(raw: ":", to: &bytes)
            catalog.snapshot(track).appendJSON(track.row, to: &bytes)
        }
        JSONBytes.append(raw: #","items":"#, to: &bytes)
        JSONBytes.appendArray(steps.enumerated(), to: &bytes) { append($0.element, number: $0.offset + 1, to: &$1) }
        JSONBytes.append(raw: #","reason":"#, to: &bytes)
        JSONBytes.append(reason, to: &bytes)
        bytes.append(125)
        return bytes
    }

    private func append(_ step: Step, number: Int, to bytes: inout [UInt8]) {
        JSONBytes.append(raw: #"{"step":"#, to: &bytes)
        JSONBytes.append(number, to: &bytes)
        JSONBytes.append(raw: #","track":"#, to: &bytes)
        catalog.snapshot(step.track).appendJSON(step.track.row, to: &bytes)
        JSONBytes.append(raw: #","similarity":"#, to: &bytes)
        JSONBytes.append(rounded: Double(step.similarity), to: &bytes)
        JSONBytes.append(raw: #","explanation":"#, to: &bytes)
        step.explanation.append(to: &bytes, in: catalog)
        bytes.append(125)
    }
}
