/// How a condition compares a track's value with its own.
///
/// A track whose value is missing meets no condition but `missing`, not even `ne`: what is unknown is not different.
public enum RuleOperator: String, CaseIterable, Hashable, Sendable {
    /// Equal.
    case eq
    /// Known and not equal; of several texts, none equal.
    case ne
    /// Greater than.
    case gt
    /// Greater than or equal.
    case gte
    /// Less than.
    case lt
    /// Less than or equal.
    case lte
    /// Within two bounds, both included.
    case between
    /// Equal to one of a list.
    case `in`
    /// Known.
    case exists
    /// Not known.
    case missing
}
