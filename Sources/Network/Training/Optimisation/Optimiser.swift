internal import Dispatch
internal import Synchronization

/// Changes parameters along their gradients, and remembers what its method needs for the next time.
///
/// The steps are those of PyTorch's `SGD`, `Adam` and `AdamW`, and ``MuonStep``. A parameter belongs to the first group
/// that selects it; others stay as they are.
package struct Optimiser: Sendable {
    package let method: OptimisationMethod
    package let groups: [ParameterGroup]
    /// Steps taken.
    package internal(set) var updates: Int
    /// Row after row, each of the flat vector's length.
    package internal(set) var moments: [Float]
    private let assignments: [Assignment]

    /// Where values change.
    var ranges: [Range<Int>] { assignments.filter { $0.group.learningRate > 0 }.map(\.range) }

    /// - Throws: ``TrainingError/invalidSetting(name:value:expected:)``
    package init(
        _ method: OptimisationMethod, groups: [ParameterGroup], for network: TrainableNetwork
    ) throws(TrainingError) {
        try method.validate()
        for group in groups {
            try require("learning rate", group.learningRate, "0 or more") { $0 >= 0 }
            try require("weight decay", group.weightDecay, "0 or more") { $0 >= 0 }
        }
        self.method = method
        self.groups = groups
        updates = 0
        moments = Array(repeating: 0, count: method.momentCount * network.valueCount)
        assignments = network.parameters.filter(\.isTrained).compactMap { parameter in
            groups.first { group in group.selections.contains { $0.contains(parameter.role) } }
                .map { Assignment(range: parameter.range, group: $0, rows: network.matrixRows(of: parameter)) }
        }
    }

    /// One step.
    ///
    /// - Parameters:
    ///   - gradient: Of the length of `values`.
    ///   - gradientFactor: What gradients are multiplied by first, to clip them.
    ///   - rateFactor: What the groups' learning rates are multiplied by: the schedule's.
    ///   - threads: They change no bit.
    package mutating func update(
        _ values: inout [Float], gradient: UnsafeBufferPointer<Float>, gradientFactor: Double = 1,
        rateFactor: Double = 1, threads: Int = 1
    ) {
        precondition(gradient.count == values.count, "\(gradient.count) gradients for \(values.count) values")
        updates += 1
        let tensors = assignments.filter { $0.group.learningRate > 0 }
        let update = TensorUpdate(
            method: method, updates: updates, gradientFactor: gradientFactor, rateFactor: rateFactor)
        let next = Atomic(0)
        values.withUnsafeMutableBufferPointer { values in
            moments.withUnsafeMutableBufferPointer { moments in
                let vectors = Vectors(values: values, gradient: gradient, moments: moments)
                // It does not matter which thread takes which tensor.
                DispatchQueue.concurrentPerform(iterations: max(1, min(threads, tensors.count))) { _ in
                    while true {
                        let index = next.add(1, ordering: .relaxed).oldValue
                        guard index < tensors.count else { return }
                        update.apply(tensors[index], vectors)
                    }
                }
            }
        }
    }
}

/// A tensor and what changes it.
private struct Assignment: Sendable {
    let range: Range<Int>
    let group: ParameterGroup
    /// Of a matrix of weights; nil for other tensors.
    let rows: Int?
}

/// What a step reads and writes.
///
/// `@unchecked Sendable`: tensors are apart in every vector, and each is taken by one thread.
private struct Vectors: @unchecked Sendable {
    let values: UnsafeMutableBufferPointer<Float>
    let gradient: UnsafeBufferPointer<Float>
    let moments: UnsafeMutableBufferPointer<Float>
}

/// What one step does to a tensor.
private struct TensorUpdate: Sendable {
    let method: OptimisationMethod
    /// This one included.
    let updates: Int
    let gradientFactor: Double
    let rateFactor: Double

