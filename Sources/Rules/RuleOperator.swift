/// How a condition compares a track's value with its own.
///
/// A track whose value is missing meets no condition but `missing`, not even `ne`: what is unknown is not different.
/// Two things are never unknown: which playlists a track is on, and that what was never heard was not heard lately.
public enum RuleOperator: String, CaseIterable, Hashable, Sendable {
    /// Equal.
    case eq
    /// Known and not equal; of several values, none equal.
    case ne
    /// Greater than, or later than.
    case gt
    /// Greater than or equal, or not before.
    case gte
    /// Less than, or before.
    case lt
    /// Less than or equal, or not after.
    case lte
    /// Within two bounds, both included.
    case between
    /// Equal to one of a list.
    case `in`
    /// Known and equal to none of a list.
    case notIn = "not_in"
    /// Has a text, or one of a list, somewhere in it, taken literally.
    case contains
    /// Known and has it nowhere.
    case notContains = "not_contains"
    /// Begins with a text, or one of a list.
    case startsWith = "starts_with"
    /// Ends with a text, or one of a list.
    case endsWith = "ends_with"
    /// Known.
    case exists
    /// Not known.
    case missing
    /// Not longer ago than so many days, nor in the future.
    case inLastDays = "in_last_days"
    /// Longer ago, in the future, or never.
    case notInLastDays = "not_in_last_days"
    /// On a playlist, or one of a list.
    case inPlaylist = "in_playlist"
    /// On none of them.
    case notInPlaylist = "not_in_playlist"

    /// Whether it holds where its counterpart does not.
    var isNegative: Bool {
        switch self {
        case .ne, .notIn, .notContains, .notInLastDays, .notInPlaylist: true
        default: false
        }
    }
}

extension RuleValueKind {
    /// The operators that go with values of this kind.
    public var operators: [RuleOperator] {
        switch self {
        case .number: [.eq, .ne, .gt, .gte, .lt, .lte, .between, .in, .notIn, .exists, .missing]
        case .text:
            [.eq, .ne, .in, .notIn, .contains, .notContains, .startsWith, .endsWith, .exists, .missing]
        case .flag: [.eq, .ne, .exists, .missing]
        case .date:
            [
                .eq, .ne, .gt, .gte, .lt, .lte, .between, .in, .notIn, .inLastDays, .notInLastDays, .exists, .missing,
            ]
        case .playlist: [.inPlaylist, .notInPlaylist, .exists, .missing]
        case .anything:
            [
                .eq, .ne, .gt, .gte, .lt, .lte, .between, .in, .notIn, .contains, .notContains, .startsWith, .endsWith,
                .exists, .missing,
            ]
        }
    }

    /// How people call a value of this kind.
    var words: String {
        switch self {
        case .number: "a number"
        case .text: "a text"
        case .flag: "true or false"
        case .date: "a date"
        case .playlist: "the playlists that a track is on"
        case .anything: "what a source says"
        }
    }
}
