internal import Foundation
package import Network

/// Why a plan cannot be run under encryption, or a run failed. Neither keys nor values are ever part of it.
package enum EncryptionError: Error, Equatable, Sendable {
    /// The layer keeps its original activation function.
    case noPolynomial(layer: String)
    case polynomialCount(layer: String, polynomials: Int, channels: Int)
    case degree(layer: String, degree: Int)
    case quartic(layer: String, channel: Int)
    /// A node that is no polynomial of its input.
    case notEncryptable(node: String, operation: String)
    case matrixSize(node: String, entries: Int, largest: Int)
    /// One channel does not fit into a ciphertext.
    case image(TensorShape, slots: Int)
    /// No ring of the library's table has room for the circuit at 128 bits of security.
    case depth(Int, logRing: ClosedRange<Int>)
    case memory(bytes: Int, limit: Int)
    case imageCount(Int, capacity: Int)
    case imageSize(values: Int, expected: Int)
    case threadCount(Int)
    case missingRotation(step: Int)
    case missingRelinearisation
    /// A ciphertext that was not brought into the stage by dropping it to a level there.
    case outsideStage(Int)
    /// A level that comes before the stage, whose moduli it has not.
    case beforeStage(Int, level: Int, first: Int)
    case exhausted(level: Int, depth: Int)
    /// Logits beyond what the modulus of the last level can carry.
    case overflow(bits: Double, room: Double)
    case noPlugin(reason: String)
    /// A file between client and server is cut, damaged or of other parameters.
    case unreadable(what: String, reason: String)
    case unwritable(what: String, reason: String)
    /// OpenFHE refused or failed, in its own words.
    case library(doing: String, reason: String)
}

extension EncryptionError: CustomStringConvertible {
    /// What is wrong, without advice where that is about another plan.
    package var reason: String {
        guard case .degree(let layer, let degree) = self else { return description }
        return "layer \(layer) has a polynomial of degree \(degree); 1, 2 and 4 can be encrypted"
    }

    package var description: String {
        switch self {
        case .noPolynomial(let layer):
            "layer \(layer) keeps its original activation, which cannot be encrypted; choose a plan that replaces every "
                + "layer"
        case .polynomialCount(let layer, let polynomials, let channels):
            "layer \(layer) has \(polynomials) polynomials for \(channels) channels; make the plan again"
        case .degree: "\(reason), so make a plan of those, for example with --degrees 2"
        case .quartic(let layer, let channel):
            "channel \(channel) of layer \(layer) has a degree 4 that is almost a degree 3, which two squarings cannot "
                + "express; make the plan again with another degree"
        case .notEncryptable(let node, let operation):
            "node \(node) (\(operation)) is no polynomial of its input and cannot be encrypted; train the network with "
                + "average pooling in its place"
        case .matrixSize(let node, let entries, let largest):
            "the linear nodes up to \(node) make one matrix of \(entries) entries, more than \(largest); put an "
                + "activation between them"
        case .image(let shape, let slots):
            "a tensor of \(shape) does not fit into ciphertexts of \(slots) slots, channel by channel; scale the images "
                + "down"
        case .depth(let depth, let rings):
            "the circuit needs \(depth) levels, and no ring up to 2^\(rings.upperBound) has room for them at 128 bits "
                + "of security without bootstrapping; choose lower degrees or a network of fewer layers"
        case .memory(let bytes, let limit):
            "the circuit needs \(Self.text(bytes, .up)) and the limit is \(Self.text(limit, .down)); raise it with "
                + "--memory-limit or choose a smaller network"
        case .imageCount(let count, let capacity):
            "\(count) images do not fit into one batch of \(capacity)"
        case .imageSize(let values, let expected):
            "an image has \(values) values and the network reads \(expected)"
        case .threadCount(let count):
            "\(count) threads cannot run a circuit; choose 1 or more"
        case .missingRotation(let step):
            "there is no key for a rotation by \(step) slots; make the evaluation keys for this circuit"
        case .missingRelinearisation:
            "there is no key for relinearisation; make the evaluation keys for this circuit"
        case .outsideStage(let stage):
            "a ciphertext was not brought into stage \(stage) of the circuit; drop it to a level there first"
        case .beforeStage(let stage, let level, let first):
            "level \(level) is over where stage \(stage) of the circuit begins; choose one from \(first) on"
        case .exhausted(let level, let depth):
            "level \(level) of \(depth) is used up; choose parameters of more levels"
        case .overflow(let bits, let room):
            String(
                format:
                    "the circuit's logits reach 2^%.1f and would come out of encryption wrong from 2^%.0f on; choose a "
                    + "plan whose values stay in their fitted ranges, for example one by --fitters guided", bits, room)
        case .noPlugin(let reason):
            "OpenFHE is not installed here (\(reason)); install it with: make openfhe (or, for a machine's own, "
                + "OPENFHE_PREFIX=DIR make openfhe)"
        case .unreadable(let what, let reason):
            "the file with \(what) cannot be used: \(reason); have it written again"
        case .unwritable(let what, let reason):
            "the file with \(what) was not written: \(reason); make room on its disk, or name another folder in TMPDIR"
        case .library(let doing, let reason):
            "OpenFHE failed while \(doing): \(reason)"
        }
    }

    /// "12.3 GB", "3 MB"; a need is rounded up, so that a limit of what is said is enough.
    private static func text(_ bytes: Int, _ rule: FloatingPointRoundingRule) -> String {
        let tenths = (Double(bytes) / 1e8).rounded(rule)
        guard tenths < 10 else { return "\(tenths / 10) GB" }
        return "\(Int((Double(bytes) / 1e6).rounded(rule))) MB"
    }
}
