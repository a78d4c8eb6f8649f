import Previews
import Testing

@Suite struct PreviewHostsTests {
    private let hosts = PreviewHosts(["scdn.co", "DZCDN.net", "127.0.0.1:8099"])

    @Test(arguments: [
        "https://p.scdn.co/mp3-preview/1", "https://scdn.co/1", "HTTPS://CDNT-preview.dzcdn.net/api/1.mp3?hdnea=exp=1",
        "http://127.0.0.1:8099/1.wav", "https://127.0.0.1:8099/1.wav",
    ])
    func hostsAndWhatIsBelowThemAreAdmitted(_ address: String) { #expect(hosts.admit(address)) }

    /// What an address in a service's answer could be made to reach in one's own network.
    @Test(arguments: [
        "", "p.scdn.co/1", "http://p.scdn.co/1", "ftp://p.scdn.co/1", "file:///etc/passwd",
        "https://scdn.co.evil.org/1",
        "https://evilscdn.co/1", "https://p.scdn.co@127.0.0.1/1", "https://127.0.0.1/p.scdn.co",
        "https://p.scdn.co:22/1",
        "http://127.0.0.1:5432/", "https://127.0.0.1#.scdn.co/", "https://127.0.0.1\\.scdn.co/",
        "https://[::1]/scdn.co",
        "https://169.254.169.254/latest?.scdn.co", "https://ｐ.scdn.co/1", "https://p.scdn.co%2f@localhost/",
        "gopher://127.0.0.1:8099/1",
    ])
    func everythingElseIsRefused(_ address: String) { #expect(!hosts.admit(address)) }
}
