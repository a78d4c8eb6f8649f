internal import Catalog
internal import Postgres

/// Rows of `external_ids` for entities that have none of them yet, as bytes of a binary COPY.
enum ExternalIDRows {
    /// In order of value, so that neighbours in the index come one after the other.
    static func rows(_ kind: EntityReference.Kind, _ names: [(id: ExternalID, entity: Int64)]) -> [UInt8] {
        var buffer = CopyBuffer(capacity: names.count * 64)
        let (kind, places, names) = (kind.rawValue, places(names), names.span)
        for place in places {
            buffer.beginRow(columns: 4)
            buffer.append(kind)
            buffer.append(names[place].id)
            buffer.append(names[place].entity)
        }
        return buffer.finished()
    }

    /// Most values differ in their first bytes, which are compared as one number.
    private static func places(_ names: [(id: ExternalID, entity: Int64)]) -> [Int] {
        let starts = names.indices.map { (start: start(of: names[$0].id.value), place: $0) }
        return starts.sorted { first, second in
            first.start == second.start
                ? names[first.place].id.value < names[second.place].id.value : first.start < second.start
        }.map(\.place)
    }

    private static func start(of value: String) -> UInt64 {
        let bytes = value.utf8.span
        return (0..<8).reduce(0) { $0 << 8 | UInt64($1 < bytes.count ? bytes[$1] : 0) }
    }
}
