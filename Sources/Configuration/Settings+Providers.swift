internal import Terminal

// Where outside services are, and what they know us by.

extension Setting where Value == String {
    /// Where an outside service answers; a setting, so that tests and mirrors can stand in for it.
    static func webAddress(_ name: String, _ url: String, _ summary: String) -> Setting {
        let parser = ValueParser<String>(expected: "an address that begins with https:// or http://") { text in
            let rest = ["https://", "http://"].first { text.hasPrefix($0) }.map { text.dropFirst($0.count) }
            guard let rest, !rest.isEmpty, !text.contains(where: { $0.isWhitespace || $0 == "?" || $0 == "#" }) else {
                return nil
            }
            return text
        }
        return Setting(name, parser, default: url, shown: url, "URL", summary)
    }

    /// MusicBrainz.
    public static var musicBrainzURL: Setting {
        webAddress("SEGUE_MUSICBRAINZ_URL", "https://musicbrainz.org/ws/2", "MusicBrainz's web service")
    }

    /// AcousticBrainz.
    public static var acousticBrainzURL: Setting {
        webAddress("SEGUE_ACOUSTICBRAINZ_URL", "https://acousticbrainz.org/api/v1", "AcousticBrainz's interface")
    }

    /// ReccoBeats.
    public static var reccoBeatsURL: Setting {
        webAddress("SEGUE_RECCOBEATS_URL", "https://api.reccobeats.com/v1", "ReccoBeats's interface")
    }

    /// ListenBrainz.
    public static var listenBrainzURL: Setting {
        webAddress("SEGUE_LISTENBRAINZ_URL", "https://api.listenbrainz.org", "ListenBrainz's interface")
    }

    /// ListenBrainz's laboratory.
    public static var listenBrainzLabsURL: Setting {
        webAddress(
            "SEGUE_LISTENBRAINZ_LABS_URL", "https://labs.api.listenbrainz.org",
            "ListenBrainz's laboratory, which knows similar recordings")
    }

    /// Last.fm.
    public static var lastFMURL: Setting {
        webAddress("SEGUE_LASTFM_URL", "https://ws.audioscrobbler.com/2.0", "Last.fm's interface")
    }
}

extension Setting where Value == String? {
    /// Who runs this service.
    public static var contact: Setting {
        let parser = ValueParser<String>(expected: "an e-mail address or a web address, without spaces") { text in
            let isPlain = text.utf8.allSatisfy {
                $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "(") && $0 != UInt8(ascii: ")")
            }
            return isPlain && !text.isEmpty && text.utf8.count <= 200 ? text : nil
        }
        return Setting(
            "SEGUE_CONTACT", parser.optional, default: nil, shown: "none", "CONTACT",
            "How outside services can reach whoever runs this one; MusicBrainz asks for it in every call")
    }

    /// The key of the application at Last.fm.
    public static var lastFMKey: Setting {
        Setting(
            "SEGUE_LASTFM_KEY", ValueParser.text.optional, default: nil, shown: "none: Last.fm is not asked", "KEY",
            "The application's key at Last.fm", secrecy: .secret)
    }

    /// A user's token at ListenBrainz.
    public static var listenBrainzToken: Setting {
        Setting(
            "SEGUE_LISTENBRAINZ_TOKEN", ValueParser.text.optional, default: nil, shown: "none", "TOKEN",
            "A user's token at ListenBrainz, for higher limits", secrecy: .secret)
    }
}

extension SettingGroup {
    /// Outside services.
    public static var providers: SettingGroup {
        SettingGroup(
            title: "Outside services",
            settings: [
                Setting.contact.description, Setting.reccoBeatsURL.description, Setting.musicBrainzURL.description,
                Setting.acousticBrainzURL.description, Setting.listenBrainzURL.description,
                Setting.listenBrainzLabsURL.description, Setting.lastFMURL.description,
                Setting.lastFMKey.description, Setting.listenBrainzToken.description,
            ])
    }
}
