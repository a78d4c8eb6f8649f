extension RuleGroup {
    /// Whether the group holds for a track at a moment, in seconds since 1970.
    public func holds(for facts: RuleFacts, at moment: Double) -> Bool {
        let holding = { (condition: RuleCondition) in condition.holds(for: facts, at: moment) }
        let nested = { (group: RuleGroup) in group.holds(for: facts, at: moment) }
        switch match {
        case .all: return conditions.allSatisfy(holding) && groups.allSatisfy(nested)
        case .any: return conditions.contains(where: holding) || groups.contains(where: nested)
        case .none: return !conditions.contains(where: holding) && !groups.contains(where: nested)
        }
    }
}

extension RuleCondition {
    /// Whether the condition holds for a track at a moment, in seconds since 1970.
    public func holds(for facts: RuleFacts, at moment: Double) -> Bool {
        let values = facts.values(of: field)
        switch test {
        case .known(let wanted): return values.isEmpty != wanted
        case .passes(let predicate, let negated):
            let fixed = predicate.fixed(at: moment)
            let comparable = values.filter(fixed.takes)
            guard !comparable.isEmpty else { return negated && holdsForNothing }
            return comparable.contains(where: fixed.holds) != negated
        }
    }

    /// Whether a negative condition holds where there is no value at all, because that there is none says something.
    public var holdsForNothing: Bool {
        switch field {
        case .playlist: true
        case .stored(let field): op == .notInLastDays && field.absenceMeansNever
        default: false
        }
    }
}

extension RulePredicate {
    /// Whether values of this kind can be compared at all.
    fileprivate func takes(_ value: RuleValue) -> Bool {
        switch (self, value) {
        case (.numbers, .number), (.texts, .text), (.flag, .flag), (.dates, .date), (.playlists, .playlist): true
        default: false
        }
    }

    fileprivate func holds(_ value: RuleValue) -> Bool {
        switch (self, value) {
        case (.numbers(let ranges), .number(let number)): ranges.contains { $0.contains(number) }
        case (.dates(let ranges), .date(let moment)): ranges.contains { $0.contains(moment) }
        case (.texts(let match), .text(let text)): match.fits(text)
        case (.flag(let wanted), .flag(let flag)): wanted == flag
        case (.playlists(let names), .playlist(let name)): names.contains(name)
        default: false
        }
    }
}
