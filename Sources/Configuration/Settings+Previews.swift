internal import Terminal

// What may be listened to at outside services.

/// A service whose previews may be listened to.
public enum PreviewService: String, Sendable, CaseIterable {
    /// Spotify, by its own ids.
    case spotify
    /// Deezer, by ISRC.
    case deezer
}

extension Setting where Value == [PreviewService] {
    /// Whose previews are listened to.
    public static var previews: Setting {
        let names = PreviewService.allCases.map(\.rawValue).joined(separator: " and ")
        let parser = ValueParser<[PreviewService]>(expected: "off, or one or both of \(names), separated by a comma") {
            text in
            if text == "off" { return [] }
            let services = text.split(separator: ",", omittingEmptySubsequences: false)
                .map { PreviewService(rawValue: String($0)) }
            guard services.allSatisfy({ $0 != nil }), Set(services).count == services.count else { return nil }
            return services.compactMap(\.self)
        }
        return Setting(
            "SEGUE_PREVIEWS_FROM", parser, default: [], shown: "off", "SERVICES",
            "Services whose previews are downloaded and analysed, in the order in which they are asked")
    }
}

extension Setting where Value == [String] {
    /// Where previews may be downloaded from.
    public static var previewHosts: Setting {
        let parser = ValueParser<[String]>(expected: "names of hosts, separated by commas") { text in
            let hosts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let isPlain = hosts.allSatisfy { host in
                !host.isEmpty && host.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"/@?#".utf8.contains($0) }
            }
            return isPlain ? hosts : nil
        }
        return Setting(
            "SEGUE_PREVIEW_HOSTS", parser, default: ["scdn.co", "dzcdn.net"], shown: "scdn.co,dzcdn.net", "HOSTS",
            "Hosts that previews are downloaded from, with all below them, by HTTPS; with a port: that one, by HTTP too"
        )
    }
}

extension Setting where Value == Double {
    /// How often previews are downloaded.
    public static var previewRate: Setting {
        Setting(
            "SEGUE_PREVIEW_RATE", .number(in: 0.01...100), default: 1, shown: "1", "RATE",
            "Previews that are downloaded in a second, in the long run")
    }
}

extension Setting where Value == String {
    /// Deezer.
    public static var deezerURL: Setting {
        webAddress("SEGUE_DEEZER_URL", "https://api.deezer.com", "Deezer's interface, which knows previews by ISRC")
    }
}

extension SettingGroup {
    /// Previews.
    public static var previews: SettingGroup {
        SettingGroup(
            title: "Previews",
            settings: [
                Setting.previews.description, Setting.previewRate.description, Setting.previewHosts.description,
                Setting.deezerURL.description,
            ])
    }
}
