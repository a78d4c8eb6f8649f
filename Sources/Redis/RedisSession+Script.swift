extension RedisSession {
    /// Runs a Lua script on the server, as one step that no other command interrupts.
    ///
    /// The source travels once; afterwards its digest does, until the server has forgotten it.
    ///
    /// - Parameters:
    ///   - script: the Lua source.
    ///   - keys: what the script sees as `KEYS`.
    ///   - arguments: what the script sees as `ARGV`.
    /// - Throws: `RedisError`; `.refused` for an error in the script or raised by it.
    public func evaluate(
        _ script: String, keys: [RedisArgument] = [], arguments: [RedisArgument] = []
    ) throws(RedisError) -> RedisValue {
        let parameters = [RedisArgument(keys.count)] + keys + arguments
        guard let digest = knownScripts[script] else { return try load(script, parameters: parameters) }
        do {
            return try send(["EVALSHA", digest] + parameters)
        } catch .refused(code: "NOSCRIPT", _) {
            return try load(script, parameters: parameters)
        }
    }

    private func load(_ script: String, parameters: [RedisArgument]) throws(RedisError) -> RedisValue {
        let digest = try send("SCRIPT", "LOAD", RedisArgument(script))
        guard case .bytes(let bytes) = digest else { throw .unexpectedReply("no digest for a script") }
        knownScripts[script] = RedisArgument(bytes)
        return try send(["EVALSHA", RedisArgument(bytes)] + parameters)
    }
}
