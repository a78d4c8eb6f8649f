import Foundation
import Synchronization

extension FakeSpotify {
    /// Goes the way of a browser whose user permits: the fields that the redirect brings back, none where it is refused.
    public func permitting(_ url: String) -> [String: String] {
        let target = url.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }
        guard let request = FakeRequest(head: "GET \(target) HTTP/1.1\r\n\r\n"),
            let location = answer(request).headers["Location"],
            let back = FakeRequest(head: "GET \(location) HTTP/1.1\r\n\r\n")
        else { return [:] }
        return Dictionary(back.query.map { ($0.name, $0.value) }) { first, _ in first }
    }

    /// Permits at once, as a listener would after a look, and sends the browser back.
    func authorize(_ request: FakeRequest) -> FakeResponse {
        guard request.value("client_id") == options.clientID, request.value("response_type") == "code",
            let redirect = request.value("redirect_uri"), redirect.hasPrefix("http://127.0.0.1:")
        else { return .text("INVALID_CLIENT: Invalid redirect URI", status: 400) }
        let code = state.withLock { state in
            state.issued += 1
            let code = "code-\(state.issued)"
            state.codes[code] = redirect
            return code
        }
        let state = request.value("state").map { "&state=\($0)" } ?? ""
        return FakeResponse(status: 302, headers: ["Location": "\(redirect)?code=\(code)\(state)"])
    }

    func token(_ request: FakeRequest) -> FakeResponse {
        let form = request.form
        let pair = Data("\(options.clientID):\(options.secret)".utf8).base64EncodedString()
        let hasSecret = request.headers["authorization"] == "Basic \(pair)"
        guard hasSecret || form["client_id"] == options.clientID else {
            return .json(["error": "invalid_client", "error_description": "Invalid client"], status: 400)
        }
        switch form["grant_type"] {
        case "client_credentials" where hasSecret: return issued(isListener: false)
        case "authorization_code": return redeem(form, hasSecret)
        case "refresh_token": return refreshed(form)
        default: return .json(["error": "unsupported_grant_type"], status: 400)
        }
    }

    private func redeem(_ form: [String: String], _ hasSecret: Bool) -> FakeResponse {
        let redirect = state.withLock { state in state.codes.removeValue(forKey: form["code"] ?? "") }
        guard let redirect, redirect == form["redirect_uri"], hasSecret || (form["code_verifier"]?.count ?? 0) >= 43
        else {
            return .json(["error": "invalid_grant", "error_description": "Invalid authorization code"], status: 400)
        }
        state.withLock { state in
            state.hasGrant = true
            state.refresh = "refresh-\(state.issued)"
        }
        return issued(isListener: true)
    }

    private func refreshed(_ form: [String: String]) -> FakeResponse {
        let isGood = state.withLock { state -> Bool in
            guard state.hasGrant, let given = form["refresh_token"],
                given == state.refresh || given == state.formerRefresh
            else { return false }
            state.formerRefresh = given
            state.refresh = "refresh-\(state.issued + 1)"
            state.refreshes += 1
            return true
        }
        guard isGood else {
            return .json(["error": "invalid_grant", "error_description": "Refresh token revoked"], status: 400)
        }
        return issued(isListener: true)
    }

    private func issued(isListener: Bool) -> FakeResponse {
        let (token, refresh) = state.withLock { (Self.issue(&$0, isListener: isListener), $0.refresh) }
        var answer: [String: Any] = [
            "access_token": token, "token_type": "Bearer", "expires_in": options.tokenSeconds,
        ]
        if isListener {
            answer["refresh_token"] = refresh
            answer["scope"] = "playlist-read-private user-library-read"
        }
        return .json(answer)
    }
}
