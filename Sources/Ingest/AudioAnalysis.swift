internal import Catalog
internal import JSONText

/// What a full audio analysis says, as far as it is used.
struct AudioAnalysis {
    /// A stretch of even timbre, usually below a second.
    struct Segment {
        /// Seconds.
        var duration: Double
        /// Loudest moment in decibels.
        var peakLoudness: Double
        /// 12 timbre coefficients.
        var timbre: [Double]
        /// Strength of the 12 pitch classes from C, 0 to 1.
        var pitches: [Double]
    }

    /// A part of the song, such as a verse.
    struct Section {
        /// Mean loudness in decibels.
        var loudness: Double
        /// Beats per minute; nil where it was not detected.
        var tempo: Double?
    }

    /// Segments in order; at least one with a duration.
    var segments: [Segment]
    /// Sections in order.
    var sections: [Section]
    /// Durations of beats in seconds.
    var beats: [Double]
}

extension AudioAnalysis {
    /// Takes what is usable from a document of the Web API.
    /// - Returns: Nil when no segment is complete.
    init?(_ document: JSONValue) {
        segments = (document["segments"]?.array ?? []).compactMap(Self.segment)
        sections = (document["sections"]?.array ?? []).compactMap { section in
            section["loudness"]?.number.map { loudness in
                let tempo = section["tempo"]?.number
                return Section(loudness: loudness, tempo: tempo.flatMap { $0 > 0 ? $0 : nil })
            }
        }
        beats = (document["beats"]?.array ?? []).compactMap { $0["duration"]?.number }.filter { $0 > 0 }
        if segments.isEmpty { return nil }
    }

    private static func segment(_ value: JSONValue) -> Segment? {
        guard let duration = value["duration"]?.number, duration > 0, duration < 86_400,
            let loudness = value["loudness_max"]?.number, let timbre = twelve(value["timbre"]),
            let pitches = twelve(value["pitches"])
        else { return nil }
        return Segment(duration: duration, peakLoudness: loudness, timbre: timbre, pitches: pitches)
    }

    private static func twelve(_ value: JSONValue?) -> [Double]? {
        let numbers = (value?.array ?? []).compactMap(\.number)
        return numbers.count == 12 && numbers.allSatisfy { abs($0) < 1e6 } ? numbers : nil
    }
}

extension SpotifyReader {
    /// Reads a full audio analysis.
    ///
    /// No member of it names the track: the file's base name does where it is a Spotify id, else an option.
    /// - Throws: `ImportError` when neither does.
    func analysis(_ value: JSONValue, _ place: DocumentPlace) throws(ImportError) {
        sink.countRow()
        guard let analysis = AudioAnalysis(value), let metrics = StructureMetrics(analysis) else {
            return refuse("the audio analysis has no complete segment", place)
        }
        let base = file.split(separator: "/").last?.split(separator: ".").first ?? ""
        guard let track = options.track ?? (ExternalID.isSpotifyID(base) ? .spotify(String(base)) : nil) else {
            throw ImportError(
                .trackUnknown, file,
                "an audio analysis does not say which track it is about; give the option track, or name the file after "
                    + "the track's Spotify id (4uLU6hMCjMI75M1A2tKUQC.json)")
        }
        sink.add(.analysis(AnalysisRecord(track: track, provider: Self.provider, metrics: metrics)))
    }
}
