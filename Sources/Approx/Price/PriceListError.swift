internal import Foundation

/// Why there is no price, or no list. Each case says where and what.
package enum PriceListError: Error, Equatable, Sendable {
    case noPrice(degree: Int, backend: String, known: [Int])
    case notJSON(file: String)
    case missing(file: String, field: String)
    /// `value` as it stands in the file.
    case unusable(file: String, field: String, value: String, expected: String)
}

extension PriceListError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noPrice(let degree, let backend, let known):
            "the price list of \(backend) has no degree \(degree); take one of "
                + known.map(String.init).joined(separator: ", ")
        case .notJSON(let file):
            "\(file): this is no JSON object; correct its syntax"
        case .missing(let file, let field):
            "\(file): \(field) is missing; add it"
        case .unusable(let file, let field, let value, let expected):
            "\(file): \(field) is \(value); expected is \(expected)"
        }
    }
}

extension PriceListError {
    /// What `error`, thrown when `data` was decoded, says about the file.
    init(_ error: any Error, in data: Data, file: String) {
        let root = try? JSONSerialization.jsonObject(with: data)
        switch error as? DecodingError {
        case .keyNotFound(let key, let context)?:
            self = .missing(file: file, field: Self.name(context.codingPath + [key]))
        case .valueNotFound(_, let context)? where !context.codingPath.isEmpty:
            self = Self.unusable(root, context.codingPath, file, "a value")
        case .typeMismatch(let type, let context)? where !context.codingPath.isEmpty:
            self = Self.unusable(root, context.codingPath, file, Self.words[String(describing: type)] ?? "another type")
        default:
            self = .notJSON(file: file)
        }
    }

    /// What people call the types of fields.
    private static let words = [
        "Double": "a number", "String": "a text", "Array<Any>": "a list",
        "Dictionary<String, Any>": "an object",
    ]

    private static func name(_ path: [any CodingKey]) -> String {
        path.reduce("") { name, key in
            key.intValue.map { "\(name)[\($0)]" } ?? (name.isEmpty ? key.stringValue : "\(name).\(key.stringValue)")
        }
    }

    private static func unusable(
        _ root: Any?, _ path: [any CodingKey], _ file: String, _ expected: String
    ) -> PriceListError {
        let value = path.reduce(root) { value, key in
            if let index = key.intValue { return (value as? [Any])?[index] }
            return (value as? [String: Any])?[key.stringValue]
        }
        let text = value.flatMap {
            try? JSONSerialization.data(withJSONObject: $0, options: [.fragmentsAllowed, .sortedKeys])
        }
        return .unusable(
            file: file, field: name(path), value: text.map { String(decoding: $0, as: UTF8.self) } ?? "unreadable",
            expected: expected)
    }
}
