package import Foundation

/// The class that a network saw in each image, in the order of the images.
package struct Predictions: Hashable, Sendable {
    /// In place of a class where an image escaped or its logits are not finite.
    package static let none: Int16 = -1

    package private(set) var classes: [Int16]

    package init(classes: [Int16]) {
        self.classes = classes
    }

    package var count: Int { classes.count }

    /// How many of them are these labels, image by image.
    package func correct(_ labels: some Sequence<Int32>) -> Int {
        zip(classes, labels).count { Int32($0) == $1 }
    }

    /// Adds the first largest logit of each image, or ``none``.
    ///
    /// - Parameter escaped: By image of the batch; not 0 where it has escaped.
    mutating func append(logits: UnsafeBufferPointer<Float>, classCount: Int, escaped: [UInt8]) {
        for image in 0..<(logits.count / classCount) {
            let scores = logits[image * classCount..<(image + 1) * classCount]
            guard escaped[image] == 0, scores.allSatisfy(\.isFinite) else {
                classes.append(Self.none)
                continue
            }
            var best = scores.startIndex
            for index in scores.indices where scores[index] > scores[best] { best = index }
            classes.append(Int16(best - scores.startIndex))
        }
    }
}

// MARK: - Encoding

extension Predictions {
    /// First byte of the encoding, for later formats.
    private static let version: UInt8 = 1

    /// A version byte, and two bytes for each class, the low one first.
    package func encoded() -> Data {
        var data = Data([Self.version])
        data.reserveCapacity(1 + 2 * classes.count)
        for value in classes {
            withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
        }
        return data
    }

    /// - Throws: ``InferenceError/damagedPredictions(reason:)`` for what ``encoded()`` cannot have made.
    package init(decoding data: Data) throws(InferenceError) {
        guard data.first == Self.version else {
            throw .damagedPredictions(reason: "they do not start with version \(Self.version)")
        }
        let bytes = [UInt8](data.dropFirst())
        guard bytes.count.isMultiple(of: 2) else {
            throw .damagedPredictions(reason: "they end in the middle of a class")
        }
        classes = stride(from: 0, to: bytes.count, by: 2).map {
            Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
        if let bad = classes.first(where: { $0 < Self.none }) {
            throw .damagedPredictions(reason: "\(bad) is no class")
        }
    }
}

extension Predictions: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoding: decoder.singleValueContainer().decode(Data.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(encoded())
    }
}
