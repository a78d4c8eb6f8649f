/// A synthetic style of music: what the tracks of its artists have in common.
struct DemoStyle: Sendable {
    /// Lower case, invented.
    let name: String
    /// Year around which its artists begin.
    let year: Double
    /// Beats per minute.
    let tempo: Double
    /// The six features below are means, 0 to 1.
    let energy: Double
    let danceability: Double
    let valence: Double
    let acousticness: Double
    let instrumentalness: Double
    let speechiness: Double
    /// Seconds.
    let length: Double
    /// Share of tracks in three.
    var waltz = 0.03
    /// Share of tracks in a major key.
    var major = 0.6
}

extension DemoStyle {
    /// The thirty styles; order is part of what a seed means.
    static let all: [DemoStyle] = [
        style("harbour folk", 1966, 104, 0.32, 0.48, 0.48, 0.82, 0.06, 0.04, 205, waltz: 0.14, major: 0.75),
        style("garage stomp", 1965, 132, 0.74, 0.52, 0.70, 0.25, 0.05, 0.05, 158, major: 0.78),
        style("velvet soul", 1969, 98, 0.48, 0.62, 0.66, 0.50, 0.03, 0.05, 190, major: 0.62),
        style("brass funk", 1974, 108, 0.72, 0.76, 0.82, 0.18, 0.10, 0.07, 260, major: 0.52),
        style("cosmic prog", 1973, 118, 0.55, 0.36, 0.36, 0.30, 0.35, 0.05, 420, waltz: 0.12, major: 0.58),
        style("island steppers", 1977, 76, 0.55, 0.78, 0.74, 0.20, 0.08, 0.11, 235, major: 0.60),
        style("mirror disco", 1979, 118, 0.78, 0.80, 0.86, 0.12, 0.08, 0.05, 290, major: 0.50),
        style("safety-pin punk", 1980, 168, 0.92, 0.42, 0.60, 0.03, 0.03, 0.07, 148, major: 0.76),
        style("grey wave", 1982, 136, 0.66, 0.54, 0.46, 0.12, 0.16, 0.04, 245, major: 0.48),
        style("neon synthpop", 1985, 122, 0.74, 0.68, 0.70, 0.12, 0.05, 0.04, 238, major: 0.55),
        style("arena rock", 1986, 126, 0.82, 0.50, 0.52, 0.09, 0.03, 0.05, 262, major: 0.70),
        style("iron metal", 1988, 142, 0.94, 0.36, 0.32, 0.01, 0.12, 0.08, 285, major: 0.50),
        style("boom-bap verse", 1993, 92, 0.66, 0.76, 0.58, 0.15, 0.03, 0.28, 232, major: 0.46),
        style("warehouse techno", 1995, 131, 0.80, 0.72, 0.32, 0.02, 0.82, 0.06, 375, major: 0.44),
        style("jungle breaks", 1996, 170, 0.88, 0.56, 0.44, 0.05, 0.60, 0.09, 330, major: 0.46),
        style("flannel rock", 1994, 122, 0.78, 0.44, 0.40, 0.06, 0.06, 0.05, 248, major: 0.62),
        style("smoke trip-hop", 1998, 86, 0.44, 0.62, 0.34, 0.32, 0.42, 0.08, 278, major: 0.40),
        style("eurobeat", 1999, 138, 0.90, 0.70, 0.76, 0.05, 0.06, 0.05, 222, major: 0.50),
        style("boy-band pop", 2000, 104, 0.70, 0.66, 0.68, 0.18, 0.01, 0.05, 226, major: 0.66),
        style("satin r-and-b", 2003, 88, 0.54, 0.70, 0.54, 0.26, 0.02, 0.10, 244, major: 0.44),
        style("attic indie", 2007, 124, 0.64, 0.52, 0.52, 0.22, 0.10, 0.05, 228, major: 0.72),
        style("lantern americana", 2010, 112, 0.42, 0.52, 0.44, 0.64, 0.05, 0.04, 230, waltz: 0.12, major: 0.80),
        style("glass ambient", 2009, 84, 0.16, 0.26, 0.14, 0.80, 0.88, 0.04, 310, waltz: 0.08, major: 0.58),
        style("festival house", 2013, 127, 0.88, 0.66, 0.48, 0.06, 0.22, 0.07, 218, major: 0.52),
        style("chrome trap", 2017, 142, 0.60, 0.76, 0.40, 0.16, 0.02, 0.22, 188, major: 0.44),
        style("bedroom pop", 2019, 106, 0.46, 0.66, 0.48, 0.52, 0.10, 0.06, 182, major: 0.64),
        style("sunset latin", 2018, 96, 0.74, 0.78, 0.72, 0.20, 0.01, 0.10, 205, major: 0.48),
        style("rainy lo-fi", 2020, 80, 0.28, 0.64, 0.38, 0.66, 0.84, 0.08, 138, major: 0.50),
        style("blue-room jazz", 1961, 116, 0.30, 0.50, 0.50, 0.84, 0.52, 0.05, 330, waltz: 0.16, major: 0.54),
        style("hall chamber", 1990, 100, 0.14, 0.24, 0.18, 0.95, 0.90, 0.04, 270, waltz: 0.26, major: 0.62),
    ]

    private static func style(
        _ name: String, _ year: Double, _ tempo: Double, _ energy: Double, _ danceability: Double, _ valence: Double,
        _ acousticness: Double, _ instrumentalness: Double, _ speechiness: Double, _ length: Double,
        waltz: Double = 0.03, major: Double
    ) -> DemoStyle {
        DemoStyle(
            name: name, year: year, tempo: tempo, energy: energy, danceability: danceability, valence: valence,
            acousticness: acousticness, instrumentalness: instrumentalness, speechiness: speechiness, length: length,
            waltz: waltz, major: major)
    }
}
