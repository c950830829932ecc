internal import Approx
package import Foundation

/// What a reconstruction has fitted so far. Everything else that it holds follows from this and the images.
package struct GuidedState: Hashable, Sendable {
    /// What was fitted at one node: the weights of a linear piece, polynomials, or both.
    struct Piece: Hashable, Codable, Sendable {
        /// Its index in the network.
        var node: Int
        /// Outputs x (inputs + 1) singles, little-endian, the bias last; nil where nothing is refitted.
        var weights: Data?
        /// One per channel.
        var polynomials: [Polynomial]?
        /// Of the activation, on the sampled positions.
        var rootMeanSquareError: Double?
        /// What there is to tell about a refitted piece.
        var stage: GuidedReconstruction.Stage?
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
    private static let version = 1

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
            contents.pieces.allSatisfy({ $0.fits(graph) })
        else { return nil }
        pieces = contents.pieces
    }
}

extension GuidedState.Piece {
    fileprivate func fits(_ graph: NetworkGraph) -> Bool {
        guard graph.nodes.indices.contains(node) else { return false }
        let wanted = graph.nodes[node].operation.refitWeights.count
        guard weights.map({ $0.count == wanted * MemoryLayout<Float>.size }) ?? true else { return false }
        let channels = graph.values[graph.nodes[node].output].shape.channels
        return polynomials.map { $0.count == channels } ?? true
    }
}

// MARK: - Weights

extension GuidedState.Piece {
    /// The weights as numbers; nil where nothing is refitted.
    var weightValues: [Float]? {
        weights.map { data in
            data.withUnsafeBytes { bytes in
                stride(from: 0, to: bytes.count, by: MemoryLayout<Float>.size).map { offset in
                    Float(
                        bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
                }
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
