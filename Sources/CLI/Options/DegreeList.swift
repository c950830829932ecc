internal import Approx

/// The degrees of a sweep, written `2...7`, `2,4,8` or `4`; ascending and without repetition.
struct DegreeList: Hashable, Sendable {
    /// Degrees 2 to 7: from one level to three.
    static let standard = DegreeList(degrees: (2...7).compactMap { try? Degree($0) })
    /// Degrees 2 to 4, for whole networks, each of which takes minutes.
    static let standardForNetworks = DegreeList(degrees: (2...4).compactMap { try? Degree($0) })

    /// Degree 2, where there is no other.
    static let quadratic = DegreeList(degrees: [try? Degree(2)].compactMap(\.self))

    let degrees: [Degree]

    private init(degrees: [Degree]) {
        self.degrees = degrees
    }

    init(parsing text: String) throws(DegreeListError) {
        guard let ranges = NumberRanges(parsing: text) else { throw .malformed(text) }
        // A range of a billion degrees is refused by its ends, not by counting through it.
        for end in ranges.ends { _ = try Self.degree(end) }
        var degrees: [Degree] = []
        for value in ranges.numbers { degrees.append(try Self.degree(value)) }
        self.degrees = degrees
    }

    /// The one degree that `text` names.
    static func single(_ text: String) throws(DegreeListError) -> Degree {
        let list = try DegreeList(parsing: text)
        guard let degree = list.degrees.first, list.degrees.count == 1 else { throw .notOne(text) }
        return degree
    }

    private static func degree(_ value: Int) throws(DegreeListError) -> Degree {
        do {
            return try Degree(value)
        } catch {
            throw .refused(error)
        }
    }
}

/// Why a list of degrees cannot be read.
enum DegreeListError: Error, Equatable, CustomStringConvertible {
    case malformed(String)
    case malformedLayers(String)
    case malformedPrecisions(String)
    case notOne(String)
    case refused(ApproxError)

    var description: String {
        switch self {
        case .malformed(let text): "'\(text)' is no list of degrees; write 2...7, 2,4,8 or 4"
        case .malformedLayers(let text): "'\(text)' is no list of one degree for each layer; write 4,2,2,4"
        case .malformedPrecisions(let text): "'\(text)' is no list of precisions; write 4...13, 7,10,13 or 13"
        case .notOne(let text): "'\(text)' is not one degree; write 4, say"
        case .refused(let error): error.description
        }
    }
}
