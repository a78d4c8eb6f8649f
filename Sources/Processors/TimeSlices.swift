internal import CProcessors

/// How long a thread computes before Linux lets others have their turn.
public enum TimeSlices {
    /// The shortest that Linux grants, in nanoseconds.
    private static let shortest: UInt64 = 100_000

    /// Asks for the shortest for the calling thread, 0.1 ms, which Linux grants anyone from 6.12 on; earlier ones ignore
    /// it, and nothing comes of it where the system refuses.
    ///
    /// A thread with short slices gets no more of a processor than before, but gets it as soon as it has something to do,
    /// rather than after the slice of whoever computes there.
    public static func shorten() { segue_ask_for_slices(shortest) }
}