    func apply(_ tensor: Assignment, _ vectors: Vectors) {
        let (values, gradient, moments) = (vectors.values, vectors.gradient, vectors.moments)
        let range = tensor.range
        let rate = tensor.group.learningRate * rateFactor
        switch method {
        case .sgd(let momentum, let nesterov):
            let step = MomentumStep(
                rate: Float(rate), momentum: Float(momentum), nesterov: nesterov,
                decay: Float(tensor.group.weightDecay), factor: Float(gradientFactor))
            for index in range {
                var velocity = momentum == 0 ? 0 : moments[index]
                step.apply(to: &values[index], gradient[index], &velocity)
                if momentum != 0 { moments[index] = velocity }
            }
        case .adam(let first, let second, let epsilon, let decouples):
            let step = AdamStep(
                rate: rate, first: first, second: second, epsilon: epsilon, decouples: decouples,
                decay: tensor.group.weightDecay, factor: gradientFactor, updates: updates)
            for index in range {
                step.apply(to: &values[index], gradient[index], &moments[index], &moments[values.count + index])
            }
        case .muon(let momentum, let second, let epsilon):
            guard let rows = tensor.rows else {
                let adam = TensorUpdate(
                    method: .adam(secondDecay: second, epsilon: epsilon, decouplesDecay: true), updates: updates,
                    gradientFactor: gradientFactor, rateFactor: rateFactor)
                return adam.apply(tensor, vectors)
            }
            let step = MuonStep(
                rate: Float(rate), momentum: Float(momentum), decay: Float(tensor.group.weightDecay),
                factor: Float(gradientFactor))
            step.apply(
                to: UnsafeMutableBufferPointer(rebasing: values[range]), rows: rows,
                UnsafeBufferPointer(rebasing: gradient[range]),
                UnsafeMutableBufferPointer(rebasing: moments[range]))
        }
    }
}

private struct MomentumStep {
    let rate: Float
    let momentum: Float
    let nesterov: Bool
    let decay: Float
    let factor: Float

    @inline(__always)
    func apply(to value: inout Float, _ gradient: Float, _ velocity: inout Float) {
        let slope = gradient * factor + decay * value
        velocity = momentum * velocity + slope
        value -= rate * (nesterov ? slope + momentum * velocity : velocity)
    }
}

private struct AdamStep {
    let first: Float
    let second: Float
    let epsilon: Float
    let factor: Float
    /// Added to the gradient, times the value.
    let decay: Float
    /// What a value keeps of itself.
    let kept: Float
    let step: Float
    /// 1 / sqrt(1 - second^updates).
    let correction: Float

    init(
        rate: Double, first: Double, second: Double, epsilon: Double, decouples: Bool, decay: Double, factor: Double,
        updates: Int
    ) {
        self.first = Float(first)
        self.second = Float(second)
        self.epsilon = Float(epsilon)
        self.factor = Float(factor)
        self.decay = decouples ? 0 : Float(decay)
        kept = decouples ? Float(1 - rate * decay) : 1
        step = Float(rate / (1 - power(first, updates)))
        correction = Float(1 / (1 - power(second, updates)).squareRoot())
    }

    @inline(__always)
    func apply(to value: inout Float, _ gradient: Float, _ mean: inout Float, _ square: inout Float) {
        let slope = gradient * factor + decay * value
        mean = first * mean + (1 - first) * slope
        square = second * square + (1 - second) * slope * slope
        value = kept * value - step * mean / (square.squareRoot() * correction + epsilon)
    }
}

/// `base` multiplied with itself, the same on every machine.
private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
        if rest & 1 == 1 { result *= factor }
        factor *= factor
        rest >>= 1
    }
    return result
}

/// - Throws: ``TrainingError/invalidSetting(name:value:expected:)`` where `isValid` says no, or for NaN and infinity.
func require(
    _ name: String, _ value: Double, _ expected: String, _ isValid: (Double) -> Bool
) throws(TrainingError) {
    guard value.isFinite, isValid(value) else {
        throw .invalidSetting(name: name, value: value, expected: expected)
    }
}

extension OptimisationMethod {
    fileprivate func validate() throws(TrainingError) {
        switch self {
        case .sgd(let momentum, _):
            try require("momentum", momentum, "in 0..<1") { (0..<1).contains($0) }
        case .muon(let momentum, let second, let epsilon):
            try require("momentum", momentum, "in 0..<1") { (0..<1).contains($0) }
            try require("second decay", second, "in 0..<1") { (0..<1).contains($0) }
            try require("epsilon", epsilon, "above 0") { $0 > 0 }
        case .adam(let first, let second, let epsilon, _):
            try require("first decay", first, "in 0..<1") { (0..<1).contains($0) }
            try require("second decay", second, "in 0..<1") { (0..<1).contains($0) }
            try require("epsilon", epsilon, "above 0") { $0 > 0 }
        }
    }
}
