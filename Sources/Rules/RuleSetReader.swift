internal import Catalog
internal import Foundation
public import JSONText

enum RuleSetText {
    static func folded(_ text: String) -> String { TextFolding.folded(text) }
}

extension RuleSet {
    /// The members of a rule set as it is written.
    public static let members = ["id", "name", "description", "enabled", "target", "version", "root"]

    /// What somebody wants stored.
    public struct Draft: Sendable, Hashable {
        /// The rule set; its version is the one that the writer has seen, 0 where none was given.
        public var ruleSet: RuleSet

        /// Takes a rule set as it shall be.
        public init(_ ruleSet: RuleSet) { self.ruleSet = ruleSet }
    }

    /// Reads a rule set.
    /// - Parameters:
    ///   - json: the rule set as written.
    ///   - id: its id where the address says it; else the document's own, or one made from the name.
    ///   - limits: what is put up with.
    /// - Throws: `RuleFaults` with everything that is wrong and where.
    public static func draft(
        _ json: JSONValue, id: String? = nil, limits: RuleLimits = RuleLimits()
    ) throws(RuleFaults) -> Draft {
        guard case .object(let members) = json else {
            throw RuleFaults([RuleFault([], .wrongType, "not an object; give {\"name\": …, \"root\": {…}}")])
        }
        var reader = RuleSetReader(members)
        let draft = reader.ruleSet(id: id, limits: limits)
        guard let draft, reader.faults.isEmpty else { throw RuleFaults(reader.faults) }
        return Draft(draft)
    }
}

/// Reads the members of a rule set and notes what is wrong with each.
struct RuleSetReader {
    private let members: [String: JSONValue]
    private(set) var faults: [RuleFault] = []

    init(_ members: [String: JSONValue]) { self.members = members.filter { $0.value != .null } }

    private mutating func note(_ path: [String], _ sort: RuleFault.Sort, _ message: String) {
        faults.append(RuleFault(path, sort, message))
    }

    mutating func ruleSet(id given: String?, limits: RuleLimits) -> RuleSet? {
        for name in members.keys.sorted() where !RuleSet.members.contains(name) && name != "changed_at" {
            let known = RuleSet.members.joined(separator: ", ")
            note([String(name.prefix(64))], .badRule, "unknown member; known are \(known)")
        }
        let name = text("name", atMost: 200) ?? given
        let id = identifier(given: given, name: name)
        if name == nil, members["name"] == nil { note(["name"], .missing, "missing; say what it is called") }
        let summary = text("description", atMost: 2_000) ?? ""
        let target = self.target()
        let root = self.root(limits)
        let (isEnabled, version) = (flag("enabled", usual: true), version())
        guard let id, let name, let root, let document = members["root"] else { return nil }
        return RuleSet(
            id: id, name: name, summary: summary, isEnabled: isEnabled, target: target, version: version, root: root,
            document: document)
    }

    private mutating func root(_ limits: RuleLimits) -> RuleGroup? {
        guard let json = members["root"] else {
            note(["root"], .missing, "missing; give a group, {\"match\": \"all\", \"conditions\": […]}")
            return nil
        }
        do throws(RuleFaults) { return try RuleGroup(json, at: ["root"], limits: limits) } catch {
            faults += error.faults
            return nil
        }
    }

    private mutating func identifier(given: String?, name: String?) -> String? {
        let written = text("id", atMost: 64)
        if let given, let written, given != written {
            note(["id"], .badRule, "another id than the address has; leave it out")
        }
        // What has no name either is reported for that.
        guard given ?? written ?? name != nil else { return nil }
        guard let id = given ?? written ?? name.flatMap(RuleSet.id(from:)), RuleSet.isID(id) else {
            let form = "lower-case letters, digits, points, hyphens, underscores, 64 at most"
            note(["id"], .badRule, "not an id of a rule set: \(form), and none of schema, evaluate, classify")
            return nil
        }
        return id
    }

    private mutating func target() -> RuleTarget? {
        guard let json = members["target"] else { return nil }
        if let text = json.string { return playlist(text, ["target"]).map { RuleTarget(playlist: $0) } }
        guard case .object(let target) = json else {
            note(["target"], .wrongType, "not a text that names a playlist, nor {\"playlist\": …, \"limit\": …}")
            return nil
        }
        for name in target.keys.sorted() where !["playlist", "account", "limit"].contains(name) {
            note(["target", String(name.prefix(64))], .badRule, "unknown member; known are playlist, account, limit")
        }
        guard let name = target["playlist"]?.string else {
            note(["target", "playlist"], .missing, "missing; name a playlist, as in spotify:playlist:ID")
            return nil
        }
        let limit = json["limit"]?.number ?? Double(RuleTarget.maximumTracks)
        guard (1...Double(RuleTarget.maximumTracks)).contains(limit), limit == limit.rounded() else {
            note(["target", "limit"], .badRule, "not a whole number between 1 and \(RuleTarget.maximumTracks)")
            return nil
        }
        guard json["account"] == nil || json["account"]?.string?.isEmpty == false else {
            note(["target", "account"], .wrongType, "not a text that names an account")
            return nil
        }
        return playlist(name, ["target", "playlist"]).map {
            RuleTarget(playlist: $0, account: json["account"]?.string, limit: Int(limit))
        }
    }

    private mutating func playlist(_ text: String, _ path: [String]) -> PlaylistName? {
        do throws(ReferenceError) {
            let name = try PlaylistName(parsing: text)
            if ["spotify", PlaylistName.ownNamespace].contains(name.id.namespace), name.id.value.utf8.count <= 200 {
                return name
            }
            note(path, .badRule, "a target is at Spotify (spotify:playlist:ID) or Segue's own (segue:playlist:NAME)")
        } catch {
            note(path, .badRule, error.description)
        }
        return nil
    }

    private mutating func text(_ name: String, atMost limit: Int) -> String? {
        guard let json = members[name] else { return nil }
        guard let text = json.string, !text.isEmpty || name == "description", text.utf8.count <= limit,
            !text.utf8.contains(0)
        else {
            note([name], .wrongType, "not a text of 1 to \(limit) bytes")
            return nil
        }
        return text
    }

    private mutating func flag(_ name: String, usual: Bool) -> Bool {
        guard let json = members[name] else { return usual }
        guard let flag = json.bool else {
            note([name], .wrongType, "not true or false")
            return usual
        }
        return flag
    }

    private mutating func version() -> Int {
        guard let json = members["version"] else { return 0 }
        guard let version = json.integer, (0...Int(Int32.max)).contains(version) else {
            note(["version"], .wrongType, "not a whole number; leave it out, or give the version that you have seen")
            return 0
        }
        return version
    }
}
