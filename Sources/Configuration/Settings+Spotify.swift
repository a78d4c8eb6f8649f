import Terminal

// Spotify, and the keys that its tokens are stored under.

extension Setting where Value == String? {
    /// Keys of stored secrets.
    public static var secretKeys: Setting {
        Setting(
            "SEGUE_SECRET_KEYS", ValueParser.text.optional, default: nil, shown: "none: no account can be connected",
            "KEYS",
            "Keys that stored tokens of other services are sealed with, as NAME:BASE64 with 32 bytes, several separated"
                + " by commas; the first seals, all open", secrecy: .secret)
    }

    /// The application at Spotify.
    public static var spotifyClientID: Setting {
        Setting(
            "SEGUE_SPOTIFY_CLIENT_ID", ValueParser.text.optional, default: nil, shown: "none: Spotify is not asked",
            "ID", "The application's id at Spotify")
    }

    /// The application's secret at Spotify.
    public static var spotifyClientSecret: Setting {
        Setting(
            "SEGUE_SPOTIFY_CLIENT_SECRET", ValueParser.text.optional, default: nil,
            shown: "none: accounts are connected by PKCE", "SECRET", "The application's secret at Spotify",
            secrecy: .secret)
    }
}

extension Setting where Value == String {
    /// Spotify's Web API.
    public static var spotifyURL: Setting {
        webAddress("SEGUE_SPOTIFY_URL", "https://api.spotify.com/v1", "Spotify's Web API")
    }

    /// Spotify's accounts service.
    public static var spotifyAccountsURL: Setting {
        webAddress(
            "SEGUE_SPOTIFY_ACCOUNTS_URL", "https://accounts.spotify.com", "Spotify's service for accounts and tokens")
    }
}

extension Setting where Value == Int {
    /// The port of the address that Spotify sends a listener back to.
    public static var spotifyRedirectPort: Setting {
        Setting(
            "SEGUE_SPOTIFY_REDIRECT_PORT", .integer(in: 1...65_535), default: 8_898, shown: "8898", "PORT",
            "The port of http://127.0.0.1:PORT/callback, to which Spotify sends a listener back; register that address")
    }

    /// How long a permission lasts.
    public static var spotifyReconnectMonths: Setting {
        Setting(
            "SEGUE_SPOTIFY_RECONNECT_MONTHS", .integer(in: 1...120), default: 6, shown: "6", "MONTHS",
            "Months after which a listener must permit again")
    }
}

extension Setting where Value == Double {
    /// Calls a second.
    public static var spotifyRate: Setting {
        Setting(
            "SEGUE_SPOTIFY_RATE", .number(in: 0.01...1_000), default: 3, shown: "3", "RATE",
            "Calls a second to Spotify in the long run")
    }
}

extension SettingGroup {
    /// Spotify and the accounts at it.
    public static var spotify: SettingGroup {
        SettingGroup(
            title: "Spotify",
            settings: [
                Setting.secretKeys.description, Setting.spotifyClientID.description,
                Setting.spotifyClientSecret.description, Setting.spotifyURL.description,
                Setting.spotifyAccountsURL.description, Setting.spotifyRedirectPort.description,
                Setting.spotifyReconnectMonths.description, Setting.spotifyRate.description,
            ])
    }
}
