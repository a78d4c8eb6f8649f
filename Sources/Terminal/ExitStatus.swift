/// How a program ends: the three outcomes that scripts tell apart.
public enum ExitStatus: Int32, Sendable, Hashable {
    /// Everything was done.
    case success = 0
    /// Something was not done; standard error says what and what to do about it.
    case failure = 1
    /// The command line was not understood; nothing was done.
    case usage = 2
}
