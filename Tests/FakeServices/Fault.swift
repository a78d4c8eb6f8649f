/// A way in which an outside service lets one call down.
public enum Fault: Sendable, Hashable {
    /// 429 with `Retry-After` in seconds.
    case tooManyRequests(retryAfter: Int)
    /// 429 as Spotify words an exhausted quota, with `Retry-After` in seconds or without.
    case quotaExceeded(retryAfter: Int?)
    /// 503 with `Retry-After` in seconds.
    case unavailable(retryAfter: Int)
    /// 403.
    case forbidden
    /// A status with a body that is no JSON: 500, 502, 503, …
    case status(Int)
    /// The answer begins after so many milliseconds.
    case late(milliseconds: Int)
    /// The body comes in small pieces, each after so many milliseconds.
    case slow(pieces: Int, millisecondsBetween: Int)
    /// Half of the body, then the end of the connection, though the whole was announced.
    case truncated
    /// So many bytes of blanks after the body, within the announced length.
    case oversized(bytes: Int)
    /// A page of HTML with status 200.
    case wrongContentType
    /// The connection ends before a byte of the answer.
    case cut
    /// A reset in the middle of the head.
    case cutInHead
    /// JSON that ends too early, correctly framed.
    case brokenJSON
    /// Well-formed JSON that has nothing of what was asked for.
    case otherJSON(String)
    /// The first half of a page, which says that it is the last one, though not by its total.
    case shortPage
    /// A redirect.
    case redirect(to: String, status: Int)
}

/// When a fault strikes.
public struct FaultRule: Sendable {
    /// Which of the calls to a path.
    public enum Occasion: Sendable {
        /// Calls by number, from 0, counted for each path by itself.
        case calls(Range<Int>)
        /// Every `n`th call to a path, beginning with its first.
        case every(Int)
        /// This share of all calls, chosen by seed, path and the path's call number.
        case chance(Double)
    }

    /// Requests by this method; nil for any.
    public var method: String?
    /// Paths that begin so.
    public var path: String
    /// Which calls.
    public var occasion: Occasion
    /// What happens to them.
    public var fault: Fault

    /// A rule for paths that begin with `path`.
    public init(
        _ fault: Fault, by method: String? = nil, on path: String = "/", _ occasion: Occasion = .calls(0..<1)
    ) {
        (self.fault, self.method, self.path, self.occasion) = (fault, method, path, occasion)
    }

    func strikes(_ request: FakeRequest, call: Int, seed: UInt64) -> Bool {
        let path = request.path
        guard path.hasPrefix(self.path), method ?? request.method == request.method else { return false }
        switch occasion {
        case .calls(let range): return range.contains(call)
        case .every(let step): return call % step == 0
        case .chance(let share):
            let salt = path.utf8.reduce(seed &+ 0x9E37_79B9) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            return Scramble.unit(salt &+ UInt64(call)) < share
        }
    }
}

/// Numbers that look random and are the same each time.
public enum Scramble {
    /// A well-mixed form of a number (SplitMix64's finalizer).
    public static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to 1.
    public static func unit(_ value: UInt64) -> Double { Double(mix(value) >> 11) / Double(1 << 53) }
}
