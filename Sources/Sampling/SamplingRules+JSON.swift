internal import JSONText

extension SamplingRules {
    mutating func read(_ reader: inout RecipeReader, _ limits: RecipeLimits) {
        count = reader.whole("count", in: 1...limits.maximumCount) ?? count
        perArtist = reader.whole("per_artist", in: 1...limits.maximumCount) ?? perArtist
        perAlbum = reader.whole("per_album", in: 1...limits.maximumCount) ?? perAlbum
        minimumNew = reader.number("min_new_ratio", in: 0...1) ?? minimumNew
        maximumKept = reader.number("max_kept_ratio", in: 0...1) ?? maximumKept
        temperature = reader.number("temperature", in: 0...100) ?? temperature
        artistSpacing = reader.whole("artist_spacing", in: 0...limits.maximumCount) ?? artistSpacing
        order = reader.choice("order", of: SampleOrder.self) ?? order
        if let value = reader.member("cooldown") {
            var inner = RecipeReader(value, at: reader.path + ["cooldown"], known: Cooldowns.fields)
            cooldowns = Cooldowns(&inner)
            reader.take(inner.faults)
        }
        if reader.member("popularity") != nil { bands = PopularityBand.read(&reader) }
    }

    /// A ladder that is declared counts as it stands; else the recipe's usual one does.
    mutating func readLadder(_ reader: inout RecipeReader, _ limits: RecipeLimits) {
        guard reader.member("relax") != nil else { return }
        let path = reader.path
        var current = self
        ladder = reader.list("relax", atMost: limits.maximumRungs).enumerated().compactMap { place, value in
            var inner = RecipeReader(value, at: path + ["relax", String(place)], known: ["wish", "to"])
            let wish = inner.choice("wish", of: Wish.self)
            if wish == nil, inner.faults.isEmpty { inner.note(["wish"], .missing, "missing; say what gives way") }
            let bound = inner.number("to", in: 0...10_000)
            if let wish, let bound { inner.check(bound, for: wish) }
            let step = wish.map { Relaxation($0, to: bound) }
            if let step, inner.faults.isEmpty, let before = current.tightened(by: step) {
                let mend = "asks more than the \(RecipeReader.text(before)) before it; a relaxation asks less"
                inner.note(["to"], .contradiction, mend)
            }
            reader.take(inner.faults)
            if let step { _ = current.relax(step) }
            return step
        }
    }
}

extension RecipeReader {
    /// A cap of 0 would leave nothing, and half a track is none.
    fileprivate mutating func check(_ bound: Double, for wish: Wish) {
        switch wish {
        case .shares, .popularity, .likedRest:
            note(["to"], .contradiction, "\(wish.rawValue) is given up as a whole; leave to out")
        case .perArtist, .perAlbum:
            if bound < 1 || bound != bound.rounded() { note(["to"], .outOfRange, "not a whole number from 1") }
        case .artistSpacing: if bound != bound.rounded() { note(["to"], .outOfRange, "not a whole number") }
        case .minimumNew, .maximumKept:
            if bound > 1 { note(["to"], .outOfRange, "\(RecipeReader.text(bound)) is not between 0 and 1") }
        default:
            if bound > Cooldown.longest { note(["to"], .outOfRange, "more than \(Int(Cooldown.longest)) days") }
        }
    }
}

extension Cooldowns {
    /// The fields of cooldowns, all in days; a recovery of a cooldown's own counts before the common one.
    public static let fields = [
        "played_days", "served_days", "skipped_days", "recovery_days", "played_recovery_days", "served_recovery_days",
        "skipped_recovery_days",
    ]

    /// Reads `fields`; a window of 0 is no cooldown.
    init(_ reader: inout RecipeReader) {
        let days = 0...Cooldown.longest
        let common = reader.number("recovery_days", in: days) ?? 0
        func cooldown(_ name: String, _ reader: inout RecipeReader) -> Cooldown? {
            let recovery = reader.number("\(name)_recovery_days", in: days) ?? common
            let window = reader.number("\(name)_days", in: days) ?? 0
            return window > 0 ? Cooldown(window: window, recovery: recovery) : nil
        }
        self.init(
            played: cooldown("played", &reader), served: cooldown("served", &reader),
            skipped: cooldown("skipped", &reader))
    }

    var json: JSONValue {
        var members: [String: JSONValue] = [:]
        for (name, cooldown) in [("played", played), ("served", served), ("skipped", skipped)] {
            members["\(name)_days"] = cooldown.map { .number($0.window) }
            members["\(name)_recovery_days"] = cooldown.map { .number($0.recovery) }
        }
        return .object(members)
    }
}

extension PopularityBand {
    static func read(_ reader: inout RecipeReader) -> [PopularityBand] {
        let path = reader.path
        let bands = reader.list("popularity", atMost: 16).enumerated().compactMap { place, value -> PopularityBand? in
            var inner = RecipeReader(
                value, at: path + ["popularity", String(place)], known: ["min", "max", "share"])
            let (lower, upper) = (inner.whole("min", in: 0...100) ?? 0, inner.whole("max", in: 0...100) ?? 100)
            let share = inner.number("share", in: 0...1)
            if share == nil, inner.faults.isEmpty { inner.note(["share"], .missing, "missing; give a share, 0 to 1") }
            if lower > upper { inner.note(["min"], .contradiction, "above max; swap the two") }
            reader.take(inner.faults)
            return inner.faults.isEmpty ? PopularityBand(lower, upper, share: share ?? 0) : nil
        }
        if bands.reduce(0, { $0 + $1.share }) > 1 + 1e-9 {
            reader.note(["popularity"], .contradiction, "the shares sum to more than 1")
        }
        let sorted = bands.sorted { $0.lower < $1.lower }
        if zip(sorted, sorted.dropFirst()).contains(where: { $0.upper >= $1.lower }) {
            reader.note(["popularity"], .contradiction, "two bands overlap; a popularity belongs to one")
        }
        return bands
    }

    var json: JSONValue {
        .object(["min": .number(Double(lower)), "max": .number(Double(upper)), "share": .number(share)])
    }
}

extension Relaxation {
    var json: JSONValue {
        var members: [String: JSONValue] = ["wish": .string(wish.rawValue)]
        members["to"] = bound.map { .number($0) }
        return .object(members)
    }
}
