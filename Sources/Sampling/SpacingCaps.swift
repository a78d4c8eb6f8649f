/// How many tracks of one artist a list has room for, where tracks of one artist stand apart.
///
/// With g tracks between two of an artist, each stretch of g + 1 places holds one. So a list of n places has room for
/// ⌈n / (g + 1)⌉ tracks of an artist, and for so many of as many artists as its last, broken stretch is long. For
/// tracks of one artist each, whatever keeps to this can be put in order: it is the condition of scheduling tasks with
/// rests between equal ones.
struct SpacingCaps: Hashable {
    /// What is asked of the caps.
    enum Sort: CaseIterable {
        /// Nothing that one artist a track could be arranged by is missed.
        case exact
        /// So few tracks of each artist that guests seldom stand in the way.
        case sure
    }

    /// The most tracks of an artist.
    let most: Int
    /// How many tracks may be the ones that bring an artist to the most.
    let peaks: Int

    /// Caps for a list of `count` tracks, at least 1; none where nothing need stand between two tracks.
    init(_ sort: Sort, count: Int, spacing: Int) {
        guard spacing > 0 else {
            (most, peaks) = (.max, .max)
            return
        }
        let stretch = spacing + 1
        switch sort {
        case .exact: (most, peaks) = ((count + stretch - 1) / stretch, (count - 1) % stretch + 1)
        case .sure: (most, peaks) = (max(1, count / stretch), .max)
        }
    }
}
