import CHiredis

extension RedisValue {
    /// Copies a reply out of the library's memory, which stays the caller's to free.
    init(copying reply: redisReply) {
        switch reply.type {
        case REDIS_REPLY_INTEGER: self = .integer(Int(reply.integer))
        case REDIS_REPLY_STRING: self = .bytes(Self.bytes(of: reply))
        case REDIS_REPLY_STATUS: self = .status(String(decoding: Self.bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_ERROR: self = Self.error(String(decoding: Self.bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_ARRAY: self = .array(Self.elements(of: reply))
        default: self = .null
        }
    }

    private static func bytes(of reply: redisReply) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: reply.str, count: reply.len))
    }

    private static func elements(of reply: redisReply) -> [RedisValue] {
        UnsafeBufferPointer(start: reply.element, count: reply.elements).map { element in
            element.map { RedisValue(copying: $0.pointee) } ?? .null
        }
    }

    private static func error(_ message: String) -> RedisValue {
        .error(code: message.split(separator: " ").first.map(String.init) ?? "ERR", message: message)
    }
}
