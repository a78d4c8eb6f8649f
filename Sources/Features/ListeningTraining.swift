internal import Catalog
internal import LinearAlgebra

/// Learns factors of recordings, artists and playlists from who is on a playlist with whom.
struct ListeningTraining {
    let tracks: TrainingTracks
    let playlists: TrainingPlaylists
    let options: TrainingOptions

    /// What came of it.
    struct Outcome {
        var model: ListeningModel?
        var columns = LearnedFactors.Columns()
        /// Playlists that taught the track factors.
        var playlists = 0
    }

    /// Uncovered recordings take part in learning where fewer than this share of all listings are of covered ones; a
    /// catalog without audio features still has listeners.
    private static let leastCoveredShare = 0.1

    func run(_ progress: (Double) -> Void) throws(LinearAlgebraError) -> Outcome {
        let listings = self.listings
        let learnedFrom = covered(listings)
        let byTrack = Interactions(playlists: playlists, items: tracks.recordings) { learnedFrom($0) ? $0 : nil }
        let byArtist = Interactions(playlists: playlists, items: tracks.artists) { recording in
            let artist = tracks.artistOf[Int(recording)]
            return artist == TrainingTracks.noArtist ? nil : artist
        }
        guard byTrack.rows.count > 0 else { return counted(listings) }
        let model = model(byTrack, byArtist, mostListings: Int(listings.max() ?? 0))
        let share = Double(byTrack.rows.entries.count) * Double(model.trackFactors)
        let total = share + Double(byArtist.rows.entries.count) * Double(model.artistFactors)
        let trackFactors = try learn(byTrack, model.trackFactors, model.trackConfidence) {
            progress($0 * share / total)
        }
        let artistFactors = try learn(byArtist, model.artistFactors, model.artistConfidence) {
            progress((share + $0 * (total - share)) / total)
        }
        var columns = LearnedFactors.Columns()
        columns.setPlaylists(
            playlists.ids, (byTrack, trackFactors.playlists), (byArtist, artistFactors.playlists), model)
        columns.setArtists(tracks.artists, (byArtist, artistFactors.items))
        try setRecordings(&columns, listings, byTrack, trackFactors, model)
        return Outcome(model: model, columns: columns, playlists: byTrack.rows.count)
    }

    /// How often recordings are listed, where no playlist teaches more than that.
    private func counted(_ listings: [UInt32]) -> Outcome {
        let listed = listed(listings)
        var columns = LearnedFactors.Columns()
        columns.recordings = listed.map { tracks.recordings[$0] }
        columns.listings = listed.map { listings[$0] }
        return Outcome(columns: columns)
    }

    /// The listed recordings in order of their hashes.
    private func listed(_ listings: [UInt32]) -> [Int] {
        listings.indices.filter { listings[$0] > 0 }.sorted { tracks.recordings[$0] < tracks.recordings[$1] }
    }

    /// On how many playlists each recording is.
    private var listings: [UInt32] {
        var counts = [UInt32](repeating: 0, count: tracks.recordings.count)
        for member in playlists.members { counts[Int(member)] += 1 }
        return counts
    }

    /// Which recordings take part in learning.
    private func covered(_ listings: [UInt32]) -> (UInt32) -> Bool {
        let covered = zip(listings, tracks.isCovered).reduce(0) { $0 + ($1.1 ? Int($1.0) : 0) }
        guard Double(covered) >= Self.leastCoveredShare * Double(playlists.members.count) else { return { _ in true } }
        return { tracks.isCovered[Int($0)] }
    }

    private func model(_ byTrack: Interactions, _ byArtist: Interactions, mostListings: Int) -> ListeningModel {
        let count = byTrack.rows.count
        return ListeningModel(
            trackFactors: options.trackFactors(playlists: count),
            artistFactors: byArtist.rows.count == 0 ? 0 : options.artistFactors(playlists: count),
            regularization: options.regularization, confidence: options.confidence,
            lengthDiscount: options.lengthDiscount, medianTracks: byTrack.medianLength,
            medianArtists: byArtist.medianLength, mostListings: mostListings)
    }

    private func learn(
        _ interactions: Interactions, _ factors: Int, _ confidence: (Int) -> Float, _ progress: (Double) -> Void
    ) throws(LinearAlgebraError) -> (playlists: FactorMatrix, items: FactorMatrix) {
        let rows = interactions.rows
        guard rows.count > 0 else {
            return (FactorMatrix(rows: 0, factors: factors), FactorMatrix(rows: 0, factors: factors))
        }
        let factorization = ImplicitFactorization(
            factors: factors, regularization: options.regularization, sweeps: options.sweeps, threads: options.threads)
        let learned = try factorization.run(
            rows, confidence: (0..<rows.count).map { confidence(rows.length($0)) },
            start: interactions.start(factors: factors, seed: options.seed), progress: progress)
        return (learned.rows, learned.columns)
    }

    /// Recordings in order of their hashes; those that took no part in learning are solved against the playlists'
    /// factors as they are.
    private func setRecordings(
        _ columns: inout LearnedFactors.Columns, _ listings: [UInt32], _ byTrack: Interactions,
        _ learned: (playlists: FactorMatrix, items: FactorMatrix), _ model: ListeningModel
    ) throws(LinearAlgebraError) {
        let listed = listed(listings)
        let late = byTrack.complement(of: playlists)
        let factorization = ImplicitFactorization(
            factors: model.trackFactors, regularization: model.regularization, sweeps: 1, threads: options.threads)
        let confidence = (0..<byTrack.rows.count).map { model.trackConfidence(length: byTrack.rows.length($0)) }
        let solved = try factorization.solveColumns(
            of: late.rows.transposed, confidence: confidence, rows: learned.playlists)
        columns.recordings = listed.map { tracks.recordings[$0] }
        columns.listings = listed.map { listings[$0] }
        columns.recordingFactors.reserveCapacity(listed.count * model.trackFactors)
        for recording in listed {
            // A recording that is only on playlists of one track has neither.
            columns.recordingFactors +=
                byTrack.row(recording).map { learned.items[$0] } ?? solved.vector(late.row(recording))
        }
    }
}
