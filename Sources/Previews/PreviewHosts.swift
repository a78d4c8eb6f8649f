internal import Foundation

/// Whose previews are downloaded: addresses come from services and are not to lead into one's own network.
public struct PreviewHosts: Sendable, Hashable {
    private let names: [String]

    /// Admits hosts of these names and all below them; `:PORT` behind a name admits that port, and plain HTTP.
    public init(_ names: [String]) { self.names = names.map { $0.lowercased() } }

    /// Whether an address is of HTTPS and one of the hosts, without credentials and on the usual port.
    public func admit(_ address: String) -> Bool {
        guard let end = address.range(of: "://") else { return false }
        let scheme = address[..<end.lowerBound].lowercased()
        let authority = address[end.upperBound...].prefix { !"/?#\\".contains($0) }.lowercased()
        if names.contains(where: { $0.contains(":") && $0 == authority }) { return ["http", "https"].contains(scheme) }
        guard scheme == "https", authority.utf8.allSatisfy(Self.isOfName) else { return false }
        return names.contains { authority == $0 || authority.hasSuffix(".\($0)") }
    }

    /// Letters, digits, hyphens and dots.
    private static func isOfName(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2d || byte == 0x2e
    }
}
