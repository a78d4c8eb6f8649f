internal import Catalog

/// The numbers of staged tracks by their ids.
///
/// What belongs to a track follows it: the last one is found without looking.
struct TrackNumbers: Sendable {
    private var ids = DifferentKeys<ExternalID>()
    /// By the places of the ids.
    private var numbers: [Int32] = []
    private var last: (id: ExternalID, number: Int32)?

    /// How many tracks are known.
    var count: Int { ids.count }

    /// The number of a track, or nil where it is not known.
    subscript(id: ExternalID) -> Int32? {
        if let last, last.id == id { return last.number }
        return ids.known(id).map { numbers[$0] }
    }

    /// Gives a track a number, and says which one it had.
    mutating func update(_ id: ExternalID, to number: Int32) -> Int32? {
        last = (id, number)
        let place = ids.place(of: id)
        guard place < numbers.count else {
            numbers.append(number)
            return nil
        }
        defer { numbers[place] = number }
        return numbers[place]
    }

    /// Forgets all tracks; as many will come again.
    mutating func removeAll() {
        ids.removeAll()
        numbers.removeAll(keepingCapacity: true)
        last = nil
    }
}
