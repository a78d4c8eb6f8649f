import Catalog
import Testing

@testable import Demo

/// The latent structure is really there.
@Suite struct DemoStructureTests {
    private struct Sample {
        let artist: ExternalID
        let style: String
        let values: [Double]
        let year: Int?
    }

    private let samples: [ExternalID: Sample]
    private let playlists: [[ExternalID]]

    init() {
        var tracks: [ExternalID: TrackRecord] = [:]
        var samples: [ExternalID: Sample] = [:]
        var playlists: [ExternalID: [ExternalID]] = [:]
        for record in DemoCatalog(tracks: 4_000, playlists: 120, seed: 5).flatMap(\.self) {
            switch record {
            case .track(let track): tracks[track.ids[0]] = track
            case .features(let features):
                guard let track = tracks[features.track], let artist = track.artists.first?.id else { continue }
                let names: [AudioFeature] = [.energy, .danceability, .valence, .acousticness, .instrumentalness]
                samples[features.track] = Sample(
                    artist: artist, style: track.artists[0].genres[0],
                    values: names.map { Double(features.features[$0] ?? 0) } + [
                        Double(features.features[.loudness] ?? 0) / 20
                    ], year: track.album?.released?.year)
            case .playlistEntry(let entry): playlists[entry.playlist, default: []].append(entry.track)
            default: break
            }
        }
        self.samples = samples
        self.playlists = Array(playlists.values)
    }

    private func distance(_ a: Sample, _ b: Sample) -> Double {
        zip(a.values, b.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }

    private func meanDistance(where related: (Sample, Sample) -> Bool) -> Double {
        let all = samples.sorted { $0.key.value < $1.key.value }.map(\.value)
        var (sum, count) = (0.0, 0.0)
        for i in stride(from: 0, to: all.count, by: 3) {
            for j in stride(from: 0, to: i, by: 7) where related(all[i], all[j]) {
                sum += distance(all[i], all[j])
                count += 1
            }
        }
        return sum / count
    }

    @Test func tracksOfAStyleSoundAlikeAndOfAnArtistMoreSo() {
        let random = meanDistance { _, _ in true }
        let style = meanDistance { $0.style == $1.style && $0.artist != $1.artist }
        let artist = meanDistance { $0.artist == $1.artist }
        #expect(style < 0.6 * random)
        #expect(artist < 0.9 * style)
    }

    @Test func stylesHaveTheirEra() {
        let years = Dictionary(grouping: samples.values, by: \.style).mapValues { group in
            let years = group.compactMap(\.year)
            return years.reduce(0, +) / max(years.count, 1)
        }
        for style in DemoStyle.all { #expect(abs(Double(years[style.name] ?? 0) - style.year) < 12) }
    }

    @Test func loudnessFollowsEnergyAndAcousticnessOpposesIt() {
        func correlation(_ x: Int, _ y: Int) -> Double {
            let pairs = samples.values.map { ($0.values[x], $0.values[y]) }
            let count = Double(pairs.count)
            let means = (pairs.reduce(0) { $0 + $1.0 } / count, pairs.reduce(0) { $0 + $1.1 } / count)
            let shared = pairs.reduce(0) { $0 + ($1.0 - means.0) * ($1.1 - means.1) }
            let one = pairs.reduce(0) { $0 + ($1.0 - means.0) * ($1.0 - means.0) }
            let other = pairs.reduce(0) { $0 + ($1.1 - means.1) * ($1.1 - means.1) }
            return shared / (one * other).squareRoot()
        }
        #expect(correlation(0, 5) > 0.7)
        #expect(correlation(0, 3) < -0.6)
    }

    @Test func playlistsHoldTogether() {
        var (same, pairs) = (0.0, 0.0)
        for playlist in playlists {
            let styles = playlist.compactMap { samples[$0]?.style }
            for i in styles.indices {
                for j in 0..<i {
                    same += styles[i] == styles[j] ? 1 : 0
                    pairs += 1
                }
            }
        }
        // By chance 1 in 30; long playlists run out of their style's tracks in a catalog this small.
        #expect(same / pairs > 0.4)
    }

    @Test func famousTracksAreOnMorePlaylists() {
        let counts = playlists.flatMap(\.self).reduce(into: [ExternalID: Int]()) { $0[$1, default: 0] += 1 }
        let repeated = counts.values.filter { $0 >= 4 }.count
        #expect(repeated > 100)
        #expect(counts.count > 1_000)
    }

    @Test(arguments: [1, 7, 30, 113, 2_200])
    func ranksAreAPermutationOfAStylesArtists(cycles: Int) {
        let roster = DemoRoster(tracks: cycles * 100 + 37)
        for style in 0..<min(30, roster.artists) {
            let count = roster.artistCount(ofStyle: style)
            let artists = (0..<count).map { roster.artist(ofStyle: style, rank: $0) }
            #expect(Set(artists).count == count)
            #expect(artists.allSatisfy { $0 % 30 == style && $0 < roster.artists })
            for rank in stride(from: 0, to: count, by: max(1, count / 5)) {
                #expect(abs(roster.rank(ofArtist: artists[rank]) * Double(count) - Double(rank)) < 1e-6)
            }
        }
    }

    @Test func everyTrackBelongsToExactlyOneArtist() {
        let roster = DemoRoster(tracks: 1_237)
        var next = 0
        for artist in 0..<roster.artists {
            let range = roster.tracks(ofArtist: artist)
            #expect(range.lowerBound == next && !range.isEmpty)
            for track in range { #expect(roster.artist(ofTrack: track) == artist) }
            next = range.upperBound
        }
        #expect(next == 1_237)
    }
}
