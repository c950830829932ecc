package import Approx
internal import Foundation
internal import Synchronization

/// What polynomials would do to the network's classes, foretold from one pass forward and back over each image.
///
/// With e = p(x) - f(x) the error of a layer's output and J the Jacobian of the logits with respect to it, the Kullback
/// and Leibler divergence of the network's classes from its own is 1/2 e' J' H J e to second order, where
/// H = diag(q) - q q' and q = softmax(logits): the Fisher information of the layer (Amari 1998; Martens 2020, section 8).
/// H = B B' with B = diag(sqrt q) - q sqrt(q)', so for random signs s the mean of (s' B' J e)^2 / 2 is that divergence,
/// and s' B' J is the gradient of one pass back. One pass serves all candidates of all layers, and no label is needed.
package struct SecondOrderSensitivity {
    private let graph: NetworkGraph
    private let engine: TrainingEngine
    private let preprocessing: Preprocessing
    private let seed: UInt64

    /// - Parameter seed: Of the signs; those of an image depend on it and the image alone.
    /// - Throws: ``TrainingError``
    package init(
        of graph: NetworkGraph, preprocessing: Preprocessing, threads: Int, seed: UInt64
    ) throws(TrainingError) {
        self.graph = graph
        self.preprocessing = preprocessing
        self.seed = seed
        engine = try TrainingEngine(TrainableNetwork(graph: graph), threads: threads)
    }

    /// The divergence in nats, averaged over images, that each candidate alone would cause.
    ///
    /// - Parameters:
    ///   - candidates: By site.
    ///   - checkpoint: Called now and then with the number of images done.
    /// - Returns: By site and candidate.
    /// - Throws: ``TrainingError``, ``InferenceError`` for a candidate that does not fit its site, what `checkpoint`
    ///   throws.
    package func divergences(
        of candidates: [[Approximation]], on images: ImageSet, _ range: Range<Int>, checkpoint: Checkpoint
    ) throws -> [[Double]] {
        let training = try TrainingImages(images, preprocessing: preprocessing)
        let part = engine.microBatch * engine.threads * 2
        var totals = candidates.map { $0.map { _ in 0.0 } }
        for start in stride(from: range.lowerBound, to: range.upperBound, by: part) {
            let indices = Array(start..<min(start + part, range.upperBound))
            let sums = try engine.run(
                TrainingBatch(indices: indices), of: training, values: engine.network.initialValues
            ) { [graph, seed] pass in
                Self.addGradient(to: pass, seed: seed)
                let sums = Sums(candidates)
                pass.watchActivations { activation throws(InferenceError) in
                    try sums.add(activation, candidates[activation.site], name: graph.sites[activation.site].name)
                }
                return sums
            }
            for microBatch in sums {
                for (site, values) in microBatch.values.enumerated() {
                    for (index, value) in values.enumerated() { totals[site][index] += value }
                }
            }
            try checkpoint(indices.count + start - range.lowerBound)
        }
        return totals.map { $0.map { $0 / (2 * Double(range.count)) } }
    }

    /// B s for each image.
    private static func addGradient(to pass: TrainingPass, seed: UInt64) {
        let logits = pass.forward.logits, gradient = pass.logitGradient
        let classes = logits.count / max(pass.forward.images, 1)
        for (place, image) in pass.indices.enumerated() {
            var signs = SplitMix64(seed: seed, stream: UInt64(image))
            let scores = (0..<classes).map { Double(logits[place * classes + $0]) }
            let largest = scores.max() ?? 0
            let powers = scores.map { exp($0 - largest) }
            let sum = powers.reduce(0, +)
            let roots = powers.map { ($0 / sum).squareRoot() }
            let signed = roots.map { signs.next() & 1 == 0 ? $0 : -$0 }
            let along = zip(roots, signed).reduce(0) { $0 + $1.0 * $1.1 }
            for index in 0..<classes {
                gradient[place * classes + index] += Float(signed[index] - roots[index] * roots[index] * along)
            }
        }
    }
}

/// By site and candidate, the squares of the images of a micro-batch, summed.
private final class Sums: Sendable {
    private let sums: Mutex<[[Double]]>

    init(_ candidates: [[Approximation]]) {
        sums = Mutex(candidates.map { $0.map { _ in 0 } })
    }

    var values: [[Double]] { sums.withLock { $0 } }

    func add(_ activation: WatchedActivation, _ candidates: [Approximation], name: String) throws(InferenceError) {
        var own: [Double] = []
        for candidate in candidates {
            let products = try activation.products(withErrorOf: candidate, name: name)
            own.append(products.reduce(0) { $0 + $1 * $1 })
        }
        sums.withLock { $0[activation.site] = own }
    }
}
