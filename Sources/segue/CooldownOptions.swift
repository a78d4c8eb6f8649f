import API
import Catalog
import Foundation
import JSONText
import Recommendation
import Sampling
import Storage
import Terminal

/// The options of `segue recommend` that spare a listener what it met lately; any of them asks for it.
struct CooldownOptions: Sendable {
    let listener = Option(
        "--listener", "NAME", .listenerName, "Spare a listener what it met lately (default: default)")
    let context = Option("--context", "NAME", .text, "Count only what was given out in a context")
    let served = Option(
        "--served-days", "DAYS", .number(in: 0...Cooldown.longest), "Rest after being given out (default: 14)")
    let played = Option("--played-days", "DAYS", .number(in: 0...Cooldown.longest), "Rest after being heard")
    let skipped = Option("--skipped-days", "DAYS", .number(in: 0...Cooldown.longest), "Rest after being skipped")
    let recovery = Option(
        "--recovery-days", "DAYS", .number(in: 0...Cooldown.longest), "Come back slowly, where chance chooses")
    let relax = Flag("--relax", "Shorten rests where too few tracks are left")

    var descriptions: [OptionDescription] {
        [
            listener.description, context.description, served.description, played.description, skipped.description,
            recovery.description, relax.description,
        ]
    }

    /// What an invocation asks to be spared; nil where it asks for nothing of the kind.
    /// - Throws: `UsageError` that names what is at fault.
    func wish(_ invocation: Invocation) throws -> CooldownWish? {
        var members: [String: JSONValue] = [:]
        members["listener"] = invocation[listener].map { .string($0) }
        members["context"] = invocation[context].map { .string($0) }
        for (name, days) in [
            ("served_days", served), ("played_days", played), ("skipped_days", skipped), ("recovery_days", recovery),
        ] { members[name] = invocation[days].map { .number($0) } }
        if invocation[relax] { members["relax"] = .bool(true) }
        guard !members.isEmpty else { return nil }
        do throws(RecipeError) { return try CooldownWish(reading: .object(members)) } catch {
            throw UsageError(error.description, command: "segue recommend")
        }
    }
}
