/// The channels on which processes tell each other what happened.
enum Channel: String, CaseIterable, Sendable {
    /// Tracks were added, changed or removed.
    case catalog = "segue_catalog"
    /// A generation became current; the payload is its id.
    case generation = "segue_generation"
    /// A job is new or changed; the payload is its number, its status and `cancel` where that is asked for.
    case jobs = "segue_jobs"
    /// Settings were changed.
    case settings = "segue_settings"
}
