internal import JSONText

extension Explanation {
    /// Appends the explanation; seeds are named by the ids that callers know.
    func append(to bytes: inout [UInt8], in catalog: ServingCatalog) {
        JSONBytes.append(raw: #"{"text":"#, to: &bytes)
        JSONBytes.append(utf8: sentence, to: &bytes)
        JSONBytes.append(raw: #","blocks":"#, to: &bytes)
        JSONBytes.appendArray(parts, to: &bytes) { part, bytes in
            JSONBytes.append(raw: #"{"block":""#, to: &bytes)
            JSONBytes.append(raw: part.name, to: &bytes)
            JSONBytes.append(raw: #"","contribution":"#, to: &bytes)
            JSONBytes.append(rounded: Double(part.contribution), to: &bytes)
            bytes.append(125)
        }
        JSONBytes.append(raw: #","features":"#, to: &bytes)
        JSONBytes.appendArray(features, to: &bytes) { Self.append($0, to: &$1) }
        JSONBytes.append(raw: #","seeds":"#, to: &bytes)
        JSONBytes.appendArray(seeds, to: &bytes) { share, bytes in
            JSONBytes.append(raw: #"{"seed":"#, to: &bytes)
            JSONBytes.append(catalog.snapshot(share.seed).publicID(share.seed.row), to: &bytes)
            JSONBytes.append(raw: #","share":"#, to: &bytes)
            JSONBytes.append(rounded: Double(share.share), to: &bytes)
            bytes.append(125)
        }
        bytes.append(125)
    }

    private static func append(_ match: FeatureMatch, to bytes: inout [UInt8]) {
        JSONBytes.append(raw: #"{"feature":""#, to: &bytes)
        JSONBytes.append(raw: match.name, to: &bytes)
        JSONBytes.append(raw: #"","seed":"#, to: &bytes)
        JSONBytes.append(exact: match.seed, to: &bytes)
        JSONBytes.append(raw: #","track":"#, to: &bytes)
        JSONBytes.append(exact: match.track, to: &bytes)
        JSONBytes.append(raw: #","contribution":"#, to: &bytes)
        JSONBytes.append(rounded: Double(match.contribution), to: &bytes)
        bytes.append(125)
    }
}
