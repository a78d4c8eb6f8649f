import Foundation
import Rules

/// Random rules as JSON texts, over the values that the random catalog has.
enum RuleTrees {
    static func group(_ draw: inout RuleDraw, depth: Int = 0) -> String {
        let match = draw.one(of: ["all", "any", "none"])
        let conditions = (0..<draw.number(depth == 0 ? 1...3 : 0...3)).map { _ in condition(&draw) }
        let groups = depth < 3 ? (0..<draw.number(0...2)).map { _ in group(&draw, depth: depth + 1) } : []
        return """
            {"match":"\(match)","conditions":[\(conditions.joined(separator: ","))],"groups":[\(groups.joined(separator: ","))]}
            """
    }

    static func condition(_ draw: inout RuleDraw) -> String {
        var name = draw.one(
            of: RuleField.names.filter { $0 != "duration" } + ["energy", "valence", "name", "artist", "playlist"])
        var more = ""
        if draw.chance(0.2) {
            name = "enrichment." + draw.one(of: RuleWorld.categories)
            if draw.chance(0.5) { more += #","source":"\#(draw.one(of: RuleWorld.sources))""# }
            if draw.chance(0.4) { more += #","min_confidence":\#(draw.one(of: ["0", "0.25", "0.3", "1"]))"# }
        } else if draw.chance(0.2) {
            name = draw.one(of: ["energy", "valence", "tempo", "duration_ms"])
            more = #","source":"\#(draw.one(of: RuleWorld.providers + ["nobody"]))""#
        }
        guard let field = RuleField(name: name) else { return "{}" }
        var kind = field.kind
        if kind == .anything { kind = draw.one(of: [.number, .text, .flag]) }
        let op = draw.one(of: kind.operators)
        let value = operand(name, kind, op, &draw).map { #","value":\#($0)"# } ?? ""
        return #"{"field":"\#(name)","op":"\#(op.rawValue)"\#(value)\#(more)}"#
    }

    private static func operand(
        _ name: String, _ kind: RuleValueKind, _ op: RuleOperator, _ draw: inout RuleDraw
    ) -> String? {
        switch op {
        case .exists, .missing: return draw.one(of: [nil, "true", "false"])
        case .inLastDays, .notInLastDays:
            return draw.one(of: ["1", "7", "30", "0.5", "36525", #""24 hours""#, #""1 week""#])
        case .between:
            let bounds = sorted(kind == .date ? draw.some(of: RuleWorld.dates, 2...2) : numbers(name, &draw, 2...2))
            return "[\(bounds.map { kind == .date ? quoted($0) : $0 }.joined(separator: ","))]"
        case .in, .notIn: return "[\(values(name, kind, &draw, 1...3).joined(separator: ","))]"
        default: return values(name, kind, &draw, 1...1).first
        }
    }

    private static func values(
        _ name: String, _ kind: RuleValueKind, _ draw: inout RuleDraw, _ count: ClosedRange<Int>
    ) -> [String] {
        switch kind {
        case .number: return numbers(name, &draw, count)
        case .flag: return [draw.chance(0.5) ? "true" : "false"]
        case .date:
            return draw.some(
                of: RuleWorld.dates + ["2027-01-15T08:00:00Z", "2027-01-15T07:59:59Z", "1970-01-01T00:00:00Z"], count
            ).map(quoted)
        case .playlist:
            let names = (1...RuleWorld.playlistCount).flatMap { ["segue:playlist:\($0)", "demo:playlist:p\($0)"] }
            return draw.some(of: names + ["demo:playlist:nobody", "segue:playlist:99", "segue:playlist:x"], count).map(
                quoted)
        default:
            let texts = RuleWorld.texts + RuleWorld.genres + ["happy", "SAD", "l", "album", "o", "σ", "ş", "nobody"]
            return draw.some(of: texts.filter { $0 != "\u{301}" }, count).map(quoted)
        }
    }

    private static func numbers(_ name: String, _ draw: inout RuleDraw, _ count: ClosedRange<Int>) -> [String] {
        if name == "year" { return draw.some(of: ["1000", "1999", "2000", "2020", "2999"], count) }
        if name == "duration_ms" {
            return draw.some(of: ["0", "210000", "16777216", "16777217", #""3:30""#, "123456.7"], count)
        }
        let calibrated = ["0.2", "0.9", "0.34314", "0.55", "0.3750001"]
        return draw.some(
            of: ["0", "1", "2", "50", "100", "0.1", "0.25", "0.5", "0.75", "-1", "90.3", "120.3"] + calibrated, count)
    }

    private static func sorted(_ texts: [String]) -> [String] {
        texts.allSatisfy { Double($0) != nil }
            ? texts.sorted { (Double($0) ?? 0) < (Double($1) ?? 0) } : texts.sorted { $0.prefix(4) < $1.prefix(4) }
    }

    private static func quoted(_ text: String) -> String {
        String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
    }
}
