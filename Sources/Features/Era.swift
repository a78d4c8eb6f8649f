internal import Foundation

/// The era block: a year of release as its nearness to eight points in time, so that near years are similar and far
/// ones are not, whatever the distance.
enum Era {
    static let dimension = 8

    /// Eight points evenly from 1955 to 2022.
    static let centres = (0..<dimension).map { 1_955 + 67 * Double($0) / Double(dimension - 1) }

    /// u(exp(-((y - c)/4)^2 / 2)) for the eight points c, or `unknown` without a year.
    ///
    /// The smallest exponent is taken off all before the exponential, which unit length undoes: years far outside the
    /// points come out as their nearest point instead of vanishing.
    static func direction(of year: Int?) -> Direction {
        guard let year else { return .failure(.unknown) }
        let exponents = centres.map { centre in
            let distance = (Double(year) - centre) / 4
            return distance * distance / 2
        }
        let smallest = exponents.min() ?? 0
        return exponents.map { exp(smallest - $0) }.direction
    }
}
