internal import Approx

/// The degrees of a sweep, written `2...7`, `2,4,8` or `4`; ascending and without repetition.
struct DegreeList: Hashable, Sendable {
    /// Degrees 2 to 7: from one level to three.
    static let standard = DegreeList(degrees: (2...7).compactMap { try? Degree($0) })
    /// Degrees 2 to 4, for whole networks, each of which takes minutes.
    static let standardForNetworks = DegreeList(degrees: (2...4).compactMap { try? Degree($0) })

    let degrees: [Degree]

    private init(degrees: [Degree]) {
        self.degrees = degrees
    }

    init(parsing text: String) throws(DegreeListError) {
        var values: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = part.split(separator: "...", omittingEmptySubsequences: false).map(String.init)
            switch bounds.count {
            case 1:
                values.insert(try Self.number(bounds[0], in: text))
            case 2:
                let (first, last) = (try Self.number(bounds[0], in: text), try Self.number(bounds[1], in: text))
                guard first <= last else { throw .malformed(text) }
                // A range of a billion degrees is refused by its ends, not by counting through it.
                for end in [first, last] { _ = try Self.degree(end) }
                values.formUnion(first...last)
            default:
                throw .malformed(text)
            }
        }
        var degrees: [Degree] = []
        for value in values.sorted() { degrees.append(try Self.degree(value)) }
        self.degrees = degrees
    }

    /// The one degree that `text` names.
    static func single(_ text: String) throws(DegreeListError) -> Degree {
        let list = try DegreeList(parsing: text)
        guard let degree = list.degrees.first, list.degrees.count == 1 else { throw .notOne(text) }
        return degree
    }

    private static func number(_ text: String, in whole: String) throws(DegreeListError) -> Int {
        guard let value = Int(text.trimmingCharacters) else { throw .malformed(whole) }
        return value
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
    case notOne(String)
    case refused(ApproxError)

    var description: String {
        switch self {
        case .malformed(let text): "'\(text)' is no list of degrees; write 2...7, 2,4,8 or 4"
        case .malformedLayers(let text): "'\(text)' is no list of one degree for each layer; write 4,2,2,4"
        case .notOne(let text): "'\(text)' is not one degree; write 4, say"
        case .refused(let error): error.description
        }
    }
}

extension String {
    fileprivate var trimmingCharacters: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
