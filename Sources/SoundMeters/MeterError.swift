/// A meter that could not be set up: no memory is left, or the library refuses the channels or the rate.
public struct MeterError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which meter.
    public let meter: String

    /// Which meter could not be set up.
    public var description: String { "\(meter) could not be set up" }
}
