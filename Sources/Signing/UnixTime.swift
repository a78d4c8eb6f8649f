import Glibc

/// The time that tokens are dated in.
public enum UnixTime {
    /// Whole seconds since the beginning of 1970, by the system's clock.
    public static var now: Int { time(nil) }
}
