import Foundation
import FoundationNetworking
import Synchronization
import Testing

/// An answer over a socket that is read as it arrives.
final class Arriving: NSObject, URLSessionDataDelegate, Sendable {
    private let state = Mutex((body: Data(), contentType: String?.none, isComplete: false))

    /// What has arrived by now.
    var text: String { String(decoding: state.withLock { $0.body }, as: UTF8.self) }
    var contentType: String? { state.withLock { $0.contentType } }
    var isComplete: Bool { state.withLock { $0.isComplete } }

    init(_ target: String, port: Int, token: String) throws {
        super.init()
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)\(target)")))
        request.timeoutInterval = 600
        request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
        let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
        session.dataTask(with: request).resume()
        session.finishTasksAndInvalidate()
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        state.withLock { state in
            state.body += data
            state.contentType = dataTask.response?.mimeType
        }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        state.withLock { $0.isComplete = error == nil }
    }
}
