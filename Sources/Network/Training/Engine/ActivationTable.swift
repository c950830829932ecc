internal import Approx
internal import CDNNL

/// What the kernel of one site reads: the function, and the polynomials in powers of their scaled variables.
///
/// `@unchecked Sendable`: the memory is written by ``load(_:blend:)`` only, which ``TrainingEngine`` calls between
/// steps, on one thread, before it starts those that read it.
final class ActivationTable: @unchecked Sendable {
    private let activation: TrainableActivation?
    private let basis: HermiteBasis
    private let channels: Int
    private let padded: Int
    /// Rows of the padded channels: centres, inverse scales, lower and upper bounds, and then the factors of 1, z, ...
    private let rows: AlignedBuffer
    private(set) var described: cdnnl_activation
    /// Where the coefficients stand in the flat vector; nil where there are none.
    let parameters: Range<Int>?

    private static let coefficientRow = 4

    init(
        _ activation: TrainableActivation?, function: ActivationFunction, tensor: BatchTensor,
        parameters: Range<Int>
    ) throws(InferenceError) {
        self.activation = activation
        self.parameters = activation == nil ? nil : parameters
        basis = HermiteBasis(degree: activation?.degree ?? 0)
        channels = tensor.shape.channels
        padded = tensor.paddedChannels
        let count = (Self.coefficientRow + basis.degree + 1) * padded
        rows = try AlignedBuffer(byteCount: count * MemoryLayout<Float>.stride)
        rows.floats.update(repeating: 0, count: count)
        let epilogue = Primitive.Epilogue(function: function).described
        described = cdnnl_activation(
            function: epilogue.function, alpha: epilogue.alpha, beta: epilogue.beta, is_erf: function == .erf ? 1 : 0,
            degree: activation == nil ? -1 : Int32(basis.degree), blend: 1,
            coefficients: rows.floats + Self.coefficientRow * padded, center: rows.floats,
            inverse_scale: rows.floats + padded, lower: rows.floats + 2 * padded, upper: rows.floats + 3 * padded,
            passes_through: activation?.clamp?.passesGradients == true ? 1 : 0)
        for channel in 0..<padded { fillConstants(channel) }
    }

    private func fillConstants(_ channel: Int) {
        let isReal = channel < channels
        var bounds = -Double.infinity...Double.infinity
        if let activation, isReal {
            let variable = activation.variables[activation.variables.count == 1 ? 0 : channel]
            rows.floats[channel] = Float(variable.center)
            rows.floats[padded + channel] = Float(1 / variable.scale)
            if let ranges = activation.clamp?.ranges { bounds = ranges[ranges.count == 1 ? 0 : channel] }
        }
        rows.floats[2 * padded + channel] = Float(bounds.lowerBound)
        rows.floats[3 * padded + channel] = Float(bounds.upperBound)
    }

    /// Takes new coefficients, out of the flat vector, and a new blend.
    func load(_ values: [Float], blend: Float) {
        guard let activation, let parameters else { return }
        let coefficients = values[parameters]
        described.blend = blend
        let count = basis.degree + 1
        for index in activation.approximation.polynomials.indices {
            let own = coefficients.dropFirst(index * count).prefix(count).lazy.map(Double.init)
            let powers = basis.powers(of: own)
            let covered = activation.approximation.granularity == .layer ? 0..<channels : index..<index + 1
            for (power, factor) in powers.enumerated() {
                let row = rows.floats + (Self.coefficientRow + power) * padded
                for channel in covered { row[channel] = Float(factor) }
            }
        }
    }

    /// Doubles that ``gradient(of:into:)`` reads.
    var powerCount: Int { (basis.degree + 1) * padded }

    /// The gradient of the coefficients, from that of the factors of 1, z, ..., row by row.
    func gradient(of powers: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Float>) {
        guard let activation else { return }
        let count = basis.degree + 1
        for index in activation.approximation.polynomials.indices {
            let covered = activation.approximation.granularity == .layer ? 0..<channels : index..<index + 1
            for k in 0..<count {
                gradient[index * count + k] = Float(
                    basis.gradient(of: k) { power in
                        covered.reduce(0) { $0 + powers[power * padded + $1] }
                    })
            }
        }
    }
}
