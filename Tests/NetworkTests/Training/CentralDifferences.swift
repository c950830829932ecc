import Network
import Testing

/// Some places of each trained parameter, in steps that meet every place of a kernel: the gradient there, against central
/// differences of the loss in double precision.
func expectCentralDifferences(
    of network: TrainableNetwork, at values: [Float], step: Float, places: Int, tolerance: Double, gradient: [Float],
    loss: ([Float]) throws -> Double
) throws {
    for parameter in network.parameters where parameter.isTrained {
        let indices = stride(from: 0, to: parameter.range.count, by: max(1, parameter.range.count / places | 1))
        let expected = try indices.map { offset in
            let index = parameter.range.lowerBound + offset
            var (above, below) = (values, values)
            above[index] += step
            below[index] -= step
            return try (loss(above) - loss(below)) / (Double(above[index]) - Double(below[index]))
        }
        // Single precision leaves as much where all of them are next to 0.
        let largest = expected.reduce(1e-2) { max($0, abs($1)) }
        for (offset, expected) in zip(indices, expected) {
            let found = Double(gradient[parameter.range.lowerBound + offset])
            #expect(abs(found - expected) <= tolerance * largest, "\(parameter.name)[\(offset)]")
        }
    }
}
