package import Foundation

/// The JSON file beside a model: which data set it was trained on and how its input is prepared.
///
/// For example:
///
///     {"dataset": "mnist",
///      "input": {"scale": 0.00392156862745098, "mean": [0.1307], "std": [0.3081]},
///      "test_correct": 9882, "test_total": 10000}
///
/// Other fields are ignored.
package struct PreprocessingFile: Hashable, Codable, Sendable {
    /// Name of the data set, such as `mnist`; nil where it is named elsewhere.
    package var dataset: String?
    /// How raw pixels become the network's input.
    package var input: Preprocessing
    /// Test images that the model gets right, where its author recorded them.
    package var testCorrect: Int?
    /// Test images that the author counted over.
    package var testTotal: Int?

    /// A description with the given fields.
    package init(dataset: String?, input: Preprocessing, testCorrect: Int? = nil, testTotal: Int? = nil) {
        self.dataset = dataset
        self.input = input
        self.testCorrect = testCorrect
        self.testTotal = testTotal
    }

    private enum CodingKeys: String, CodingKey {
        case dataset
        case input
        case testCorrect = "test_correct"
        case testTotal = "test_total"
    }

    /// Reads the file at `path`.
    ///
    /// - Throws: ``DataError`` where it can not be read or says something else; the field at fault is named.
    package init(at path: String) throws(DataError) {
        try self.init(decoding: Data(try InputFile(path).contents()), path: path)
    }

    /// Reads the JSON text `data`, which `path` names in messages.
    ///
    /// - Throws: ``DataError`` naming the field at fault.
    package init(decoding data: Data, path: String) throws(DataError) {
        do {
            self = try JSONDecoder().decode(PreprocessingFile.self, from: data)
        } catch {
            throw Self.failure(error, path: path)
        }
        guard dataset?.isEmpty != true else {
            throw .invalidField(path: path, field: "dataset", reason: "is empty; name the data set")
        }
        do {
            try input.validate(channels: input.mean.count)
        } catch {
            throw .invalidField(path: path, field: "input", reason: "cannot be used: \(error)")
        }
    }

    private static func failure(_ error: any Error, path: String) -> DataError {
        func name(_ keys: [any CodingKey]) -> String {
            keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, let context)?:
            return .missingField(path: path, field: name(context.codingPath + [key]))
        case .valueNotFound(_, let context)?:
            return .missingField(path: path, field: name(context.codingPath))
        case .typeMismatch(_, let context)? where context.codingPath.isEmpty:
            return .notJSON(path: path, reason: "an object with \"dataset\" and \"input\" is expected")
        case .typeMismatch(let type, let context)?:
            return .invalidField(
                path: path, field: name(context.codingPath), reason: "has another type than \(type); correct it")
        case .dataCorrupted(let context)? where !context.codingPath.isEmpty:
            return .invalidField(
                path: path, field: name(context.codingPath), reason: "is not usable: \(context.debugDescription)")
        default:
            return .notJSON(path: path, reason: "its syntax is broken; correct it")
        }
    }
}
