internal import Catalog

/// A track that may stand at a point of a path.
struct Stop {
    let track: TrackHandle
    let recording: UInt64
    let artists: [ArtistID]
    let vector: [Float]
    /// Cosine with the point.
    let nearness: Float
}

/// The cheapest way through layers of stops, one of each layer, by dynamic programming; no recording comes twice.
struct CheapestWay {
    private var layers: [[Stop]]
    private let start: Stop
    private let end: Stop
    private let cost: (Stop, Stop) -> Float
    /// Of each layer, what it costs to come to each of its stops from each of the layer before.
    private var arrivals: [[[Float]]] = []
    private var isOpen: [[Bool]] = []

    /// `layers` are not empty; `cost` is asked once for each pair of neighbouring stops.
    init(_ layers: [[Stop]], from start: Stop, to end: Stop, cost: @escaping (Stop, Stop) -> Float) {
        self.layers = layers
        self.start = start
        self.end = end
        self.cost = cost
        measure()
    }

    private mutating func measure() {
        isOpen = layers.map { $0.map { _ in true } }
        arrivals = layers.indices.map { number in
            let before = number == 0 ? [start] : layers[number - 1]
            return layers[number].map { stop in before.map { cost($0, stop) } }
        }
    }

    /// The way. Where it comes by a recording twice, the stop further from its point is closed and the way looked for
    /// again; a layer that has no other stop is left out.
    mutating func distinct() -> [Stop] {
        while !layers.isEmpty {
            let places = cheapest()
            guard let number = further(places) else { return zip(layers, places).map { $0[$1] } }
            isOpen[number][places[number]] = false
            if !isOpen[number].contains(true) { remove(number) }
        }
        return []
    }

    private mutating func remove(_ number: Int) {
        let left = zip(layers, isOpen).map { layer, isOpen in zip(layer, isOpen).filter(\.1).map(\.0) }
        layers = left.enumerated().filter { $0.offset != number }.map(\.element)
        measure()
    }

    /// The layer in which a recording that comes twice is further from its point.
    private func further(_ places: [Int]) -> Int? {
        var home: [UInt64: Int] = [:]
        for number in layers.indices {
            let stop = layers[number][places[number]]
            guard let other = home.updateValue(number, forKey: stop.recording) else { continue }
            return layers[other][places[other]].nearness < stop.nearness ? other : number
        }
        return nil
    }

    /// The place of the cheapest way in each layer.
    private func cheapest() -> [Int] {
        var totals: [Float] = [0]
        var origins: [[Int]] = []
        for number in layers.indices {
            var best: [(place: Int, total: Float)] = []
            for (place, costs) in arrivals[number].enumerated() {
                guard isOpen[number][place] else {
                    best.append((0, .infinity))
                    continue
                }
                var least: (place: Int, total: Float) = (0, .infinity)
                for (origin, step) in costs.enumerated() where totals[origin] + step < least.total {
                    least = (origin, totals[origin] + step)
                }
                best.append(least)
            }
            origins.append(best.map(\.place))
            totals = best.map(\.total)
        }
        let last = layers[layers.count - 1]
        var place = last.indices.min { totals[$0] + cost(last[$0], end) < totals[$1] + cost(last[$1], end) } ?? 0
        var places = [place]
        for origin in origins.dropFirst().reversed() {
            place = origin[place]
            places.append(place)
        }
        return places.reversed()
    }
}
