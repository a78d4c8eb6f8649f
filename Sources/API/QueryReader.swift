internal import Catalog
internal import HTTPServer

/// Reads parameters of the query and the path, and notes what is wrong with each.
struct QueryReader {
    let request: HTTPRequest
    /// What is wrong so far.
    private(set) var faults: [Fault] = []

    init(_ request: HTTPRequest) { self.request = request }

    /// A whole number within bounds; `usual` where it is left out.
    mutating func whole(_ name: String, in range: ClosedRange<Int>, usual: Int) -> Int {
        guard let text = request.query(name) else { return usual }
        guard let number = Int(text), range.contains(number) else {
            let mend = "not a whole number between \(range.lowerBound) and \(range.upperBound)"
            faults.append(Fault(parameter: name, .outOfRange, mend))
            return usual
        }
        return number
    }

    /// What a parameter names, which must be of one kind; nil where that is noted.
    mutating func reference(
        _ name: String, _ text: String?, to kind: EntityReference.Kind
    ) -> EntityReference? {
        guard let text, !text.isEmpty else {
            faults.append(Fault(parameter: name, .missing, "missing; give a \(kind.rawValue)"))
            return nil
        }
        do throws(ReferenceError) {
            let reference = try EntityReference(parsing: text, bareAs: kind)
            if reference.kind == kind { return reference }
            let mend = "names a \(reference.kind.rawValue); give a \(kind.rawValue)"
            faults.append(Fault(parameter: name, .badReference, mend))
        } catch {
            faults.append(Fault(parameter: name, .badReference, error.description))
        }
        return nil
    }

    /// Refuses the request where anything was wrong.
    /// - Throws: `Problem` that lists every parameter at fault.
    func check(limit: Int) throws(Problem) {
        guard faults.isEmpty else { throw Problem(faults: faults, limit: limit) }
    }
}
