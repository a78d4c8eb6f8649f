/// One thing that is wrong with a request: where, a stable word for it, and a sentence with the mend.
struct Fault: Sendable, Equatable {
    /// Stable words for what can be wrong with a field.
    enum Code: String, Sendable, CaseIterable {
        /// The API has no such field or parameter.
        case unknownField = "unknown_field"
        /// A field or parameter that is needed is not there.
        case missing
        /// Another type than the field takes.
        case wrongType = "wrong_type"
        /// A value outside what the field takes.
        case outOfRange = "out_of_range"
        /// More elements than the field takes.
        case tooMany = "too_many"
        /// A name that stands for nothing: of a feature, a block, a choice.
        case unknownName = "unknown_name"
        /// A text that is no reference to a track or a playlist.
        case badReference = "bad_reference"
        /// Two fields that cannot both hold.
        case contradiction
        /// A rule that cannot be read.
        case badRule = "bad_rule"
        /// Something that the design names and this version does not have.
        case notSupported = "not_supported"
        /// A seed that the catalog does not have.
        case unknownSeed = "unknown_seed"
        /// A seed of which too little is known.
        case seedWithoutFeatures = "seed_without_features"
        /// A cursor that no listing gave.
        case badCursor = "bad_cursor"
    }

    /// Where the fault is.
    enum Place: Sendable, Equatable {
        /// In the body, as an RFC 6901 JSON pointer.
        case body(String)
        /// In the query, or in the path.
        case parameter(String)
    }

    let place: Place
    let code: Code
    let message: String

    /// A fault in the body; `path` leads to it from the root.
    init(_ path: [String], _ code: Code, _ message: String) {
        place = .body(Self.pointer(path))
        (self.code, self.message) = (code, message)
    }

    private init(_ place: Place, _ code: Code, _ message: String) {
        (self.place, self.code, self.message) = (place, code, message)
    }

    /// The same fault in a value that stands further inside the body.
    func below(_ path: [String]) -> Fault {
        guard case .body(let pointer) = place else { return self }
        return Fault(.body(Self.pointer(path) + pointer), code, message)
    }

    /// A fault of a parameter.
    init(parameter: String, _ code: Code, _ message: String) {
        place = .parameter(Self.shortened(parameter))
        (self.code, self.message) = (code, message)
    }

    /// A fault in a member as `JSONDecoder` and the rules' own decoding report it; `path` leads to the member.
    init(_ error: DecodingError, under path: [String]) {
        let (context, code, message): (DecodingError.Context, Code, String) =
            switch error {
            case .typeMismatch(let type, let context): (context, .wrongType, "not \(Self.words(for: type))")
            case .valueNotFound(let type, let context):
                (context, .wrongType, "null where \(Self.words(for: type)) goes")
            case .keyNotFound(let key, let context):
                (Self.context(context, at: key), .missing, "missing; give a value")
            case .dataCorrupted(let context): (context, .badRule, context.debugDescription)
            @unknown default: (Self.noContext, .wrongType, "cannot be read")
            }
        let inner = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
        self.init(path + inner, code, message)
    }

    private static let noContext = DecodingError.Context(codingPath: [], debugDescription: "")

    private static func context(_ context: DecodingError.Context, at key: any CodingKey) -> DecodingError.Context {
        DecodingError.Context(codingPath: context.codingPath + [key], debugDescription: context.debugDescription)
    }

    private static func words(for type: Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is Int.Type: "a whole number"
        case is Float.Type, is Double.Type: "a number"
        case is any Collection<String>.Type, is [Any].Type: "a list"
        default: "an object"
        }
    }

    /// The pointer of a path: `~` and `/` within a name are written `~0` and `~1`.
    private static func pointer(_ path: [String]) -> String {
        path.map { "/" + shortened($0).replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
    }

    /// Names come from callers and are shown to them again, but not at any length.
    static func shortened(_ name: String) -> String { name.count > 64 ? name.prefix(64) + "…" : name }

    /// The fault as it stands in `errors`.
    var json: JSON {
        let place: JSON.Member =
            switch place {
            case .body(let pointer): .init(name: "pointer", value: .text(pointer))
            case .parameter(let name): .init(name: "parameter", value: .text(name))
            }
        return .object([
            place, .init(name: "code", value: .text(code.rawValue)), .init(name: "message", value: .text(message)),
        ])
    }
}
