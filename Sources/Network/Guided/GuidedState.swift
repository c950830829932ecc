package import Foundation

/// The weights that a reconstruction has refitted so far. Everything else that it holds, its polynomials too, follows
/// from these and the images.
package struct GuidedState: Hashable, Sendable {
    /// A refitted piece.
    struct Piece: Hashable, Codable, Sendable {
        /// Its index in the network.
        var node: Int
        /// Outputs x (inputs + 1) singles, little-endian, the bias last.
        var weights: Data
        /// What there is to tell about it.
        var stage: GuidedReconstruction.Stage
    }

    /// In the order of their nodes.
    var pieces: [Piece]

    init(pieces: [Piece]) {
        self.pieces = pieces
    }
}

// MARK: - Encoding

extension GuidedState {
    /// Changes whenever the meaning of the bytes does.
    private static let version = 3

    private struct Contents: Codable {
        var version: Int
        var pieces: [Piece]
    }

    /// A binary property list, which holds every number exactly.
    package func encoded() throws -> Data {
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .binary
        return try encoder.encode(Contents(version: Self.version, pieces: pieces))
    }

    /// Nil for bytes that ``encoded()`` of this version has not made for a network like `graph`: then there is nothing
    /// to go on from.
    package init?(decoding data: Data, for graph: NetworkGraph) {
        guard let contents = try? PropertyListDecoder().decode(Contents.self, from: data),
            contents.version == Self.version,
            Set(contents.pieces.map(\.node)).count == contents.pieces.count,
            contents.pieces.allSatisfy({ $0.fits(graph) })
        else { return nil }
        pieces = contents.pieces
    }
}

extension GuidedState.Piece {
    fileprivate func fits(_ graph: NetworkGraph) -> Bool {
        guard graph.nodes.indices.contains(node), graph.nodes[node].operation.isRefittable,
            weightValues.allSatisfy(\.isFinite)
        else { return false }
        return weights.count == graph.nodes[node].operation.refitWeights.count * MemoryLayout<Float>.size
    }
}

// MARK: - Weights

extension GuidedState.Piece {
    /// The weights as numbers.
    var weightValues: [Float] {
        weights.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: MemoryLayout<Float>.size).map { offset in
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            }
        }
    }

    static func bytes(of weights: [Float]) -> Data {
        var data = Data(capacity: weights.count * MemoryLayout<Float>.size)
        for weight in weights {
            withUnsafeBytes(of: weight.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
        return data
    }
}
